import { expect, test } from 'vitest'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { StoredRow } from '#client/core/database.ts'
import { keep } from './keep.ts'
import { overlays } from './overlays.ts'

const entry = { id: 'c', at: 1_000 } as OutboxEntry

function existing(rows: Record<string, object>) {
  return (table: string, id: string): StoredRow | undefined => {
    const data = rows[`${table} ${id}`]
    return data && { table, id, epoch: 'e', data: data as Record<string, unknown> }
  }
}

const course = {
  lessons: 2,
  opening: { to: 'public' },
  authorId: 'ada',
  published: false,
  lang: 'en',
  tags: [],
}

test('a course begun offline is there at once, for its author alone, and opens as the community has chosen', () => {
  const input = { courseId: 'k', title: 'Looms', lang: 'en' } as const
  const [patch] = overlays.start_course.rows!(
    input,
    entry,
    existing({ 'members ada': { name: 'Ada' }, 'community community': { opening: { to: 'public' } } }),
    'ada',
  )
  expect(patch).toMatchObject({
    table: 'courses',
    data: { slug: 'k', authorName: 'Ada', published: false, opening: { to: 'public' } },
  })
})

test('a new lesson stands at the end, can be opened, and has its words; a saved one keeps its place and address', () => {
  const input = { courseId: 'k', lessonId: 'l', chapterId: 'c', title: 'One', free: true, base: null }
  const body = 'Shown.\n\n<!-- more -->\n\nNot shown.'
  const fresh = overlays.save_lesson.rows!(
    { ...input, body },
    entry,
    existing({ 'courses k': course }),
    'ada',
  )
  expect(fresh).toMatchObject([
    { table: 'lessons', data: { position: 2, slug: 'l', preview: 'Shown.', words: 4, authorId: 'ada' } },
    { table: 'lesson_texts', id: 'l', data: { courseId: 'k', sequence: 0 } },
    { table: 'courses', data: { lessons: 3 } },
  ])
  const again = overlays.save_lesson.rows!(
    { ...input, body: 'x' },
    entry,
    existing({
      'courses k': course,
      'lessons l': { position: 0, slug: 'one', chapterId: 'b' },
      'lesson_texts l': { sequence: 7 },
    }),
    'ada',
  )
  expect(again).toMatchObject([
    { data: { position: 0, slug: 'one', chapterId: 'b' } },
    { data: { sequence: 7 } },
    { data: { lessons: 2 } },
  ])
  expect(overlays.save_lesson.room!({ ...input, body })).toBe('lesson/l')
})

test('a lesson that opens later says when, and shows nothing of itself', () => {
  const input = { courseId: 'k', lessonId: 'l', chapterId: 'c', title: 'One', free: true, base: null }
  const rows = (opensAt: number | null | undefined, before: Record<string, object> = {}) =>
    overlays.save_lesson.rows!(
      { ...input, body: 'Shown.\n\n<!-- more -->', ...(opensAt === undefined ? {} : { opensAt }) },
      entry,
      existing({ 'courses k': course, ...before }),
      'ada',
    )
  const later = { data: { opensAt: 2_000 } }
  expect(rows(2_000)).toMatchObject([{ data: { opensAt: 2_000, preview: '' } }, later, {}])
  expect(rows(undefined, { 'lessons l': { opensAt: 2_000 } })).toMatchObject([later, later, {}])
  for (const at of [null, 500]) {
    expect(rows(at, { 'lessons l': { opensAt: 2_000 } })).toMatchObject([
      { data: { opensAt: null, preview: 'Shown.' } },
      { data: { opensAt: null } },
      {},
    ])
  }
})

