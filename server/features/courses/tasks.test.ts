import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import type { AnswerRow, PeerAnswerRow, ReviewRow, TaskInput } from '#shared/features/course-tasks.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { remindTasks } from './task-reminders.ts'

let community: TestCommunity
let ada: TestMember
let bea: TestMember
let reader: TestMember
let owner: TestMember

// One community for all of them, a course each: to open one takes longer than what is told here.
beforeAll(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner', handle: 'owner' })
  ada = await community.member({ role: 'author', handle: 'ada' })
  bea = await community.member({ role: 'author', handle: 'bea' })
  reader = await community.member({ handle: 'reader' })
})
afterAll(() => community.close())

let courseId = ''
let lessonId = ''
const [clear, right] = [uuidv7(), uuidv7()]
const day = 86_400_000

async function good(result: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const answer = await result
  if (!answer.ok) throw new Error(`${answer.code} ${answer.reason} ${answer.message}`)
  return answer.data
}

function task(rules: Partial<TaskInput> = {}): TaskInput {
  return {
    text: 'Draw a clock.',
    criteria: [
      { id: clear, text: 'Clear', points: 5 },
      { id: right, text: 'Right', points: 5 },
    ],
    dueAt: null,
    passMark: 60,
    required: true,
    reviewedBy: 'authors',
    peers: 2,
    ...rules,
  }
}

const save = (member: TestMember, input: TaskInput | null) =>
  community.send(member, 'courses.save_task', { courseId, lessonId, task: input })

async function make(rules: Partial<TaskInput> = {}, opening: Opening = { to: 'members' }): Promise<void> {
  const chapterId = uuidv7()
  courseId = uuidv7()
  lessonId = uuidv7()
  await good(community.send(ada, 'courses.start_course', { courseId, title: 'On clocks', lang: 'en' }))
  const about = { courseId, title: 'On clocks', description: '', tags: [], lang: 'en' as const, opening }
  await good(community.send(ada, 'courses.describe_course', about))
  const chapters = [{ id: chapterId, title: 'First', lessons: [] }]
  await good(community.send(ada, 'courses.arrange', { courseId, chapters }))
  const lesson = { title: 'Hands', body: 'Words', free: false, base: null }
  await good(community.send(ada, 'courses.save_lesson', { courseId, lessonId, chapterId, ...lesson }))
  await good(community.send(ada, 'courses.publish_course', { courseId }))
  await good(save(ada, task(rules)))
}

async function handIn(member: TestMember, text = `by ${member.handle}`): Promise<string> {
  const answerId = uuidv7()
  community.clock.advance(1_000)
  await good(community.send(member, 'courses.hand_in', { courseId, lessonId, answerId, after: null, text }))
  return answerId
}

const marks = (points: number) => [
  { id: clear, points, comment: 'as one sees' },
  { id: right, points, comment: '' },
]
const review = (member: TestMember, answerId: string, passed: boolean, decisions = 0) =>
  community.send(member, 'courses.review_answer', {
    courseId,
    answerId,
    decisions,
    passed,
    marks: marks(passed ? 5 : 2),
    said: passed ? '' : 'The hands are missing',
  })
const complete = (member = reader) =>
  community.send(member, 'courses.complete_lesson', { courseId, lessonId })
/** Of this course. */
async function table<R>(member: TestMember | undefined, name: string): Promise<[string, R][]> {
  const rows: [string, R & { courseId: string }][] = [...((await community.feed(member)).get(name) ?? [])]
  return rows.filter(([, row]) => row.courseId === courseId)
}
async function noticesOf(member: TestMember): Promise<[string, string][]> {
  const rows = (await community.feed(member)).get('notices') ?? new Map<string, never>()
  return [...rows.values()].map(({ word, about }: { word: string; about: string }) => [word, about])
}
const answersOf = async (member: TestMember): Promise<Record<string, string>> =>
  Object.fromEntries((await table<AnswerRow>(member, 'task_answers')).map(([id, { state }]) => [id, state]))

