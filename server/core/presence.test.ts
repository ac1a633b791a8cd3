import { afterEach, expect, test } from 'vitest'
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  modifyAwarenessUpdate,
} from 'y-protocols/awareness'
import * as Y from 'yjs'
import { limits } from '#shared/core/wire.ts'
import { type Attendant, createPresence, type Person, type Presence } from './presence.ts'

const room = 'notes/1'
const ada: Person = { id: 'ada', name: 'Ada' }
const bob: Person = { id: 'bob', name: 'Bob' }
const opened: Awareness[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
})

/** A presence on a clock of its own. */
function hall(owners: Record<number, string> = {}): {
  presence: Presence
  advance(milliseconds: number): void
  now(): number
} {
  let now = Date.UTC(2026, 4, 4)
  const timers = new Set<{ at: number; work(): void }>()
  const presence = createPresence({
    now: () => now,
    after(milliseconds, work) {
      const timer = { at: now + milliseconds, work }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    ownerOf: (_room, client) => owners[client],
  })
  return {
    presence,
    now: () => now,
    advance(milliseconds) {
      const end = now + milliseconds
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due)
        now = Math.max(now, due.at)
        due.work()
      }
      now = end
    },
  }
}

/** A device: what it says goes up by hand, and what it hears is applied as stock providers do. */
function device(presence: Presence, person: Person, applies = true) {
  const awareness = new Awareness(new Y.Doc())
  opened.push(awareness)
  awareness.setLocalState(null)
  const heard: Uint8Array[] = []
  const seat: Attendant = {
    send(body) {
      // Type and length are in front; the length takes one byte or two.
      const update = body.subarray(body[1]! < 128 ? 2 : 3)
      heard.push(update)
      if (applies) applyAwarenessUpdate(awareness, update, 'server')
    },
  }
  presence.enter(room, seat)
  return {
    awareness,
    heard,
    seat,
    client: awareness.clientID,
    say(state: Record<string, unknown> | null) {
      awareness.setLocalState(state)
      presence.hear(room, seat, person, encodeAwarenessUpdate(awareness, [awareness.clientID]))
    },
    raw: (update: Uint8Array) => presence.hear(room, seat, person, update),
    sees: (client: number) => awareness.getStates().get(client),
  }
}

/** An update that a client of this id would send. */
function forged(client: number, state: unknown, clock = 1): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = client
  const awareness = new Awareness(doc)
  opened.push(awareness)
  awareness.setLocalState(state as never)
  awareness.meta.set(client, { clock, lastUpdated: 0 })
  return encodeAwarenessUpdate(awareness, [client])
}

test('whoever says to be somebody else is shown as who they are', () => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  one.say({ user: { id: 'bob', name: 'Bob', color: 'red;background:url(//evil)', admin: true }, cursor: 7 })
  advance(0)
  expect(two.sees(one.client)).toEqual({
    cursor: 7,
    user: { id: 'ada', name: 'Ada', color: expect.stringMatching(/^#[0-9a-f]{6}$/) },
  })
})

test('a name reaches others without markup, control characters and turned writing', () => {
  const { presence, advance } = hall()
  const eve = { id: 'eve', name: '\u202e<img onerror=x>Eve\u0000 李 O’Neil 👩‍💻' }
  const [one, two] = [device(presence, eve), device(presence, bob)]
  one.say({})
  advance(0)
  expect(two.sees(one.client)).toMatchObject({ user: { name: 'img onerror=xEve 李 O’Neil 👩‍💻' } })
})

test('a client that is present for one member cannot be spoken for, moved or removed by another', () => {
  const { presence, advance } = hall()
  const [one, two, eve] = [
    device(presence, ada),
    device(presence, bob),
    device(presence, { id: 'eve', name: 'Eve' }),
  ]
  one.say({ cursor: 1 })
  advance(1_000)
  eve.raw(forged(one.client, { cursor: 99 }, 2 ** 52))
  eve.raw(modifyAwarenessUpdate(forged(one.client, {}, 2 ** 52), () => null))
  advance(1_000)
  expect(two.sees(one.client)).toMatchObject({ cursor: 1, user: { id: 'ada' } })
  presence.leave(room, eve.seat)
  advance(1_000)
  expect(two.sees(one.client)).toMatchObject({ cursor: 1 })
})

test('a clock of 2^52 silences nobody, oneself included', () => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  one.raw(forged(one.client, { cursor: 1 }, 2 ** 52))
  advance(1_000)
  expect(two.sees(one.client)).toMatchObject({ cursor: 1 })
  one.raw(forged(one.client, { cursor: 2 }, 3))
  advance(1_000)
  expect(two.sees(one.client)).toMatchObject({ cursor: 2 })
})

test('a client of which another member has written the words is not spoken for', () => {
  const { presence, advance } = hall({ 77: 'ada' })
  const [eve, two] = [device(presence, { id: 'eve', name: 'Eve' }), device(presence, bob)]
  eve.raw(forged(77, {}))
  advance(1_000)
  expect(two.sees(77)).toBeUndefined()
  const one = device(presence, ada)
  one.raw(forged(77, {}))
  advance(1_000)
  expect(two.sees(77)).toMatchObject({ user: { id: 'ada' } })
})