test('completed lessons add up, and enrol whoever was not', () => {
  const done = (lessonId: string, rows: Record<string, object>) =>
    overlays.complete_lesson.rows!({ courseId: 'k', lessonId }, entry, existing(rows), 'ada')[0]
  expect(done('a', {})).toEqual({
    table: 'enrolments',
    id: 'ada:k',
    data: { courseId: 'k', enrolledAt: 1_000, done: { a: 1_000 }, completedAt: null },
  })
  const before = { courseId: 'k', enrolledAt: 5, done: { a: 6 }, completedAt: null }
  expect(done('b', { 'enrolments ada:k': before })?.data).toMatchObject({
    enrolledAt: 5,
    done: { a: 6, b: 1_000 },
  })
  // What the server has heard already keeps its time.
  expect(done('a', { 'enrolments ada:k': before })?.data).toMatchObject({ done: { a: 6 } })
})

test('what is handed in stands at once for what waited, and a review at once for what it decides', () => {
  const rows = {
    'courses k': course,
    'lesson_tasks l': { criteria: [{ id: 'c', text: 'Clear', points: 4 }], passMark: 50, dueAt: 9 },
    'task_answers a': { n: 2, state: 'waiting', lessonId: 'l', memberId: 'bea', decisions: 0 },
    'enrolments bea:k': {},
  }
  const input = { courseId: 'k', lessonId: 'l', answerId: 'b', after: 'a', text: 'Better' }
  expect(overlays.hand_in.rows!(input, entry, existing(rows), 'bea')).toMatchObject([
    { id: 'a', data: { state: 'replaced' } },
    { id: 'b', data: { n: 3, state: 'waiting', text: 'Better', dueAt: 9, memberId: 'bea' } },
  ])
  const marks = [{ id: 'c', points: 3, comment: 'so' }]
  const review = { courseId: 'k', answerId: 'a', decisions: 0, passed: true, marks, said: '' }
  expect(overlays.review_answer.rows!(review, entry, existing(rows), 'ada')).toMatchObject([
    { id: 'a', data: { state: 'passed', score: 75, decisions: 1 } },
    { table: 'task_reviews', id: 'c', data: { by: 'ada', memberId: 'bea', score: 75 } },
  ])
})

test('an outline moves the lessons that are there', () => {
  const patches = overlays.arrange.rows!(
    {
      courseId: 'k',
      chapters: [
        { id: 'x', title: 'X', lessons: ['b', 'gone'] },
        { id: 'y', title: 'Y', lessons: ['a'] },
      ],
    },
    entry,
    existing({ 'lessons a': {}, 'lessons b': {} }),
    'ada',
  )
  expect(patches).toMatchObject([
    {
      data: {
        chapters: [
          { id: 'x', title: 'X' },
          { id: 'y', title: 'Y' },
        ],
      },
    },
    { id: 'b', data: { chapterId: 'x', position: 0 } },
    { id: 'a', data: { chapterId: 'y', position: 2 } },
  ])
})

test('what one takes is kept: what is not done first, of several courses in turn; what is locked, or never written, never', async () => {
  const lesson = (id: string, courseId: string, position: number) => ({
    id,
    data: { id, courseId, position },
  })
  const tables: Record<string, { id: string; data: object }[]> = {
    enrolments: [{ id: 'me:k', data: { courseId: 'k', enrolledAt: 9, done: { a: 1 } } }],
    assignments: [{ id: 'x', data: { courseId: 'm', at: 5 } }],
    lessons: [
      lesson('a', 'k', 0),
      lesson('c', 'k', 2),
      lesson('b', 'k', 1),
      lesson('m1', 'm', 0),
      lesson('other', 'o', 0),
    ],
    // What was never written has no document: 0.
    lesson_texts: ['c', 'a', 'b', 'm1', 'other'].map((id, sequence) => ({ id, data: { sequence } })),
  }
  const kept = await keep((table) =>
    Promise.resolve(
      tables[table]!.map(({ id, data }) => ({
        id,
        data: data as Record<string, unknown>,
        table,
        epoch: 'e',
      })),
    ),
  )
  expect(kept).toEqual([
    { room: 'lesson/b', sequence: 2, why: 'taken' },
    { room: 'lesson/m1', sequence: 3, why: 'taken' },
    { room: 'lesson/a', sequence: 1, why: 'taken' },
  ])
})
