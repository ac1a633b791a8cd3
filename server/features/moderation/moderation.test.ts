// biome-ignore-all lint/suspicious/noExplicitAny: rows of every table are looked into
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { CommandResult } from '#shared/core/wire.ts'
import { postsOf, threadRoom } from '#shared/features/discussions.ts'
import { defaultRules, type ModerationRules, type Rule } from '#shared/features/moderation-rules.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

let community: TestCommunity
let owner: TestMember
let mod: TestMember
let mod2: TestMember
let ada: TestMember
let eve: TestMember

const day = 86_400_000

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner', name: 'Owner' })
  mod = await community.member({ role: 'moderator', name: 'Maren' })
  mod2 = await community.member({ role: 'moderator', name: 'Second' })
  ada = await community.member({ name: 'Ada' })
  eve = await community.member({ name: 'Eve' })
})
afterEach(() => community.close())

const fresh = (): string => uuidv7(community.clock.now)

async function thread(by = ada, title = 'A thread', body = 'Its first words.'): Promise<string> {
  const threadId = fresh()
  const opened = await community.send(by, 'discussions.open_thread', {
    threadId,
    postId: fresh(),
    title,
    kind: 'talk',
    subject: null,
    tags: [],
    body,
  })
  expect(opened).toMatchObject({ ok: true, state: 'saved' })
  return threadId
}

async function post(
  by: TestMember,
  threadId: string,
  body: string,
): Promise<{ postId: string; result: CommandResult }> {
  const postId = fresh()
  const input = { threadId, postId, body, replyTo: null }
  return { postId, result: await community.send(by, 'discussions.post', input) }
}

async function setRules(rules: Partial<ModerationRules>): Promise<void> {
  const input = { rules: { ...defaultRules, ...rules } }
  expect(await community.send(owner, 'moderation.set_rules', input)).toMatchObject({ ok: true })
}

type RuleOf<K extends Rule['kind']> = Omit<Extract<Rule, { kind: K }>, 'id' | 'name' | 'on' | 'who'>
function rule<K extends Rule['kind']>(said: RuleOf<K> & { who?: Rule['who'] }): Rule {
  return { id: fresh(), name: said.kind, on: true, who: 'all', ...said } as unknown as Rule
}

async function items(): Promise<any[]> {
  return [...((await community.feed(mod)).get('review_items')?.values() ?? [])]
}
async function rows(viewer: TestMember, table: string): Promise<any[]> {
  return [...((await community.feed(viewer)).get(table)?.values() ?? [])]
}

const bodies = async (viewer: TestMember, threadId: string): Promise<string[]> =>
  postsOf(await community.doc(viewer, threadRoom(threadId))).map((one) => one.body)

const why = { reason: 'spam', note: '' } as const

async function decide(
  by: TestMember,
  item: { id: string; version: number },
  act: string,
  more: object = {},
): Promise<CommandResult> {
  const input = { itemId: item.id, version: item.version, act, decisionId: fresh(), ...why, ...more }
  return community.send(by, 'moderation.decide', input as never)
}

async function report(by: TestMember, target: string, reason = 'spam' as const): Promise<CommandResult> {
  return community.send(by, 'moderation.report', { target, reason, note: 'look' })
}

/** Is this text anywhere in the database? */
async function isStored(text: string): Promise<boolean> {
  const { database } = community.services
  for (const table of await database.tableNames()) {
    const found = await database.kysely
      .selectFrom(table as never)
      .selectAll()
      .execute()
    for (const row of found) {
      for (const value of Object.values(row as object)) {
        const said = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)
        if (said.includes(text)) return true
      }
    }
  }
  return false
}