test('an assignment that has to be passed keeps its lesson open until somebody says that it is', async () => {
  await make()
  expect(await complete()).toMatchObject({ ok: false, reason: 'tasks.pass_first' })
  const first = await handIn(reader)
  expect(await complete()).toMatchObject({ ok: false, reason: 'tasks.pass_first' })
  await good(review(ada, first, false))
  expect(await answersOf(reader)).toEqual({ [first]: 'again' })
  const [[, said]] = (await table<ReviewRow>(reader, 'task_reviews')) as [[string, ReviewRow]]
  expect(said).toMatchObject({ by: ada.id, score: 40, passed: false, said: 'The hands are missing' })
  expect(said.lines[0]).toEqual({ text: 'Clear', of: 5, points: 2, comment: 'as one sees' })
  const second = await handIn(reader, 'with hands')
  await good(review(ada, second, true))
  expect(await answersOf(reader)).toEqual({ [first]: 'again', [second]: 'passed' })
  await good(complete())
  const again = { courseId, lessonId, answerId: uuidv7(), after: null, text: 'more' }
  expect(await community.send(reader, 'courses.hand_in', again)).toMatchObject({
    ok: false,
    reason: 'tasks.passed_already',
  })
  expect(await noticesOf(reader)).toContainEqual(['tasks.notice_passed', `course:${courseId}#${lessonId}`])
  expect(await noticesOf(ada)).toContainEqual(['tasks.notice_waiting', `course:${courseId}#assignments`])
})

test('an answer is for its member and for those who run the course, and is decided by these', async () => {
  await make()
  const answerId = await handIn(reader)
  for (const viewer of [reader, ada, owner]) expect(await answersOf(viewer)).toHaveProperty(answerId)
  for (const viewer of [bea, undefined]) expect(await table(viewer, 'task_answers')).toEqual([])
  expect(await review(bea, answerId, true)).toMatchObject({ ok: false, reason: 'courses.not_yours' })
  expect(await review(reader, answerId, true)).toMatchObject({ ok: false, reason: 'courses.not_yours' })
  const own = await handIn(ada)
  expect(await review(ada, own, true)).toMatchObject({ ok: false, reason: 'tasks.own' })
  await good(review(owner, own, true))
  expect(await save(bea, task())).toMatchObject({ ok: false, reason: 'courses.not_yours' })
})

test('of two who decide without knowing of each other the second is told so', async () => {
  await make()
  const answerId = await handIn(reader)
  await good(review(ada, answerId, false))
  expect(await review(owner, answerId, true)).toMatchObject({
    ok: false,
    code: 'conflict',
    reason: 'tasks.decided_already',
  })
  await good(review(owner, answerId, true, 1))
  expect(await answersOf(reader)).toEqual({ [answerId]: 'passed' })
  const other = await handIn(bea)
  await handIn(bea)
  expect(await review(ada, other, true)).toMatchObject({ ok: false, reason: 'tasks.replaced' })
  const last = await handIn(bea)
  await good(save(ada, task({ criteria: [{ id: clear, text: 'Clear', points: 5 }] })))
  expect(await review(ada, last, true)).toMatchObject({ ok: false, reason: 'tasks.criteria_changed' })
})

test('what is late is told by the day of the task or of the cohort, whichever comes first', async () => {
  const now = community.clock.now
  await make({ dueAt: now + 30 * day })
  const first = await handIn(bea)
  const id = uuidv7()
  const cohort = { id, courseId, name: 'May', startsAt: now, joining: 'open' as const }
  await good(community.send(ada, 'courses.save_cohort', { ...cohort, weeks: { [lessonId]: 1 } }))
  await good(
    community.send(reader, 'courses.set_cohort_member', { id, courseId, memberId: reader.id, on: true }),
  )
  const second = await handIn(reader)
  const rows = new Map(await table<AnswerRow>(ada, 'task_answers'))
  expect(rows.get(first)!.dueAt).toBe(now + 30 * day)
  expect(rows.get(second)!.dueAt).toBe(now + 7 * day - 1)
  await good(review(ada, first, false))
  community.clock.advance(29.5 * day)
  await remindTasks(community.services)
  const about = `course:${courseId}#${lessonId}`
  expect(await noticesOf(bea)).toContainEqual(['tasks.notice_due', about])
  expect(await noticesOf(reader)).not.toContainEqual(['tasks.notice_due', about])
})

