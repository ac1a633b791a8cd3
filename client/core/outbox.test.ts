import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Refusal } from '#shared/core/result.ts'
import { type CommandEnvelope, type CommandResult, encodeCursor, type Landing } from '#shared/core/wire.ts'
import { Database, type OutboxRow } from './database.ts'
import { applyPage } from './intake.ts'
import { choose, discard, enqueue, forgetLanded, resend } from './outbox.ts'
import { createSender, type Sender } from './sender.ts'
import { createTestBrowser, settle, type TestBrowser } from './testing/browser.ts'
import { appendToLog } from './update-log.ts'

type Verdict = Refusal | { state: 'saved' | 'held'; lands?: Landing; data?: unknown }

let browser: TestBrowser
let db: Database
let sender: Sender
let requests: CommandEnvelope[][]
let log: string[]
let verdicts: Map<string, Verdict | ((times: number) => Verdict)>
/** Answers instead of the verdicts, for a whole request. */
let http: ((commands: CommandEnvelope[]) => Response | undefined) | undefined
let count = 0

const never: Landing = { feed: { everyone: 999 } }

beforeEach(() => {
  browser = createTestBrowser()
  db = new Database(`outbox-${++count}`)
  requests = []
  log = []
  verdicts = new Map()
  http = undefined
  const times = new Map<string, number>()
  browser.fetch = async (_url, init) => {
    const { commands } = JSON.parse(String(init?.body)) as { commands: CommandEnvelope[] }
    requests.push(commands)
    const early = http?.(commands)
    if (early) return early
    const results = commands.map(({ id }): CommandResult => {
      times.set(id, (times.get(id) ?? 0) + 1)
      const given = verdicts.get(id) ?? { state: 'saved' as const, lands: never }
      const verdict = typeof given === 'function' ? given(times.get(id)!) : given
      if ('code' in verdict) return { id, ok: false, ...verdict }
      return { id, ok: true, state: verdict.state, data: verdict.data ?? null, lands: verdict.lands ?? never }
    })
    return Response.json({ results })
  }
  sender = createSender({
    db,
    around: browser.tab(),
    memberId: 'ada',
    told: async () => {},
    onSettled: (entries) => log.push(...entries.map((entry) => `${entry.id} ${entry.state}`)),
    onUnauthenticated: () => log.push('unauthenticated'),
    onReachable: (reachable) => log.push(reachable ? 'reached' : 'unreachable'),
    onReadOnly: () => {},
    onBusy: () => {},
    onError: (error) => log.push(String(error)),
  })
})

afterEach(async () => {
  sender.stop()
  await settle()
  db.close()
})

function act(
  id: string,
  lane = 'thread:1',
  after: string[] = [],
  input: unknown = { body: id },
): Promise<void> {
  return enqueue(db, { id, name: 'discussions.post', input, after, lane }, browser.clock.now)
}

async function states(): Promise<Record<string, string>> {
  const entries = await db.outbox.orderBy('order').toArray()
  return Object.fromEntries(entries.map((entry) => [entry.id, entry.state]))
}

async function entry(id: string): Promise<OutboxRow> {
  return (await db.outbox.where('id').equals(id).first())!
}

async function flush(): Promise<void> {
  sender.start()
  sender.poke()
  await settle()
}

function sent(): string[][] {
  return requests.map((commands) => commands.map((command) => command.id))
}

test('acts are sent in the order in which they were done, together', async () => {
  for (const id of ['a', 'b', 'c']) await act(id, `thread:${id}`)
  await flush()
  expect(sent()).toEqual([['a', 'b', 'c']])
  expect(await states()).toEqual({ a: 'saved', b: 'saved', c: 'saved' })
})

test('a batch holds at most 50 commands and 1.5 MB', async () => {
  for (let i = 0; i < 60; i++) await act(`x${i}`)
  await flush()
  await sender.idle()
  expect(sent().map((batch) => batch.length)).toEqual([50, 10])
  requests.length = 0
  const large = 'x'.repeat(600_000)
  for (const id of ['a', 'b', 'c']) await act(id, 'thread:1', [], { body: large })
  await flush()
  expect(sent()).toEqual([['a', 'b'], ['c']])
})