describe('reports', () => {
  test('come once from each member, are looked at, and are answered', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'Buy cheap watches.')
    expect(await report(ada, `post:${postId}`)).toMatchObject({ ok: true })
    expect(await report(ada, `post:${postId}`)).toMatchObject({ ok: true })
    const [item] = await items()
    expect(item).toMatchObject({ kind: 'reported', text: 'Buy cheap watches.', authorName: 'Eve', score: 1 })
    expect(item.reports).toHaveLength(1)
    expect(await rows(ada, 'review_items')).toEqual([])
    expect(await decide(mod, item, 'hide')).toMatchObject({ ok: true })
    expect(await items()).toEqual([])
    expect(await rows(ada, 'reports')).toMatchObject([{ outcome: 'upheld' }])
    expect(await rows(ada, 'points')).toMatchObject([{ kind: 'upheld' }])
    expect((await rows(mod, 'moderation_log')).map((entry) => entry.act)).toContain('hidden')
    expect(await rows(eve, 'moderation_log')).toEqual([])
  })

  test('are not for one’s own, nor for what is not there or not for them', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'Mine.')
    expect(await report(eve, `post:${postId}`)).toMatchObject({ ok: false, reason: 'moderation.refused_own' })
    expect(await report(ada, `post:${fresh()}`)).toMatchObject({ ok: false, code: 'not_found' })
  })

  test('enough of them hide it at once; a moderator who keeps it brings it back', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'Unpopular, not wrong.')
    for (let i = 0; i < 3; i++) await report(await community.member(), `post:${postId}`, 'off_topic' as never)
    expect(await bodies(ada, threadId)).toContain('Unpopular, not wrong.')
    await report(mod, `post:${postId}`, 'off_topic' as never)
    expect(await bodies(ada, threadId)).not.toContain('Unpopular, not wrong.')
    const [item] = await items()
    expect(item).toMatchObject({ hidden: true, score: 9, text: 'Unpopular, not wrong.' })
    expect(await decide(mod2, item, 'keep')).toMatchObject({ ok: true })
    expect(await bodies(ada, threadId)).toContain('Unpopular, not wrong.')
    expect(await rows(mod, 'reports')).toMatchObject([{ outcome: 'rejected' }])
  })

  test('three of spam silence a newcomer until somebody has looked', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'Spam, say three.')
    for (let i = 0; i < 3; i++) await report(await community.member(), `post:${postId}`)
    expect((await post(eve, threadId, 'More of it.')).result).toMatchObject({
      ok: false,
      reason: 'moderation.refused_silenced',
    })
    expect(await rows(eve, 'decisions')).toMatchObject([{ act: 'silenced' }])
  })
})