async function asked(member: TestMember): Promise<[string, PeerAnswerRow][]> {
  return (await table<PeerAnswerRow>(member, 'peer_answers')).filter(
    ([, { memberId }]) => memberId === member.id,
  )
}
const judge = (member: TestMember, id: string, points: number) =>
  community.send(member, 'courses.review_peer', { courseId, id, marks: marks(points), said: '' })

test('peers who have handed in decide together, and neither learns who the other is', async () => {
  await make({ reviewedBy: 'peers' })
  const peers = [reader, bea, await community.member({ handle: 'cem' })]
  const ids = new Map<TestMember, string>()
  for (const peer of peers) ids.set(peer, await handIn(peer, `words of a ${peer.handle}`))
  for (const peer of peers) {
    const rows = await asked(peer)
    expect(rows).toHaveLength(2)
    expect(rows.map(([, { answerId }]) => answerId)).not.toContain(ids.get(peer))
    const seen = JSON.stringify(rows)
    for (const other of peers) if (other !== peer) expect(seen).not.toContain(other.id)
  }
  const forReader = (rows: [string, PeerAnswerRow][]): string =>
    rows.find(([, { answerId }]) => answerId === ids.get(reader))![0]
  const [first, second] = [forReader(await asked(bea)), forReader(await asked(peers[2]!))]
  expect(await judge(reader, first, 5)).toMatchObject({ ok: false, code: 'gone' })
  await good(judge(bea, first, 5))
  expect(await judge(bea, first, 4)).toMatchObject({ ok: false, reason: 'tasks.reviewed_already' })
  expect(await answersOf(reader)).toEqual({ [ids.get(reader)!]: 'waiting' })
  await good(judge(peers[2]!, second, 2))
  expect(await answersOf(reader)).toEqual({ [ids.get(reader)!]: 'passed' })
  const reviews = await table<ReviewRow>(reader, 'task_reviews')
  expect(reviews.map(([, { by, score }]) => [by, score]).sort()).toEqual([
    [null, 100],
    [null, 40],
  ])
  expect(JSON.stringify(reviews)).not.toContain(bea.id)
  // Its author knows who, and can decide otherwise; then peers who have not reviewed need not.
  expect(JSON.stringify(await table(ada, 'peer_answers'))).toContain(bea.id)
  const late = (await asked(reader)).find(([, { answerId }]) => answerId === ids.get(bea))![0]
  await good(review(ada, ids.get(bea)!, false))
  expect(await judge(reader, late, 5)).toMatchObject({ ok: false, reason: 'tasks.asked_no_more' })
})

test('a later answer is reviewed by peers in the place of the one that waited, and who leaves is asked no more', async () => {
  await make({ reviewedBy: 'peers', peers: 1 })
  await handIn(reader)
  await handIn(bea)
  expect((await asked(bea)).map(([, { text }]) => text)).toEqual(['by reader'])
  await handIn(reader, 'better words')
  expect((await asked(bea)).map(([, { text }]) => text)).toEqual(['better words'])
  await good(community.send(bea, 'courses.leave', { courseId }))
  expect(await asked(bea)).toEqual([])
  await good(save(ada, task({ reviewedBy: 'authors' })))
  expect(await asked(reader)).toEqual([])
})

