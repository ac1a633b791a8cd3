/** A lesson being written. What is typed is kept on this device at once, and saved when its author says so. */
import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, type JSX, on, Show, untrack } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { createAddingPictures, PicturesWaiting } from '#client/parts/adding-pictures.tsx'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { localTime } from '#client/parts/local-time.ts'
import { usePictures } from '#client/parts/pictures.ts'
import {
  Button,
  Checkbox,
  createConfirm,
  Form,
  FormActions,
  LinkButton,
  MarkdownField,
  Page,
  Row,
  Select,
  Skeleton,
  TextInput,
} from '#client/ui/index.ts'
import {
  type CourseRow,
  canEditCourse,
  coursePath,
  type LessonRow,
  lessonRoom,
  longestLesson,
  longestLessonSchedule,
  printOf,
} from '#shared/features/courses.ts'
import { NoCourse } from './course.tsx'
import styles from './courses.module.css'
import { decoded, useCourse, useLessons } from './find.ts'
import { createWriting } from './keep-writing.ts'

export function EditLessonPage(): JSX.Element {
  const core = useCore()
  const params = useParams<{ course: string; lesson: string }>()
  const course = useCourse(() => decoded(params.course))
  const lessons = useLessons(() => course()?.data)
  const mine = createMemo(() => {
    const found = course()?.data
    return found && canEditCourse(core.session.viewer(), found) && lessons.all() ? params.lesson : undefined
  })
  return (
    <Show when={mine()} keyed fallback={<NoCourse loading={course() !== null} />}>
      {(id) => (
        <EditLesson
          course={course()!.data}
          lessonId={id}
          lesson={lessons.all()?.find((each) => each.id === id)}
        />
      )}
    </Show>
  )
}

interface Written {
  title: string
  body: string
  free: boolean
  /** Absent in what an earlier app kept. */
  opensAt?: number | null
  chapterId: string
  /** `printOf` the text that it began from; `null`: a new lesson. */
  base: string | null
}

interface EditLessonProps {
  course: CourseRow
  lessonId: string
  lesson: LessonRow | undefined
}

function fromLesson({ lesson, course }: EditLessonProps, body: string, chapter: string | undefined): Written {
  return {
    title: lesson?.title ?? '',
    body,
    free: lesson?.free ?? false,
    opensAt: lesson?.opensAt ?? null,
    chapterId: lesson?.chapterId ?? chapter ?? course.chapters.at(-1)?.id ?? '',
    base: lesson ? printOf(body) : null,
  }
}