describe('decisions', () => {
  test('of two moderators at once the second hears of the first', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'Something.')
    await report(ada, `post:${postId}`)
    const [item] = await items()
    expect(await community.send(mod, 'moderation.claim', { itemId: item.id, on: true })).toMatchObject({
      ok: true,
    })
    expect(await decide(mod2, item, 'hide')).toMatchObject({
      code: 'conflict',
      reason: 'moderation.refused_claimed',
      params: { name: 'Maren' },
    })
    // Its author changes it meanwhile.
    await community.send(eve, 'discussions.edit_post', { threadId, postId, body: 'Something else.' })
    expect(await decide(mod, item, 'hide')).toMatchObject({
      code: 'conflict',
      reason: 'moderation.refused_changed',
    })
    const [newer] = await items()
    expect(newer.text).toBe('Something else.')
    expect(await decide(mod, newer, 'hide')).toMatchObject({ ok: true })
    expect(await decide(mod2, newer, 'keep')).toMatchObject({
      code: 'conflict',
      reason: 'moderation.refused_decided',
      params: { name: 'Maren' },
    })
  })

  test('what is hidden leaves documents and rows, stays with its author, and can be shown again', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, `Hidden words for @${ada.handle}`)
    expect(await rows(ada, 'mentions')).toHaveLength(1)
    const decisionId = fresh()
    const down = {
      decisionId,
      target: `post:${postId}`,
      act: 'hide',
      reason: 'abuse',
      note: 'Be kind.',
    } as const
    expect(await community.send(eve, 'moderation.take_down', down)).toMatchObject({ code: 'forbidden' })
    expect(await community.send(mod, 'moderation.take_down', down)).toMatchObject({ ok: true })
    for (const viewer of [ada, eve, mod]) {
      const doc = await community.doc(viewer, threadRoom(threadId))
      expect(postsOf(doc)[1]).toMatchObject({ body: '', hiddenAt: expect.any(Number) })
      expect(JSON.stringify(doc.getMap('posts').toJSON())).not.toContain('Hidden words')
    }
    expect(await rows(ada, 'mentions')).toEqual([])
    expect(
      JSON.stringify([...(await community.feed(ada))].map(([, all]) => [...all.values()])),
    ).not.toContain('Hidden words')
    expect(await rows(eve, 'decisions')).toMatchObject([
      { act: 'hidden', text: expect.stringContaining('Hidden words'), note: 'Be kind.', reason: 'abuse' },
    ])
    expect(await community.send(eve, 'discussions.edit_post', { threadId, postId, body: 'x' })).toMatchObject(
      { reason: 'discussions.refused_hidden' },
    )
    expect(await community.send(mod, 'moderation.lift', { decisionId, note: '' })).toMatchObject({ ok: true })
    expect((await bodies(ada, threadId))[1]).toContain('Hidden words')
    expect(await rows(ada, 'mentions')).toHaveLength(1)
  })

  test('a hidden thread closes to everybody, and opens again', async () => {
    const threadId = await thread(eve, 'Spam title', 'Spam body')
    const decisionId = fresh()
    const down = { decisionId, target: `thread:${threadId}`, act: 'hide', ...why } as const
    expect(await community.send(mod, 'moderation.take_down', down)).toMatchObject({ ok: true })
    for (const viewer of [ada, mod, eve]) {
      await expect(community.doc(viewer, threadRoom(threadId))).rejects.toThrow()
      expect(await rows(viewer, 'threads')).toEqual([])
    }
    expect((await post(ada, threadId, 'A reply.')).result).toMatchObject({
      reason: 'discussions.refused_hidden',
    })
    expect(await community.send(mod, 'moderation.lift', { decisionId, note: '' })).toMatchObject({ ok: true })
    expect(await bodies(ada, threadId)).toEqual(['Spam body'])
  })

  test('a moderator deletes while its author edits: the edit came before or is refused, and nothing comes back', async () => {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'Going, going.')
    const down = { decisionId: fresh(), target: `post:${postId}`, act: 'delete', ...why } as const
    const [deleted, edited] = await Promise.all([
      community.send(mod, 'moderation.take_down', down),
      community.send(eve, 'discussions.edit_post', { threadId, postId, body: 'Gone anyway.' }),
    ])
    expect(deleted).toMatchObject({ ok: true })
    // Of two transactions PostgreSQL may let either go first.
    if (!edited.ok) expect(edited).toMatchObject({ code: 'gone' })
    expect(await bodies(ada, threadId)).toEqual(['Its first words.', ''])
    const late = { threadId, postId, body: 'Once more.' }
    expect(await community.send(eve, 'discussions.edit_post', late)).toMatchObject({ code: 'gone' })
  })

  test('the log cannot be changed without being found out', async () => {
    const threadId = await thread()
    for (let i = 0; i < 3; i++) {
      const { postId } = await post(eve, threadId, `Post ${i}`)
      const down = { decisionId: fresh(), target: `post:${postId}`, act: 'hide', ...why } as const
      await community.send(mod, 'moderation.take_down', down)
    }
    const ask = async (as: TestMember) =>
      (await community.request('/api/queries/moderation.verify_log', { as })).json()
    expect(await ask(mod)).toMatchObject({ output: { entries: 3, broken: null } })
    await community.services.database.kysely
      .updateTable('moderation_log' as never)
      .set({ by_id: ada.id } as never)
      .where('number' as never, '=', 2 as never)
      .execute()
    expect(await ask(mod)).toMatchObject({ output: { broken: 2 } })
    expect((await community.request('/api/queries/moderation.verify_log', { as: ada })).status).toBe(403)
  })
})

