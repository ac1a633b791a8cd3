/** From draft to readers, on the line above the page: nobody scrolls past a whole text to publish it. */
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { picturesBefore } from '#client/parts/adding-pictures.tsx'
import { SendIcon } from '#client/ui/icons.tsx'
import { Button, Dialog, Muted, Stack, Time } from '#client/ui/index.ts'
import { isSold } from '#shared/core/opening.ts'
import { previewOf } from '#shared/core/preview.ts'
import { countWords } from '#shared/core/text.ts'
import { articlePath, type DraftRow } from '#shared/features/articles.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './articles.module.css'
import type { Details } from './draft-details.tsx'
import { Schedule } from './schedule.tsx'

export interface PublishProps {
  draft: DraftRow
  details: Details
  /** The text as it is now. */
  body: () => string
}

export function Publish(props: PublishProps): JSX.Element {
  const core = useCore()
  const { t, number } = useI18n()
  const [asked, setAsked] = createSignal<{ body: string }>()
  const [missing, setMissing] = createSignal<WordKey>()
  const article = core.feed.row('articles', () => props.draft.articleId ?? undefined)
  const entries = createMemo(() =>
    core.commands.entries().filter((entry) => entry.name.startsWith('articles.')),
  )
  const entry = createMemo(() => {
    const { id } = props.draft
    return entries().findLast((one) => one.name === 'articles.publish' && one.input.draftId === id)
  })
  const check = (body: string): boolean => {
    const lacks = lackOf(props.details.values(), body)
    setMissing(lacks)
    return !lacks
  }
  const ask = (): void => {
    props.details.save()
    const body = props.body()
    if (check(body)) setAsked({ body })
  }
  const publish = async (): Promise<void> => {
    const body = asked()?.body
    setAsked(undefined)
    if (body === undefined) return
    const started = entries().find(
      (one) => one.name === 'articles.start_draft' && one.input.id === props.draft.id,
    )
    const old = entry()
    if (old && needsDecision(old)) await core.commands.discard(old.id)
    const { title, description, ...rest } = props.details.values()
    await core.commands.send(
      'articles.publish',
      { draftId: props.draft.id, ...rest, title: title.trim(), description: description.trim(), body },
      { after: [...(started ? [started.id] : []), ...picturesBefore(core, body)] },
    )
  }
  const previewWords = (body: string): string => {
    const count = countWords(previewOf(body))
    return count === 0 ? t('articles.preview_none') : t('articles.preview_words', { count: number(count) })
  }
  return (
    <>
      <div class={styles.publish}>
        <Show when={entry()}>
          {(one) => <Show when={!needsDecision(one())}>{<ActWord entry={one()} />}</Show>}
        </Show>
        <Schedule draft={props.draft} details={props.details} body={() => props.body()} check={check} />
        <Button variant="primary" onClick={ask}>
          <SendIcon />
          {t(article() ? 'articles.publish_changes' : 'articles.publish')}
        </Button>
      </div>
      <div class={styles.lacks} aria-live="polite">
        <Show when={missing()}>{(word) => <Muted>{t(word())}</Muted>}</Show>
      </div>
      <Undecided entry={entry()} />
      <Dialog
        open={asked() !== undefined}
        onClose={() => setAsked(undefined)}
        title={t('articles.publish_ask')}
        closeLabel={t('articles.cancel')}
        actions={
          <>
            <Button onClick={() => setAsked(undefined)}>{t('articles.cancel')}</Button>
            <Button variant="primary" onClick={() => void publish()}>
              {t(article() ? 'articles.publish_changes' : 'articles.publish')}
            </Button>
          </>
        }
      >
        <Stack gap="snug">
          <p>{t(`articles.publish_ask_${props.details.values().opening.to}`)}</p>
          <Show when={isSold(props.details.values().opening)}>
            <p>{previewWords(asked()?.body ?? '')}</p>
          </Show>
          <Muted>{t('articles.publish_words', { count: number(countWords(asked()?.body ?? '')) })}</Muted>
        </Stack>
      </Dialog>
    </>
  )
}

/** Of a draft whose article is out: since when, and where. */
export function Published(props: { draft: DraftRow }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const article = core.feed.row('articles', () => props.draft.articleId ?? undefined)
  return (
    <Show when={article()}>
      {(row) => (
        <Muted>
          {t('articles.published')} · <Time at={row().data.updatedAt} locale={lang()} /> ·{' '}
          <a href={articlePath(row().data)}>{t('articles.publish_see')}</a> ·{' '}
          <a href={`/write/${props.draft.id}/versions`}>{t('articles.revisions')}</a>
        </Muted>
      )}
    </Show>
  )
}

function lackOf(values: ReturnType<Details['values']>, body: string): WordKey | undefined {
  const { to, tiers = [], groups = [] } = values.opening
  if (values.title.trim() === '' || body.trim() === '') return 'articles.publish_needs'
  if (to === 'tiers' && tiers.length === 0) return 'articles.publish_no_tier'
  return to === 'groups' && groups.length === 0 ? 'articles.publish_no_group' : undefined
}
