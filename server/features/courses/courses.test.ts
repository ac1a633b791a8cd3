import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import { guest, type Member, type Viewer } from '#shared/core/viewer.ts'
import {
  type AssignmentRow,
  type CourseRow,
  courseItem,
  type EnrolmentRow,
  enrolmentId,
  type LessonRow,
  printOf,
  type Report,
} from '#shared/features/courses.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'

let community: TestCommunity
let ada: TestMember
let owner: TestMember
let reader: TestMember

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner', handle: 'owner' })
  ada = await community.member({ role: 'author', handle: 'ada', name: 'Ada' })
  reader = await community.member({ handle: 'reader', name: 'Reader' })
})
afterEach(() => community.close())

interface Made {
  courseId: string
  chapterId: string
  /** A free preview, and two that are not. */
  free: string
  second: string
  third: string
}

const secret = 'the words that are sold'

async function make(opening: Opening, publish = true): Promise<Made> {
  const made = {
    courseId: uuidv7(),
    chapterId: uuidv7(),
    free: uuidv7(),
    second: uuidv7(),
    third: uuidv7(),
  }
  const { courseId, chapterId } = made
  await good(community.send(ada, 'courses.start_course', { courseId, title: 'On clocks', lang: 'en' }))
  const about = { description: 'What time is.', tags: ['time'], lang: 'en', opening } as const
  await good(community.send(ada, 'courses.describe_course', { courseId, title: 'On clocks', ...about }))
  const chapters = [{ id: chapterId, title: 'First', lessons: [] }]
  await good(community.send(ada, 'courses.arrange', { courseId, chapters }))
  for (const [lessonId, title, body, free] of [
    [made.free, 'Begin', 'Free words.', true],
    [made.second, 'Go on', `Shown.\n\n<!-- more -->\n\n${secret}`, false],
    [made.third, 'End', `${secret}, again`, false],
  ] as const) {
    const input = { courseId, lessonId, chapterId, title, body, free, base: null }
    await good(community.send(ada, 'courses.save_lesson', input))
  }
  if (publish) await good(community.send(ada, 'courses.publish_course', { courseId }))
  return made
}

async function good(result: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const answer = await result
  if (!answer.ok) throw new Error(`${answer.code} ${answer.reason} ${answer.message}`)
  return answer.data
}

async function rows<R>(viewer: TestMember | undefined, table: string): Promise<Map<string, R>> {
  return (await community.feed(viewer)).get(table) ?? new Map()
}

async function opens(viewer: Viewer, lessonId: string): Promise<boolean> {
  try {
    await community.doc(viewer, `lesson/${lessonId}`)
    return true
  } catch (error) {
    if (error instanceof NoAccess) return false
    throw error
  }
}

const grant = (member: Member, audience: `item:${string}` | `tier:${string}` | `group:${string}`) =>
  community.services.transact((tx) => tx.grant(member.id, audience, 'test'))
const revoke = (member: Member, audience: `item:${string}`) =>
  community.services.transact((tx) => tx.revoke(member.id, audience, 'test'))

