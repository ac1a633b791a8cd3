/** `/growth/featured`: what moderators hold up, newest first. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { AwardIcon } from '#client/ui/icons.tsx'
import { EmptyState, List, ListRow, Skeleton, Time } from '#client/ui/index.ts'
import type { HonourRow } from '#shared/features/growth.ts'
import { GrowthPage, useSubject } from './place.tsx'

export function FeaturedPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const honours = core.feed.rows('honours', () => ({ by: 'at', reverse: true }))
  return (
    <GrowthPage>
      <Show when={honours()} fallback={<Skeleton label={t('growth.loading')} lines={5} />}>
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <EmptyState icon={AwardIcon} title={t('growth.honours_none')}>
                {t('growth.honours_none_text')}
              </EmptyState>
            }
          >
            <List label={t('growth.honours')}>
              <For each={list()}>{(honour) => <Item honour={honour} />}</For>
            </List>
          </Show>
        )}
      </Show>
    </GrowthPage>
  )
}

function Item(props: { honour: Stored<HonourRow> }): JSX.Element {
  const core = useCore()
  const { lang } = useI18n()
  const subject = useSubject(() => props.honour.data.subject)
  const author = core.feed.row('members', () => props.honour.data.authorId)
  return (
    <Show when={subject()}>
      {(found) => (
        <ListRow
          href={found().href}
          start={<AwardIcon />}
          title={found().title}
          detail={props.honour.data.reason}
          meta={
            <>
              <span>{author()?.data.name}</span>
              <Time at={props.honour.data.at} locale={lang()} show="day" />
            </>
          }
        />
      )}
    </Show>
  )
}
