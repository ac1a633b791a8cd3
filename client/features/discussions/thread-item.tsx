import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord } from '#client/parts/act.tsx'
import { SaveToggle } from '#client/parts/save-button.tsx'
import { CheckCircleIcon, DiscussIcon, HelpIcon } from '#client/ui/icons.tsx'
import { Above, Badge, ListRow, Time } from '#client/ui/index.ts'
import { type ThreadRow, threadRoom } from '#shared/features/discussions.ts'
import styles from './discussions.module.css'
import type { Unread } from './reading.ts'
import { SubjectLine } from './subject.tsx'
import { Topics } from './topics.tsx'

/** A thread in a list. */
export function ThreadItem(props: {
  thread: ThreadRow
  pending: boolean
  plain: boolean | undefined
  unread: Unread
}): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const waiting = core.commands.waitingFor(() => (props.pending ? threadRoom(props.thread.id) : undefined))
  const newest = createMemo(() => waiting().findLast((entry) => entry.state !== 'refused'))
  const answered = (): boolean => props.thread.acceptedPostId !== null
  return (
    <ListRow
      href={`/discuss/${props.thread.id}`}
      title={props.thread.title}
      unread={props.unread.unread ? t('discussions.unread') : undefined}
      start={
        <Show when={props.thread.kind === 'question'} fallback={<DiscussIcon />}>
          <Show when={answered()} fallback={<HelpIcon />}>
            <CheckCircleIcon />
          </Show>
        </Show>
      }
      meta={
        <>
          <Show when={props.thread.kind === 'question'}>
            <span>{t(answered() ? 'discussions.answered' : 'discussions.kind_question')}</span>
          </Show>
          <span>{props.thread.authorName || t('discussions.someone')}</span>
          <span>{t('discussions.replies', { count: Math.max(0, props.thread.posts - 1) })}</span>
          <Time at={props.thread.lastPostAt} locale={lang()} />
          <Show when={!props.plain && props.thread.subject}>
            <Above>
              <span class={styles.about}>
                <SubjectLine subject={props.thread.subject} />
              </span>
            </Above>
          </Show>
          <Show when={props.thread.tags.length > 0}>
            <div class={styles.wide}>
              <Topics tags={props.thread.tags.slice(0, 3)} />
            </div>
          </Show>
        </>
      }
      end={
        <>
          <Show when={newest()}>{(entry) => <ActWord entry={entry()} />}</Show>
          <Show when={props.unread.news > 0}>
            <Badge tone="accent">{t('discussions.news', { count: props.unread.news })}</Badge>
          </Show>
          <SaveToggle item={`thread:${props.thread.id}`} title={props.thread.title} />
        </>
      }
    />
  )
}
