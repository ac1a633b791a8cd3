import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import {
  type CohortReport,
  type CohortRow,
  dueCalendar,
  lessonDueAt,
} from '#shared/features/course-cohorts.ts'
import type { NoticeRow } from '#shared/features/notifications.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { remindCohorts } from './cohorts.ts'

let community: TestCommunity
let ada: TestMember
let bea: TestMember
let reader: TestMember
const day = 86_400_000
const [courseId, chapterId, first, second] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()]
const [open, closed] = [uuidv7(), uuidv7()]

async function good(result: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const answer = await result
  if (!answer.ok) throw new Error(`${answer.code} ${answer.reason} ${answer.message}`)
  return answer.data
}

const save = (member: TestMember, id: string, joining: CohortRow['joining']) =>
  community.send(member, 'courses.save_cohort', {
    id,
    courseId,
    name: joining,
    startsAt: community.clock.now,
    joining,
    weeks: { [first]: 1, [second]: 2, [uuidv7()]: 3 },
  })
const set = (by: TestMember, id: string, member: TestMember, on = true) =>
  community.send(by, 'courses.set_cohort_member', { id, courseId, memberId: member.id, on })
const table = async <R>(member: TestMember, name: string): Promise<Map<string, R>> =>
  (await community.feed(member)).get(name) ?? new Map()

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  bea = await community.member({ role: 'author', handle: 'bea' })
  reader = await community.member({ handle: 'reader' })
  await good(community.send(ada, 'courses.start_course', { courseId, title: 'On clocks', lang: 'en' }))
  const chapters = [{ id: chapterId, title: 'First', lessons: [] }]
  await good(community.send(ada, 'courses.arrange', { courseId, chapters }))
  for (const lessonId of [first, second]) {
    const lesson = { title: 'One', body: 'Words', free: false, base: null }
    await good(community.send(ada, 'courses.save_lesson', { courseId, lessonId, chapterId, ...lesson }))
  }
  await good(community.send(ada, 'courses.publish_course', { courseId }))
  await good(save(ada, open, 'open'))
  await good(save(ada, closed, 'closed'))
})
afterEach(() => community.close())

test('those who run a course open cohorts; members join the open ones, and are added to the others', async () => {
  expect(await save(bea, uuidv7(), 'open')).toMatchObject({ ok: false, reason: 'courses.not_yours' })
  const row = (await table<CohortRow>(reader, 'cohorts')).get(open)!
  expect(Object.keys(row.weeks).sort()).toEqual([first, second].sort())
  expect(lessonDueAt(row, second)).toBe(community.clock.now + 14 * day - 1)
  await good(set(reader, open, reader))
  expect((await table(reader, 'enrolments')).size).toBe(1)
  expect(await set(reader, closed, reader)).toMatchObject({ ok: false, reason: 'cohorts.closed_refused' })
  expect(await set(reader, open, bea)).toMatchObject({ ok: false, reason: 'cohorts.closed_refused' })
  await good(set(ada, closed, reader))
  expect((await table(reader, 'cohort_members')).size).toBe(2)
  expect((await table(ada, 'cohort_members')).size).toBe(2)
  expect((await table(bea, 'cohort_members')).size).toBe(0)
  await good(set(reader, closed, reader, false))
  expect((await table(reader, 'cohort_members')).size).toBe(1)
  await good(community.send(ada, 'courses.end_cohort', { id: open, courseId }))
  expect((await table(reader, 'cohort_members')).size + (await table(reader, 'cohorts')).size).toBe(1)
})

test('nobody joins a course that they may not open', async () => {
  const about = { courseId, title: 'On clocks', description: '', tags: [], lang: 'en' as const }
  await good(community.send(ada, 'courses.describe_course', { ...about, opening: { to: 'purchase' } }))
  expect((await table<CohortRow>(reader, 'cohorts')).get(open)!.opening.to).toBe('purchase')
  for (const by of [reader, ada]) {
    expect(await set(by, open, reader)).toMatchObject({ ok: false, reason: 'courses.not_open' })
  }
})

test('whoever is behind is told a day before, once, and stands first in the report of the author', async () => {
  await good(set(reader, open, reader))
  await good(set(bea, open, bea))
  await good(community.send(bea, 'courses.complete_lesson', { courseId, lessonId: first }))
  const notices = async (member: TestMember): Promise<NoticeRow[]> =>
    [...(await table<NoticeRow>(member, 'notices')).values()].filter(
      ({ word }) => word === 'cohorts.notice_due',
    )
  community.clock.advance(5 * day)
  await remindCohorts(community.services)
  expect(await notices(reader)).toEqual([])
  community.clock.advance(day + 1)
  await remindCohorts(community.services)
  const [told] = await notices(reader)
  expect(told).toMatchObject({ about: `course:${courseId}`, params: { count: 1, lesson: 'One' } })
  expect(await notices(bea)).toEqual([])
  community.clock.advance(day)
  await remindCohorts(community.services)
  expect((await notices(reader))[0]!.at).toBe(told!.at)
  const ask = async (as: TestMember): Promise<CohortReport | null> => {
    const input = encodeURIComponent(JSON.stringify({ id: open }))
    const response = await community.request(`/api/queries/courses.cohort_report?input=${input}`, { as })
    return ((await response.json()) as { output: CohortReport | null }).output
  }
  expect(await ask(ada)).toMatchObject({
    lessons: 2,
    due: 1,
    lines: [
      { handle: 'reader', done: 0, behind: 1 },
      { handle: 'bea', done: 1, behind: 0 },
    ],
  })
  expect(await ask(bea)).toBeNull()
})

test('whoever leaves the course or the community leaves its cohorts', async () => {
  await good(set(reader, open, reader))
  await good(set(bea, open, bea))
  await good(community.send(reader, 'courses.leave', { courseId }))
  await community.services.transact((tx) =>
    tx.tell('profiles.deleted', { memberId: bea.id, articles: 'keep' }),
  )
  expect((await table(ada, 'cohort_members')).size).toBe(0)
})

test('dates go into a calendar, its lines folded', () => {
  const url = 'https://example.org/learn/clocks/one'
  const at = Date.UTC(2026, 4, 10, 12)
  const file = dueCalendar([{ id: 'one', title: '钟；a, b'.repeat(12), at, url }], 'Clocks', at)
  expect(file).toContain('DTSTART;VALUE=DATE:20260510\r\n')
  for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  expect(file.replaceAll('\r\n ', '')).toContain('钟；a\\, b')
})