test('a fast typist is told of ten times a second, and the last word arrives', () => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  for (let i = 0; i < 1_000; i++) {
    one.say({ cursor: i })
    advance(1)
  }
  advance(200)
  expect(two.heard.length).toBeLessThanOrEqual(12)
  expect(two.heard.length).toBeGreaterThanOrEqual(8)
  expect(two.sees(one.client)).toMatchObject({ cursor: 999 })
})

test('the first word after a pause is told at once', () => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  one.say({ cursor: 1 })
  advance(0)
  expect(two.heard).toHaveLength(1)
})

test('nobody hears their own presence', () => {
  const { presence, advance } = hall()
  const [one] = [device(presence, ada), device(presence, bob)]
  one.say({ cursor: 1 })
  advance(1_000)
  expect(one.heard).toEqual([])
})

test('what stock providers send back is nobody’s claim: the speaker stays when the echoing one leaves', () => {
  const { presence, advance } = hall()
  const first = device(presence, ada)
  const second = device(presence, ada)
  const other = device(presence, bob)
  first.say({ cursor: 1 })
  advance(1_000)
  for (const echoing of [second, other]) for (const update of [...echoing.heard]) echoing.raw(update)
  presence.leave(room, second.seat)
  advance(1_000)
  expect(other.sees(first.client)).toMatchObject({ cursor: 1 })
  const late = other.heard[0]!
  first.say(null)
  advance(1_000)
  expect(other.sees(first.client)).toBeUndefined()
  other.raw(late)
  expect(presence.count).toBe(0)
})

test('a device that comes back is seen, though its dead connection has not been noticed yet', () => {
  const { presence, advance } = hall()
  const [before, two] = [device(presence, ada), device(presence, bob)]
  before.say({ cursor: 1 })
  advance(1_000)
  const again = device(presence, ada)
  again.raw(forged(before.client, { cursor: 2 }, 2))
  advance(1_000)
  presence.leave(room, before.seat)
  advance(1_000)
  expect(two.sees(before.client)).toMatchObject({ cursor: 2 })
})

test('whoever leaves, or is silent for long, is gone for those who are there and for those who come', () => {
  const { presence, advance } = hall()
  const [one, two, three] = [device(presence, ada), device(presence, bob), device(presence, bob)]
  one.say({ cursor: 1 })
  two.say({ cursor: 2 })
  advance(1_000)
  presence.leave(room, one.seat)
  advance(1_000)
  expect(three.sees(one.client)).toBeUndefined()
  advance(60_000)
  expect(device(presence, ada).sees(two.client)).toBeUndefined()
  three.say({})
  advance(1_000)
  expect(presence.count).toBe(1)
})

test('a connection shows as many clients as one device has, and no more', () => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  for (let client = 1; client <= 100; client++) one.raw(forged(client, {}))
  advance(1_000)
  expect(two.awareness.getStates().size).toBe(limits.clientsPerSeat)
})

test.each([
  ['more than fits', { text: 'x'.repeat(limits.awareness) }],
  ['a list', [1, 2]],
  ['a number', 7],
])('a presence that is %s is passed over', (_what, state) => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  one.raw(forged(one.client, state))
  advance(1_000)
  expect(two.heard).toEqual([])
})

test.each([
  ['750 KB', () => new Uint8Array(750_000).fill(1)],
  ['cut short', () => forged(5, {}).subarray(0, 5)],
  ['no JSON', () => new Uint8Array([1, 5, 1, 1, 123])],
])('presence that is %s is the end of its connection', (_what, make) => {
  const { presence } = hall()
  const one = device(presence, ada)
  expect(() => one.raw(make())).toThrow()
})

test('what would be inherited by every object is taken out', () => {
  const { presence, advance } = hall()
  const [one, two] = [device(presence, ada), device(presence, bob)]
  one.raw(
    modifyAwarenessUpdate(forged(one.client, {}), () =>
      JSON.parse('{"a":{"__proto__":{"admin":true}},"__proto__":1}'),
    ),
  )
  advance(1_000)
  expect(new TextDecoder().decode(two.heard[0])).not.toContain('__proto__')
  expect(two.sees(one.client)).toMatchObject({ a: {} })
})

test('a crowd of two hundred is told to whoever comes, and gives nobody more than a message each tick', () => {
  const { presence, advance } = hall()
  const crowd = Array.from({ length: 200 }, (_, i) =>
    device(presence, { id: `m${i}`, name: `Member ${i}` }, i === 0),
  )
  advance(1_000)
  const before = crowd[0]!.heard.length
  for (let round = 0; round < 50; round++) {
    for (const [i, one] of crowd.entries()) one.say({ cursor: round * 1_000 + i })
    advance(20)
  }
  const messages = crowd[0]!.heard.length - before
  expect(messages).toBeLessThan(30)
  advance(1_000)
  const late = device(presence, ada)
  expect(late.awareness.getStates().size).toBe(200)
  expect(late.sees(crowd[7]!.client)).toMatchObject({ cursor: 49_007, user: { name: 'Member 7' } })
})
