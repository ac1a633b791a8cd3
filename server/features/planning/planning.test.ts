import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { addItem, readBoard, setFields } from '#shared/features/plan-board.ts'
import { planRoom, taskRowId, voteId } from '#shared/features/planning.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'
import { writeEvent, writeSession } from '../events/programme.ts'
import { recapText } from './recap.ts'
import { remind } from './reminders.ts'

let community: TestCommunity
let maren: TestMember
let ada: TestMember
let bob: TestMember
const eventId = 'ev-1'
const day = 86_400_000

async function anEvent(
  start = community.clock.now + 30 * day,
  access: 'public' | 'members' = 'public',
): Promise<void> {
  await community.services.transact((tx) =>
    writeEvent(tx, {
      id: eventId,
      slug: 'salon',
      title: 'Salon',
      description: '',
      start,
      end: start + 3 * 3_600_000,
      timeZone: 'Asia/Shanghai',
      place: '',
      url: null,
      rooms: [],
      tracks: [],
      days: [new Date(start).toISOString().slice(0, 10)],
      access,
    } as Parameters<typeof writeEvent>[1]),
  )
}

beforeEach(async () => {
  community = await openCommunity()
  maren = await community.member({ role: 'moderator', name: 'Maren' })
  ada = await community.member({ role: 'author', name: 'Ada' })
  bob = await community.member({ name: 'Bob' })
  await anEvent()
})
afterEach(() => community.close())

const start = (by = maren, proposalId: string | null = null) =>
  community.send(by, 'planning.start', {
    eventId,
    template: 'meetup',
    lang: 'en',
    currency: 'CNY',
    proposalId,
  })

const letIn = (member: TestMember) =>
  community.services.transact((tx) => tx.grant(member.id, `event:${eventId}:staff`, 'test'))

async function propose(by: TestMember, title = 'CRDTs in practice'): Promise<string> {
  const proposalId = uuidv7(community.clock.now)
  const input = { proposalId, title, text: 'By somebody who runs them.', template: 'meetup' as const }
  expect(await community.send(by, 'planning.propose', input)).toMatchObject({ ok: true })
  return proposalId
}

test('a plan is begun by moderators, once, and opens to the staff of its event alone', async () => {
  expect(await start(bob)).toMatchObject({ ok: false, code: 'forbidden' })
  expect(await start()).toMatchObject({ ok: true })
  expect(await start()).toMatchObject({ ok: false, reason: 'planning.refused_started' })
  expect(readBoard(await community.doc(maren, planRoom(eventId))).tasks).toHaveLength(14)
  await expect(community.doc(bob, planRoom(eventId))).rejects.toThrow(NoAccess)
  await letIn(bob)
  await community.write(bob, planRoom(eventId), (doc) => setFields(doc, 'tasks', 't1', { done: true }))
  expect(readBoard(await community.doc(maren, planRoom(eventId))).tasks[0]!.done).toBe(true)
  expect((await community.feed(bob)).get('plan_boards')?.has(eventId)).toBe(true)
  expect((await community.feed(ada)).get('plan_boards')?.size ?? 0).toBe(0)
})

test('what stands on the board becomes rows for its organisers', async () => {
  await start()
  await community.community.quiesce()
  const rows = (await community.feed(maren)).get('plan_tasks')!
  expect(rows.size).toBe(14)
  await community.write(maren, planRoom(eventId), (doc) => {
    setFields(doc, 'tasks', 't1', { done: true, owner: bob.id })
    setFields(doc, 'roles', 'host', { [`p.${ada.id}`]: true })
    addItem(doc, 'tasks', 'mine', { title: 'Buy flowers', days: -1, role: 'host' })
  })
  await community.community.quiesce()
  const feed = await community.feed(maren)
  expect(feed.get('plan_tasks')!.get(taskRowId(eventId, 't1'))).toMatchObject({
    done: true,
    owners: [bob.id],
  })
  expect(feed.get('plan_tasks')!.get(taskRowId(eventId, 'mine'))).toMatchObject({
    owners: [ada.id],
    days: -1,
  })
  expect(feed.get('plan_boards')!.get(eventId)).toMatchObject({ tasks: 15, done: 1 })
  expect((await community.feed(bob)).get('plan_tasks')?.size ?? 0).toBe(0)
})