function EditLesson(props: EditLessonProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const [search] = useSearchParams<{ chapter?: string }>()
  // The component is keyed by the lesson.
  // eslint-disable-next-line solid/reactivity
  const { lessonId } = props
  useTitle(() => props.lesson?.title ?? t('courses.lesson_new'))
  const handle = core.docs.use(() => (props.lesson ? lessonRoom(lessonId) : undefined))
  const quiz = core.feed.row('quizzes', () => lessonId)
  const task = core.feed.row('lesson_tasks', () => lessonId)
  const acts = core.commands.waitingFor(() => lessonRoom(lessonId))
  const entry = createMemo(() => acts().at(-1))
  const writing = createWriting<Written>(`courses.writing.${lessonId}`)
  const { written, changed, edit } = writing
  const text = core.feed.row('lesson_texts', () => lessonId)
  const adding = createAddingPictures()
  const pictures = usePictures(() => written()?.body ?? '')

  /** Begins once, with what was kept here, what is on its way, what is saved, or nothing. */
  createEffect(
    on(
      () => ({
        isNew: !props.lesson,
        // Of what was never written no document arrives.
        present: (handle()?.present() ?? false) || text()?.data.sequence === 0,
        waiting: acts().length > 0,
      }),
      ({ isNew, present, waiting }) => {
        if (isNew || present || waiting) void writing.begin(beginning)
      },
    ),
  )
  function beginning(): Written {
    const pending = acts().at(-1)?.input.body as string | undefined
    const open = handle()
    const body = pending ?? (open?.present() ? bodyOf(open.doc).toString() : '')
    return untrack(() => fromLesson(props, body, search.chapter))
  }
  const save = async (): Promise<void> => {
    const { title, body, free, chapterId, base, opensAt } = written()!
    if (title.trim() === '') return
    const refused = entry()
    // Its author has seen why, and saves over what is there now.
    const open = handle()
    const onServer = open?.present() ? printOf(bodyOf(open.doc).toString()) : base
    const isAnswer = refused && needsDecision(refused)
    if (isAnswer) await core.commands.discard(refused.id)
    await core.commands.send('courses.save_lesson', {
      courseId: props.course.id,
      lessonId,
      chapterId,
      title: title.trim(),
      body,
      free,
      opensAt: opensAt ?? null,
      base: isAnswer ? onServer : base,
    })
    await writing.settle({ base: printOf(body) })
  }
  const remove = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('courses.lesson_remove_ask', { title: props.lesson?.title ?? '' }),
      text: t('courses.lesson_remove_text'),
      confirm: t('courses.lesson_remove'),
      cancel: t('courses.cancel'),
      danger: true,
    })
    if (!sure) return
    await core.commands.send('courses.remove_lesson', { courseId: props.course.id, lessonId })
    await writing.settle()
    navigate(`${coursePath(props.course)}/edit`)
  }
  return (
    <Page
      width="text"
      title={props.lesson?.title ?? t('courses.lesson_new')}
      back={{ href: `${coursePath(props.course)}/edit`, label: t('courses.back_editor') }}
    >
      <Show when={written()} fallback={<Skeleton label={t('courses.loading_lesson')} lines={8} />}>
        {(now) => (
          <Form onSubmit={() => void save()}>
            <Undecided entry={entry()} />
            <TextInput
              label={t('courses.lesson_title')}
              required
              maxLength={200}
              autocomplete="off"
              lang={props.course.lang}
              value={now().title}
              onInput={(event) => edit({ title: event.currentTarget.value })}
            />
            <Show when={!props.lesson}>
              <Select
                label={t('courses.lesson_chapter')}
                options={props.course.chapters.map(({ id, title }) => ({ value: id, label: title }))}
                value={now().chapterId}
                onChange={(chapterId) => edit({ chapterId })}
              />
            </Show>
            <MarkdownField
              label={t('courses.lesson_body')}
              hint={t('courses.lesson_body_hint')}
              placeholder={t('courses.lesson_body_placeholder')}
              maxLength={longestLesson}
              value={now().body}
              onInput={(body) => edit({ body })}
              labels={editorLabels(t)}
              markdown={{ labels: markdownLabels(t), resolveImage: pictures.resolve }}
              onSubmit={() => void save()}
              onPictures={adding.add}
            />
            <PicturesWaiting text={now().body} />
            <Checkbox
              label={t('courses.lesson_free')}
              hint={t('courses.lesson_free_hint')}
              checked={now().free}
              onChange={(free) => edit({ free })}
            />
            <TextInput
              type="datetime-local"
              label={t('courses.lesson_opens')}
              optional={t('courses.optional')}
              hint={t('courses.lesson_opens_hint')}
              min={localTime(Date.now())}
              max={localTime(Date.now() + longestLessonSchedule)}
              value={now().opensAt ? localTime(now().opensAt!) : ''}
              onChange={(event) => edit({ opensAt: momentOf(event.currentTarget.value) })}
            />
            <Row gap="snug">
              <Show
                when={props.lesson}
                fallback={<span class={styles.quiet}>{t('quizzes.save_lesson_first')}</span>}
              >
                <LinkButton small href={`${coursePath(props.course)}/edit/${lessonId}/quiz`}>
                  {t(quiz() ? 'quizzes.edit' : 'quizzes.add')}
                </LinkButton>
                <Show when={quiz()}>
                  {(row) => (
                    <span class={styles.quiet}>
                      {t('quizzes.questions', { count: row().data.questions.length })}
                    </span>
                  )}
                </Show>
                <LinkButton small href={`${coursePath(props.course)}/edit/${lessonId}/assignment`}>
                  {t(task() ? 'tasks.edit' : 'tasks.add')}
                </LinkButton>
              </Show>
            </Row>
            <FormActions>
              <Show when={changed()}>
                <span class={styles.quiet}>{t('courses.lesson_unsaved')}</span>
              </Show>
              <Show when={entry()}>
                {(act) => <Show when={!needsDecision(act())}>{<ActWord entry={act()} />}</Show>}
              </Show>
              <Show when={props.lesson}>
                <Button variant="quiet" onClick={() => void remove()}>
                  {t('courses.lesson_remove')}
                </Button>
              </Show>
              <Button type="submit" variant="primary">
                {t('courses.lesson_save')}
              </Button>
            </FormActions>
          </Form>
        )}
      </Show>
      <Show when={props.lesson}>
        <Panel name="media.editor" subject={`lesson:${lessonId}`} />
      </Show>
      <adding.View />
      <confirm.View />
    </Page>
  )
}

function momentOf(typed: string): number | null {
  const at = new Date(typed).getTime()
  return Number.isFinite(at) ? at : null
}
