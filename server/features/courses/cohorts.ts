/** Cohorts: opened by those who run a course, joined by members; who is behind, and who hears of it. */
import type { Reader, ServerHalf, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import {
  type CohortMemberRow,
  type CohortReport,
  type CohortRow,
  cohortMemberId,
  lessonDueAt,
  mostCohorts,
} from '#shared/features/course-cohorts.ts'
import { canEditCourse, type courses as contract } from '#shared/features/courses.ts'
import { allowEditing } from './editing.ts'
import { doneBy, enrol, enrolmentOf, mayOpen, publishEnrolment } from './enrolling.ts'
import { type CohortRecord, type CourseRecord, courseById, db, lessonsOf, shownAs } from './tables.ts'

type Commands = ServerHalf<typeof contract>['commands']
const day = 86_400_000

export const cohorts: Pick<Commands, 'save_cohort' | 'end_cohort' | 'set_cohort_member'> = {
  save_cohort: {
    allow: (act, input) => allowEditing(act, input.courseId),
    async handle({ tx }, input) {
      const { id, courseId, name, startsAt, joining } = input
      const before = await cohortById(tx, id)
      if (before && before.course_id !== courseId) {
        return refuse('conflict', 'this id is in use already', { field: 'id' })
      }
      const known = new Set((await lessonsOf(tx, courseId)).map((lesson) => lesson.id))
      const count = (await cohortsOf(tx, courseId)).length
      if (!before && count >= mostCohorts) {
        return refuse('too_large', 'a course has that many cohorts at most', {
          reason: 'cohorts.too_many',
          params: { limit: mostCohorts },
        })
      }
      const weeks = Object.fromEntries(Object.entries(input.weeks).filter(([lesson]) => known.has(lesson)))
      const record: CohortRecord = {
        id,
        course_id: courseId,
        name,
        starts_at: startsAt,
        joining,
        weeks: JSON.stringify(weeks),
        reminded_until: before?.reminded_until ?? tx.now,
      }
      const { id: _, ...changes } = record
      await db(tx)
        .insertInto('courses_cohort')
        .values(record)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
        .execute()
      await publishCohort(tx, (await courseById(tx, courseId))!, record)
      return ok()
    },
  },

  end_cohort: {
    allow: (act, input) => allowEditing(act, input.courseId),
    async handle({ tx }, { id, courseId }) {
      if ((await cohortById(tx, id))?.course_id !== courseId) return noCohort()
      for (const { id: member } of await membersIn(tx, id)) await dropMember(tx, member)
      await db(tx).deleteFrom('courses_cohort').where('id', '=', id).execute()
      await tx.publish('cohorts', id, null)
      return ok()
    },
  },

  set_cohort_member: {
    async allow(act, { id, courseId, memberId, on }) {
      const { tx, viewer } = act
      const cohort = await cohortById(tx, id)
      if (cohort?.course_id !== courseId || !(await tx.mayRead(viewer, 'cohorts', id))) return noCohort()
      const runs = (await allowEditing(act, courseId)).ok
      if (memberId !== viewer.id && !runs) return notTheirs()
      if (!on) return ok()
      if (cohort.joining === 'closed' && !runs) return notTheirs()
      const member = await tx.viewerOf(memberId)
      const canOpen = isMember(member) && (await mayOpen(tx, member, courseId))
      return canOpen ? ok() : refuse('forbidden', 'it is not open to them', { reason: 'courses.not_open' })
    },
    async handle({ tx }, { id, courseId, memberId, on }) {
      const rowId = cohortMemberId(id, memberId)
      if (!on) {
        await dropMember(tx, rowId)
        return ok()
      }
      const member = await tx.viewerOf(memberId)
      if (!isMember(member)) return noCohort()
      await db(tx)
        .insertInto('courses_cohort_member')
        .values({ id: rowId, cohort_id: id, course_id: courseId, member_id: memberId, at: tx.now })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
      const course = (await courseById(tx, courseId))!
      const row: CohortMemberRow = {
        courseId,
        cohortId: id,
        memberId,
        authorId: course.author_id,
        at: tx.now,
      }
      await tx.publish('cohort_members', rowId, row)
      await enrol(tx, member, courseId)
      await publishEnrolment(tx, memberId, courseId)
      return ok()
    },
  },
}

/** The cohorts of a course say for whom the course is. */
export async function publishCohorts(tx: Tx, course: CourseRecord): Promise<void> {
  for (const cohort of await cohortsOf(tx, course.id)) {
    await publishCohort(tx, course, cohort)
    for (const { id, member_id, at } of await membersIn(tx, cohort.id)) {
      const row: CohortMemberRow = {
        courseId: course.id,
        cohortId: cohort.id,
        memberId: member_id,
        authorId: course.author_id,
        at,
      }
      await tx.publish('cohort_members', id, row)
    }
  }
}

export async function leaveCohorts(tx: Tx, memberId: string, courseId?: string): Promise<void> {
  const found = await db(tx)
    .selectFrom('courses_cohort_member')
    .select(['id', 'course_id'])
    .where('member_id', '=', memberId)
    .execute()
  for (const { id, course_id } of found) {
    if (courseId === undefined || course_id === courseId) await dropMember(tx, id)
  }
}

/** Those who are behind first. `null`: not theirs to see. */
export async function cohortReport(
  reader: Reader,
  viewer: Viewer,
  cohortId: string,
): Promise<CohortReport | null> {
  const cohort = await cohortById(reader, cohortId)
  const course = cohort && (await courseById(reader, cohort.course_id))
  if (!course || !canEditCourse(viewer, { authorId: course.author_id })) return null
  const lessons = await lessonsOf(reader, course.id)
  const due = lessons.filter(({ id }) => (lessonDueAt(dates(cohort), id) ?? Infinity) < reader.now)
  const lines: CohortReport['lines'] = []
  for (const { member_id: memberId } of await membersIn(reader, cohortId)) {
    const member = await reader.row<MemberRow>('members', memberId)
    if (!member) continue
    const done = await doneBy(reader, memberId, course.id)
    const enrolment = await enrolmentOf(reader, memberId, course.id)
    lines.push({
      memberId,
      handle: member.handle,
      name: member.name,
      done: lessons.filter(({ id }) => done[id] !== undefined).length,
      behind: due.filter(({ id }) => done[id] === undefined).length,
      completedAt: enrolment?.completed_at ?? null,
    })
  }
  lines.sort((a, b) => b.behind - a.behind || a.done - b.done || (a.handle < b.handle ? -1 : 1))
  return { lessons: lessons.length, due: due.length, lines }
}

/** A day before lessons are due, those hear of it who have not done them; once for each lesson. */
export async function remindCohorts(services: Services): Promise<void> {
  await services.transact(cohortMorning)
  const all = await services.read((reader) => db(reader).selectFrom('courses_cohort').select('id').execute())
  for (const { id } of all) await services.transact((tx) => remindCohort(tx, id))
}

export async function cohortMorning(tx: Tx): Promise<void> {
  const morning = new Date(tx.now)
  morning.setHours(8, 0, 0, 0)
  if (morning.getTime() <= tx.now) morning.setDate(morning.getDate() + 1)
  await tx.later('courses.remind', {}, { at: morning.getTime(), key: 'courses.daily' })
}

async function remindCohort(tx: Tx, cohortId: string): Promise<void> {
  const cohort = await cohortById(tx, cohortId)
  const course = cohort && (await courseById(tx, cohort.course_id))
  if (!course || course.hidden === 1) return
  const until = tx.now + day
  const due = (await lessonsOf(tx, course.id)).filter(({ id }) => {
    const at = lessonDueAt(dates(cohort), id) ?? 0
    return at > cohort.reminded_until && at <= until
  })
  await db(tx)
    .updateTable('courses_cohort')
    .set({ reminded_until: until })
    .where('id', '=', cohortId)
    .execute()
  if (due.length === 0) return
  for (const { member_id: memberId } of await membersIn(tx, cohortId)) {
    const done = await doneBy(tx, memberId, course.id)
    const open = due.filter(({ id }) => done[id] === undefined)
    if (open.length === 0) continue
    await tx.tell('notifications.notify', {
      memberId,
      type: 'courses',
      word: 'cohorts.notice_due',
      about: `course:${course.id}`,
      params: { count: open.length, lesson: open[0]!.title },
      key: `cohort:${cohortId}`,
    })
  }
}

function dates(cohort: CohortRecord): Pick<CohortRow, 'startsAt' | 'weeks'> {
  return { startsAt: cohort.starts_at, weeks: JSON.parse(cohort.weeks) as Record<string, number> }
}

async function publishCohort(tx: Tx, course: CourseRecord, cohort: CohortRecord): Promise<void> {
  const { name, joining } = cohort
  const row: CohortRow = { courseId: course.id, name, joining, ...dates(cohort), ...shownAs(course) }
  await tx.publish('cohorts', cohort.id, row)
}

async function dropMember(tx: Tx, rowId: string): Promise<void> {
  await db(tx).deleteFrom('courses_cohort_member').where('id', '=', rowId).execute()
  await tx.publish('cohort_members', rowId, null)
}

function cohortsOf(reader: Reader, courseId: string): Promise<CohortRecord[]> {
  return db(reader)
    .selectFrom('courses_cohort')
    .selectAll()
    .where('course_id', '=', courseId)
    .orderBy('id')
    .execute()
}

function membersIn(
  reader: Reader,
  cohortId: string,
): Promise<{ id: string; member_id: string; at: number }[]> {
  return db(reader)
    .selectFrom('courses_cohort_member')
    .select(['id', 'member_id', 'at'])
    .where('cohort_id', '=', cohortId)
    .orderBy('id')
    .execute()
}

function cohortById(reader: Reader, id: string): Promise<CohortRecord | undefined> {
  return db(reader).selectFrom('courses_cohort').selectAll().where('id', '=', id).executeTakeFirst()
}

function noCohort(): Result<never> {
  return refuse('gone', 'no such cohort', { reason: 'cohorts.unknown' })
}

function notTheirs(): Result<never> {
  return refuse('forbidden', 'others let them in', { reason: 'cohorts.closed_refused' })
}