describe('a course that is sold', () => {
  test('shows its outline to all, its previews too, and its words to nobody who has not bought it', async () => {
    const made = await make({ to: 'purchase' })
    for (const viewer of [undefined, reader]) {
      expect([...(await rows<CourseRow>(viewer, 'courses')).values()]).toMatchObject([
        { title: 'On clocks', lessons: 3, previews: 1, published: true },
      ])
      expect([...(await rows<LessonRow>(viewer, 'lessons')).values()].map((row) => row.title).sort()).toEqual(
        ['Begin', 'End', 'Go on'],
      )
      expect([...(await rows(viewer, 'lesson_texts')).keys()]).toEqual([made.free])
      const everything = JSON.stringify([...(await community.feed(viewer))].map(([t, r]) => [t, [...r]]))
      expect(everything).toContain('Shown.')
      expect(everything).not.toContain(secret)
    }
    for (const viewer of [guest, reader]) {
      expect(await opens(viewer, made.free)).toBe(true)
      expect(await opens(viewer, made.second)).toBe(false)
    }
    expect(await opens(ada, made.second)).toBe(true)
    expect(await opens(owner, made.second)).toBe(true)
  })

  test('pages for readers without the app say no more than that', async () => {
    const made = await make({ to: 'purchase' })
    const [course] = (await rows<CourseRow>(undefined, 'courses')).values()
    const [second] = [...(await rows<LessonRow>(undefined, 'lessons')).values()].filter(
      (lesson) => lesson.id === made.second,
    )
    const free = await (await community.request(`/learn/${course!.slug}/begin`)).text()
    expect(free).toContain('Free words.')
    const locked = await (await community.request(`/learn/${course!.slug}/${second!.slug}`)).text()
    expect(locked).toContain('Shown.')
    const map = await (await community.request('/sitemap.xml')).text()
    expect(map).toContain(`/learn/${course!.slug}/begin<`)
    expect(map).not.toContain(second!.slug)
    for (const path of ['/learn', `/learn/${course!.slug}`, '/learn/feed.xml', '/sitemap.xml']) {
      const text = await (await community.request(path)).text()
      expect(text).toContain(course!.slug)
      expect(text).not.toContain(secret)
    }
    expect(locked).not.toContain(secret)
  })

  test('opens with a grant, and is gone from the device when that is taken back', async () => {
    const made = await make({ to: 'tiers', tiers: ['gold'] })
    expect(await community.send(reader, 'courses.enrol', { courseId: made.courseId })).toMatchObject({
      ok: false,
      reason: 'courses.not_open',
    })
    await grant(reader, `item:${courseItem(made.courseId)}`)
    await good(community.send(reader, 'courses.enrol', { courseId: made.courseId }))
    expect(await opens(reader, made.second)).toBe(true)
    expect((await rows(reader, 'lesson_texts')).size).toBe(3)
    await revoke(reader, `item:${courseItem(made.courseId)}`)
    expect(await opens(reader, made.second)).toBe(false)
    expect([...(await rows(reader, 'lesson_texts')).keys()]).toEqual([made.free])
    // What was completed while it was open arrives late, and counts.
    const done = { courseId: made.courseId, lessonId: made.second }
    await good(community.send(reader, 'courses.complete_lesson', done))
    const other = await community.member()
    expect(await community.send(other, 'courses.complete_lesson', done)).toMatchObject({
      ok: false,
      reason: 'courses.not_open',
    })
    await grant(other, 'tier:gold')
    expect(await opens(other, made.third)).toBe(true)
  })

  test('what members talk about under a lesson is for those who may read it', async () => {
    const made = await make({ to: 'purchase' })
    const thread = (member: TestMember, threadId = uuidv7()) =>
      community.send(member, 'discussions.open_thread', {
        threadId,
        postId: uuidv7(),
        title: 'Why?',
        kind: 'question',
        subject: { kind: 'lesson', id: made.second },
        tags: [],
        body: secret,
      })
    expect(await thread(reader)).toMatchObject({ ok: false })
    const id = uuidv7()
    await good(thread(ada, id))
    await expect(community.doc(reader, `thread/${id}`)).rejects.toThrow(NoAccess)
    expect(await community.doc(owner, `thread/${id}`)).toBeDefined()
  })
})

describe('a course for groups or members', () => {
  test('is not heard of outside', async () => {
    await make({ to: 'groups', groups: ['ops'] })
    const made = await make({ to: 'members' })
    expect((await rows(undefined, 'courses')).size).toBe(0)
    expect([...(await rows(reader, 'courses')).keys()]).toEqual([made.courseId])
    await grant(reader, 'group:ops')
    expect((await rows(reader, 'courses')).size).toBe(2)
  })
})

