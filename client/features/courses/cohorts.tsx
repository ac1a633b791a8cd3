/** Cohorts as those who run a course see them: their dates, and who is behind. */
import { useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { localTime } from '#client/parts/local-time.ts'
import { CloseIcon, GroupIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  createConfirm,
  EmptyState,
  Form,
  FormActions,
  IconButton,
  Meta,
  Muted,
  Page,
  Row,
  Section,
  Select,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import type { CohortReport, CohortRow } from '#shared/features/course-cohorts.ts'
import { type CourseRow, canEditCourse, coursePath, type LessonRow } from '#shared/features/courses.ts'
import styles from './cohorts.module.css'
import { NoCourse } from './course.tsx'
import { decoded, useCourse, useLessons } from './find.ts'
import { useDay } from './pieces.tsx'

export function CohortsPage(): JSX.Element {
  const core = useCore()
  const params = useParams<{ course: string }>()
  const course = useCourse(() => decoded(params.course))
  const lessons = useLessons(() => course()?.data)
  const mine = createMemo(() => {
    const found = course()?.data
    return found && canEditCourse(core.session.viewer(), found) && lessons.all() ? found.id : undefined
  })
  return (
    <Show when={mine()} keyed fallback={<NoCourse loading={course() === undefined} />}>
      {(_) => <Cohorts course={course()!.data} lessons={lessons.all()!} />}
    </Show>
  )
}

function Cohorts(props: { course: CourseRow; lessons: readonly LessonRow[] }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('cohorts.page_title', { title: props.course.title }))
  const rows = core.feed.rows('cohorts', () => ({ by: 'courseId', equals: props.course.id }))
  const sorted = createMemo(() => [...(rows() ?? [])].sort((a, b) => b.data.startsAt - a.data.startsAt))
  const acts = createMemo(() => {
    const { id } = props.course
    return core.commands
      .entries()
      .filter(({ name, input }) => /^courses\.\w*cohort/.test(name) && input.courseId === id)
  })
  const [edited, setEdited] = createSignal<string>()
  const ids = createMemo(() => sorted().map(({ id }) => id))
  const rowOf = (id: string): Stored<CohortRow> | undefined => sorted().find((row) => row.id === id)
  return (
    <Page
      width="text"
      title={t('cohorts.page_title', { title: props.course.title })}
      lead={t('cohorts.lead')}
      back={{ href: coursePath(props.course), label: t('courses.back_course') }}
    >
      <For each={acts().filter(needsDecision)}>{(entry) => <Undecided entry={entry} />}</For>
      <Show
        when={ids().length > 0}
        fallback={
          <Show when={edited() !== 'new'}>
            <EmptyState icon={GroupIcon} title={t('cohorts.none')}>
              {t('cohorts.none_text')}
            </EmptyState>
          </Show>
        }
      >
        <For each={ids()}>
          {(id) => (
            <Show when={rowOf(id)}>
              {(row) => (
                <Show
                  when={edited() === id}
                  fallback={
                    <Cohort id={id} cohort={row().data} acts={acts().length} onEdit={() => setEdited(id)} />
                  }
                >
                  <CohortForm {...props} id={id} cohort={row().data} onDone={() => setEdited(undefined)} />
                </Show>
              )}
            </Show>
          )}
        </For>
      </Show>
      <Row gap="snug">
        <ActWord entry={acts().findLast((entry) => !needsDecision(entry))} />
      </Row>
      <Show
        when={edited() === 'new'}
        fallback={
          <div>
            <Button onClick={() => setEdited('new')}>
              <PlusIcon />
              {t('cohorts.new')}
            </Button>
          </div>
        }
      >
        <CohortForm {...props} id={core.newId()} onDone={() => setEdited(undefined)} />
      </Show>
    </Page>
  )
}

function Cohort(props: { id: string; cohort: CohortRow; acts: number; onEdit: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const dayOf = useDay()
  const [report, setReport] = createSignal<CohortReport>()
  const [chosen, setChosen] = createSignal('')
  const members = core.feed.rows('members', () => ({ by: 'handle' }))
  const within = core.feed.rows('cohort_members', () => ({ by: 'cohortId', equals: props.id }))
  const load = async (id: string): Promise<void> => {
    const answer = await core.queries.ask('courses.cohort_report', { id })
    if (answer.ok && answer.value) setReport(answer.value)
  }
  createEffect(() => {
    const id = props.id
    if (props.acts === 0 && core.connection().online) void load(id)
  })
  const set = (memberId: string, on: boolean): void =>
    void core.commands.send('courses.set_cohort_member', {
      id: props.id,
      courseId: props.cohort.courseId,
      memberId,
      on,
    })
  const nameOf = (memberId: string): string => members()?.find(({ id }) => id === memberId)?.data.name ?? ''
  const others = createMemo(() => {
    const inside = new Set((within() ?? []).map(({ data }) => data.memberId))
    return (members() ?? [])
      .filter(({ id }) => !inside.has(id))
      .map(({ id, data }) => ({ value: id, label: `${data.name} (${data.handle})` }))
  })
  const lines = createMemo(() => {
    const known = new Map((report()?.lines ?? []).map((line) => [line.memberId, line]))
    return (within() ?? [])
      .map(({ data }) => ({ memberId: data.memberId, line: known.get(data.memberId) }))
      .sort((a, b) => (b.line?.behind ?? 0) - (a.line?.behind ?? 0))
  })
  return (
    <Section
      title={props.cohort.name}
      hint={
        <Meta>
          <span>
            {t(props.cohort.startsAt > Date.now() ? 'cohorts.starts' : 'cohorts.started', {
              date: dayOf(props.cohort.startsAt),
            })}
          </span>
          <Show when={report()} fallback={<span>{t('cohorts.online')}</span>}>
            {(found) => <span>{t('cohorts.due_now', { count: found().due, of: found().lessons })}</span>}
          </Show>
        </Meta>
      }
      action={
        <Button
          small
          aria-label={t('cohorts.edit', { name: props.cohort.name })}
          onClick={() => props.onEdit()}
        >
          {t('cohorts.edit_word')}
        </Button>
      }
    >
      <Stack>
        <Show when={lines().length > 0} fallback={<Muted>{t('cohorts.members_none')}</Muted>}>
          <ul class={styles.members} aria-label={t('cohorts.members')}>
            <For each={lines()}>
              {({ memberId, line }) => (
                <li class={styles.member}>
                  <div class={styles.memberText}>
                    <span class={styles.name}>{line?.name ?? nameOf(memberId)}</span>
                    <Show when={line}>
                      {(known) => (
                        <>
                          <Muted>
                            {t('courses.done_of', { done: known().done, count: report()!.lessons })}
                          </Muted>
                          <Badge
                            tone={
                              known().completedAt !== null ? 'accent' : known().behind > 0 ? 'danger' : 'info'
                            }
                          >
                            {known().completedAt !== null
                              ? t('courses.completed')
                              : known().behind > 0
                                ? t('cohorts.behind', { count: known().behind })
                                : t('cohorts.on_time')}
                          </Badge>
                        </>
                      )}
                    </Show>
                  </div>
                  <IconButton
                    small
                    icon={CloseIcon}
                    label={t('cohorts.remove', { name: line?.name ?? nameOf(memberId) })}
                    onClick={() => set(memberId, false)}
                  />
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Form
          onSubmit={() => {
            if (chosen() !== '') set(chosen(), true)
            setChosen('')
          }}
        >
          <div class={styles.add}>
            <Select
              label={t('cohorts.add')}
              options={[{ value: '', label: t('cohorts.choose') }, ...others()]}
              value={chosen()}
              onChange={setChosen}
            />
            <Button type="submit" disabled={chosen() === ''}>
              {t('cohorts.add_word')}
            </Button>
          </div>
        </Form>
      </Stack>
    </Section>
  )
}

const day = 86_400_000

function CohortForm(props: {
  course: CourseRow
  lessons: readonly LessonRow[]
  id: string
  cohort?: CohortRow
  onDone: () => void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const [edited, setEdited] = createSignal<Partial<CohortRow>>({})
  /** Chapter by chapter, a week each. */
  const usual = (): Record<string, number> =>
    Object.fromEntries(
      props.lessons.map((lesson) => [
        lesson.id,
        Math.max(
          0,
          props.course.chapters.findIndex(({ id }) => id === lesson.chapterId),
        ) + 1,
      ]),
    )
  const values = createMemo(() => ({
    name: '',
    startsAt: startOfDay(Date.now() + day),
    joining: 'open' as const,
    weeks: props.cohort ? {} : usual(),
    ...props.cohort,
    ...edited(),
  }))
  const setWeek = (lessonId: string, typed: string): void => {
    const { [lessonId]: _, ...rest } = values().weeks
    const week = Math.round(Number(typed))
    const weeks = week >= 1 ? { ...rest, [lessonId]: Math.min(104, week) } : rest
    setEdited({ ...edited(), weeks })
  }
  const save = async (): Promise<void> => {
    const { name, startsAt, joining, weeks } = values()
    if (name.trim() === '') return
    const id = props.id
    const onDone = props.onDone
    await core.commands.send('courses.save_cohort', {
      id,
      courseId: props.course.id,
      name: name.trim(),
      startsAt,
      joining,
      weeks,
    })
    onDone()
  }
  const end = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('cohorts.end_ask', { name: values().name }),
      text: t('cohorts.end_text'),
      confirm: t('cohorts.end'),
      cancel: t('cohorts.cancel'),
      danger: true,
    })
    if (!sure) return
    const id = props.id
    const onDone = props.onDone
    await core.commands.send('courses.end_cohort', { id, courseId: props.course.id })
    onDone()
  }
  return (
    <Section title={props.cohort?.name ?? t('cohorts.new')}>
      <Form onSubmit={() => void save()} data-cohort-form>
        <TextInput
          label={t('cohorts.field_name')}
          required
          maxLength={120}
          autocomplete="off"
          value={values().name}
          onInput={(event) => setEdited({ ...edited(), name: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('cohorts.field_start')}
          required
          value={localTime(values().startsAt).slice(0, 10)}
          onChange={(event) => {
            const at = new Date(`${event.currentTarget.value}T00:00:00`).getTime()
            if (Number.isFinite(at)) setEdited({ ...edited(), startsAt: at })
          }}
        />
        <Select
          label={t('cohorts.field_joining')}
          options={[
            { value: 'open', label: t('cohorts.joining_open') },
            { value: 'closed', label: t('cohorts.joining_closed') },
          ]}
          value={values().joining}
          onChange={(joining) => setEdited({ ...edited(), joining: joining as CohortRow['joining'] })}
        />
        <fieldset class={styles.weeks}>
          <legend>{t('cohorts.weeks')}</legend>
          <Muted>{t('cohorts.weeks_hint')}</Muted>
          <For each={props.lessons}>
            {(lesson) => (
              <div class={styles.week}>
                <span lang={props.course.lang}>{lesson.title}</span>
                <TextInput
                  type="number"
                  label={t('cohorts.week_of', { title: lesson.title })}
                  hideLabel
                  min={1}
                  max={104}
                  value={values().weeks[lesson.id] ?? ''}
                  onChange={(event) => setWeek(lesson.id, event.currentTarget.value)}
                />
              </div>
            )}
          </For>
        </fieldset>
        <FormActions>
          <Button type="submit" variant="primary">
            {t('cohorts.save')}
          </Button>
          <Button onClick={() => props.onDone()}>{t('cohorts.cancel')}</Button>
          <Show when={props.cohort}>
            <Button variant="quiet" onClick={() => void end()}>
              {t('cohorts.end')}
            </Button>
          </Show>
        </FormActions>
      </Form>
      <confirm.View />
    </Section>
  )
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