test('whoever is no organiser any more loses the board', async () => {
  await start()
  await letIn(bob)
  await community.services.transact((tx) => tx.revoke(bob.id, `event:${eventId}:staff`, 'test'))
  await expect(community.doc(bob, planRoom(eventId))).rejects.toThrow(NoAccess)
})

async function notices(member: TestMember): Promise<{ word: string; params: Record<string, unknown> }[]> {
  return [...((await community.feed(member)).get('notices')?.values() ?? [])]
}

test('owners hear once of what is overdue, again when the event has moved, and others who were named never', async () => {
  await start()
  await letIn(bob)
  await community.write(maren, planRoom(eventId), (doc) => {
    for (const id of ['t3', 't4']) setFields(doc, 'tasks', id, { owner: bob.id })
    setFields(doc, 'tasks', 't5', { owner: ada.id })
  })
  await community.community.quiesce()
  expect(await notices(bob)).toEqual([])
  const heard = async () => (await notices(bob)).filter(({ word }) => word === 'planning.notice_overdue')
  // t3 is due 28 days before the event, which is 30 days from now; t4 21 days before.
  community.clock.advance(2 * day)
  await remind(community.services)
  expect(await heard()).toEqual([])
  community.clock.advance(day)
  await remind(community.services)
  const [first] = await heard()
  expect(first!.params).toMatchObject({ count: 1, task: 'Invite speakers; get titles and short biographies' })
  community.clock.advance(day)
  await remind(community.services)
  expect(await heard()).toEqual([first])
  // Put off: neither is overdue any more, and they are said again when they are.
  await anEvent(community.clock.now + 40 * day)
  await remind(community.services)
  expect(await heard()).toEqual([first])
  community.clock.advance(20 * day)
  await remind(community.services)
  const [second, ...more] = await heard()
  expect(more).toEqual([])
  expect(second!.params).toMatchObject({ count: 2 })
  expect((await notices(ada)).filter(({ word }) => word.startsWith('planning'))).toEqual([])
})

test('a vote counts once, is taken back, and is over when something has come of it', async () => {
  const proposalId = await propose(bob)
  const votes = async (): Promise<number> =>
    (await community.feed(ada)).get('proposals')!.get(proposalId).votes
  expect(await votes()).toBe(1)
  for (let i = 0; i < 3; i++) await community.send(ada, 'planning.vote', { proposalId, on: true })
  expect(await votes()).toBe(2)
  expect((await community.feed(ada)).get('proposal_votes')!.has(voteId(proposalId, ada.id))).toBe(true)
  expect((await community.feed(maren)).get('proposal_votes')?.size ?? 0).toBe(0)
  await community.send(ada, 'planning.vote', { proposalId, on: false })
  expect(await votes()).toBe(1)
  expect(await start(maren, proposalId)).toMatchObject({ ok: true })
  const row = (await community.feed(ada)).get('proposals')!.get(proposalId)
  expect(row).toMatchObject({ state: 'planned', eventId })
  expect(await community.send(ada, 'planning.vote', { proposalId, on: true })).toMatchObject({
    ok: false,
    reason: 'planning.refused_vote',
  })
  expect((await notices(bob)).map(({ word }) => word)).toContain('planning.notice_planned')
})

test('a proposal is withdrawn by its author while it is open, and decided by organisers', async () => {
  const proposalId = await propose(bob)
  const decide = (by: TestMember, state: 'open' | 'declined') =>
    community.send(by, 'planning.decide', { proposalId, state, reason: 'No room.' })
  expect(await community.send(ada, 'planning.withdraw', { proposalId })).toMatchObject({ ok: false })
  expect(await decide(bob, 'declined')).toMatchObject({ ok: false, code: 'forbidden' })
  expect(await decide(maren, 'declined')).toMatchObject({ ok: true })
  expect(await community.send(bob, 'planning.withdraw', { proposalId })).toMatchObject({ ok: false })
  await decide(maren, 'open')
  expect(await community.send(bob, 'planning.withdraw', { proposalId })).toMatchObject({ ok: true })
  const feed = await community.feed(bob)
  expect(feed.get('proposals')?.size ?? 0).toBe(0)
  expect(feed.get('proposal_votes')?.size ?? 0).toBe(0)
  for (let i = 0; i < 10; i++) await propose(bob, `Topic ${i}`)
  const more = { proposalId: uuidv7(), title: 'One more', text: '', template: 'ama' as const }
  expect(await community.send(bob, 'planning.propose', more)).toMatchObject({
    reason: 'planning.refused_many',
  })
})

