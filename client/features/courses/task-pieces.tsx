/** What a task, its answers and their reviews look like, to whoever wrote them and to whoever reviews. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { Badge, Markdown, Meta, type Tone } from '#client/ui/index.ts'
import type { AnswerRow, AnswerState, Criterion, Review } from '#shared/features/course-tasks.ts'
import exercise from './exercise.module.css'
import styles from './task.module.css'

const tones: Record<AnswerState, Tone> = {
  waiting: 'info',
  passed: 'accent',
  again: 'warn',
  replaced: 'neutral',
}

export function AnswerBadge(props: { state: AnswerState }): JSX.Element {
  const { t } = useI18n()
  return <Badge tone={tones[props.state]}>{t(`tasks.state_${props.state}`)}</Badge>
}

/** Which attempt it is, when it was handed in, and how it stands. */
export function AnswerFacts(props: { answer: AnswerRow }): JSX.Element {
  const { t, relative } = useI18n()
  return (
    <Meta>
      <AnswerBadge state={props.answer.state} />
      <span>{t('tasks.attempt', { n: props.answer.n })}</span>
      <span>{t('tasks.handed_in', { when: relative(props.answer.at) })}</span>
      <Show when={props.answer.dueAt !== null && props.answer.at > props.answer.dueAt}>
        <Badge tone="warn">{t('tasks.was_late')}</Badge>
      </Show>
    </Meta>
  )
}

/** Somebody's Markdown, with the pictures in it. */
export function Written(props: { text: string; lang: 'zh' | 'en' }): JSX.Element {
  const { t } = useI18n()
  const pictures = usePictures(() => props.text)
  return (
    <div lang={props.lang}>
      <Markdown
        text={props.text}
        labels={markdownLabels(t)}
        size="post"
        headingShift={3}
        resolveImage={pictures.resolve}
      />
    </div>
  )
}

export function Criteria(props: { criteria: readonly Criterion[]; lang: 'zh' | 'en' }): JSX.Element {
  const { t } = useI18n()
  return (
    <div class={styles.criteria}>
      <h3>{t('tasks.criteria')}</h3>
      <ul>
        <For each={props.criteria}>
          {(criterion) => (
            <li>
              <span lang={props.lang}>{criterion.text}</span>
              <span class={styles.points}>{t('tasks.points', { count: criterion.points })}</span>
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}

/** What somebody said of an answer. @param by `null`: a peer. */
export function ReviewView(props: { review: Review; by: string | null; lang: 'zh' | 'en' }): JSX.Element {
  const core = useCore()
  const { t, relative } = useI18n()
  const member = core.feed.row('members', () => props.by ?? undefined)
  const title = (): string => {
    if (props.by === null) return t('tasks.review_peer')
    const name = member()?.data.name
    return name ? t('tasks.review_by', { name }) : t('tasks.review_left')
  }
  return (
    <section class={styles.review} data-review>
      <h4>
        {title()} <span class={exercise.quiet}>{relative(props.review.at)}</span>
      </h4>
      <ul class={styles.lines}>
        <For each={props.review.lines}>
          {(line) => (
            <li>
              <div class={styles.line}>
                <span lang={props.lang}>{line.text}</span>
                <span class={styles.points}>{t('tasks.points_of', { n: line.points, of: line.of })}</span>
              </div>
              <Show when={line.comment}>
                {(comment) => (
                  <p class={styles.comment} lang={props.lang}>
                    {comment()}
                  </p>
                )}
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.review.said}>
        {(said) => (
          <p class={styles.said} lang={props.lang}>
            {said()}
          </p>
        )}
      </Show>
    </section>
  )
}