describe('a draft', () => {
  test('is its author’s and the owners’, until it is published, and again once it is withdrawn', async () => {
    const made = await make({ to: 'public' }, false)
    expect((await rows(undefined, 'lessons')).size).toBe(0)
    expect((await rows(reader, 'courses')).size).toBe(0)
    expect((await rows(owner, 'courses')).size).toBe(1)
    expect(await opens(reader, made.free)).toBe(false)
    expect(await opens(ada, made.second)).toBe(true)
    await good(community.send(ada, 'courses.publish_course', { courseId: made.courseId }))
    expect(await opens(guest, made.second)).toBe(true)
    const moderator = await community.member({ role: 'moderator' })
    await good(community.send(moderator, 'courses.withdraw_course', { courseId: made.courseId }))
    expect(await opens(guest, made.second)).toBe(false)
    expect((await rows(reader, 'lesson_texts')).size).toBe(0)
    expect(await community.send(ada, 'courses.publish_course', { courseId: made.courseId })).toMatchObject({
      ok: false,
      reason: 'courses.withdrawn_by_others',
    })
  })

  test('is written by authors, each their own', async () => {
    const input = { courseId: uuidv7(), title: 'x', lang: 'en' } as const
    expect(await community.send(reader, 'courses.start_course', input)).toMatchObject({
      ok: false,
      reason: 'courses.authors_only',
    })
    const made = await make({ to: 'public' })
    const lin = await community.member({ role: 'author' })
    expect(
      await community.send(lin, 'courses.remove_lesson', { courseId: made.courseId, lessonId: made.free }),
    ).toMatchObject({ ok: false, reason: 'courses.not_yours' })
    expect(
      await community.send(lin, 'courses.start_course', { ...input, courseId: made.courseId }),
    ).toMatchObject({ ok: false, code: 'conflict' })
    const empty = uuidv7()
    await good(
      community.send(lin, 'courses.start_course', { courseId: empty, title: 'On clocks', lang: 'en' }),
    )
    expect(await community.send(lin, 'courses.publish_course', { courseId: empty })).toMatchObject({
      ok: false,
      reason: 'courses.needs_lesson',
    })
    const slugs = [...(await rows<CourseRow>(owner, 'courses')).values()].map((course) => course.slug)
    expect(slugs.sort()).toEqual(['on-clocks', 'on-clocks-2'])
  })

  test('the outline keeps lessons that it does not name, and chapters that go leave theirs to the last', async () => {
    const made = await make({ to: 'public' })
    const next = uuidv7()
    await good(
      community.send(ada, 'courses.arrange', {
        courseId: made.courseId,
        chapters: [
          { id: next, title: 'Next', lessons: [made.third] },
          { id: made.chapterId, title: 'First', lessons: [made.second] },
        ],
      }),
    )
    const order = async (): Promise<[string, string][]> =>
      [...(await rows<LessonRow>(ada, 'lessons')).values()]
        .sort((a, b) => a.position - b.position)
        .map((lesson) => [lesson.id, lesson.chapterId])
    expect(await order()).toEqual([
      [made.third, next],
      [made.second, made.chapterId],
      [made.free, made.chapterId],
    ])
    const added = { courseId: made.courseId, lessonId: uuidv7(), title: 'And', body: 'More.', free: false }
    await good(community.send(ada, 'courses.save_lesson', { ...added, chapterId: next, base: null }))
    // A new one stands at the end of its chapter.
    expect((await order()).map(([id]) => id)).toEqual([made.third, added.lessonId, made.second, made.free])
    await good(
      community.send(ada, 'courses.remove_lesson', { courseId: made.courseId, lessonId: added.lessonId }),
    )
    const chapters = [{ id: next, title: 'Next', lessons: [made.free] }]
    await good(community.send(ada, 'courses.arrange', { courseId: made.courseId, chapters }))
    expect((await order()).map(([id]) => id)).toEqual([made.free, made.third, made.second])
    const twice = [{ id: next, title: 'Next', lessons: [made.free, made.free] }]
    expect(
      await community.send(ada, 'courses.arrange', { courseId: made.courseId, chapters: twice }),
    ).toMatchObject({ ok: false, code: 'invalid' })
  })

  test('a text that somebody else changed meanwhile is not overwritten', async () => {
    const made = await make({ to: 'public' })
    const save = (member: TestMember, body: string, base: string) =>
      community.send(member, 'courses.save_lesson', {
        courseId: made.courseId,
        lessonId: made.free,
        chapterId: made.chapterId,
        title: 'Begin',
        body,
        free: true,
        base: printOf(base),
      })
    await good(save(ada, 'Words of Ada.', 'Free words.'))
    // From the same device, offline, twice.
    await good(save(ada, 'More words of Ada.', 'Words of Ada.'))
    expect(await save(owner, 'Words of the owner.', 'Free words.')).toMatchObject({
      ok: false,
      reason: 'courses.changed_by_others',
    })
    const doc = await community.doc(guest, `lesson/${made.free}`)
    expect(doc.getText('body').toString()).toBe('More words of Ada.')
  })

  test('a lesson that is removed is gone with its words, and its id stays taken', async () => {
    const made = await make({ to: 'public' })
    const { courseId, chapterId } = made
    await good(community.send(ada, 'courses.remove_lesson', { courseId, lessonId: made.second }))
    expect(await opens(ada, made.second)).toBe(false)
    const log = await community.services.database.kysely
      .selectFrom('doc_log')
      .select('bytes')
      .where('room', '=', `lesson/${made.second}`)
      .execute()
    expect(log.some(({ bytes }) => Buffer.from(bytes).includes(secret))).toBe(false)
    const again = {
      courseId,
      chapterId,
      lessonId: made.second,
      title: 'x',
      body: 'x',
      free: false,
      base: null,
    }
    expect(await community.send(ada, 'courses.save_lesson', again)).toMatchObject({ ok: false, code: 'gone' })
  })
})

