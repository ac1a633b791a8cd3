/** What authors do: courses, their outline, their lessons. */
import type { Act, ServerHalf } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { holds } from '#shared/core/viewer.ts'
import { type CommunityRow, communityId, type MemberRow } from '#shared/features/accounts.ts'
import {
  canAssign,
  canTeach,
  canWithdrawCourse,
  type courses as contract,
  isOpenFor,
  longestLessonSchedule,
  mostLessons,
  printOf,
  reservedCourseSlugs,
  reservedLessonSlugs,
} from '#shared/features/courses.ts'
import { addedBy } from '#shared/features/pictures.ts'
import { settingsOf } from '#shared/features/setup.ts'
import { publishCohorts } from './cohorts.ts'
import { allowEditing } from './editing.ts'
import { openLater } from './opening.ts'
import {
  dropLesson,
  freeSlug,
  hasContent,
  publishAll,
  publishCourseRow,
  publishLesson,
  writeLesson,
} from './publish.ts'
import {
  type CourseRecord,
  chaptersOf,
  courseById,
  db,
  isUsedLesson,
  type LessonRecord,
  lessonById,
  lessonsOf,
  toAssignmentRow,
  toCourseRow,
} from './tables.ts'

type Commands = ServerHalf<typeof contract>['commands']

export const writing: Pick<
  Commands,
  | 'start_course'
  | 'describe_course'
  | 'arrange'
  | 'save_lesson'
  | 'remove_lesson'
  | 'publish_course'
  | 'withdraw_course'
  | 'assign'
  | 'unassign'