test('a command that cannot be decided on holds up its own lane and no other', async () => {
  await act('a', 'thread:1')
  await act('b', 'thread:1')
  await act('c', 'thread:2')
  verdicts.set('a', (times) => (times === 1 ? { code: 'unavailable', message: 'later' } : { state: 'saved' }))
  verdicts.set('b', (times) => (times === 1 ? { code: 'waiting', message: 'lane' } : { state: 'saved' }))
  await flush()
  expect(await states()).toEqual({ a: 'device', b: 'device', c: 'saved' })
  await act('d', 'thread:1')
  await flush()
  expect(sent().flat()).not.toContain('d')
  await browser.clock.advance(2_000)
  expect(await states()).toEqual({ a: 'saved', b: 'saved', c: 'saved', d: 'saved' })
  expect(sent().at(-1)).toEqual(['a', 'b', 'd'])
})

test('what depends on a command travels with it, or after it', async () => {
  await act('reply', 'thread:9', ['thread'])
  await act('thread', 'threads')
  await flush()
  expect(sent()).toEqual([['thread'], ['reply']])
  await act('one', 'x')
  await act('two', 'y', ['one'])
  await flush()
  expect(sent().at(-1)).toEqual(['one', 'two'])
})

test('what depends on a refused command is refused with it, all the way', async () => {
  verdicts.set('a', { code: 'forbidden', message: 'not yours' })
  await act('a', 'x')
  await flush()
  await act('b', 'y', ['a'])
  await act('c', 'z', ['b'])
  await flush()
  expect(await states()).toEqual({ a: 'refused', b: 'refused', c: 'refused' })
  expect((await entry('c')).refusal?.code).toBe('dependency')
  expect(sent()).toEqual([['a']])
  expect(log).toContain('c refused')
})

test('a lost answer is asked for again under the same id', async () => {
  await act('a')
  http = () => {
    http = undefined
    throw new TypeError('connection reset')
  }
  await flush()
  expect(await states()).toEqual({ a: 'device' })
  expect(log).toEqual(['unreachable'])
  await browser.clock.advance(1_500)
  expect(sent()).toEqual([['a'], ['a']])
  expect(await states()).toEqual({ a: 'saved' })
})

test('while a request is under way its commands are said to be sent', async () => {
  await act('a')
  let answer = (_: Response): void => {}
  browser.fetch = () => new Promise((resolve) => (answer = resolve))
  await flush()
  expect(await states()).toEqual({ a: 'sent' })
  answer(Response.json({ results: [{ id: 'a', ok: true, state: 'saved', data: null, lands: never }] }))
  await settle()
  expect(await states()).toEqual({ a: 'saved' })
})

test('commands that were under way when the tab died are sent again', async () => {
  await act('a')
  await db.outbox.toCollection().modify({ state: 'sent' })
  await flush()
  expect(sent()).toEqual([['a']])
})

test('an ended session pauses everything and loses nothing', async () => {
  await act('a')
  await act('b', 'other')
  http = () => Response.json({ code: 'unauthenticated', message: 'sign in' }, { status: 401 })
  await flush()
  await browser.clock.advance(120_000)
  expect(sent()).toHaveLength(1)
  expect(log).toContain('unauthenticated')
  expect(await states()).toEqual({ a: 'device', b: 'device' })
  http = undefined
  await flush()
  expect(await states()).toEqual({ a: 'saved', b: 'saved' })
})

test('a command that fails inside the server eight times is parked, and others go on', async () => {
  verdicts.set('bad', { code: 'internal', message: 'bug' })
  await act('bad', 'x')
  await flush()
  for (let i = 0; i < 9; i++) await browser.clock.advance(60_000)
  expect(await states()).toEqual({ bad: 'parked' })
  expect(sent()).toHaveLength(8)
  await act('behind', 'x')
  await act('good', 'y')
  await flush()
  expect(await states()).toEqual({ bad: 'parked', behind: 'device', good: 'saved' })
  verdicts.delete('bad')
  expect(await resend(db, 'bad', undefined, () => 'new')).toBe('bad')
  await flush()
  expect(await states()).toEqual({ bad: 'saved', behind: 'saved', good: 'saved' })
})

