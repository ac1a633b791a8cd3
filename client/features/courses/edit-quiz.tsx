/** A quiz being written. What is typed is kept on this device at once, and saved when its author says so. */
import { useNavigate } from '@solidjs/router'
import { createEffect, createMemo, createSignal, Index, type JSX, on, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { PlusIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  Button,
  Checkbox,
  createConfirm,
  Form,
  FormActions,
  Page,
  Section,
  Select,
  Skeleton,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import {
  faultyQuestion,
  mostQuestions,
  type QuizInput,
  type QuizKeyRow,
  type QuizRow,
} from '#shared/features/course-quizzes.ts'
import { type CourseRow, coursePath, type LessonRow } from '#shared/features/courses.ts'
import exercise from './exercise.module.css'
import { createWriting } from './keep-writing.ts'
import { OwnLesson } from './own-lesson.tsx'
import { QuizFigures } from './quiz-figures.tsx'
import { QuestionCard } from './quiz-question.tsx'

export function EditQuizPage(): JSX.Element {
  return <OwnLesson>{(found) => <EditQuiz course={found.course} lesson={found.lesson} />}</OwnLesson>
}

const attemptChoices = [0, 1, 2, 3, 5, 10]

function EditQuiz(props: { course: CourseRow; lesson: LessonRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  // The component is keyed by the lesson.
  // eslint-disable-next-line solid/reactivity
  const lessonId = props.lesson.id
  useTitle(() => t('quizzes.edit_title', { title: props.lesson.title }))
  const quiz = core.feed.row('quizzes', () => lessonId)
  const key = core.feed.row('quiz_keys', () => lessonId)
  const entry = createMemo(() =>
    core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.save_quiz' && input.lessonId === lessonId),
  )
  const writing = createWriting<QuizInput>(`courses.writing_quiz.${lessonId}`)
  const { written, changed } = writing
  const [faulty, setFaulty] = createSignal<number>()
  createEffect(
    on([quiz, key], ([asked, answered]) => {
      // Both, or neither: of what is on its way to this device nothing is begun.
      if (asked === undefined || Boolean(asked) !== Boolean(answered)) return
      void writing.begin(() => (asked && answered ? formOf(asked.data, answered.data) : fresh(core.newId)))
    }),
  )
  const edit = (change: Partial<QuizInput>): void => {
    writing.edit(change)
    setFaulty(undefined)
  }
  const editQuestion = (at: number, change: Partial<QuizInput['questions'][number]>): void =>
    edit({ questions: written()!.questions.map((one, i) => (i === at ? { ...one, ...change } : one)) })
  const move = (at: number, by: 1 | -1): void => {
    const questions = [...written()!.questions]
    const [moved] = questions.splice(at, 1)
    questions.splice(at + by, 0, moved!)
    edit({ questions })
  }
  const send = async (input: QuizInput | null): Promise<void> => {
    const refused = entry()
    if (refused && needsDecision(refused)) await core.commands.discard(refused.id)
    await core.commands.send('courses.save_quiz', { courseId: props.course.id, lessonId, quiz: input })
    await writing.settle()
  }
  const save = async (): Promise<void> => {
    const input = cleaned(written()!)
    const at = input.questions.findIndex((one) => one.text === '' || one.right.length === 0) + 1
    const wrong = at > 0 ? at : faultyQuestion(input)
    setFaulty(wrong)
    if (wrong === undefined) await send(input)
  }
  const remove = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('quizzes.remove_ask'),
      text: t('quizzes.remove_text'),
      confirm: t('quizzes.remove'),
      cancel: t('quizzes.cancel'),
      danger: true,
    })
    if (!sure) return
    await send(null)
    navigate(`${coursePath(props.course)}/edit/${lessonId}`)
  }
  return (
    <Page
      width="text"
      title={t('quizzes.edit_title', { title: props.lesson.title })}
      lead={t('quizzes.edit_lead')}
      back={{ href: `${coursePath(props.course)}/edit/${lessonId}`, label: t('quizzes.back_lesson') }}
    >
      <Show when={written()} fallback={<Skeleton label={t('courses.loading_lesson')} lines={8} />}>
        {(now) => (
          <Form onSubmit={() => void save()}>
            <Undecided entry={entry()} />
            <Section title={t('quizzes.rules')}>
              <Stack>
                <div class={exercise.two}>
                  <TextInput
                    type="number"
                    label={t('quizzes.field_pass')}
                    min={0}
                    max={100}
                    required
                    value={now().passMark}
                    onChange={(event) =>
                      edit({
                        passMark: Math.min(100, Math.max(0, Math.round(Number(event.currentTarget.value)))),
                      })
                    }
                  />
                  <Select
                    label={t('quizzes.field_attempts')}
                    options={attemptChoices.map((n) => ({
                      value: String(n),
                      label:
                        n === 0 ? t('quizzes.attempts_unlimited') : t('quizzes.attempts_n', { count: n }),
                    }))}
                    value={String(now().attempts)}
                    onChange={(value) => edit({ attempts: Number(value) })}
                  />
                </div>
                <p class={exercise.quiet}>{t('quizzes.attempts_hint')}</p>
                <Checkbox
                  label={t('quizzes.field_required')}
                  checked={now().required}
                  onChange={(required) => edit({ required })}
                />
                <Checkbox
                  label={t('quizzes.field_shuffled')}
                  checked={now().shuffled}
                  onChange={(shuffled) => edit({ shuffled })}
                />
              </Stack>
            </Section>
            <Index each={now().questions}>
              {(question, at) => (
                <QuestionCard
                  n={at + 1}
                  count={now().questions.length}
                  lang={props.course.lang}
                  question={question()}
                  onEdit={(change) => editQuestion(at, change)}
                  onMove={(by) => move(at, by)}
                  onRemove={() => edit({ questions: now().questions.filter((_, i) => i !== at) })}
                />
              )}
            </Index>
            <div>
              <Button
                disabled={now().questions.length >= mostQuestions}
                onClick={() => edit({ questions: [...now().questions, blank(core.newId)] })}
              >
                <PlusIcon />
                {t('quizzes.question_add')}
              </Button>
            </div>
            <Show when={faulty()}>
              {(n) => (
                <Banner inline tone="danger">
                  {t('quizzes.fault', { n: n() })}
                </Banner>
              )}
            </Show>
            <FormActions>
              <Show when={changed()}>
                <span class={exercise.quiet}>{t('courses.lesson_unsaved')}</span>
              </Show>
              <Show when={!needsDecision(entry())}>
                <ActWord entry={entry()} />
              </Show>
              <Show when={quiz()}>
                <Button variant="quiet" onClick={() => void remove()}>
                  {t('quizzes.remove')}
                </Button>
              </Show>
              <Button type="submit" variant="primary">
                {t('quizzes.save')}
              </Button>
            </FormActions>
          </Form>
        )}
      </Show>
      <Show when={quiz()}>
        {(row) => <QuizFigures courseId={props.course.id} lessonId={lessonId} quiz={row().data} />}
      </Show>
      <confirm.View />
    </Page>
  )
}