test('nobody waits for peers who may not read the lesson any more, nor for more of them than are asked', async () => {
  await make({ reviewedBy: 'peers', peers: 2 }, { to: 'purchase' })
  const item = `item:course:${courseId}` as const
  const [cem, dan] = [await community.member(), await community.member()]
  for (const { id } of [reader, bea, cem, dan])
    await community.services.transact((tx) => tx.grant(id, item, 'test'))
  const first = await handIn(reader)
  await handIn(bea)
  await handIn(cem)
  const of = async (peer: TestMember) => (await asked(peer)).find(([, { answerId }]) => answerId === first)
  await good(judge(bea, (await of(bea))![0], 5))
  expect(await of(cem)).toBeDefined()
  await community.services.transact(async (tx) => {
    await tx.revoke(cem.id, item, 'test')
    await tx.tell('memberships.ended', { memberId: cem.id, audience: item, source: 'test' })
  })
  expect(await asked(cem)).toEqual([])
  expect(await answersOf(reader)).toEqual({ [first]: 'waiting' })
  await handIn(dan)
  expect(await of(dan)).toBeDefined()
  await good(save(ada, task({ reviewedBy: 'peers', peers: 1 })))
  expect(await answersOf(reader)).toEqual({ [first]: 'passed' })
  expect(await of(dan)).toBeUndefined()
  await community.services.transact((tx) =>
    tx.tell('profiles.deleted', { memberId: ada.id, articles: 'withdraw', posts: 'keep' }),
  )
  for (const peer of [reader, dan]) expect(await asked(peer)).toEqual([])
  ada = await community.member({ role: 'author' })
})

test('what a peer reports is out of everybody’s sight but its member’s, until it is restored', async () => {
  await make({ reviewedBy: 'peers', peers: 1 })
  const answerId = await handIn(reader)
  await handIn(bea)
  const report = { target: `answer:${answerId}`, reason: 'abuse' as const, note: '' }
  const stranger = await community.member()
  expect(await community.send(stranger, 'moderation.report', report)).toMatchObject({ code: 'not_found' })
  await good(community.send(bea, 'moderation.report', report))
  const decisionId = uuidv7()
  const down = { decisionId, target: report.target, act: 'hide' as const, reason: 'abuse' as const, note: '' }
  await good(community.send(owner, 'moderation.take_down', down))
  expect(await asked(bea)).toEqual([])
  expect(await answersOf(ada)).not.toHaveProperty(answerId)
  expect(await answersOf(reader)).toEqual({ [answerId]: 'waiting' })
  expect(await review(ada, answerId, true)).toMatchObject({ ok: false, reason: 'tasks.gone' })
  await good(community.send(owner, 'moderation.lift', { decisionId, note: '' }))
  expect((await asked(bea)).map(([, { text }]) => text)).toEqual(['by reader'])
  expect(await answersOf(ada)).toHaveProperty(answerId)
})

test('who may not read the lesson may not hand in, nor see what is to be done', async () => {
  await make({}, { to: 'purchase' })
  expect(await table(reader, 'lesson_tasks')).toEqual([])
  const input = { courseId, lessonId, answerId: uuidv7(), after: null, text: 'x' }
  expect(await community.send(reader, 'courses.hand_in', input)).toMatchObject({
    ok: false,
    reason: 'courses.not_open',
  })
})

test('what was handed in goes with its member, and what they said of others stays without their name', async () => {
  await make({ reviewedBy: 'peers', peers: 1 })
  await handIn(reader, 'secret words')
  const other = await handIn(bea)
  const mine = (await asked(reader)).find(([, { answerId }]) => answerId === other)![0]
  await good(judge(reader, mine, 5))
  await community.services.transact((tx) =>
    tx.tell('profiles.deleted', { memberId: reader.id, articles: 'keep', posts: 'keep' }),
  )
  for (const viewer of [ada, bea, reader]) {
    const all = JSON.stringify([...(await community.feed(viewer))].map(([name, rows]) => [name, [...rows]]))
    expect(all).not.toContain('secret words')
  }
  expect((await table<ReviewRow>(bea, 'task_reviews')).map(([, { score }]) => score)).toEqual([100])
  expect(JSON.stringify(await table(ada, 'peer_answers'))).not.toContain(reader.id)
  // The course stays when its author leaves; those who look after it then see what was handed in.
  await community.services.transact((tx) =>
    tx.tell('profiles.deleted', { memberId: ada.id, articles: 'keep', posts: 'keep' }),
  )
  expect(await table(ada, 'task_answers')).toEqual([])
  expect(await answersOf(owner)).toEqual({ [other]: 'passed' })
})
