// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked into as a stranger would
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { CommandEnvelope, CommandsResponse } from '#shared/core/wire.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../support/community.ts'

let community: TestCommunity
let ada: TestMember
beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada' })
})
afterEach(() => community.close())

function opening(
  title: string,
  more: Partial<CommandEnvelope> = {},
): CommandEnvelope & { input: { threadId: string } } {
  const input = {
    threadId: uuidv7(),
    postId: uuidv7(),
    title,
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'Hello',
  }
  return { id: uuidv7(), name: 'discussions.open_thread', input, at: 0, ...more } as never
}

async function post(
  commands: unknown,
  as: TestMember | undefined = ada,
): Promise<{ status: number; body: any }> {
  const response = await community.request('/api/commands', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(commands),
    ...(as ? { as } : {}),
  })
  return { status: response.status, body: await response.json() }
}

const threads = async (): Promise<unknown[]> => [
  ...((await community.feed(ada)).get('threads')?.values() ?? []),
]

describe('a batch of commands', () => {
  test('takes effect once, however often it is sent', async () => {
    const batch = { commands: [opening('one'), opening('two')] }
    const first = (await post(batch)).body as CommandsResponse
    const second = (await post(batch)).body as CommandsResponse
    expect(first.results.map((result) => result.ok)).toEqual([true, true])
    expect(second).toEqual(first)
    expect(await threads()).toHaveLength(2)
  })

  test('takes effect once when two copies race', async () => {
    const batch = { commands: [opening('one')] }
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(batch)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
    expect(await threads()).toHaveLength(1)
  })

  test('tells where each effect will arrive', async () => {
    const command = opening('one')
    const { results } = (await post({ commands: [command] })).body as CommandsResponse
    const [result] = results
    if (!result?.ok) throw new Error('refused')
    expect(result.lands.feed?.members).toBeGreaterThan(0)
    expect(Object.keys(result.lands.rooms ?? {})).toEqual([`thread/${command.input.threadId}`])
  })
})

describe('a refusal', () => {
  test('names the field and the rule, and changes nothing', async () => {
    const bad = opening('x'.repeat(300))
    const { results } = (await post({ commands: [bad] })).body as CommandsResponse
    expect(results[0]).toMatchObject({
      id: bad.id,
      ok: false,
      code: 'invalid',
      field: 'title',
      reason: 'core.invalid_max_length',
      params: { limit: 200 },
    })
    expect(await threads()).toEqual([])
  })

  test('is the answer to every retry of that command', async () => {
    const bad = opening('')
    const first = await post({ commands: [bad] })
    expect((await post({ commands: [bad] })).body).toEqual(first.body)
  })

  test('refuses whatever was to come after it, with its cause', async () => {
    const bad = opening('')
    const reply = { threadId: bad.input.threadId, postId: uuidv7(), body: 'and', replyTo: null }
    const dependant = { id: uuidv7(), name: 'discussions.post', input: reply, after: [bad.id], at: 0 }
    const { results } = (await post({ commands: [bad, dependant] })).body as CommandsResponse
    expect(results[1]).toMatchObject({ ok: false, code: 'dependency' })
  })

  test('leaves the commands of other lanes alone', async () => {
    const { results } = (await post({ commands: [opening(''), opening('fine')] })).body as CommandsResponse
    expect(results.map((result) => result.ok)).toEqual([false, true])
  })
})

test('a command that depends on one that has not arrived is asked to wait, and taken later', async () => {
  const first = opening('first')
  const reply = { threadId: first.input.threadId, postId: uuidv7(), body: 'and', replyTo: null }
  const second = { id: uuidv7(), name: 'discussions.post', input: reply, after: [first.id], at: 0 }
  expect(((await post({ commands: [second] })).body as CommandsResponse).results[0]).toMatchObject({
    code: 'waiting',
  })
  const { results } = (await post({ commands: [first, second] })).body as CommandsResponse
  expect(results.map((result) => result.ok)).toEqual([true, true])
})

test.each([
  ['not JSON', '{', 422],
  ['no list', { commands: 'x' }, 422],
  ['an empty list', { commands: [] }, 422],
  ['too many', { commands: Array.from({ length: 101 }, () => opening('x')) }, 422],
  ['an unknown field', { commands: [opening('x')], admin: true }, 422],
])('a body that is %s is refused whole', async (_what, body, status) => {
  const response = await community.request('/api/commands', {
    method: 'POST',
    as: ada,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code: 'invalid' })
  expect(await threads()).toEqual([])
})

test.each([
  ['an unknown name', { name: 'discussions.explode' }, 'invalid'],
  ['a name of the prototype', { name: 'discussions.constructor' }, 'invalid'],
  ['a feature of the prototype', { name: '__proto__.post' }, 'invalid'],
])('a command with %s is refused by itself', async (_what, change, code) => {
  const { results } = (await post({ commands: [opening('x', change), opening('fine')] }))
    .body as CommandsResponse
  expect(results[0]).toMatchObject({ ok: false, code })
  expect(results[1]).toMatchObject({ ok: true })
})

test('guests cannot act, and neither can foreign pages nor cookie requests without an Origin', async () => {
  const body = JSON.stringify({ commands: [opening('x')] })
  const send = (headers: Record<string, string>) =>
    community.app.request('/api/commands', { method: 'POST', body, headers })
  expect((await send({ origin: 'http://127.0.0.1:8787' })).status).toBe(401)
  expect((await send({ origin: 'https://evil.example', cookie: ada.cookie })).status).toBe(403)
  expect((await send({ cookie: ada.cookie })).status).toBe(403)
  expect((await send({ origin: 'http://127.0.0.1:8787', cookie: ada.cookie })).status).toBe(200)
})

test('an unknown route and a wrong method are answered in JSON', async () => {
  const unknown = await community.request('/api/nothing')
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { code: 'not_found', message: 'no such route' },
  ])
  const wrong = await community.request('/api/commands', { method: 'DELETE' })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
})

test('the description of the interface names every command with its input', async () => {
  const api = JSON.parse(await (await community.request('/api/openapi.json')).text())
  const commands =
    api.paths['/api/commands'].post.requestBody.content['application/json'].schema.properties.commands
  const post = commands.items.oneOf.find((one: { title: string }) => one.title === 'discussions.post')
  expect(post.properties.input.required).toEqual(['threadId', 'postId', 'body', 'replyTo'])
  expect(api.paths['/api/session']).toMatchObject({ get: {}, post: {}, delete: {} })
})
