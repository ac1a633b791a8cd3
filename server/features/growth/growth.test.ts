import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { defaultRules, type PointRow, type StandingRow } from '#shared/features/growth.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { makeBoards } from './boards.ts'
import { recompute, rulesOf, standingOf } from './ledger.ts'
import { db } from './tables.ts'

const day = 86_400_000

let community: TestCommunity
let mod: TestMember
let ada: TestMember
let ben: TestMember

beforeEach(async () => {
  community = await openCommunity()
  mod = await community.member({ handle: 'mod', role: 'moderator' })
  ada = await community.member({ handle: 'ada' })
  ben = await community.member({ handle: 'ben' })
})
afterEach(() => community.close())

async function thread(author: TestMember, kind: 'talk' | 'question' = 'talk') {
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  const input = { ...ids, title: 'A title', kind, subject: null, tags: [], body: 'Words' }
  expect(await community.send(author, 'discussions.open_thread', input)).toMatchObject({ ok: true })
  return ids
}

async function post(author: TestMember, threadId: string) {
  const postId = uuidv7()
  const input = { threadId, postId, body: 'Words', replyTo: null }
  expect(await community.send(author, 'discussions.post', input)).toMatchObject({ ok: true })
  return { threadId, postId }
}

const like = (
  by: TestMember,
  at: { threadId: string; postId: string },
  on = true,
  reaction = '👍' as const,
) => community.send(by, 'discussions.react', { ...at, reaction, on })

async function standing(of: TestMember): Promise<StandingRow | undefined> {
  return (await community.feed(of)).get('standings')?.get(of.id)
}

async function entries(of: TestMember): Promise<PointRow[]> {
  return [...((await community.feed(of)).get('points')?.values() ?? [])]
}

/** Every standing is what its entries come to. */
async function expectLedger(): Promise<void> {
  await community.services.transact(async (tx) => {
    const rules = await rulesOf(tx)
    for (const { member_id: id } of await db(tx)
      .selectFrom('growth_standing')
      .select('member_id')
      .execute()) {
      const stands = await standingOf(tx, id)
      expect(await recompute(tx, stands, rules)).toEqual(stands)
    }
  })
}

describe('points', () => {
  it('come with the first like that counts, name their cause, and go with it', async () => {
    const opened = await thread(ada)
    expect(await standing(ada)).toMatchObject({ points: 0, streak: 1 })
    await like(mod, opened)
    await like(mod, opened, true)
    expect(await standing(ada)).toMatchObject({ points: 3, badges: ['first_thread'] })
    expect((await entries(ada)).map(({ kind, points, about }) => ({ kind, points, about }))).toEqual([
      { kind: 'liked', points: 1, about: `thread:${opened.threadId}` },
      { kind: 'thread', points: 2, about: `thread:${opened.threadId}` },
    ])
    await like(mod, opened, false)
    expect(await standing(ada)).toMatchObject({ points: 0, badges: [] })
    expect((await entries(ada)).filter((entry) => entry.takesBack)).toHaveLength(2)
    await like(mod, opened)
    expect(await standing(ada)).toMatchObject({ points: 3 })
    await expectLedger()
  })

  it('are one person’s once for a post, however many ways they have of liking it', async () => {
    const opened = await thread(ada)
    await like(mod, opened)
    await community.send(mod, 'discussions.react', { ...opened, reaction: '🎉', on: true })
    expect(await standing(ada)).toMatchObject({ points: 3 })
    await like(mod, opened, false)
    expect(await standing(ada)).toMatchObject({ points: 3 })
    await community.send(mod, 'discussions.react', { ...opened, reaction: '🎉', on: false })
    expect(await standing(ada)).toMatchObject({ points: 0 })
  })

  it('go with the post that earned them', async () => {
    const { threadId } = await thread(ben)
    const answer = await post(ada, threadId)
    await like(mod, answer)
    expect(await standing(ada)).toMatchObject({ points: 2 })
    await community.send(ada, 'discussions.delete_post', answer)
    expect(await standing(ada)).toMatchObject({ points: 0 })
    await expectLedger()
  })

  it('of an accepted answer move when another answer is accepted', async () => {
    const { threadId } = await thread(mod, 'question')
    const [first, second] = [await post(ada, threadId), await post(ben, threadId)]
    await community.send(mod, 'discussions.accept', first)
    expect(await standing(ada)).toMatchObject({ points: 10, level: 2, badges: ['first_answer'] })
    await community.send(mod, 'discussions.accept', second)
    expect([await standing(ada), await standing(ben)]).toMatchObject([{ points: 0 }, { points: 10 }])
    await community.send(mod, 'discussions.accept', { threadId, postId: null })
    expect(await standing(ben)).toMatchObject({ points: 0 })
    await expectLedger()
  })

  it('are seen by their member alone, and standings not at all once hidden', async () => {
    await like(mod, await thread(ada))
    expect((await community.feed(ben)).get('points')).toBeUndefined()
    expect((await community.feed(ben)).get('standings')?.has(ada.id)).toBe(true)
    await community.send(ada, 'growth.hide', { hidden: true })
    expect((await community.feed(ben)).get('standings')?.has(ada.id)).toBe(false)
    expect(await standing(ada)).toMatchObject({ points: 3, hidden: true })
  })
})