test('when a whole request fails, the command to blame is found and the others get through', async () => {
  for (const id of ['a', 'poison', 'c']) await act(id, id)
  http = (commands) =>
    commands.some((command) => command.id === 'poison')
      ? Response.json({ code: 'internal', message: 'bug' }, { status: 500 })
      : undefined
  await flush()
  expect(await states()).toEqual({ a: 'saved', poison: 'device', c: 'saved' })
})

test('an overloaded server and a proxy without one are waited for, however long', async () => {
  await act('a')
  http = () => Response.json({ code: 'unavailable', message: 'full' }, { status: 503 })
  await flush()
  for (let i = 0; i < 9; i++) await browser.clock.advance(60_000)
  http = () => new Response('<html>Bad gateway</html>', { status: 502 })
  for (let i = 0; i < 9; i++) await browser.clock.advance(60_000)
  expect(await states()).toEqual({ a: 'device' })
  http = undefined
  await browser.clock.advance(60_000)
  expect(await states()).toEqual({ a: 'saved' })
})

test('a rate limit is kept to', async () => {
  await act('a')
  verdicts.set('a', (times) =>
    times === 1 ? { code: 'too_many', message: 'slow down', params: { seconds: 30 } } : { state: 'saved' },
  )
  await flush()
  await browser.clock.advance(29_000)
  expect(sent()).toHaveLength(1)
  await browser.clock.advance(3_000)
  expect(await states()).toEqual({ a: 'saved' })
  http = () =>
    Response.json({ code: 'too_many', message: 'slow' }, { status: 429, headers: { 'retry-after': '20' } })
  await act('b')
  await flush()
  http = undefined
  await browser.clock.advance(19_000)
  expect(await entry('b')).toMatchObject({ state: 'device' })
  await browser.clock.advance(2_000)
  expect(await entry('b')).toMatchObject({ state: 'saved' })
})

test('a saved command stays until its rows have arrived, and goes in the same moment', async () => {
  verdicts.set('a', { state: 'saved', lands: { feed: { 'member:ada': 7 } } })
  await act('a')
  await flush()
  const page = (at: number) => ({
    epoch: 'e',
    cursor: encodeCursor({ epoch: 'e', at: { everyone: 3, 'member:ada': at } }),
    more: false,
    rows: [{ table: 'threads', id: '1', data: { title: `at ${at}` } }],
  })
  await applyPage(db, new Map(), page(6), browser.clock.now)
  expect(await states()).toEqual({ a: 'saved' })
  await applyPage(db, new Map(), page(7), browser.clock.now)
  expect(await states()).toEqual({})
})

test('a saved command waits for the document that it changed', async () => {
  verdicts.set('a', { state: 'saved', lands: { rooms: { 'thread/1': 4 } } })
  await act('a')
  await flush()
  const none = { edited: 0, received: [], synced: true }
  await appendToLog(db, 'thread/1', 0, { ...none, sequence: 3 }, browser.clock.now)
  expect(await states()).toEqual({ a: 'saved' })
  await appendToLog(db, 'thread/1', 0, { ...none, sequence: 4 }, browser.clock.now)
  expect(await states()).toEqual({})
})

test('a command that landed before its answer came is forgotten with the answer', async () => {
  await appendToLog(
    db,
    'thread/1',
    0,
    { edited: 0, received: [], synced: true, sequence: 9 },
    browser.clock.now,
  )
  verdicts.set('a', { state: 'saved', lands: { rooms: { 'thread/1': 4 } }, data: { number: 3 } })
  await act('a')
  await flush()
  expect(await states()).toEqual({})
  expect(log).toContain('a saved')
})

test('a landing in an audience that was lost is not waited for for ever', async () => {
  verdicts.set('a', { state: 'saved', lands: { feed: { everyone: 2, 'event:1:staff': 5 } } })
  await act('a')
  await flush()
  const page = {
    epoch: 'e',
    cursor: encodeCursor({ epoch: 'e', at: { everyone: 2 } }),
    more: false,
    rows: [],
  }
  await applyPage(db, new Map(), page, browser.clock.now)
  expect(await states()).toEqual({ a: 'saved' })
  await applyPage(db, new Map(), page, browser.clock.now + 31_000)
  expect(await states()).toEqual({})
})

