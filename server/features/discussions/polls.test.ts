import { afterEach, beforeEach, expect, it } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { type Poll, type PollInput, pollVoteId, postsOf, threadRoom } from '#shared/features/discussions.ts'
import type { TestCommunity, TestMember } from '../../../test/support/community.ts'
import { openCommunity } from '../../../test/support/community.ts'
import { matters } from './matters.ts'

let community: TestCommunity
let ada: TestMember
let ben: TestMember
let mod: TestMember
let threadId: string
let postId: string

const hour = 3_600_000

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ name: 'Ada' })
  ben = await community.member({ name: 'Ben' })
  mod = await community.member({ name: 'Mod', role: 'moderator' })
})
afterEach(() => community.close())

async function ask(poll: Partial<PollInput> = {}) {
  threadId = uuidv7()
  postId = uuidv7()
  return community.send(ada, 'discussions.open_thread', {
    threadId,
    postId,
    title: 'When?',
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'Choose a day.',
    poll: { options: ['Monday', 'Tuesday', 'Friday'], multiple: false, closesAt: null, ...poll },
  })
}

const vote = (by: TestMember, ...choices: number[]) =>
  community.send(by, 'discussions.vote', { threadId, postId, choices })

async function poll(): Promise<Poll | undefined> {
  return postsOf(await community.doc(ben, threadRoom(threadId)))[0]!.poll
}

it('counts each member once, as they chose last', async () => {
  expect(await ask()).toMatchObject({ ok: true })
  expect(await poll()).toMatchObject({ counts: [0, 0, 0], voters: 0, closedAt: null })
  await vote(ada, 0)
  await vote(ben, 0)
  await vote(ben, 2)
  await vote(ben, 2)
  expect(await poll()).toMatchObject({ counts: [1, 0, 1], voters: 2 })
  await vote(ada)
  expect(await poll()).toMatchObject({ counts: [0, 0, 1], voters: 1 })
})

it('tells everybody how many, and nobody who', async () => {
  await ask({ multiple: true })
  await vote(ben, 0, 2)
  expect(await poll()).toMatchObject({ counts: [1, 0, 1], voters: 1 })
  const key = pollVoteId(postId, ben.id)
  expect((await community.feed(ben)).get('poll_votes')!.get(key).choices).toEqual([0, 2])
  expect((await community.feed(mod)).get('poll_votes')?.size ?? 0).toBe(0)
  expect(JSON.stringify(postsOf(await community.doc(mod, threadRoom(threadId))))).not.toContain(ben.id)
})

it('refuses a vote that arrives after the poll was closed, whenever it was given', async () => {
  await ask({ closesAt: community.clock.now + hour })
  expect(await vote(ada, 0)).toMatchObject({ ok: true })
  const given = community.clock.now
  community.clock.advance(hour)
  const late = { threadId, postId, choices: [1] }
  expect(await community.send(ben, 'discussions.vote', late, { at: given })).toMatchObject({
    ok: false,
    code: 'conflict',
    reason: 'discussions.refused_poll_closed',
  })
  expect(await poll()).toMatchObject({ counts: [1, 0, 0] })
})

it('is closed by who asked, or a moderator', async () => {
  await ask()
  const close = (by: TestMember) => community.send(by, 'discussions.close_poll', { threadId, postId })
  expect(await close(ben)).toMatchObject({ ok: false, code: 'forbidden' })
  expect(await close(mod)).toMatchObject({ ok: true })
  const { closedAt } = (await poll())!
  expect(closedAt).toBe(community.clock.now)
  community.clock.advance(hour)
  expect(await close(ada)).toMatchObject({ ok: true })
  expect((await poll())!.closedAt).toBe(closedAt)
  expect(await vote(ben, 0)).toMatchObject({ ok: false, reason: 'discussions.refused_poll_closed' })
})

it('takes only choices that there are, and one where one is asked for', async () => {
  await ask()
  for (const choices of [[3], [0, 1]])
    expect(await vote(ben, ...choices)).toMatchObject({ ok: false, code: 'invalid' })
  for (const options of [
    ['One'],
    ['Same', ' same '],
    Array.from({ length: 11 }, (_, i) => `${i}`),
    ['', 'x'],
  ])
    expect(await ask({ options })).toMatchObject({ ok: false, code: 'invalid' })
})

it('goes with its post: words and votes', async () => {
  await ask()
  await vote(ben, 1)
  const reply = uuidv7()
  await community.send(ben, 'discussions.post', { threadId, postId: reply, body: 'Tuesday!', replyTo: null })
  await community.send(ada, 'discussions.delete_post', { threadId, postId })
  const doc = await community.doc(ben, threadRoom(threadId))
  expect(JSON.stringify(doc.getMap('polls'))).not.toContain('Tuesday')
  expect((await community.feed(ben)).get('poll_votes')?.size ?? 0).toBe(0)
  expect(await vote(ben, 0)).toMatchObject({ ok: false, code: 'gone' })
})

it('is out of sight with its post, and back with it', async () => {
  await ask()
  await vote(ben, 1)
  await community.services.transact((tx) => matters.post!.hide(tx, postId))
  expect(await poll()).toBeUndefined()
  expect(await vote(ada, 0)).toMatchObject({ ok: false })
  await community.services.transact((tx) => matters.post!.restore(tx, postId))
  expect(await poll()).toMatchObject({ counts: [0, 1, 0] })
})
