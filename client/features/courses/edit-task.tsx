/** An assignment being written. What is typed is kept on this device at once, and saved when its author says so. */
import { useNavigate } from '@solidjs/router'
import { createEffect, createMemo, createSignal, Index, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { createAddingPictures, PicturesWaiting } from '#client/parts/adding-pictures.tsx'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { localTime } from '#client/parts/local-time.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { CloseIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  Button,
  Checkbox,
  createConfirm,
  Form,
  FormActions,
  IconButton,
  MarkdownField,
  Muted,
  Page,
  RadioGroup,
  Section,
  Skeleton,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import { longestTask, mostCriteria, type TaskInput, type TaskRow } from '#shared/features/course-tasks.ts'
import { type CourseRow, coursePath, type LessonRow } from '#shared/features/courses.ts'
import exercise from './exercise.module.css'
import { createWriting } from './keep-writing.ts'
import { OwnLesson } from './own-lesson.tsx'
import styles from './task.module.css'

export function EditTaskPage(): JSX.Element {
  return <OwnLesson>{(found) => <EditTask course={found.course} lesson={found.lesson} />}</OwnLesson>
}

function EditTask(props: { course: CourseRow; lesson: LessonRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const adding = createAddingPictures()
  // The component is keyed by the lesson.
  // eslint-disable-next-line solid/reactivity
  const lessonId = props.lesson.id
  useTitle(() => t('tasks.edit_title', { title: props.lesson.title }))
  const task = core.feed.row('lesson_tasks', () => lessonId)
  const entry = createMemo(() =>
    core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.save_task' && input.lessonId === lessonId),
  )
  const writing = createWriting<TaskInput>(`courses.writing_task.${lessonId}`)
  const { written, changed } = writing
  const [isFaulty, setFaulty] = createSignal(false)
  const pictures = usePictures(() => written()?.text ?? '')
  createEffect(() => {
    const saved = task()
    if (saved === undefined) return
    void writing.begin(() => (saved ? formOf(saved.data) : fresh(core.newId)))
  })
  const edit = (change: Partial<TaskInput>): void => {
    writing.edit(change)
    setFaulty(false)
  }
  const editCriterion = (at: number, change: Partial<TaskInput['criteria'][number]>): void =>
    edit({ criteria: written()!.criteria.map((one, i) => (i === at ? { ...one, ...change } : one)) })
  const send = async (input: TaskInput | null): Promise<void> => {
    const refused = entry()
    if (refused && needsDecision(refused)) await core.commands.discard(refused.id)
    await core.commands.send('courses.save_task', { courseId: props.course.id, lessonId, task: input })
    await writing.settle()
  }
  const save = async (): Promise<void> => {
    const criteria = written()!
      .criteria.map((one) => ({ ...one, text: one.text.trim() }))
      .filter(({ text }) => text !== '')
    const input = { ...written()!, text: written()!.text.trim(), criteria }
    if (input.text === '' || criteria.length === 0) setFaulty(true)
    else await send(input)
  }
  const remove = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('tasks.remove_ask'),
      text: t('tasks.remove_text'),
      confirm: t('tasks.remove'),
      cancel: t('tasks.cancel'),
      danger: true,
    })
    if (!sure) return
    await send(null)
    navigate(`${coursePath(props.course)}/edit/${lessonId}`)
  }
  return (
    <Page
      width="text"
      title={t('tasks.edit_title', { title: props.lesson.title })}
      lead={t('tasks.edit_lead')}
      back={{ href: `${coursePath(props.course)}/edit/${lessonId}`, label: t('quizzes.back_lesson') }}
    >
      <Show when={written()} fallback={<Skeleton label={t('courses.loading_lesson')} lines={8} />}>
        {(now) => (
          <Form onSubmit={() => void save()} data-task-form>
            <Undecided entry={entry()} />
            <MarkdownField
              label={t('tasks.field_text')}
              hint={t('tasks.text_hint')}
              maxLength={longestTask}
              value={now().text}
              onInput={(text) => edit({ text })}
              labels={editorLabels(t)}
              markdown={{ labels: markdownLabels(t), headingShift: 3, resolveImage: pictures.resolve }}
              onSubmit={() => void save()}
              onPictures={adding.add}
            />
            <PicturesWaiting text={now().text} />
            <Section title={t('tasks.rubric')} hint={t('tasks.rubric_hint')}>
              <Stack>
                <Index each={now().criteria}>
                  {(criterion, at) => (
                    <div class={styles.criterion} data-criterion>
                      <TextInput
                        label={t('tasks.criterion_n', { n: at + 1 })}
                        hideLabel
                        placeholder={t('tasks.criterion_n', { n: at + 1 })}
                        maxLength={300}
                        autocomplete="off"
                        lang={props.course.lang}
                        value={criterion().text}
                        onInput={(event) => editCriterion(at, { text: event.currentTarget.value })}
                      />
                      <TextInput
                        type="number"
                        label={t('tasks.points_n', { n: at + 1 })}
                        hideLabel
                        min={1}
                        max={100}
                        value={criterion().points}
                        onChange={(event) =>
                          editCriterion(at, { points: within(event.currentTarget.value, 1, 100) })
                        }
                      />
                      <IconButton
                        small
                        icon={CloseIcon}
                        label={t('tasks.criterion_remove', { n: at + 1 })}
                        disabled={now().criteria.length === 1}
                        onClick={() => edit({ criteria: now().criteria.filter((_, i) => i !== at) })}
                      />
                    </div>
                  )}
                </Index>
                <div>
                  <Button
                    small
                    disabled={now().criteria.length >= mostCriteria}
                    onClick={() =>
                      edit({ criteria: [...now().criteria, { id: core.newId(), text: '', points: 5 }] })
                    }
                  >
                    <PlusIcon />
                    {t('tasks.criterion_add')}
                  </Button>
                </div>
              </Stack>
            </Section>
            <Section title={t('tasks.rules')}>
              <Stack>
                <div class={exercise.two}>
                  <TextInput
                    type="number"
                    label={t('tasks.field_pass')}
                    min={0}
                    max={100}
                    required
                    value={now().passMark}
                    onChange={(event) => edit({ passMark: within(event.currentTarget.value, 0, 100) })}
                  />
                  <TextInput
                    type="date"
                    label={t('tasks.field_due')}
                    optional={t('tasks.optional')}
                    value={now().dueAt === null ? '' : localTime(now().dueAt!).slice(0, 10)}
                    onChange={(event) => edit({ dueAt: endOf(event.currentTarget.value) })}
                  />
                </div>
                <Muted>{t('tasks.due_hint')}</Muted>
                <RadioGroup
                  label={t('tasks.field_reviewer')}
                  options={[
                    { value: 'authors', label: t('tasks.reviewer_authors') },
                    { value: 'peers', label: t('tasks.reviewer_peers'), hint: t('tasks.peers_hint') },
                  ]}
                  value={now().reviewedBy}
                  onChange={(reviewedBy) => edit({ reviewedBy: reviewedBy as TaskInput['reviewedBy'] })}
                />
                <Show when={now().reviewedBy === 'peers'}>
                  <TextInput
                    type="number"
                    label={t('tasks.field_peers')}
                    min={1}
                    max={5}
                    required
                    value={now().peers}
                    onChange={(event) => edit({ peers: within(event.currentTarget.value, 1, 5) })}
                  />
                </Show>
                <Checkbox
                  label={t('tasks.field_required')}
                  checked={now().required}
                  onChange={(required) => edit({ required })}
                />
              </Stack>
            </Section>
            <Show when={isFaulty()}>
              <Banner inline tone="danger">
                {t('tasks.fault')}
              </Banner>
            </Show>
            <FormActions>
              <Show when={changed()}>
                <Muted>{t('courses.lesson_unsaved')}</Muted>
              </Show>
              <Show when={!needsDecision(entry())}>
                <ActWord entry={entry()} />
              </Show>
              <Show when={task()}>
                <Button variant="quiet" onClick={() => void remove()}>
                  {t('tasks.remove')}
                </Button>
              </Show>
              <Button type="submit" variant="primary">
                {t('tasks.save')}
              </Button>
            </FormActions>
          </Form>
        )}
      </Show>
      <adding.View />
      <confirm.View />
    </Page>
  )
}

function fresh(newId: () => string): TaskInput {
  return {
    text: '',
    criteria: [
      { id: newId(), text: '', points: 5 },
      { id: newId(), text: '', points: 5 },
    ],
    dueAt: null,
    passMark: 60,
    required: false,
    reviewedBy: 'authors',
    peers: 2,
  }
}

function formOf({ text, criteria, dueAt, passMark, required, reviewedBy, peers }: TaskRow): TaskInput {
  return { text, criteria, dueAt, passMark, required, reviewedBy, peers }
}

function within(typed: string, least: number, most: number): number {
  const n = Math.round(Number(typed))
  return Number.isFinite(n) ? Math.min(most, Math.max(least, n)) : least
}

/** The last moment of a day, where its author is. */
function endOf(typed: string): number | null {
  const at = new Date(`${typed}T23:59:59`).getTime()
  return Number.isFinite(at) ? at : null
}