function blank(newId: () => string): QuizInput['questions'][number] {
  return {
    id: newId(),
    kind: 'single',
    text: '',
    options: [
      { id: newId(), text: '' },
      { id: newId(), text: '' },
    ],
    right: [],
    why: '',
  }
}

function fresh(newId: () => string): QuizInput {
  return { passMark: 70, attempts: 0, required: false, shuffled: true, questions: [blank(newId)] }
}

function formOf(
  { passMark, attempts, required, shuffled, questions }: QuizRow,
  { key }: QuizKeyRow,
): QuizInput {
  return {
    passMark,
    attempts,
    required,
    shuffled,
    questions: questions.map((question) => ({
      ...question,
      right: key[question.id]?.right ?? [],
      why: key[question.id]?.why ?? '',
    })),
  }
}

/** Without what was left empty. */
function cleaned(quiz: QuizInput): QuizInput {
  return {
    ...quiz,
    questions: quiz.questions.map((question) => {
      const isText = question.kind === 'text'
      const options = isText
        ? []
        : question.options
            .map((option) => ({ id: option.id, text: option.text.trim() }))
            .filter(({ text }) => text !== '')
      const known = new Set(options.map(({ id }) => id))
      return {
        ...question,
        text: question.text.trim(),
        why: question.why.trim(),
        options,
        right: isText
          ? question.right.map((one) => one.trim()).filter((one) => one !== '')
          : question.right.filter((id) => known.has(id)),
      }
    }),
  }
}