test('whoever has left for good is named by no proposal, and votes for none', async () => {
  const [hers, his] = [await propose(ada), await propose(bob, 'Another')]
  await community.send(bob, 'planning.vote', { proposalId: hers, on: true })
  const { id: memberId, handle } = bob
  const gone = { memberId, handle, name: 'Bob', email: 'bob@example.org', articles: 'anonymous' }
  await community.services.transact((tx) => tx.tell('profiles.deleted', gone))
  const proposals = (await community.feed(ada)).get('proposals')!
  expect(proposals.get(hers)).toMatchObject({ votes: 1, authorName: 'Ada' })
  expect(proposals.get(his)).toMatchObject({ votes: 0, authorName: '' })
})

test('members talk about a proposal', async () => {
  const proposalId = await propose(bob)
  const [threadId, postId] = [uuidv7(), uuidv7()]
  const subject = { kind: 'proposal' as const, id: proposalId }
  const input = {
    threadId,
    postId,
    title: 'Where?',
    kind: 'talk' as const,
    subject,
    tags: [],
    body: 'Where would it be?',
  }
  expect(await community.send(ada, 'discussions.open_thread', input)).toMatchObject({ ok: true })
})

test('what was noted becomes a draft with its credits, and the article is linked from the event', async () => {
  const session = {
    id: 'se-1',
    eventId,
    day: '2026-06-03',
    start: community.clock.now + 30 * day,
    end: community.clock.now + 30 * day + 3_600_000,
    room: '',
    track: '',
    type: '',
    lang: '',
    title: 'Clocks *lie*',
    subtitle: '',
    abstract: '',
    description: '',
    persons: ['Lin Qiao'],
    url: null,
    access: 'public',
  }
  await community.services.transact((tx) => writeSession(tx, session as Parameters<typeof writeSession>[1]))
  await community.write(bob, 'notes/se-1', (doc) => doc.getText('body').insert(0, '# Why\n\nBecause.'))
  await community.community.quiesce()
  const draftId = uuidv7()
  expect(await community.send(bob, 'planning.recap', { eventId, draftId, lang: 'en' })).toMatchObject({
    ok: false,
  })
  await community.send(ada, 'articles.start_draft', { id: draftId, title: 'Recap', articleId: null })
  expect(await community.send(ada, 'planning.recap', { eventId, draftId, lang: 'en' })).toMatchObject({
    ok: true,
  })
  await community.community.quiesce()
  const body = (await community.doc(ada, `draft/${draftId}`)).getText('body').toString()
  expect(body).toContain('## Clocks \\*lie\\*')
  expect(body).toContain('### Why\n\nBecause.')
  expect(body).toContain('- Speaking: Lin Qiao')
  expect(body).toContain('- Notes: Bob')
  const details = {
    title: 'Recap',
    description: '',
    tags: [],
    lang: 'en' as const,
    opening: { to: 'public' as const },
  }
  await community.send(ada, 'articles.publish', { draftId, ...details, body })
  expect([...(await community.feed()).get('recaps')!.values()]).toMatchObject([
    { eventId, articleId: draftId },
  ])
  await community.send(ada, 'articles.withdraw', { id: draftId })
  expect((await community.feed()).get('recaps')?.size ?? 0).toBe(0)
})

test('headings in code are no headings, and names write no links', () => {
  const text = recapText(
    { title: 'A [trap](https://x.example)', slug: 'a' },
    [{ session: { id: 's', title: 'S', persons: [] }, text: '```\n# code\n```\n# Head', writers: [] }],
    'en',
  )
  expect(text).toContain('```\n# code\n```\n### Head')
  expect(text).toContain('\\[trap\\]')
})
