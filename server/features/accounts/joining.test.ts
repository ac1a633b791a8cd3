import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { defaults, type SignUpPolicy } from '#shared/features/setup.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

let community: TestCommunity
let owner: TestMember

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner', handle: 'owner' })
})
afterEach(() => community.close())

async function admit(signUp: SignUpPolicy): Promise<void> {
  await community.send(owner, 'accounts.configure_community', { ...defaults, off: [], signUp })
}

const post = (path: string, body: object): Promise<Response> =>
  community.request(path, { method: 'POST', body: JSON.stringify(body) })
const password = 'a loom for algebra'
const join = (handle: string, email = `${handle}@example.org`, why = ''): Promise<Response> =>
  post('/api/sign-up', { name: handle, handle, email, password, language: 'en', why })
const signIn = (email: string, given = password): Promise<Response> =>
  post('/api/session', { email, password: given })
const handles = async (): Promise<string[]> =>
  [...(await community.feed(owner)).get('members')!.values()].map((row) => row.handle).sort()
const waiting = async (who = owner): Promise<{ id: string; handle: string }[]> => [
  ...((await community.feed(who)).get('applicants')?.values() ?? []),
]

test('by invitation only: without one nobody joins, and nothing is said about who is here', async () => {
  const [known, unknown] = [await join('owner'), await join('ada')]
  expect(known.status).toBe(404)
  expect(await known.json()).toEqual(await unknown.json())
  expect(await handles()).toEqual(['owner'])
})

test('open: whoever signs up is a member at once', async () => {
  await admit('open')
  expect(await (await join('ada')).json()).toEqual({ waiting: false })
  const entered = await signIn('ada@example.org')
  expect(await entered.json()).toMatchObject({ member: { handle: 'ada', role: 'member' } })
})

test('open: the answer is the same for an email that is known, and its account stays as it is', async () => {
  await admit('open')
  await join('ada')
  const [known, unknown] = [await join('eve', 'ada@example.org'), await join('bob')]
  expect([known.status, await known.json()]).toEqual([unknown.status, await unknown.json()])
  expect(await handles()).toEqual(['ada', 'bob', 'owner'])
  expect((await signIn('ada@example.org', 'another password')).status).toBe(401)
})

test('open: a taken handle is given with a number behind it, not refused', async () => {
  await admit('open')
  for (const email of ['one@example.org', 'two@example.org']) await join('owner', email)
  expect(await handles()).toEqual(['owner', 'owner-2', 'owner-3'])
})

test('with approval: they wait, those who run the community see them, and once accepted they sign in', async () => {
  await admit('approval')
  expect(await (await join('ada', 'ada@example.org', 'I weave.')).json()).toEqual({ waiting: true })
  expect(await handles()).toEqual(['owner'])
  expect(await (await signIn('ada@example.org')).json()).toMatchObject({ reason: 'accounts.sign_in_waiting' })
  const moderator = await community.member({ role: 'moderator', handle: 'mod' })
  const [asked] = await waiting(moderator)
  expect(asked).toMatchObject({ name: 'ada', email: 'ada@example.org', why: 'I weave.' })
  expect(JSON.stringify(asked)).not.toContain('argon')
  expect(await community.send(moderator, 'accounts.accept_applicant', { id: asked!.id })).toMatchObject({
    ok: true,
  })
  expect(await waiting(moderator)).toEqual([])
  expect((await signIn('ada@example.org')).status).toBe(200)
})

test('with approval: members see nobody who waits, and decide nothing', async () => {
  await admit('approval')
  await join('ada')
  const member = await community.member({ role: 'author' })
  expect(await waiting(member)).toEqual([])
  const [asked] = await waiting()
  for (const name of ['accounts.accept_applicant', 'accounts.decline_applicant'] as const)
    expect(await community.send(member, name, { id: asked!.id })).toMatchObject({ code: 'forbidden' })
})

test('declined, nothing of them is left, and two who answer at once do not both', async () => {
  await admit('approval')
  await join('ada')
  const [asked] = await waiting()
  const id = asked!.id
  const [one, two] = await Promise.all([
    community.send(owner, 'accounts.decline_applicant', { id }),
    community.send(owner, 'accounts.accept_applicant', { id }, { id: uuidv7() }),
  ])
  expect([one.ok, two.ok].sort()).toEqual([false, true])
  expect(await waiting()).toEqual([])
  const [unknown] = [await signIn('nobody@example.org')]
  if (one.ok) expect(await (await signIn('ada@example.org')).json()).toEqual(await unknown.json())
})

test('with approval: asking twice, or with the email of a member, is answered the same and changes nothing', async () => {
  await admit('approval')
  const answers = [await join('ada'), await join('eve', 'ada@example.org'), await join('owner')]
  for (const answer of answers) expect(await answer.json()).toEqual({ waiting: true })
  expect((await waiting()).map((row) => row.handle)).toEqual(['ada'])
  // Only who knows the password is told that the request waits.
  const wrong = await signIn('ada@example.org', 'another password')
  expect(await wrong.json()).toMatchObject({ reason: 'accounts.sign_in_wrong' })
})

test('who waits and comes by an invitation meanwhile is one member, not two', async () => {
  await admit('approval')
  await join('ada')
  const id = uuidv7()
  await community.send(owner, 'accounts.invite', { id, role: 'author', note: '', uses: 1, days: 1 })
  const invite = (await community.feed(owner)).get('invites')!.get(id).token
  await post('/api/sign-up', {
    invite,
    name: 'Ada',
    handle: 'ada',
    email: 'ada@example.org',
    password,
    language: 'en',
  })
  const [asked] = await waiting()
  await community.send(owner, 'accounts.accept_applicant', { id: asked!.id })
  expect(await handles()).toEqual(['ada', 'owner'])
  expect(await waiting()).toEqual([])
})

test('from one address not many an hour', async () => {
  await admit('approval')
  const statuses: number[] = []
  for (let i = 0; i < 21; i++) statuses.push((await join(`ada-${i}`)).status)
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200))
  expect(statuses[20]).toBe(429)
})
