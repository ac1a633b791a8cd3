/** A course as its author sees it: what it says about itself, its outline, whether it is published. */
import { useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { SendIcon } from '#client/ui/icons.tsx'
import { Badge, Button, createConfirm, Page, Row, Skeleton, Split, Stack } from '#client/ui/index.ts'
import { type CourseRow, canEditCourse, coursePath } from '#shared/features/courses.ts'
import { NoCourse } from './course.tsx'
import { DetailsForm } from './details-form.tsx'
import { decoded, useCourse, useLessons } from './find.ts'
import { OutlineEditor } from './outline-editor.tsx'

export function EditPage(): JSX.Element {
  const core = useCore()
  const params = useParams<{ course: string }>()
  const navigate = useNavigate()
  const slug = (): string => decoded(params.course)
  const course = useCourse(slug)
  createEffect(() => {
    const found = course()
    if (found && !found.pending && found.id === slug() && found.data.slug !== slug()) {
      navigate(`${coursePath(found.data)}/edit`, { replace: true, scroll: false })
    }
  })
  const mine = createMemo(() => {
    const found = course()?.data
    return found && canEditCourse(core.session.viewer(), found) ? found.id : undefined
  })
  return (
    <Show when={mine()} keyed fallback={<NoCourse loading={course() === undefined} />}>
      {(_) => <Edit course={course()!.data} />}
    </Show>
  )
}

function Edit(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const lessons = useLessons(() => props.course)
  useTitle(() => t('courses.edit_title', { title: props.course.title }))
  const acts = createMemo(() =>
    core.commands
      .entries()
      .filter(({ name, input }) => name.startsWith('courses.') && input.courseId === props.course.id),
  )
  const newest = createMemo(() => acts().findLast((entry) => !needsDecision(entry)))
  return (
    <Page
      width="wide"
      title={props.course.title}
      back={{ href: coursePath(props.course), label: t('courses.back_course') }}
      actions={<Publication course={props.course} />}
      lead={
        <Row gap="snug">
          <Badge tone={props.course.published ? 'accent' : 'neutral'}>
            {t(props.course.published ? 'courses.is_published' : 'courses.draft')}
          </Badge>
          <ActWord entry={newest()} />
        </Row>
      }
    >
      <Stack>
        <For each={acts().filter(needsDecision)}>{(entry) => <Undecided entry={entry} />}</For>
      </Stack>
      <Split aside={<DetailsForm course={props.course} />}>
        {/* A chapter looks empty only when it is. */}
        <Show when={lessons.all()} fallback={<Skeleton label={t('courses.loading')} lines={8} />}>
          {(all) => <OutlineEditor course={props.course} lessons={all()} />}
        </Show>
      </Split>
    </Page>
  )
}

function Publication(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const publish = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('courses.publish_ask', { title: props.course.title }),
      text: t('courses.publish_text'),
      confirm: t('courses.publish'),
      cancel: t('courses.cancel'),
    })
    if (sure) await core.commands.send('courses.publish_course', { courseId: props.course.id })
  }
  const withdraw = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('courses.withdraw_ask'),
      text: t('courses.withdraw_text'),
      confirm: t('courses.withdraw'),
      cancel: t('courses.cancel'),
      danger: true,
    })
    if (sure) await core.commands.send('courses.withdraw_course', { courseId: props.course.id })
  }
  return (
    <>
      <Show
        when={props.course.published}
        fallback={
          <Button variant="primary" disabled={props.course.lessons === 0} onClick={() => void publish()}>
            <SendIcon />
            {t('courses.publish')}
          </Button>
        }
      >
        <Button variant="quiet" onClick={() => void withdraw()}>
          {t('courses.withdraw')}
        </Button>
      </Show>
      <confirm.View />
    </>
  )
}
