import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import { Skeleton } from '#client/ui/index.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import styles from './discussions.module.css'
import type { DrawnPost } from './drawn.ts'
import { type PostActions, PostView } from './post.tsx'

/** The accepted answer, directly below the question; it also stands in its own place. */
export function AcceptedAnswer(props: {
  thread: ThreadRow
  answer: DrawnPost | undefined
  viewer: Viewer
  actions: PostActions
  memberOf: (id: string) => MemberRow | undefined
}): JSX.Element {
  const { t } = useI18n()
  return (
    <section class={styles.answer} aria-label={t('discussions.accepted')}>
      <p class={styles.answerHead}>
        <CheckCircleIcon />
        <strong>{t('discussions.accepted')}</strong>
        <Show when={props.answer?.number}>
          {(number) => <a href={`#p${number()}`}>{t('discussions.accepted_from', { number: number() })}</a>}
        </Show>
      </p>
      <Show when={props.answer} fallback={<Skeleton label={t('discussions.accepted_loading')} lines={2} />}>
        {(answer) => (
          <PostView
            copy
            post={answer()}
            thread={props.thread}
            viewer={props.viewer}
            actions={props.actions}
            memberOf={props.memberOf}
            answered={undefined}
            editing={false}
          />
        )}
      </Show>
    </section>
  )
}
