import { afterEach, beforeEach, expect, it } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Figures } from '#shared/features/analytics.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { followVisits } from './counting.ts'

let community: TestCommunity
let owner: TestMember
let mod: TestMember
let ada: TestMember

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ handle: 'owner', role: 'owner' })
  mod = await community.member({ handle: 'mod', role: 'moderator' })
  ada = await community.member({ handle: 'ada' })
})
afterEach(() => community.close())

async function figures(as: TestMember, days = 7): Promise<Figures> {
  const input = encodeURIComponent(JSON.stringify({ days }))
  const response = await community.request(`/api/queries/analytics.figures?input=${input}`, { as })
  expect(response.status).toBe(200)
  return ((await response.json()) as { output: Figures }).output
}

async function ask(by: TestMember): Promise<{ threadId: string; postId: string }> {
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  const input = { ...ids, title: 'Why?', kind: 'question' as const, subject: null, tags: [], body: 'Words' }
  await community.send(by, 'discussions.open_thread', input)
  return ids
}

it('counts what happens on its day, and only the likes that were given', async () => {
  const opened = await ask(ada)
  await community.send(mod, 'discussions.react', { ...opened, reaction: '👍', on: true })
  await community.send(mod, 'discussions.react', { ...opened, reaction: '👍', on: false })
  community.clock.advance(86_400_000)
  const reply = { threadId: opened.threadId, postId: uuidv7(), body: 'Because', replyTo: null }
  await community.send(mod, 'discussions.post', reply)
  const { series, days, members, activeWithin } = await figures(mod)
  expect(days).toHaveLength(7)
  expect(series.threads.slice(-2)).toEqual([1, 0])
  expect(series.reactions.slice(-2)).toEqual([1, 0])
  expect(series.posts.slice(-2)).toEqual([0, 1])
  expect(series.active.slice(-2)).toEqual([3, 1])
  expect(members).toBe(3)
  expect(activeWithin).toEqual({ day: 1, week: 3, month: 3 })
})

it('whose devices come by took part, although they did nothing', async () => {
  community.clock.advance(86_400_000)
  await community.services.sessions.open(ada.id, 'test')
  await followVisits(community.services)
  expect((await figures(mod)).series.active.at(-1)).toBeGreaterThan(0)
})

it('names questions that nobody has answered, the oldest first', async () => {
  const first = await ask(ada)
  community.clock.advance(1_000)
  const second = await ask(ada)
  expect((await figures(mod)).unanswered.map(({ id }) => id)).toEqual([first.threadId, second.threadId])
  const reply = { threadId: first.threadId, postId: uuidv7(), body: 'Because', replyTo: null }
  await community.send(mod, 'discussions.post', reply)
  expect((await figures(mod)).unanswered.map(({ id }) => id)).toEqual([second.threadId])
})

it('is for those who run the community, and revenue for its owners', async () => {
  await community.services.transact((tx) =>
    tx.tell('memberships.paid', {
      orderId: 'o',
      memberId: ada.id,
      subject: 'tier:x',
      amount: 9900,
      currency: 'CNY',
    }),
  )
  const input = encodeURIComponent(JSON.stringify({ days: 7 }))
  const path = `/api/queries/analytics.figures?input=${input}`
  expect((await community.request(path, { as: ada })).status).toBe(403)
  expect((await figures(mod)).revenue).toBeNull()
  expect((await figures(owner)).revenue).toEqual([
    { currency: 'CNY', paid: [0, 0, 0, 0, 0, 0, 9900], refunded: [0, 0, 0, 0, 0, 0, 0] },
  ])
})

it('tells how the server is', async () => {
  expect((await figures(mod)).health).toMatchObject({ jobs_failed: 0, overloaded: 0 })
})