describe('farming gains nothing', () => {
  const points = async (of: TestMember): Promise<number> => (await standing(of))?.points ?? 0

  it('by liking oneself', async () => {
    const opened = await thread(mod)
    await like(mod, opened)
    expect(await points(mod)).toBe(0)
  })

  it('by a ring of five that knows nobody else, however long it waits', async () => {
    const ring = await Promise.all([1, 2, 3, 4, 5].map((n) => community.member({ handle: `ring-${n}` })))
    community.clock.advance(60 * day)
    for (const author of ring) {
      const opened = await thread(author, 'question')
      for (const other of ring) {
        await like(other, opened)
        const answer = await post(other, opened.threadId)
        for (const third of ring) await like(third, answer)
        await community.send(author, 'discussions.accept', answer)
      }
    }
    for (const one of ring) expect(await points(one)).toBe(0)
    await expectLedger()
  })

  it('by a burst of posts, and little by one friend who likes them all', async () => {
    const { threadId } = await thread(ben)
    const burst = []
    for (let n = 0; n < 30; n++) burst.push(await post(ada, threadId))
    expect(await points(ada)).toBe(0)
    for (const one of burst) await like(mod, one)
    const { times } = defaultRules.pair
    expect(await points(ada)).toBe(times * (defaultRules.weights.liked + defaultRules.weights.post))
    expect((await entries(ada)).filter((entry) => entry.ceiling === 'pair')).toHaveLength(30 - times)
  })
})

