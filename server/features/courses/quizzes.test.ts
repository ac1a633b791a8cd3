import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import {
  type QuizFigures,
  type QuizInput,
  type QuizResultRow,
  quizParts,
  quizResultId,
} from '#shared/features/course-quizzes.ts'
import { quizPrint } from '#shared/features/courses.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

let community: TestCommunity
let ada: TestMember
let bea: TestMember
let reader: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  bea = await community.member({ role: 'author', handle: 'bea' })
  reader = await community.member({ handle: 'reader' })
})
afterEach(() => community.close())

const [courseId, chapterId, free, sold] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()]
const [one, text, right, wrong] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()]
const secret = 'because it is so'

async function good(result: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const answer = await result
  if (!answer.ok) throw new Error(`${answer.code} ${answer.reason} ${answer.message}`)
  return answer.data
}

function quiz(rules: Partial<QuizInput> = {}): QuizInput {
  const options = [
    { id: right, text: 'Yes' },
    { id: wrong, text: 'No' },
  ]
  return {
    passMark: 100,
    attempts: 0,
    required: true,
    shuffled: false,
    questions: [
      { id: one, kind: 'single', text: 'Is it?', options, right: [right], why: secret },
      { id: text, kind: 'text', text: 'What?', options: [], right: ['clock'], why: '' },
    ],
    ...rules,
  }
}

async function make(opening: Opening, rules: Partial<QuizInput> = {}): Promise<void> {
  await good(community.send(ada, 'courses.start_course', { courseId, title: 'On clocks', lang: 'en' }))
  const about = { courseId, title: 'On clocks', description: '', tags: [], lang: 'en' as const, opening }
  await good(community.send(ada, 'courses.describe_course', about))
  const chapters = [{ id: chapterId, title: 'First', lessons: [] }]
  await good(community.send(ada, 'courses.arrange', { courseId, chapters }))
  for (const lessonId of [free, sold]) {
    const lesson = { title: lessonId, body: 'Words', free: lessonId === free, base: null }
    await good(community.send(ada, 'courses.save_lesson', { courseId, lessonId, chapterId, ...lesson }))
  }
  await good(community.send(ada, 'courses.publish_course', { courseId }))
  await good(community.send(ada, 'courses.save_quiz', { courseId, lessonId: sold, quiz: quiz(rules) }))
}

const answer = (answers: Record<string, string[]>, member = reader) =>
  community.send(member, 'courses.answer_quiz', { courseId, lessonId: sold, answers })
const complete = (member = reader) =>
  community.send(member, 'courses.complete_lesson', { courseId, lessonId: sold })
const table = async (member: TestMember | undefined, name: string): Promise<Map<string, unknown>> =>
  (await community.feed(member)).get(name) ?? new Map()
const resultOf = async (member = reader): Promise<QuizResultRow | undefined> =>
  (await table(member, 'quiz_results')).get(quizResultId(member.id, sold)) as QuizResultRow | undefined

test('a quiz that has to be passed keeps its lesson open until it is', async () => {
  await make({ to: 'members' })
  expect(await complete()).toMatchObject({ ok: false, reason: 'quizzes.pass_first' })
  expect(await good(answer({ [one]: [right], [text]: ['watch'] }))).toEqual({ score: 50, passed: false })
  expect(await complete()).toMatchObject({ ok: false, reason: 'quizzes.pass_first' })
  expect(await good(answer({ [one]: [right], [text]: [' CLOCK'] }))).toEqual({ score: 100, passed: true })
  await good(complete())
  expect(await resultOf()).toMatchObject({
    tries: 2,
    passed: true,
    best: 100,
    key: { [one]: { why: secret } },
  })
})

test('where attempts are counted, the key reaches nobody before their last', async () => {
  await make({ to: 'members' }, { attempts: 2 })
  const everything = async (): Promise<string> =>
    JSON.stringify([...(await community.feed(reader))].map(([name, rows]) => [name, [...rows]]))
  expect((await table(reader, 'quizzes')).size).toBe(1)
  expect((await table(ada, 'quiz_keys')).size).toBe(1)
  expect(await everything()).not.toContain(secret)
  await good(answer({ [one]: [wrong] }))
  expect((await resultOf())!.last.marks).toEqual({ [one]: false, [text]: false })
  expect(await everything()).not.toContain(secret)
  await good(answer({ [one]: [wrong] }))
  expect(await everything()).toContain(secret)
  expect(await answer({ [one]: [right] })).toMatchObject({ ok: false, reason: 'quizzes.no_attempts' })
  // Whoever limits the attempts afterwards takes the key back from devices.
  await good(community.send(ada, 'courses.save_quiz', { courseId, lessonId: sold, quiz: quiz() }))
  expect((await table(bea, 'quiz_keys')).size).toBe(1)
  const limited = quiz({ attempts: 1 })
  await good(community.send(ada, 'courses.save_quiz', { courseId, lessonId: sold, quiz: limited }))
  expect((await table(bea, 'quiz_keys')).size).toBe(0)
})