> = {
  start_course: {
    allow({ viewer }) {
      return canTeach(viewer)
        ? ok()
        : refuse('forbidden', 'only authors make courses', { reason: 'courses.authors_only' })
    },
    async handle({ tx, viewer }, input) {
      if (await courseById(tx, input.courseId)) {
        return refuse('conflict', 'this id is in use already', { field: 'courseId' })
      }
      const member = await tx.row<MemberRow>('members', viewer.id)
      const community = await tx.row<CommunityRow>('community', communityId)
      const slugs = await db(tx).selectFrom('courses_course').select('slug').execute()
      const taken = new Set(slugs.map(({ slug }) => slug))
      const course: CourseRecord = {
        id: input.courseId,
        slug: freeSlug(
          input.title,
          input.courseId,
          (slug) => taken.has(slug) || reservedCourseSlugs.has(slug),
        ),
        title: input.title,
        description: '',
        cover: null,
        lang: input.lang,
        tags: '[]',
        opening: JSON.stringify(settingsOf(community).opening),
        author_id: viewer.id,
        author_name: member?.name ?? '',
        chapters: '[]',
        published_at: null,
        hidden: 1,
        withdrawn_by: null,
        created_at: tx.now,
        updated_at: tx.now,
        imported: 0,
      }
      await db(tx).insertInto('courses_course').values(course).execute()
      await publishCourseRow(tx, course)
      return ok({ id: course.id, slug: course.slug })
    },
  },

  describe_course: {
    allow: (act, input) => allowEditing(act, input.courseId),
    async handle({ tx, viewer }, { courseId, tags, opening, cover, ...details }) {
      const before = await courseById(tx, courseId)
      if (cover && cover !== before?.cover && (await addedBy(tx, cover, [viewer.id])).length === 0) {
        return refuse('not_found', 'they have not added this picture', {
          field: 'cover',
          reason: 'pictures.no_picture',
        })
      }
      const assigned = await db(tx)
        .selectFrom('courses_assignment')
        .select('audience')
        .where('course_id', '=', courseId)
        .execute()
      if (assigned.some(({ audience }) => !isOpenFor(opening, audience))) {
        return refuse('conflict', 'it is assigned to members who could not open it', {
          field: 'opening',
          reason: 'courses.assign_not_open',
        })
      }
      await change(tx, courseId, {
        ...details,
        ...(cover === undefined ? {} : { cover }),
        tags: JSON.stringify([...new Set(tags)]),
        opening: JSON.stringify(opening),
        imported: 0,
      })
      await publishAll(tx, courseId)
      await publishCohorts(tx, (await courseById(tx, courseId))!)
      return ok()
    },
  },

  arrange: {
    allow: (act, input) => allowEditing(act, input.courseId),
    async handle({ tx }, { courseId, chapters }) {
      const lessons = await lessonsOf(tx, courseId)
      const known = new Set(lessons.map((lesson) => lesson.id))
      const named = chapters.flatMap((chapter) => chapter.lessons)
      const chapterIds = new Set(chapters.map((chapter) => chapter.id))
      if (new Set(named).size !== named.length || chapterIds.size !== chapters.length) {
        return refuse('invalid', 'something stands in the outline twice', { field: 'chapters' })
      }
      const last = chapters.at(-1)!.id
      const placed = chapters.flatMap((chapter) =>
        [
          ...chapter.lessons.filter((id) => known.has(id)),
          ...lessons
            .filter(({ id, chapter_id }) => {
              const home = chapterIds.has(chapter_id) ? chapter_id : last
              return !named.includes(id) && home === chapter.id
            })
            .map(({ id }) => id),
        ].map((id) => ({ id, chapterId: chapter.id })),
      )
      const course = await change(tx, courseId, {
        chapters: JSON.stringify(chapters.map(({ id, title }) => ({ id, title }))),
      })
      for (const [position, { id, chapterId }] of placed.entries()) {
        const before = lessons.find((lesson) => lesson.id === id)!
        if (before.position === position && before.chapter_id === chapterId) continue
        const moved = { ...before, position, chapter_id: chapterId }
        await db(tx)
          .updateTable('courses_lesson')
          .set({ position, chapter_id: chapterId })
          .where('id', '=', id)
          .execute()
        await publishLesson(tx, course, moved)
      }
      await publishCourseRow(tx, course)
      return ok()
    },
  },

  save_lesson: {
    allow: (act, input) => allowEditing(act, input.courseId),
    async handle({ tx }, input) {
      const course = await courseById(tx, input.courseId)
      if (!course) return noCourse()
      const lessons = await lessonsOf(tx, input.courseId)
      const before = lessons.find((lesson) => lesson.id === input.lessonId)
      if (!before && (await isUsedLesson(tx, input.lessonId))) {
        return refuse('gone', 'the lesson was removed', { reason: 'courses.no_lesson' })
      }
      if (before && before.body !== input.body && printOf(before.body) !== input.base) {
        return refuse('conflict', 'somebody else changed this lesson', {
          reason: 'courses.changed_by_others',
        })
      }
      if (!before && lessons.length >= mostLessons) {
        return refuse('too_large', 'a course has that many lessons at most', {
          reason: 'courses.too_many_lessons',
          params: { limit: mostLessons },
        })
      }
      if (input.opensAt != null && input.opensAt > tx.now + longestLessonSchedule) {
        return refuse('invalid', 'a time within a year', { field: 'opensAt', reason: 'courses.opens_when' })
      }
      if (!chaptersOf(course).some((chapter) => chapter.id === input.chapterId)) {
        return refuse('conflict', 'the course has no such chapter', {
          field: 'chapterId',
          reason: 'courses.no_chapter',
        })
      }
      const slugs = new Set(lessons.map((lesson) => lesson.slug))
      const record = await writeLesson(tx, before, {
        id: input.lessonId,
        course_id: input.courseId,
        chapter_id: before?.chapter_id ?? input.chapterId,
        slug:
          before?.slug ??
          freeSlug(input.title, input.lessonId, (slug) => slugs.has(slug) || reservedLessonSlugs.has(slug)),
        title: input.title,
        position: before?.position ?? (await placeIn(tx, course, lessons, input.chapterId)),
        body: input.body,
        free: input.free,
        ...(input.opensAt === undefined ? {} : { opensAt: input.opensAt }),
      })
      await openLater(tx, record)
      const changed = await change(tx, input.courseId, {})
      await publishLesson(tx, changed, record)
      await publishCourseRow(tx, changed)
      return ok({ id: record.id, slug: record.slug })
    },
  },

  remove_lesson: {
    allow: (act, input) => allowEditing(act, input.courseId),
    async handle({ tx }, input) {
      const lesson = await lessonById(tx, input.lessonId)
      if (lesson?.course_id !== input.courseId) return noLesson()
      await dropLesson(tx, lesson.id)
      await publishCourseRow(tx, await change(tx, input.courseId, {}))
      return ok()
    },
  },

  publish_course: {
    async allow(act, input) {
      const allowed = await allowEditing(act, input.courseId)
      if (!allowed.ok) return allowed
      const by = allowed.value.withdrawn_by
      return by !== null && by !== act.viewer.id && !holds(act.viewer, 'moderator')
        ? refuse('forbidden', 'a moderator withdrew the course', { reason: 'courses.withdrawn_by_others' })
        : ok()
    },
    async handle({ tx }, input) {
      const before = await courseById(tx, input.courseId)
      if (!before) return noCourse()
      const lessons = await lessonsOf(tx, input.courseId)
      if (!(await hasContent(tx, lessons))) {
        return refuse('conflict', 'a course needs a lesson', { reason: 'courses.needs_lesson' })
      }
      const course = await change(tx, input.courseId, {
        hidden: 0,
        withdrawn_by: null,
        published_at: before.published_at ?? tx.now,
      })
      await publishAll(tx, course.id)
      await publishCohorts(tx, course)
      await tx.tell('courses.published', {
        courseId: course.id,
        authorId: course.author_id,
        first: before.published_at === null,
      })
      return ok({ slug: course.slug })
    },
  },

  withdraw_course: {
    async allow({ tx, viewer }, input) {
      const course = await courseById(tx, input.courseId)
      if (!course || course.hidden === 1) return noCourse()
      return canWithdrawCourse(viewer, toCourseRow(course, [])) ? ok() : notYours()
    },
    async handle({ tx, viewer }, input) {
      await change(tx, input.courseId, { hidden: 1, withdrawn_by: viewer.id })
      await publishAll(tx, input.courseId)
      await publishCohorts(tx, (await courseById(tx, input.courseId))!)
      await tx.tell('courses.withdrawn', { courseId: input.courseId })
      return ok()
    },
  },

  assign: {
    allow: allowAssigning,
    async handle({ tx, viewer }, input) {
      const course = await courseById(tx, input.courseId)
      if (!course || course.hidden === 1) return noCourse()
      if (!isOpenFor(toCourseRow(course, []).opening, input.to)) {
        return refuse('conflict', 'they may not open it', { field: 'to', reason: 'courses.assign_not_open' })
      }
      const before = await db(tx)
        .selectFrom('courses_assignment')
        .selectAll()
        .where('id', '=', input.id)
        .executeTakeFirst()
      if (before && before.course_id !== input.courseId) {
        return refuse('conflict', 'this id is in use already', { field: 'id' })
      }
      const record = {
        id: input.id,
        course_id: input.courseId,
        audience: input.to,
        due_at: input.dueAt,
        by_id: viewer.id,
        at: before?.at ?? tx.now,
      }
      const { id: _, ...changes } = record
      await db(tx)
        .insertInto('courses_assignment')
        .values(record)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
        .execute()
      await tx.publish('assignments', record.id, toAssignmentRow(record))
      return ok()
    },
  },

  unassign: {
    allow: allowAssigning,
    async handle({ tx }, input) {
      await db(tx)
        .deleteFrom('courses_assignment')
        .where('id', '=', input.id)
        .where('course_id', '=', input.courseId)
        .execute()
      await tx.publish('assignments', input.id, null)
      return ok()
    },
  },
}

