/** How a quiz is answered: for its author, asked of the server each time. */
import { createEffect, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted, Section } from '#client/ui/index.ts'
import type { QuizFigures as Figures, Question, QuizRow } from '#shared/features/course-quizzes.ts'
import exercise from './exercise.module.css'
import styles from './quiz.module.css'

export function QuizFigures(props: { courseId: string; lessonId: string; quiz: QuizRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [figures, setFigures] = createSignal<Figures>()
  const load = async (): Promise<void> => {
    const answer = await core.queries.ask('courses.quiz_figures', {
      courseId: props.courseId,
      lessonId: props.lessonId,
    })
    if (answer.ok && answer.value) setFigures(answer.value)
  }
  createEffect(() => {
    if (core.connection().online) void load()
  })
  return (
    <Section title={t('quizzes.figures')} hint={t('quizzes.figures_hint')}>
      <Switch fallback={<Muted>{t('quizzes.figures_online')}</Muted>}>
        <Match when={figures()?.members === 0}>
          <Muted>{t('quizzes.figures_none')}</Muted>
        </Match>
        <Match when={figures()}>
          {(found) => (
            <>
              <p>{t('quizzes.figures_sum', { passed: found().passed, count: found().members })}</p>
              <ol class={styles.questions}>
                <For each={props.quiz.questions}>
                  {(question) => (
                    <li>
                      <Distribution question={question} figures={found()} />
                    </li>
                  )}
                </For>
              </ol>
            </>
          )}
        </Match>
      </Switch>
    </Section>
  )
}

function Distribution(props: { question: Question; figures: Figures }): JSX.Element {
  const { t } = useI18n()
  const known = () => props.figures.answers[props.question.id]
  const lines = () => {
    const given = known()?.given ?? []
    if (props.question.kind === 'text') return given.map(({ value, count }) => ({ text: value, count }))
    return props.question.options.map(({ id, text }) => ({
      text,
      count: given.find(({ value }) => value === id)?.count ?? 0,
    }))
  }
  return (
    <div class={styles.figure}>
      <p class={styles.text}>{props.question.text}</p>
      <Show when={known()}>
        {(one) => (
          <p class={exercise.quiet}>
            {t('quizzes.right_share', { n: Math.round((one().right / props.figures.members) * 100) })}
          </p>
        )}
      </Show>
      <For each={lines()}>
        {(line) => (
          <div class={styles.bar}>
            <span>{line.text}</span>
            <progress
              max={props.figures.members}
              value={line.count}
              aria-label={`${line.text}: ${t('quizzes.times', { count: line.count })}`}
            />
            <span class={styles.count} aria-hidden="true">
              {line.count}
            </span>
          </div>
        )}
      </For>
    </div>
  )
}