test('a held command without a landing stays in sight until its member dismisses it', async () => {
  verdicts.set('a', { state: 'held', lands: {} })
  await act('a')
  await flush()
  await db.transaction('rw', db.outbox, db.docs, db.meta, () => forgetLanded(db, browser.clock.now))
  expect(await states()).toEqual({ a: 'held' })
  await discard(db, 'a')
  expect(await states()).toEqual({})
})

test('a refused command is kept with its reason, edited, and sent again as a new one', async () => {
  verdicts.set('a', {
    code: 'invalid',
    field: 'body',
    message: 'too short',
    reason: 'core.invalid_min_length',
  })
  await act('a', 'thread:1')
  await act('b', 'other', ['a'])
  await flush()
  expect((await entry('a')).refusal).toEqual({
    code: 'invalid',
    field: 'body',
    message: 'too short',
    reason: 'core.invalid_min_length',
  })
  let made = 0
  const id = await resend(db, 'a', { body: 'longer' }, () => `new${++made}`)
  expect(id).toBe('new1')
  await flush()
  expect(requests.at(-1)!.map(({ id: each, input, after }) => ({ each, input, after }))).toEqual([
    { each: 'new1', input: { body: 'longer' }, after: undefined },
    { each: 'new2', input: { body: 'b' }, after: ['new1'] },
  ])
})

test('discarding a command refuses what depended on it', async () => {
  await act('a')
  await act('b', 'other', ['a'])
  await discard(db, 'a')
  expect(await states()).toEqual({ b: 'refused' })
})

test('what is on its way cannot be discarded', async () => {
  await act('a')
  await db.outbox.toCollection().modify({ state: 'sent' })
  await discard(db, 'a')
  expect(await states()).toEqual({ a: 'sent' })
})

test('choosing says when to try again', () => {
  const row = { name: 'x', input: {}, at: 0, attempts: 1, failures: 0, after: [], state: 'device' } as const
  const entries = [
    { ...row, after: [], id: 'a', order: 1, lane: 'x', retryAt: 500 },
    { ...row, after: [], id: 'b', order: 2, lane: 'y', retryAt: 300 },
  ]
  expect(choose(entries, 100)).toEqual({ batch: [], orphans: [], wakeAt: 300 })
})

test('what was to be tried again by a clock that was years ahead is due once that is right', () => {
  const entry = {
    id: 'a',
    lane: 'a',
    state: 'device',
    after: [],
    retryAt: 9 * 365 * 86_400_000,
  } as unknown as OutboxRow
  expect(choose([entry], 1_000).batch).toEqual([entry])
  expect(choose([{ ...entry, retryAt: 61_000 }], 1_000)).toMatchObject({ batch: [], wakeAt: 61_000 })
})

test('what the server does not know yet stays, holds up nobody else, and is taken once the server knows it', async () => {
  const unknown: Refusal = {
    code: 'invalid',
    field: 'name',
    message: 'unknown',
    reason: 'core.refused_unknown',
  }
  verdicts.set('new', unknown)
  verdicts.set('its answer', { code: 'waiting', message: 'new has not arrived' })
  await act('new', 'thread:1')
  await act('its answer', 'thread:1', ['new'])
  await flush()
  expect(await states()).toEqual({ new: 'device', 'its answer': 'device' })
  expect((await entry('new')).refusal).toEqual(unknown)
  await act('old', 'thread:1')
  await flush()
  expect(await states()).toEqual({ new: 'device', 'its answer': 'device', old: 'saved' })
  // The server was restarted, and is as new as we are.
  verdicts.clear()
  await browser.clock.advance(60_000)
  sender.poke(true)
  await settle()
  expect(await states()).toMatchObject({ new: 'saved', 'its answer': 'saved' })
  expect((await entry('new')).refusal).toBeUndefined()
})
