/** Who has done what of a course: those it is assigned to, and those who took it of their own accord. */
import type { Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { Report, ReportLine } from '#shared/features/course-report.ts'
import { certificatesOf } from './certificates.ts'
import { courseById, db, lessonsOf } from './tables.ts'

/** Those who are behind first: what is late, then the least done. `null`: no such course. */
export async function reportOn(reader: Reader, services: Services, courseId: string): Promise<Report | null> {
  const course = await courseById(reader, courseId)
  if (!course) return null
  const lessons = new Set((await lessonsOf(reader, courseId)).map((lesson) => lesson.id))
  const members = await reader.rows<MemberRow>('members')
  const due = await dueDates(
    reader,
    services,
    courseId,
    members.map(({ id }) => id),
  )
  const enrolments = await db(reader)
    .selectFrom('courses_enrolment')
    .selectAll()
    .where('course_id', '=', courseId)
    .where('left_at', 'is', null)
    .execute()
  const enrolmentByMember = new Map(enrolments.map((enrolment) => [enrolment.member_id, enrolment]))
  const done = new Map<string, number>()
  const completions = await db(reader)
    .selectFrom('courses_completion')
    .select(['member_id', 'lesson_id'])
    .where('course_id', '=', courseId)
    .execute()
  for (const { member_id, lesson_id } of completions) {
    if (lessons.has(lesson_id)) done.set(member_id, (done.get(member_id) ?? 0) + 1)
  }
  const certificates = await certificatesOf(reader, courseId)
  const lines = members
    .filter(({ id }) => due.has(id) || enrolmentByMember.has(id))
    .map(({ id, data }): ReportLine => {
      const enrolment = enrolmentByMember.get(id)
      return {
        memberId: id,
        handle: data.handle,
        name: data.name,
        enrolledAt: enrolment?.enrolled_at ?? null,
        done: done.get(id) ?? 0,
        completedAt: enrolment?.completed_at ?? null,
        dueAt: due.get(id) ?? null,
        assigned: due.has(id),
        certificate: certificates.get(id) ?? null,
      }
    })
  const isOpen = (line: ReportLine): boolean => line.completedAt === null
  const dueOf = (line: ReportLine): number => line.dueAt ?? Number.MAX_SAFE_INTEGER
  lines.sort(
    (a, b) =>
      Number(isOpen(b)) - Number(isOpen(a)) ||
      dueOf(a) - dueOf(b) ||
      a.done - b.done ||
      (a.handle < b.handle ? -1 : 1),
  )
  return { lessons: lessons.size, lines }
}

/** By member: the earliest date of those assignments that reach them; `null` without one. */
async function dueDates(
  reader: Reader,
  services: Services,
  courseId: string,
  memberIds: readonly string[],
): Promise<Map<string, number | null>> {
  const assignments = await db(reader)
    .selectFrom('courses_assignment')
    .selectAll()
    .where('course_id', '=', courseId)
    .execute()
  const due = new Map<string, number | null>()
  for (const { audience, due_at } of assignments) {
    for (const id of audience === 'members' ? memberIds : await membersOf(services, audience)) {
      const before = due.get(id)
      const earliest = before == null ? due_at : due_at === null ? before : Math.min(before, due_at)
      due.set(id, earliest)
    }
  }
  return due
}

/** The feed's own list of who belongs to an audience, so that groups need no second one. */
async function membersOf(services: Services, audience: string): Promise<string[]> {
  const now = services.now()
  const found = await services.database.kysely
    .selectFrom('membership')
    .select(['member_id', 'until'])
    .where('audience', '=', audience)
    .execute()
  return [
    ...new Set(found.filter(({ until }) => until === null || until > now).map(({ member_id }) => member_id)),
  ]
}
