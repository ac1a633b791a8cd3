import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeUpload } from '#server/features/media/index.ts'
import { readCatalogue } from '#server/features/recommendations/catalogue.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest, type Viewer } from '#shared/core/viewer.ts'
import { type CourseRow, type EnrolmentRow, type LessonRow, printOf } from '#shared/features/courses.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'
import { planOpenings } from './opening.ts'
import { db } from './tables.ts'

let community: TestCommunity
let ada: TestMember
let reader: TestMember
let opensAt: number
const courseId = uuidv7()
const chapterId = uuidv7()
const [first, later] = [uuidv7(), uuidv7()]
const secret = 'wistaria'
const about = { title: 'On clocks', description: '', tags: [], lang: 'en' } as const

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  reader = await community.member({ handle: 'reader' })
  opensAt = community.clock.now + 7 * 86_400_000
  await good(ada, 'courses.start_course', { courseId, title: 'On clocks', lang: 'en' })
  await good(ada, 'courses.describe_course', { courseId, ...about, opening: { to: 'public' } })
  const chapters = [{ id: chapterId, title: 'First', lessons: [] }]
  await good(ada, 'courses.arrange', { courseId, chapters })
})
afterEach(() => community.close())

async function good(by: TestMember, name: string, input: object): Promise<void> {
  expect(await community.send(by, name, input), name).toMatchObject({ ok: true })
}

const save = (lessonId: string, more: object) =>
  community.send(ada, 'courses.save_lesson', {
    courseId,
    lessonId,
    chapterId,
    title: 'A lesson',
    body: '',
    free: false,
    base: null,
    ...more,
  })

async function rows<R>(viewer: TestMember | undefined, table: string): Promise<Map<string, R>> {
  return (await community.feed(viewer)).get(table) ?? new Map()
}

async function opens(viewer: Viewer, room: string): Promise<boolean> {
  return community.doc(viewer, room).then(
    () => true,
    (error) => {
      if (error instanceof NoAccess) return false
      throw error
    },
  )
}

/** A picture, as far as its first bytes say. */
function picture(said: string): { hash: string; type: 'image/png'; bytes: string } {
  const bytes = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.from(said)])
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { hash, type: 'image/png', bytes: bytes.toString('base64') }
}

describe('a lesson that opens later', () => {
  const shown = picture('in the lesson')
  const question = { id: uuidv7(), kind: 'text' as const, text: `${secret}?`, options: [], why: secret }

  beforeEach(async () => {
    await good(ada, 'pictures.add', shown)
    await save(first, { title: 'Begin', body: 'Words.' })
    const body = `${secret} above\n\n<!-- more -->\n\n${secret}\n\n![](/api/files/${shown.hash})`
    expect(await save(later, { title: 'Go on', body, free: true, opensAt })).toMatchObject({ ok: true })
    const quiz = { passMark: 50, attempts: 0, required: false, shuffled: false }
    const questions = [{ ...question, right: [secret] }]
    await good(ada, 'courses.save_quiz', { courseId, lessonId: later, quiz: { ...quiz, questions } })
    await good(ada, 'courses.save_task', {
      courseId,
      lessonId: later,
      task: {
        text: secret,
        criteria: [{ id: uuidv7(), text: secret, points: 1 }],
        dueAt: null,
        passMark: 50,
        required: false,
        reviewedBy: 'authors',
        peers: 1,
      },
    })
    await good(ada, 'courses.publish_course', { courseId })
    await community.community.quiesce()
  })

  /** All that leaves the server for one viewer. */
  async function everything(viewer: TestMember | undefined): Promise<string> {
    const feed = [...(await community.feed(viewer))].map(([table, held]) => [table, [...held]])
    const as = viewer ? { as: viewer } : {}
    const input = encodeURIComponent(JSON.stringify({ text: secret }))
    const answers = await Promise.all(
      ['/learn', '/learn/on-clocks', '/learn/on-clocks/go-on', '/learn/feed.xml', '/sitemap.xml'].map(
        (path) => community.request(path, as),
      ),
    )
    const found = await community.request(`/api/queries/search.find?input=${input}`, as)
    const said = await Promise.all(answers.map((answer) => answer.text()))
    const hits = ((await found.json()) as { output: { found: unknown } }).output.found
    return JSON.stringify([feed, said, hits])
  }

  test('is in the outline with its date, and not a word of it leaves the server by any way', async () => {
    for (const viewer of [reader, undefined]) {
      expect((await rows<LessonRow>(viewer, 'lessons')).get(later)).toMatchObject({
        title: 'Go on',
        opensAt,
        preview: '',
      })
      expect(await everything(viewer)).not.toContain(secret)
      const who = viewer ?? guest
      expect(await opens(who, `lesson/${later}`)).toBe(false)
      expect(await opens(who, `lesson/${first}`)).toBe(true)
      expect(await community.services.access(who, { kind: 'file', hash: shown.hash }, 'read')).toBe(false)
    }
    expect(JSON.stringify((await readCatalogue(community.services)).items)).not.toContain(secret)
    const own = await community.request('/api/own', { as: reader })
    expect(Buffer.from(await own.arrayBuffer()).includes(secret)).toBe(false)
  })

  test('takes no answers and is not completed before its time, and the course is not either', async () => {
    await good(reader, 'courses.complete_lesson', { courseId, lessonId: first })
    const refused = { ok: false, code: 'forbidden' }
    const at = { courseId, lessonId: later }
    expect(await community.send(reader, 'courses.complete_lesson', at)).toMatchObject({
      ...refused,
      reason: 'courses.not_open_yet',
    })
    const answers = { [question.id]: [secret] }
    expect(await community.send(reader, 'courses.answer_quiz', { ...at, answers })).toMatchObject(refused)
    const answer = { ...at, answerId: uuidv7(), after: null, text: 'Mine.' }
    expect(await community.send(reader, 'courses.hand_in', answer)).toMatchObject(refused)
    const [enrolment] = [...(await rows<EnrolmentRow>(reader, 'enrolments')).values()]
    expect(enrolment).toMatchObject({ completedAt: null })
  })

  test('opens by itself when the time has come, for those who may open the course', async () => {
    community.clock.advance(7 * 86_400_000)
    await community.community.quiesce()
    for (const viewer of [reader, undefined]) {
      expect((await rows<LessonRow>(viewer, 'lessons')).get(later)).toMatchObject({ opensAt: null })
      expect((await rows(viewer, 'quizzes')).has(later)).toBe(true)
      expect(await opens(viewer ?? guest, `lesson/${later}`)).toBe(true)
      expect(await everything(viewer)).toContain(secret)
    }
    expect(JSON.stringify((await readCatalogue(community.services)).items)).toContain(secret)
    await good(reader, 'courses.complete_lesson', { courseId, lessonId: first })
    await good(reader, 'courses.complete_lesson', { courseId, lessonId: later })
  })

  test('opens at the time that was chosen last, or at once', async () => {
    const base = { title: 'Go on', body: 'Other words.', base: await printNow() }
    expect(await save(later, { ...base, opensAt: opensAt + 86_400_000 })).toMatchObject({ ok: true })
    community.clock.advance(7 * 86_400_000)
    await community.community.quiesce()
    expect(await opens(reader, `lesson/${later}`)).toBe(false)
    // What an earlier app saves says nothing of it.
    expect(await save(later, { title: 'Going on', body: 'Other words.' })).toMatchObject({ ok: true })
    expect(await opens(reader, `lesson/${later}`)).toBe(false)
    expect(await save(later, { title: 'Going on', body: 'Other words.', opensAt: null })).toMatchObject({
      ok: true,
    })
    expect(await opens(reader, `lesson/${later}`)).toBe(true)
    const never = { ...base, opensAt: community.clock.now + 400 * 86_400_000 }
    expect(await save(uuidv7(), never)).toMatchObject({ ok: false, reason: 'courses.opens_when' })
  })

  test('opens on a server that has forgotten what it had planned', async () => {
    await community.services.database.kysely.deleteFrom('job').execute()
    community.clock.advance(8 * 86_400_000)
    await community.community.quiesce()
    expect(await opens(reader, `lesson/${later}`)).toBe(false)
    await planOpenings(community.services)
    expect(await opens(reader, `lesson/${later}`)).toBe(true)
  })

  async function printNow(): Promise<string> {
    return community.services.read(async (one) => {
      const record = await db(one)
        .selectFrom('courses_lesson')
        .select('body')
        .where('id', '=', later)
        .executeTakeFirstOrThrow()
      return printOf(record.body)
    })
  }
})

