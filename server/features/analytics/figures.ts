/** The figures, read when somebody asks. */
import type { Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { dayOf } from '#shared/core/day.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { type Figures, type Metric, maySeeRevenue, metrics, retentionOf } from '#shared/features/analytics.ts'
import type { CourseRow, EnrolmentRow } from '#shared/features/courses.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { EventRow } from '#shared/features/events.ts'
import { db } from './tables.ts'

const day = 86_400_000
/** Of lists. */
const most = 20

export async function figuresOf(
  reader: Reader,
  services: Services,
  viewer: Viewer,
  span: number,
): Promise<Figures> {
  const { now } = reader
  const days = Array.from({ length: span }, (_, index) => dayOf(now - (span - 1 - index) * day))
  const counts = await db(reader)
    .selectFrom('analytics_count')
    .selectAll()
    .where('day', '>=', days[0]!)
    .execute()
  const active = await db(reader).selectFrom('analytics_active').selectAll().execute()
  const activeOn = new Map<string, number>()
  for (const one of active) activeOn.set(one.day, (activeOn.get(one.day) ?? 0) + 1)
  const countOf = new Map(counts.map((one) => [`${one.metric} ${one.day}`, Number(one.value)]))
  const seriesOf = (metric: string): number[] => days.map((one) => countOf.get(`${metric} ${one}`) ?? 0)
  const series = Object.fromEntries(
    metrics.map((metric) => [
      metric,
      metric === 'active' ? days.map((one) => activeOn.get(one) ?? 0) : seriesOf(metric),
    ]),
  ) as Record<Metric, number[]>

  const members = await reader.rows<MemberRow>('members')
  const within = (span: number): number =>
    new Set(active.filter((one) => one.day > dayOf(now - span * day)).map((one) => one.member_id)).size
  const byMember = new Map<string, string[]>()
  for (const one of active) byMember.set(one.member_id, [...(byMember.get(one.member_id) ?? []), one.day])

  return {
    days,
    series,
    members: members.length,
    activeWithin: { day: within(1), week: within(7), month: within(30) },
    retention: retentionOf(
      new Map(members.map(({ id, data }) => [id, dayOf(data.joinedAt)])),
      byMember,
      dayOf(now),
    ),
    courses: await coursesOf(reader, viewer),
    events: await eventsOf(reader, viewer),
    unanswered: await unansweredOf(reader, viewer),
    revenue: maySeeRevenue(viewer) ? revenueOf(counts, seriesOf) : null,
    health: await healthOf(services),
  }
}

/** Rows that the asking organiser may see: a draft's title is not for everybody who runs the community. */
async function shown<R>(reader: Reader, viewer: Viewer, table: string): Promise<{ id: string; data: R }[]> {
  const readable = await reader.readable(viewer, table)
  return (await reader.rows<R>(table)).filter(({ id }) => readable.has(id))
}

async function coursesOf(reader: Reader, viewer: Viewer): Promise<Figures['courses']> {
  const courses = await shown<CourseRow>(reader, viewer, 'courses')
  const enrolments = await reader.rows<EnrolmentRow>('enrolments')
  const lessons = await reader.rows<{ courseId: string }>('lessons')
  return courses
    .map(({ id, data }) => {
      const all = lessons.filter((lesson) => lesson.data.courseId === id).length
      const own = enrolments.filter((one) => one.data.courseId === id).map((one) => one.data)
      const doneOf = (enrolment: EnrolmentRow): number => Object.keys(enrolment.done).length
      return {
        id,
        title: data.title,
        enrolled: own.length,
        half: own.filter((one) => one.completedAt !== null || doneOf(one) * 2 > all).length,
        done: own.filter((one) => one.completedAt !== null).length,
      }
    })
    .sort((a, b) => b.enrolled - a.enrolled)
    .slice(0, most)
}

async function eventsOf(reader: Reader, viewer: Viewer): Promise<Figures['events']> {
  const events = await shown<EventRow & { attended?: number }>(reader, viewer, 'events')
  return events
    .filter(({ data }) => data.start > reader.now - 180 * day)
    .sort((a, b) => b.data.start - a.data.start)
    .slice(0, most)
    .map(({ id, data }) => ({
      id,
      title: data.title,
      start: data.start,
      going: data.going,
      attended: data.attended ?? 0,
    }))
}

async function unansweredOf(reader: Reader, viewer: Viewer): Promise<Figures['unanswered']> {
  const threads = await shown<ThreadRow>(reader, viewer, 'threads')
  return threads
    .filter(({ data }) => data.kind === 'question' && data.acceptedPostId === null && data.posts === 1)
    .sort((a, b) => a.data.createdAt - b.data.createdAt)
    .slice(0, most)
    .map(({ id, data }) => ({ id, title: data.title, askedAt: data.createdAt }))
}

function revenueOf(
  counts: readonly { metric: string }[],
  seriesOf: (metric: string) => number[],
): NonNullable<Figures['revenue']> {
  const currencies = new Set(
    counts
      .filter(({ metric }) => metric.includes(':'))
      .map(({ metric }) => metric.slice(metric.indexOf(':') + 1)),
  )
  return [...currencies].sort().map((currency) => ({
    currency,
    paid: seriesOf(`paid:${currency}`),
    refunded: seriesOf(`refunded:${currency}`),
  }))
}

async function healthOf(services: Services): Promise<Record<string, number>> {
  const jobs = await services.database.kysely
    .selectFrom('job')
    .select(({ fn }) => [fn.countAll<number>().as('all'), fn.count<number>('error').as('failed')])
    .executeTakeFirst()
  return {
    ...services.gauges(),
    jobs_waiting: Number(jobs?.all ?? 0),
    jobs_failed: Number(jobs?.failed ?? 0),
  }
}