describe('honours, challenges, rules', () => {
  it('moderators feature others’ work, and give themselves nothing', async () => {
    const [hers, own] = [await thread(ada), await thread(mod)]
    const honour = (by: TestMember, id: string, on = true) =>
      community.send(by, 'growth.honour', { subject: `thread:${id}`, on, reason: 'Read this' })
    expect(await honour(ben, hers.threadId)).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await honour(mod, uuidv7())).toMatchObject({ ok: false, code: 'not_found', field: 'subject' })
    await honour(mod, hers.threadId)
    await honour(mod, own.threadId)
    expect(await standing(ada)).toMatchObject({ points: 20, level: 3 })
    expect(await standing(mod)).toMatchObject({ points: 0 })
    expect((await community.feed(ben)).get('honours')?.size).toBe(2)
    await honour(mod, hers.threadId, false)
    expect(await standing(ada)).toMatchObject({ points: 0, level: 1 })
  })

  it('a day of a challenge counts once, also when it comes late from a device that was offline', async () => {
    const challengeId = uuidv7()
    const input = { challengeId, title: 'One commit a day', text: '', from: '2026-05-01', to: '2026-05-20' }
    expect(await community.send(ben, 'growth.open_challenge', input)).toMatchObject({ code: 'forbidden' })
    await community.send(mod, 'growth.open_challenge', input)
    const take = (day: string) => community.send(ada, 'growth.take_part', { challengeId, day, note: '' })
    // It is 4 May.
    for (const day of ['2026-05-02', '2026-05-03', '2026-05-04', '2026-05-04']) await take(day)
    expect(await take('2026-04-30')).toMatchObject({ ok: false, code: 'conflict', field: 'day' })
    expect(await take('2026-05-09')).toMatchObject({ ok: false, reason: 'growth.refused_day' })
    expect(await standing(ada)).toMatchObject({ points: 3, streak: 3 })
    await community.send(mod, 'growth.end_challenge', { challengeId })
    expect(await take('2026-05-04')).toMatchObject({ ok: false })
  })

  it('new rules hold for what comes, and are refused when they make no sense', async () => {
    const owner = await community.member({ role: 'owner' })
    const set = (by: TestMember, more: object) =>
      community.send(by, 'growth.set_rules', { rules: { ...defaultRules, ...more } })
    expect(await set(ada, {})).toMatchObject({ code: 'forbidden' })
    expect(await set(owner, { levels: [0, 10, 5] })).toMatchObject({ code: 'invalid', field: 'rules.levels' })
    expect(await set(owner, { unlocks: [{ level: 2, group: 'none' }] })).toMatchObject({
      reason: 'growth.refused_group',
    })
    await like(mod, await thread(ada))
    await set(owner, { weights: { ...defaultRules.weights, thread: 7 }, levels: [0, 3, 9] })
    expect(await standing(ada)).toMatchObject({ points: 3, level: 2 })
    await like(mod, await thread(ada))
    expect(await standing(ada)).toMatchObject({ points: 11, level: 3 })
  })

  it('boards show the best of a period, without those who stay off them', async () => {
    await like(mod, await thread(ada))
    await like(mod, await thread(ben))
    await community.send(ben, 'growth.hide', { hidden: true })
    const board = async (period: string) => (await community.feed(ada)).get('boards')?.get(period)?.entries
    expect(await board('week')).toEqual([{ memberId: ada.id, name: 'ada', points: 3 }])
    community.clock.advance(8 * day)
    await makeBoards(community.services)
    expect(await board('week')).toEqual([])
    expect(await board('month')).toHaveLength(1)
  })
})

/** What a month brings, and what the rules make of it: told twice over, it comes to the same. */
describe('a month of a member’s life', () => {
  async function live(): Promise<unknown> {
    const { threadId } = await thread(mod, 'question')
    const challengeId = uuidv7()
    const from = new Date(community.clock.now).toISOString().slice(0, 10)
    const to = new Date(community.clock.now + 29 * day).toISOString().slice(0, 10)
    await community.send(mod, 'growth.open_challenge', { challengeId, title: 'Daily', text: '', from, to })
    for (let n = 0; n < 30; n++) {
      const today = new Date(community.clock.now).toISOString().slice(0, 10)
      await community.send(ada, 'growth.take_part', { challengeId, day: today, note: '' })
      if (n % 3 === 0) {
        const written = await post(ada, threadId)
        await like(mod, written)
        await like(ben, written)
        if (n === 9) await community.send(mod, 'discussions.accept', written)
        if (n === 12) await community.send(ada, 'discussions.delete_post', written)
      }
      community.clock.advance(day)
    }
    const { points, level, badges, streak, longest } = (await standing(ada))!
    await expectLedger()
    return { points, level, badges, streak, longest, entries: (await entries(ada)).length }
  }

  it('gives the points, level and badges that the rules say, twice over from the same facts', async () => {
    const first = await live()
    // 30 days; three likes of the moderator's count, each with its post; the answer; ben's likes count for nobody yet.
    expect(first).toMatchObject({
      points: 30 + 3 * 2 + 10,
      level: 3,
      badges: ['first_post', 'week', 'first_answer', 'month'],
      streak: 30,
      longest: 30,
    })
    await community.close()
    community = await openCommunity()
    mod = await community.member({ handle: 'mod', role: 'moderator' })
    ada = await community.member({ handle: 'ada' })
    ben = await community.member({ handle: 'ben' })
    expect(await live()).toEqual(first)
  })
})