type Tx = Act['tx']

function allowAssigning({ viewer }: Act): Result<unknown> {
  return canAssign(viewer)
    ? ok()
    : refuse('forbidden', 'owners assign courses', { reason: 'courses.owners_only' })
}

/** The end of its chapter: what stands below moves on by one. */
async function placeIn(
  tx: Tx,
  course: CourseRecord,
  lessons: readonly LessonRecord[],
  chapterId: string,
): Promise<number> {
  const chapters = chaptersOf(course).map(({ id }) => id)
  const upTo = chapters.slice(0, chapters.indexOf(chapterId) + 1)
  const above = lessons.filter((lesson) => upTo.includes(lesson.chapter_id))
  const place = Math.max(-1, ...above.map(({ position }) => position)) + 1
  for (const lesson of lessons.filter(({ position }) => position >= place)) {
    const position = lesson.position + 1
    await db(tx).updateTable('courses_lesson').set({ position }).where('id', '=', lesson.id).execute()
    await publishLesson(tx, course, { ...lesson, position })
  }
  return place
}

function change(tx: Tx, id: string, changes: Partial<CourseRecord>): Promise<CourseRecord> {
  return db(tx)
    .updateTable('courses_course')
    .set({ ...changes, updated_at: tx.now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

function noCourse(): Result<never> {
  return refuse('not_found', 'no such course', { reason: 'courses.no_course' })
}

function noLesson(): Result<never> {
  return refuse('not_found', 'no such lesson', { reason: 'courses.no_lesson' })
}

function notYours(): Result<never> {
  return refuse('forbidden', 'the course is someone else’s', { reason: 'courses.not_yours' })
}