describe('appeals', () => {
  async function takenDown(act: 'hide' | 'delete'): Promise<{ threadId: string; decisionId: string }> {
    const threadId = await thread()
    const { postId } = await post(eve, threadId, 'A canary of forty-two letters, more or less.')
    await community.send(eve, 'discussions.edit_post', { threadId, postId, body: 'A canary with edits.' })
    const decisionId = fresh()
    const down = { decisionId, target: `post:${postId}`, act, ...why } as const
    expect(await community.send(mod, 'moderation.take_down', down)).toMatchObject({ ok: true })
    return { threadId, decisionId }
  }
  const appeal = (by: TestMember, decisionId: string) =>
    community.send(by, 'moderation.appeal', { decisionId, text: 'It was meant well.' })

  test('one for each decision, by whom it is about, decided by somebody else', async () => {
    const { threadId, decisionId } = await takenDown('delete')
    expect(await appeal(ada, decisionId)).toMatchObject({ ok: false, code: 'not_found' })
    expect(await appeal(eve, decisionId)).toMatchObject({ ok: true })
    expect(await appeal(eve, decisionId)).toMatchObject({ reason: 'moderation.refused_appealed' })
    const [item] = await items()
    expect(item).toMatchObject({
      kind: 'appeal',
      text: 'A canary with edits.',
      decision: { appeal: 'It was meant well.' },
    })
    expect(await decide(mod, item, 'overturn')).toMatchObject({ reason: 'moderation.refused_own_decision' })
    expect(await decide(mod2, item, 'overturn', { note: 'Agreed.' })).toMatchObject({ ok: true })
    expect(await bodies(ada, threadId)).toContain('A canary with edits.')
    expect(await rows(eve, 'decisions')).toMatchObject([{ outcome: 'overturned', outcomeNote: 'Agreed.' }])
  })

  test('when it is closed, the bytes are gone for good', async () => {
    const { decisionId } = await takenDown('delete')
    expect(await isStored('A canary')).toBe(true)
    await appeal(eve, decisionId)
    const [item] = await items()
    expect(await decide(mod2, item, 'uphold')).toMatchObject({ ok: true })
    expect(await isStored('A canary')).toBe(false)
    expect(await community.send(mod, 'moderation.lift', { decisionId, note: '' })).toMatchObject({
      ok: false,
    })
  })

  test('without one, what was deleted goes when the time is up, and what was hidden stays hidden', async () => {
    const deleted = await takenDown('delete')
    community.clock.advance(15 * day)
    await community.community.quiesce()
    expect(await isStored('A canary')).toBe(false)
    expect(await appeal(eve, deleted.decisionId)).toMatchObject({ ok: false })
    const hidden = await takenDown('hide')
    community.clock.advance(15 * day)
    await community.community.quiesce()
    expect(await isStored('A canary with edits.')).toBe(true)
    expect(
      await community.send(mod, 'moderation.lift', { decisionId: hidden.decisionId, note: '' }),
    ).toMatchObject({
      ok: true,
    })
    expect(await bodies(ada, hidden.threadId)).toContain('A canary with edits.')
  })

  test('a thread that was deleted leaves nothing', async () => {
    const threadId = await thread(eve, 'A canary for a title', 'A canary for a body')
    await post(eve, threadId, 'A canary for a reply')
    const decisionId = fresh()
    const down = { decisionId, target: `thread:${threadId}`, act: 'delete', ...why } as const
    await community.send(mod, 'moderation.take_down', down)
    community.clock.advance(15 * day)
    await community.community.quiesce()
    expect(await isStored('A canary')).toBe(false)
  })
})