test('a course of a film alone is published; one without anything in it is not', async () => {
  await save(first, { title: 'A film' })
  const publish = () => community.send(ada, 'courses.publish_course', { courseId })
  expect(await publish()).toMatchObject({ ok: false, reason: 'courses.needs_lesson' })
  const hash = await storeUpload(community.services, ada.id, 'film.mp3', Buffer.from('ID3 and sounds'))
  await good(ada, 'media.arrange', {
    subject: `lesson:${first}`,
    media: { hash, name: 'film.mp3', kind: 'audio', seconds: 60 },
    captions: [],
    files: [],
  })
  expect(await publish()).toMatchObject({ ok: true })
  // Devices wait for no document of it.
  expect((await rows(reader, 'lesson_texts')).get(first)).toMatchObject({ sequence: 0 })
  expect((await rows(reader, 'attachments')).has(`lesson:${first}`)).toBe(true)
  await good(reader, 'courses.complete_lesson', { courseId, lessonId: first })
  const [enrolment] = [...(await rows<EnrolmentRow>(reader, 'enrolments')).values()]
  expect(enrolment?.completedAt).not.toBeNull()
})

test('a cover is a picture of its author’s, seen by whoever sees the course', async () => {
  const [mine, theirs] = [picture('a cover'), picture('of somebody else')]
  await good(ada, 'pictures.add', mine)
  await good(reader, 'pictures.add', theirs)
  await save(first, { body: 'Words.' })
  await good(ada, 'courses.publish_course', { courseId })
  const describe = (cover: string | null | undefined) =>
    community.send(ada, 'courses.describe_course', {
      courseId,
      ...about,
      opening: { to: 'public' },
      ...(cover === undefined ? {} : { cover }),
    })
  const sees = (hash: string) => community.services.access(guest, { kind: 'file', hash }, 'read')
  const shown = async () => (await rows<CourseRow>(undefined, 'courses')).get(courseId)?.cover
  expect(await describe(`/api/files/${theirs.hash}`)).toMatchObject({ ok: false })
  expect(await describe(`/api/files/${mine.hash}`)).toMatchObject({ ok: true })
  expect([await shown(), await sees(mine.hash)]).toEqual([`/api/files/${mine.hash}`, true])
  expect(await describe(undefined)).toMatchObject({ ok: true })
  expect(await shown()).toBe(`/api/files/${mine.hash}`)
  expect(await describe(null)).toMatchObject({ ok: true })
  expect([await shown(), await sees(mine.hash), await sees(theirs.hash)]).toEqual([null, false, false])
})