describe('learning', () => {
  test('completing lessons from two devices adds up, in any order and however often; the course is completed once', async () => {
    const made = await make({ to: 'members' })
    const { courseId } = made
    const complete = (lessonId: string) =>
      community.send(reader, 'courses.complete_lesson', { courseId, lessonId })
    await good(complete(made.third))
    await good(complete(made.free))
    await good(complete(made.third))
    const mine = async (): Promise<EnrolmentRow | undefined> =>
      (await rows<EnrolmentRow>(reader, 'enrolments')).get(enrolmentId(reader.id, courseId))
    expect(Object.keys((await mine())!.done).sort()).toEqual([made.free, made.third].sort())
    expect((await mine())!.completedAt).toBeNull()
    await good(complete(made.second))
    expect((await mine())!.completedAt).toBe(community.clock.now)
    const told = await community.services.database.kysely
      .selectFrom('recommendations_interaction' as never)
      .selectAll()
      .where('member_id' as never, '=', reader.id as never)
      .execute()
    expect(told).toHaveLength(7)
    expect((await rows(owner, 'enrolments')).size).toBe(0)
  })

  test('who leaves and comes back finds what was completed', async () => {
    const made = await make({ to: 'members' })
    const { courseId } = made
    await good(community.send(reader, 'courses.complete_lesson', { courseId, lessonId: made.free }))
    await good(community.send(reader, 'courses.leave', { courseId }))
    expect((await rows(reader, 'enrolments')).size).toBe(0)
    await good(community.send(reader, 'courses.enrol', { courseId }))
    const [again] = (await rows<EnrolmentRow>(reader, 'enrolments')).values()
    expect(Object.keys(again!.done)).toEqual([made.free])
  })
})

describe('required courses', () => {
  test('are assigned by owners to those who can open them, and those see it with its date', async () => {
    const made = await make({ to: 'groups', groups: ['ops'] })
    const { courseId } = made
    const input = { id: uuidv7(), courseId, to: 'group:ops', dueAt: 5_000 }
    expect(await community.send(ada, 'courses.assign', input)).toMatchObject({
      ok: false,
      reason: 'courses.owners_only',
    })
    expect(await community.send(owner, 'courses.assign', { ...input, to: 'members' })).toMatchObject({
      ok: false,
      reason: 'courses.assign_not_open',
    })
    await good(community.send(owner, 'courses.assign', input))
    expect((await rows(reader, 'assignments')).size).toBe(0)
    await grant(reader, 'group:ops')
    expect([...(await rows<AssignmentRow>(reader, 'assignments')).values()]).toMatchObject([
      { courseId, to: 'group:ops', dueAt: 5_000 },
    ])
    const about = { courseId, title: 'x', description: '', tags: [], lang: 'en' } as const
    expect(
      await community.send(ada, 'courses.describe_course', { ...about, opening: { to: 'purchase' } }),
    ).toMatchObject({ ok: false, reason: 'courses.assign_not_open' })
    await good(community.send(owner, 'courses.unassign', { id: input.id, courseId }))
    expect((await rows(reader, 'assignments')).size).toBe(0)
  })

  test('the report has those who must and those who chose to, the late ones first', async () => {
    const made = await make({ to: 'members' })
    const { courseId } = made
    const now = community.clock.now
    const late = await community.member({ handle: 'late', name: 'Late' })
    await grant(late, 'group:ops')
    await good(
      community.send(ada, 'courses.describe_course', {
        courseId,
        title: 'On clocks',
        description: '',
        tags: [],
        lang: 'en',
        opening: { to: 'members', groups: ['ops'] },
      }),
    )
    const assign = { id: uuidv7(), courseId, to: 'group:ops', dueAt: now - 1 }
    await good(community.send(owner, 'courses.assign', assign))
    for (const lessonId of [made.free, made.second, made.third]) {
      await good(community.send(reader, 'courses.complete_lesson', { courseId, lessonId }))
    }
    const question = encodeURIComponent(JSON.stringify({ courseId }))
    const response = await community.request(`/api/queries/courses.report?input=${question}`, { as: owner })
    const { output } = (await response.json()) as { output: Report }
    expect(output).toMatchObject({
      lessons: 3,
      lines: [
        { handle: 'late', done: 0, enrolledAt: null, dueAt: now - 1, assigned: true },
        { handle: 'reader', done: 3, completedAt: now, assigned: false },
      ],
    })
    const refused = await community.request(`/api/queries/courses.report?input=${question}`, { as: ada })
    expect(refused.status).toBe(403)
  })
})
