import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { AtIcon } from '#client/ui/icons.tsx'
import { List, ListRow, Muted, Section, Time } from '#client/ui/index.ts'
import { useReading } from './reading.ts'

/** Where others called this member, newest first, for other pages. `quiet` draws nothing when nobody did. */
export function MentionsPanel(props: { limit?: number; quiet?: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const mentions = core.feed.rows('mentions', () => ({ by: 'at', reverse: true, limit: 1 }))
  return (
    <Show when={core.session.viewer().id !== null && (!props.quiet || (mentions()?.length ?? 0) > 0)}>
      <Section title={t('discussions.mentions')}>
        <MentionsList limit={props.limit ?? 10} />
      </Section>
    </Show>
  )
}

export function MentionsList(props: { limit: number }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const mentions = core.feed.rows('mentions', () => ({ by: 'at', reverse: true, limit: props.limit }))
  const reading = useReading()
  const isRead = (threadId: string, number: number): boolean =>
    (reading.positions()?.get(threadId) ?? 0) >= number
  return (
    <Show when={(mentions()?.length ?? 0) > 0} fallback={<Muted>{t('discussions.mentions_none')}</Muted>}>
      <List label={t('discussions.mentions')}>
        <For each={mentions()}>
          {(row) => (
            <ListRow
              href={`/discuss/${row.data.threadId}#p${row.data.number}`}
              start={<AtIcon />}
              title={t('discussions.mention_by', {
                name: row.data.byName || t('discussions.someone'),
                title: row.data.title,
              })}
              detail={row.data.excerpt}
              meta={<Time at={row.data.at} locale={lang()} />}
              unread={isRead(row.data.threadId, row.data.number) ? undefined : t('discussions.unread')}
            />
          )}
        </For>
      </List>
    </Show>
  )
}