describe('rules', () => {
  test('hold what they say; its author sees it and nobody else; approved, it is theirs', async () => {
    const threadId = await thread()
    await setRules({ rules: [rule({ kind: 'words', act: 'hold', words: ['casino'] })] })
    const { postId, result } = await post(eve, threadId, 'Best Ｃ-a-s-i-n-o in town')
    expect(result).toMatchObject({ ok: true, state: 'held' })
    expect(await bodies(ada, threadId)).toEqual(['Its first words.'])
    expect(await rows(eve, 'held_items')).toMatchObject([{ command: 'discussions.post', why: 'words' }])
    expect(await rows(ada, 'held_items')).toEqual([])
    // What depends on it waits with it.
    const later = await community.send(
      eve,
      'discussions.edit_post',
      { threadId, postId, body: 'Corrected.' },
      { after: [result.id] },
    )
    expect(later).toMatchObject({ ok: false, code: 'waiting' })
    const [item] = await items()
    expect(await decide(mod, item, 'approve')).toMatchObject({ ok: true })
    const posts = postsOf(await community.doc(ada, threadRoom(threadId)))
    expect(posts[1]).toMatchObject({ id: postId, authorId: eve.id })
    expect(await rows(eve, 'held_items')).toEqual([])
    // A retry of the same command is answered with what became of it.
    const again = await community.send(
      eve,
      'discussions.post',
      { threadId, postId, body: 'Best Ｃ-a-s-i-n-o in town', replyTo: null },
      { id: result.id },
    )
    expect(again).toMatchObject({ ok: true, state: 'saved' })
  })

  test('what is held can be put right by a moderator, or rejected with its words kept for its author', async () => {
    const threadId = await thread()
    await setRules({ rules: [rule({ kind: 'links', act: 'hold', most: 0 })] })
    await post(eve, threadId, 'See https://a.example')
    const [first] = await items()
    expect(await decide(mod, first, 'approve', { edited: { body: 'See the handbook.' } })).toMatchObject({
      ok: true,
    })
    expect(await bodies(ada, threadId)).toContain('See the handbook.')
    const { result } = await post(eve, threadId, 'See https://b.example')
    const [second] = await items()
    expect(await decide(mod, second, 'reject', { note: 'No links, please.' })).toMatchObject({ ok: true })
    expect(await rows(eve, 'decisions')).toMatchObject([
      { act: 'rejected', input: { body: 'See https://b.example' }, note: 'No links, please.' },
    ])
    const dependent = await community.send(
      eve,
      'discussions.react',
      { threadId, postId: fresh(), reaction: '👍', on: true },
      { after: [result.id] },
    )
    expect(dependent).toMatchObject({ ok: false, code: 'dependency' })
    // An appeal that is right publishes it after all.
    const [decision] = await rows(eve, 'decisions')
    await community.send(eve, 'moderation.appeal', { decisionId: decision.id, text: 'It is my own page.' })
    const [third] = await items()
    expect(await decide(mod2, third, 'overturn')).toMatchObject({ ok: true })
    expect(await bodies(ada, threadId)).toContain('See https://b.example')
  })

  test('refuse with the reason, and count what was let through', async () => {
    const threadId = await thread()
    await setRules({
      rules: [
        rule({ kind: 'pace', act: 'refuse', posts: 2, minutes: 5 }),
        rule({ kind: 'duplicates', act: 'refuse', minutes: 5 }),
      ],
    })
    expect((await post(eve, threadId, 'One.')).result).toMatchObject({ ok: true })
    expect((await post(eve, threadId, 'ONE!')).result).toMatchObject({
      reason: 'moderation.refused_duplicates',
    })
    expect((await post(eve, threadId, 'Two.')).result).toMatchObject({ ok: true })
    expect((await post(eve, threadId, 'Three.')).result).toMatchObject({
      reason: 'moderation.refused_pace',
      params: { posts: 2, minutes: 5 },
    })
    community.clock.advance(6 * 60_000)
    expect((await post(eve, threadId, 'Three.')).result).toMatchObject({ ok: true })
  })

  test('newcomers’ first posts are held until one was let through; moderators are let be', async () => {
    const threadId = await thread()
    await setRules({ rules: [rule({ kind: 'first_posts', act: 'hold', posts: 1, who: 'new' })] })
    expect((await post(mod, threadId, 'From a moderator.')).result).toMatchObject({ state: 'saved' })
    expect((await post(eve, threadId, 'My first.')).result).toMatchObject({ state: 'held' })
    await decide(mod, (await items())[0], 'approve')
    expect((await post(eve, threadId, 'My second.')).result).toMatchObject({ state: 'saved' })
  })

  test('flag: it is there, and somebody looks', async () => {
    const threadId = await thread()
    await setRules({ rules: [rule({ kind: 'pattern', act: 'flag', pattern: '加.?(v|微)' })] })
    expect((await post(eve, threadId, '领资料加 V 细聊')).result).toMatchObject({ state: 'saved' })
    expect(await items()).toMatchObject([{ kind: 'reported', text: '领资料加 V 细聊', rule: 'pattern' }])
  })

  test('a catastrophic pattern stops nobody, and what cannot be matched safely is no rule', async () => {
    const threadId = await thread()
    await setRules({ rules: [rule({ kind: 'pattern', act: 'hold', pattern: '(a+)+$' })] })
    const began = performance.now()
    expect((await post(eve, threadId, `${'a'.repeat(19_000)}!`)).result).toMatchObject({ state: 'saved' })
    expect(performance.now() - began).toBeLessThan(2_000)
    const bad = rule({ kind: 'pattern', act: 'hold', pattern: '(?=a)a' })
    expect(
      await community.send(owner, 'moderation.set_rules', { rules: { ...defaultRules, rules: [bad] } }),
    ).toMatchObject({ ok: false, code: 'invalid' })
  })

  test('the same words that were removed do not come back unseen', async () => {
    const threadId = await thread()
    const words = 'Join my group for guaranteed profits every day'
    const { postId } = await post(eve, threadId, words)
    const down = { decisionId: fresh(), target: `post:${postId}`, act: 'delete', ...why } as const
    await community.send(mod, 'moderation.take_down', down)
    expect((await post(ada, threadId, words.toUpperCase())).result).toMatchObject({ state: 'held' })
  })

  test('articles wait to be read where the community wants it', async () => {
    await setRules({ reviewArticles: true })
    const author = await community.member({ role: 'author', name: 'Zhou' })
    const draftId = fresh()
    await community.send(author, 'articles.start_draft', { id: draftId, title: 'T', articleId: null })
    const input = { draftId, title: 'T', description: '', tags: [], lang: 'en', body: 'Text.' } as const
    expect(
      await community.send(author, 'articles.publish', { ...input, opening: { to: 'members' } } as never),
    ).toMatchObject({
      state: 'held',
    })
    expect(await rows(ada, 'articles')).toEqual([])
    await decide(mod, (await items())[0], 'approve')
    expect(await rows(ada, 'articles')).toMatchObject([{ id: draftId, authorId: author.id }])
    const decisionId = fresh()
    const down = { decisionId, target: `article:${draftId}`, act: 'delete', ...why } as const
    expect(await community.send(mod, 'moderation.take_down', down)).toMatchObject({ ok: true })
    expect(await rows(ada, 'articles')).toEqual([])
    expect(
      await community.send(author, 'articles.publish', { ...input, opening: { to: 'members' } } as never),
    ).toMatchObject({ ok: false })
  })

  test('a dry run says what a rule would have caught', async () => {
    const threadId = await thread()
    await setRules({ rules: [] })
    await post(eve, threadId, 'See https://a.example and https://b.example')
    await post(ada, threadId, 'No links.')
    const ask = async (as: TestMember, one: Rule) => {
      const input = encodeURIComponent(JSON.stringify({ rule: one }))
      return community.request(`/api/queries/moderation.dry_run?input=${input}`, { as })
    }
    const links = rule({ kind: 'links', act: 'hold', most: 1 })
    expect(await (await ask(mod, links)).json()).toMatchObject({
      output: {
        looked: 3,
        caught: [{ authorName: 'Eve', path: expect.stringContaining('/discuss/') }],
        more: 0,
      },
    })
    const slow = rule({ kind: 'pattern', act: 'hold', pattern: '(.*)*(.*)*x$' })
    expect((await ask(mod, slow)).status).toBe(200)
    expect((await ask(ada, links)).status).toBe(403)
  })
})

