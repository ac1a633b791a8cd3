/** What a member wrote and moderators look at first: theirs alone to see, where it will be. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { markdownLabels } from '#client/parts/labels.ts'
import { HeldIcon } from '#client/ui/icons.tsx'
import { Badge, Card, Markdown, Stack, Time } from '#client/ui/index.ts'
import type { HeldItemRow } from '#shared/features/moderation.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './moderation.module.css'

/** @param props.about id of the thread or draft; absent: new threads. */
export function HeldAbout(props: { about?: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const all = core.feed.rows('held_items', () => ({ by: 'at' }))
  const here = createMemo(() =>
    (all() ?? []).filter(({ data }) =>
      props.about === undefined
        ? data.command === 'discussions.open_thread'
        : data.input.threadId === props.about || data.input.draftId === props.about,
    ),
  )
  return (
    <Show when={here().length > 0}>
      <section aria-label={t('moderation.mine_held')} data-held>
        <Stack>
          <For each={here()}>{(item) => <HeldItem item={item} />}</For>
        </Stack>
      </section>
    </Show>
  )
}

export function HeldItem(props: { item: Stored<HeldItemRow> }): JSX.Element {
  const { t, lang } = useI18n()
  const row = (): HeldItemRow => props.item.data
  const said = (field: string): string => String(row().input[field] ?? '')
  return (
    <Card
      title={said('title') || undefined}
      meta={
        <span class={styles.line}>
          <HeldIcon />
          <Badge tone="info">{t('moderation.held_here')}</Badge>
          <Time at={row().at} locale={lang()} />
        </span>
      }
    >
      <p class={styles.quiet}>{t(`moderation.why_${row().why}` as WordKey)}</p>
      <Markdown text={said('body')} labels={markdownLabels(t)} size="post" headingShift={3} />
    </Card>
  )
}
