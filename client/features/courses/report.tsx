/** Who has to take a course, and how far everybody is. Figures of others are asked of the server, each time. */
import { useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { saveCsv } from '#client/parts/save-csv.ts'
import { DownloadIcon, GroupIcon, OfflineIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  EmptyState,
  Page,
  Section,
  Skeleton,
  Stat,
  Table,
  type Tone,
} from '#client/ui/index.ts'
import { dueState } from '#shared/features/course-progress.ts'
import type { Report, ReportLine } from '#shared/features/course-report.ts'
import { type CourseRow, coursePath } from '#shared/features/courses.ts'
import { toCsv } from '#shared/features/csv.ts'
import type { WordKey } from '#shared/words/index.ts'
import { Assigning } from './assigning.tsx'
import { Revoking } from './certificate.tsx'
import { NoCourse } from './course.tsx'
import styles from './courses.module.css'
import { decoded, useCourse } from './find.ts'

export function ReportPage(): JSX.Element {
  const params = useParams<{ course: string }>()
  const course = useCourse(() => decoded(params.course))
  const id = createMemo(() => course()?.id)
  return (
    <Show when={id()} keyed fallback={<NoCourse loading={course() !== null} />}>
      {(_) => <Completion course={course()!.data} />}
    </Show>
  )
}

type State = 'done' | 'late' | 'going' | 'none'
const tones: Record<State, Tone> = { done: 'accent', late: 'danger', going: 'info', none: 'neutral' }
const stateWords: Record<State, WordKey> = {
  done: 'courses.state_word_done',
  late: 'courses.state_word_late',
  going: 'courses.state_word_going',
  none: 'courses.state_word_none',
}

function stateOf(line: ReportLine, now: number): State {
  if (line.completedAt !== null) return 'done'
  if (dueState(line.dueAt, null, now) === 'late') return 'late'
  return line.enrolledAt === null ? 'none' : 'going'
}

function StateBadge(props: { state: State }): JSX.Element {
  const { t } = useI18n()
  return <Badge tone={tones[props.state]}>{t(stateWords[props.state])}</Badge>
}

function Completion(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  useTitle(() => t('courses.report_title', { title: props.course.title }))
  const [report, setReport] = createSignal<Report>()
  const [failed, setFailed] = createSignal(false)
  const load = async (): Promise<void> => {
    setFailed(false)
    const answer = await core.queries.ask('courses.report', { courseId: props.course.id })
    if (answer.ok && answer.value) setReport(answer.value)
    else setFailed(true)
  }
  const assigning = createMemo(
    () =>
      core.commands.entries().filter(({ name }) => name === 'courses.assign' || name === 'courses.unassign')
        .length,
  )
  // Again once an assignment has reached the server, and once there is a server.
  createEffect(() => {
    if (assigning() === 0 && core.connection().online) void load()
  })
  const now = (): number => Date.now() + core.session.clockOffset()
  const count = (state: State): number =>
    report()?.lines.filter((line) => stateOf(line, now()) === state).length ?? 0
  const day = (at: number | null): string => (at === null ? '' : date(at, 'day'))
  const download = (): void => {
    const found = report()
    if (!found) return
    const iso = (at: number | null): string => (at === null ? '' : new Date(at).toISOString().slice(0, 10))
    const head = [
      t('courses.col_member'),
      t('courses.col_handle'),
      t('courses.col_state'),
      t('courses.col_progress'),
      t('courses.col_lessons'),
      t('courses.col_enrolled'),
      t('courses.col_due'),
      t('courses.col_completed'),
    ]
    const lines = found.lines.map((line) => [
      line.name,
      line.handle,
      t(stateWords[stateOf(line, now())]),
      line.done,
      found.lessons,
      iso(line.enrolledAt),
      iso(line.dueAt),
      iso(line.completedAt),
    ])
    saveCsv(toCsv([head, ...lines]), `${props.course.slug}.csv`)
  }
  return (
    <Page
      width="wide"
      title={t('courses.report_title', { title: props.course.title })}
      lead={t('courses.report_lead')}
      back={{ href: coursePath(props.course), label: t('courses.back_course') }}
      actions={
        <Button disabled={!report()?.lines.length} onClick={download}>
          <DownloadIcon />
          {t('courses.report_csv')}
        </Button>
      }
    >
      <Assigning course={props.course} />
      <Switch fallback={<Skeleton label={t('courses.report_loading')} lines={6} />}>
        <Match when={report()}>
          {(found) => (
            <Section title={t('courses.report_people')}>
              <div class={styles.stats}>
                <Stat label={t('courses.report_people')} value={found().lines.length} />
                <Stat label={t('courses.report_done')} value={count('done')} />
                <Stat label={t('courses.report_begun')} value={count('going')} />
                <Stat label={t('courses.report_late')} value={count('late')} />
              </div>
              <Show
                when={found().lines.length > 0}
                fallback={<EmptyState icon={GroupIcon} title={t('courses.report_none')} />}
              >
                <Table
                  label={t('courses.report_people')}
                  rows={found().lines}
                  columns={[
                    {
                      head: t('courses.col_member'),
                      cell: (line) => <a href={`/members/${line.handle}`}>{line.name}</a>,
                    },
                    {
                      head: t('courses.col_state'),
                      cell: (line) => <StateBadge state={stateOf(line, now())} />,
                      words: true,
                    },
                    {
                      head: t('courses.col_progress'),
                      cell: (line) => t('courses.done_of', { done: line.done, count: found().lessons }),
                      words: true,
                    },
                    { head: t('courses.col_due'), cell: (line) => day(line.dueAt), words: true },
                    { head: t('courses.col_completed'), cell: (line) => day(line.completedAt), words: true },
                    {
                      head: t('certificates.column'),
                      cell: (line) => (
                        <Show when={line.certificate}>
                          {(certificate) => <Revoking certificate={certificate()} name={line.name} />}
                        </Show>
                      ),
                      words: true,
                    },
                  ]}
                />
              </Show>
            </Section>
          )}
        </Match>
        <Match when={failed() || !core.connection().online}>
          <EmptyState
            icon={OfflineIcon}
            title={t(core.connection().online ? 'courses.report_failed' : 'courses.report_online')}
            actions={<Button onClick={() => void load()}>{t('courses.report_again')}</Button>}
          />
        </Match>
      </Switch>
    </Page>
  )
}