describe('penalties', () => {
  const penalise = (by: TestMember, member: TestMember, kind: 'silence' | 'suspend', hours: number | null) =>
    community.send(by, 'moderation.penalise', { id: fresh(), memberId: member.id, kind, hours, ...why })

  test('whoever is silenced cannot post until then, and hears until when', async () => {
    const threadId = await thread()
    expect(await penalise(mod, eve, 'silence', 1)).toMatchObject({ ok: true })
    const until = community.clock.now + 3_600_000
    expect((await post(eve, threadId, 'Hello?')).result).toMatchObject({
      code: 'forbidden',
      reason: 'moderation.refused_silenced',
      params: { until },
    })
    community.clock.advance(3_600_001)
    expect((await post(eve, threadId, 'Hello!')).result).toMatchObject({ ok: true })
  })

  test('whoever is suspended is out, their queue is answered and kept, and they come in again afterwards', async () => {
    const threadId = await thread()
    expect(await penalise(mod, eve, 'suspend', 24)).toMatchObject({ ok: true })
    const postId = fresh()
    const queued = {
      id: fresh(),
      name: 'discussions.post',
      at: 0,
      input: { threadId, postId, body: 'x', replyTo: null },
    }
    const answer = await community.request('/api/commands', {
      method: 'POST',
      as: eve,
      headers: { 'x-member': eve.id, 'content-type': 'application/json' },
      body: JSON.stringify({ commands: [queued] }),
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({
      reason: 'core.refused_suspended',
      params: { until: community.clock.now + day, why: 'moderation.reason_spam' },
    })
    const info = await (await community.request('/api/session', { as: eve })).json()
    expect(info).toMatchObject({ member: null, suspended: { why: 'moderation.reason_spam' } })
    expect((await post(eve, threadId, 'Still here?')).result).toMatchObject({
      code: 'unauthenticated',
      reason: 'core.refused_suspended',
    })
    const late = await community.services.sessions.open(eve.id, 'a door that did not ask')
    expect(await community.services.sessions.viewer(late.token)).toMatchObject({ sessionId: null })
    community.clock.advance(day + 1)
    expect((await post(eve, threadId, 'Back.')).result).toMatchObject({ ok: true })
  })

  test('get longer, and can be lifted', async () => {
    await penalise(mod, eve, 'silence', null)
    await penalise(mod, eve, 'suspend', null)
    const found = await community.services.database.kysely
      .selectFrom('moderation_decision' as never)
      .select(['id', 'until', 'act'] as never)
      .orderBy('until' as never)
      .execute()
    const [first, second] = found as unknown as { id: string; until: number }[]
    expect([first!.until, second!.until].map((until) => (until - community.clock.now) / 3_600_000)).toEqual([
      24, 72,
    ])
    expect(await community.send(mod, 'moderation.lift', { decisionId: second!.id, note: '' })).toMatchObject({
      ok: true,
    })
    expect((await post(eve, await thread(), 'x')).result).toMatchObject({
      reason: 'moderation.refused_silenced',
    })
  })

  test('nobody punishes those above them, or themselves', async () => {
    expect(await penalise(mod, owner, 'suspend', 1)).toMatchObject({ ok: false })
    expect(await penalise(mod, mod2, 'suspend', 1)).toMatchObject({ ok: false })
    expect(await penalise(mod, mod, 'silence', 1)).toMatchObject({ ok: false })
    expect(await penalise(ada, eve, 'silence', 1)).toMatchObject({ code: 'forbidden' })
    expect(await penalise(owner, mod, 'suspend', 1)).toMatchObject({ ok: true })
  })
})