test('answers to questions that have changed meanwhile are no attempt', async () => {
  await make({ to: 'members' }, { attempts: 1 })
  const answers = { [one]: [right], [text]: ['clock'] }
  const asked = quizPrint(quizParts(quiz()).questions)
  const send = (print: string) =>
    community.send(reader, 'courses.answer_quiz', { courseId, lessonId: sold, answers, asked: print })
  const other = quiz({ attempts: 1 })
  other.questions[1]!.text = 'Who?'
  await good(community.send(ada, 'courses.save_quiz', { courseId, lessonId: sold, quiz: other }))
  expect(await send(asked)).toMatchObject({ ok: false, reason: 'quizzes.changed' })
  expect(await resultOf()).toBeUndefined()
  await good(send(quizPrint(quizParts(other).questions)))
})

test('the quiz of a lesson that is sold is for those who may read it, and so is its completion', async () => {
  await make({ to: 'purchase' }, { required: false })
  for (const viewer of [undefined, reader]) expect((await table(viewer, 'quizzes')).size).toBe(0)
  expect(await answer({ [one]: [right] })).toMatchObject({ ok: false, reason: 'courses.not_open' })
  // Enrolled by the free preview, and no further.
  await good(community.send(reader, 'courses.complete_lesson', { courseId, lessonId: free }))
  expect(await complete()).toMatchObject({ ok: false, reason: 'courses.not_open' })
  await community.services.transact((tx) => tx.grant(reader.id, `item:course:${courseId}`, 'test'))
  expect((await table(reader, 'quizzes')).size).toBe(1)
  await good(complete())
})

test('authors write quizzes for their own courses, and see how each question is answered', async () => {
  await make({ to: 'members' })
  const save = (member: TestMember, input: QuizInput | null) =>
    community.send(member, 'courses.save_quiz', { courseId, lessonId: sold, quiz: input })
  expect(await save(bea, quiz())).toMatchObject({ ok: false, reason: 'courses.not_yours' })
  const faulty = quiz()
  faulty.questions[0]!.right = [uuidv7()]
  expect(await save(ada, faulty)).toMatchObject({ ok: false, reason: 'quizzes.faulty', params: { n: 1 } })
  await good(answer({ [one]: [wrong], [text]: ['watch'] }))
  community.clock.advance(1_000)
  await good(answer({ [one]: [right], [text]: ['clock'] }))
  await good(answer({ [one]: [right], [text]: ['watch'] }, bea))
  const ask = async (as: TestMember): Promise<QuizFigures | null> => {
    const input = encodeURIComponent(JSON.stringify({ courseId, lessonId: sold }))
    const response = await community.request(`/api/queries/courses.quiz_figures?input=${input}`, { as })
    return ((await response.json()) as { output: QuizFigures | null }).output
  }
  expect(await ask(ada)).toEqual({
    members: 2,
    passed: 1,
    answers: {
      [one]: { right: 1, given: [right, wrong].sort().map((value) => ({ value, count: 1 })) },
      [text]: { right: 0, given: [{ value: 'watch', count: 2 }] },
    },
  })
  expect(await ask(bea)).toBeNull()
  await good(save(ada, null))
  expect((await table(reader, 'quizzes')).size + (await table(ada, 'quiz_keys')).size).toBe(0)
  await good(complete())
})

test('what was answered goes with the member, and what was asked with the lesson', async () => {
  await make({ to: 'members' })
  await good(answer({ [one]: [right] }))
  await community.services.transact((tx) =>
    tx.tell('profiles.deleted', { memberId: reader.id, articles: 'keep', posts: 'keep' }),
  )
  expect(await resultOf()).toBeUndefined()
  await good(community.send(ada, 'courses.remove_lesson', { courseId, lessonId: sold }))
  expect((await table(bea, 'quizzes')).size).toBe(0)
})
