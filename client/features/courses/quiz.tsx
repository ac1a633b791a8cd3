/** The quiz at the end of a lesson: questions while one may answer, and then what was right and why. */
import { createMemo, createResource, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { CheckCircleIcon, CloseIcon } from '#client/ui/icons.tsx'
import { Banner, Button, classes, Form, TextInput } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import {
  type Answers,
  mayTry,
  type Question,
  type QuizResultRow,
  type QuizRow,
  questionsFor,
  quizResultId,
} from '#shared/features/course-quizzes.ts'
import { type CourseRow, type LessonRow, quizPrint } from '#shared/features/courses.ts'
import exercise from './exercise.module.css'
import styles from './quiz.module.css'

interface QuizProps {
  course: CourseRow
  lesson: LessonRow
  quiz: QuizRow
}

export function Quiz(props: QuizProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const memberId = (): string => core.session.viewer().id ?? ''
  const row = core.feed.row('quiz_results', () =>
    memberId() === '' ? undefined : quizResultId(memberId(), props.lesson.id),
  )
  const result = (): QuizResultRow | undefined => row()?.data
  const keyRow = core.feed.row('quiz_keys', () => props.lesson.id)
  const questions = createMemo(() => questionsFor(props.quiz, props.lesson.id, memberId()))
  const entry = createMemo(() => {
    const { id } = props.lesson
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.answer_quiz' && input.lessonId === id)
  })
  const [again, setAgain] = createSignal(false)
  const isAnswering = (): boolean => result() === undefined || (again() && mayTry(props.quiz, result()))
  const left = (): number => props.quiz.attempts - (result()?.tries ?? 0)
  return (
    <section class={exercise.exercise} aria-labelledby="quiz" data-quiz>
      <header class={exercise.head}>
        <h2 id="quiz">{t('quizzes.title')}</h2>
        <p class={exercise.facts}>
          <span>{t('quizzes.questions', { count: props.quiz.questions.length })}</span>
          <span>{t('quizzes.pass_at', { n: props.quiz.passMark })}</span>
          <span>
            {props.quiz.attempts === 0
              ? t('quizzes.attempts_any')
              : t('quizzes.attempts_left', { count: Math.max(0, left()), of: props.quiz.attempts })}
          </span>
          <Show when={props.quiz.required}>
            <span>{t('quizzes.required')}</span>
          </Show>
        </p>
      </header>
      <Undecided entry={entry()} />
      <Show
        when={isMember(core.session.viewer())}
        fallback={<p class={exercise.quiet}>{t('quizzes.sign_in')}</p>}
      >
        <Show
          when={isAnswering()}
          fallback={
            <Outcome
              {...props}
              questions={questions()}
              result={result()!}
              onAgain={() => setAgain(true)}
              word={<Show when={!needsDecision(entry())}>{<ActWord entry={entry()} />}</Show>}
            />
          }
        >
          <Sheet
            {...props}
            questions={questions()}
            keyed={keyRow() !== undefined && keyRow() !== null}
            refused={needsDecision(entry()) ? entry() : undefined}
            onDone={() => setAgain(false)}
          />
        </Show>
      </Show>
    </section>
  )
}

interface SheetProps extends QuizProps {
  questions: readonly Question[]
  keyed: boolean
  /** What was handed in and not taken: it stands here again, and goes when it is handed in anew. */
  refused: OutboxEntry | undefined
  onDone: () => void
}

/** What is ticked and typed is kept on this device until it is handed in. */
function Sheet(props: SheetProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const key = (): string => `courses.quiz.${props.lesson.id}`
  const [typed, setTyped] = createSignal<Answers>()
  const [kept] = createResource(key, (name) => core.local.get<Answers | null>(name))
  const answers = createMemo((): Answers => {
    const all = typed() ?? kept.latest ?? (props.refused?.input.answers as Answers | undefined) ?? {}
    // An option that was taken away since can be seen, and unticked, by nobody.
    return Object.fromEntries(
      props.questions.map(({ id, kind, options }) => {
        const known = new Set(options.map((option) => option.id))
        const values = all[id] ?? []
        return [id, kind === 'text' ? values : values.filter((value) => known.has(value))]
      }),
    )
  })
  const given = (id: string): string[] => answers()[id] ?? []
  const open = (): number =>
    props.questions.filter(({ id }) => given(id).every((value) => value.trim() === '')).length
  const answer = (id: string, values: string[]): void => {
    const next = { ...answers(), [id]: values }
    setTyped(next)
    void core.local.set(key(), next)
  }
  const toggle = (id: string, option: string, on: boolean): void =>
    answer(id, on ? [...given(id), option] : given(id).filter((one) => one !== option))
  const handIn = async (): Promise<void> => {
    const instead = props.refused?.id
    await core.commands.send('courses.answer_quiz', {
      courseId: props.course.id,
      lessonId: props.lesson.id,
      answers: answers(),
      asked: quizPrint(props.quiz.questions),
    })
    if (instead !== undefined) await core.commands.discard(instead)
    await core.local.set(key(), null)
    props.onDone()
  }
  return (
    <Form onSubmit={() => void handIn()}>
      <ol class={styles.questions}>
        <For each={props.questions}>
          {(question) => (
            <li>
              <fieldset class={styles.question}>
                <legend class={styles.text} lang={props.course.lang}>
                  {question.text}
                </legend>
                <Show
                  when={question.kind !== 'text'}
                  fallback={
                    <TextInput
                      label={t('quizzes.your_answer')}
                      maxLength={500}
                      autocomplete="off"
                      lang={props.course.lang}
                      value={given(question.id)[0] ?? ''}
                      onInput={(event) => answer(question.id, [event.currentTarget.value])}
                    />
                  }
                >
                  <p class={exercise.quiet}>
                    {t(question.kind === 'single' ? 'quizzes.choose_one' : 'quizzes.choose_many')}
                  </p>
                  <For each={question.options}>
                    {(option) => (
                      <label class={styles.option}>
                        <input
                          type={question.kind === 'single' ? 'radio' : 'checkbox'}
                          name={`${props.lesson.id}-${question.id}`}
                          checked={given(question.id).includes(option.id)}
                          onChange={(event) =>
                            question.kind === 'single'
                              ? answer(question.id, [option.id])
                              : toggle(question.id, option.id, event.currentTarget.checked)
                          }
                        />
                        <span lang={props.course.lang}>{option.text}</span>
                      </label>
                    )}
                  </For>
                </Show>
              </fieldset>
            </li>
          )}
        </For>
      </ol>
      <div class={exercise.actions}>
        <Button type="submit" variant="primary" disabled={open() === props.questions.length}>
          {t('quizzes.hand_in')}
        </Button>
        <p class={exercise.quiet} aria-live="polite">
          <Switch>
            <Match when={open() > 0}>{t('quizzes.open_questions', { count: open() })}</Match>
            <Match when={!props.keyed && !core.connection().online}>{t('quizzes.counted_offline')}</Match>
            <Match when={props.quiz.attempts > 0}>{t('quizzes.counted')}</Match>
          </Switch>
        </p>
      </div>
    </Form>
  )
}

function Outcome(
  props: QuizProps & {
    questions: readonly Question[]
    result: QuizResultRow
    onAgain: () => void
    word: JSX.Element
  },
): JSX.Element {
  const { t } = useI18n()
  const last = () => props.result.last
  const hasPassed = (): boolean => (last().score ?? -1) >= props.quiz.passMark
  return (
    <>
      <div role="status">
        <Switch>
          <Match when={last().score === null}>
            <Banner inline tone="info">
              {t('quizzes.waiting')} {props.word}
            </Banner>
          </Match>
          <Match when={hasPassed()}>
            <Banner inline tone="info" icon={CheckCircleIcon}>
              {t('quizzes.passed', { n: last().score! })} {props.word}
            </Banner>
          </Match>
          <Match when={true}>
            <Banner inline tone="warn">
              {t('quizzes.failed', { n: last().score!, mark: props.quiz.passMark })}{' '}
              <Show when={props.result.passed}>{t('quizzes.passed_before', { n: props.result.best })}</Show>{' '}
              {props.word}
            </Banner>
          </Match>
        </Switch>
      </div>
      <ol class={styles.questions}>
        <For each={props.questions}>
          {(question) => (
            <li>
              <Answered question={question} result={props.result} lang={props.course.lang} />
            </li>
          )}
        </For>
      </ol>
      <div class={exercise.actions}>
        <Show
          when={mayTry(props.quiz, props.result)}
          fallback={
            <Show when={!props.result.passed && last().score !== null}>
              <p class={exercise.quiet}>{t('quizzes.no_more')}</p>
            </Show>
          }
        >
          <Button onClick={() => props.onAgain()}>{t('quizzes.again')}</Button>
        </Show>
      </div>
    </>
  )
}

function Answered(props: { question: Question; result: QuizResultRow; lang: 'zh' | 'en' }): JSX.Element {
  const { t } = useI18n()
  const mark = (): boolean | undefined => props.result.last.marks?.[props.question.id]
  const given = (): string[] => props.result.last.answers[props.question.id] ?? []
  const key = () => props.result.key?.[props.question.id]
  return (
    <div class={styles.question}>
      <p class={styles.text} lang={props.lang}>
        {props.question.text}{' '}
        <Show when={mark() !== undefined}>
          <span class={classes(styles.mark, mark() ? styles.right : styles.wrong)}>
            {mark() ? <CheckCircleIcon /> : <CloseIcon />}
            {t(mark() ? 'quizzes.mark_right' : 'quizzes.mark_wrong')}
          </span>
        </Show>
      </p>
      <Show
        when={props.question.kind !== 'text'}
        fallback={
          <>
            <p class={styles.said} lang={props.lang}>
              {given()[0]?.trim() || t('quizzes.no_answer')}
            </p>
            <Show when={key()}>
              {(known) => (
                <p class={exercise.quiet}>{t('quizzes.accepted', { answers: known().right.join(' / ') })}</p>
              )}
            </Show>
          </>
        }
      >
        <ul class={styles.options}>
          <For each={props.question.options}>
            {(option) => (
              <li
                class={classes(
                  styles.option,
                  given().includes(option.id) && styles.chosen,
                  key()?.right.includes(option.id) && styles.isRight,
                )}
              >
                <span lang={props.lang}>{option.text}</span>
                <span class={styles.notes}>
                  <Show when={given().includes(option.id)}>
                    <span>{t('quizzes.yours')}</span>
                  </Show>
                  <Show when={key()?.right.includes(option.id)}>
                    <span class={styles.right}>{t('quizzes.is_right')}</span>
                  </Show>
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={key()?.why}>
        {(why) => (
          <p class={styles.why} lang={props.lang}>
            {why()}
          </p>
        )}
      </Show>
    </div>
  )
}
