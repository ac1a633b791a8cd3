import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { closeCode } from '#shared/core/wire.ts'
import { raw, rawUpdate } from '../../test/support/mutants.ts'
import { type Database, openSqlite } from './db.ts'
import { createRooms } from './docs.ts'
import type { Registry } from './feature.ts'
import { migrate } from './migrations.ts'
import type { RoomPeer, Rooms, RoomsOptions } from './room.ts'
import { createTransact, type Transact } from './transact.ts'

const registry: Registry = { contracts: {}, features: {} }
let database: Database
let rooms: Rooms
let errors: unknown[]
let transact: Transact

beforeEach(async () => {
  database = openSqlite(':memory:')
  await migrate(database, registry, () => 0)
  errors = []
  clock = 0
  open()
})
afterEach(async () => {
  await rooms.close()
  await database.close()
})

let clock = 0

/** A server that has just started on this database. */
function open(project: RoomsOptions['project'] = async () => {}): void {
  rooms = createRooms({
    db: database.kysely,
    direct: database.direct,
    now: () => clock,
    transact: (work) => transact(work),
    atOnce: (work) => transact.atOnce(work),
    project,
    onError: (_room, error) => errors.push(error),
    rootsOf: () => undefined,
    isFull: database.isFull,
    onErased: () => {},
  })
  transact = createTransact({ database, registry, now: () => clock, rooms, onCommit: () => {} })
}

interface Peer extends RoomPeer {
  doc: Y.Doc
  acknowledged: number[]
  refused: string[]
  resyncs: number
  sequence: number
  closed: number | undefined
}

function peer(memberId = 'ada'): Peer {
  const self: Peer = {
    memberId,
    rights: () => 'write',
    doc: new Y.Doc(),
    acknowledged: [],
    refused: [],
    resyncs: 0,
    sequence: 0,
    closed: undefined,
    deliver: (update) => Y.applyUpdate(self.doc, update),
    tell(sequence) {
      self.sequence = sequence
    },
    acknowledge: (frame) => self.acknowledged.push(frame),
    refuse: (_frame, { code }) => self.refused.push(code),
    resync: () => self.resyncs++,
    close: (code) => {
      self.closed = code
    },
  }
  return self
}

function typing(doc: Y.Doc, text: string): Uint8Array {
  const before = Y.encodeStateVector(doc)
  doc.getText('body').insert(doc.getText('body').length, text)
  return Y.encodeStateAsUpdate(doc, before)
}

const settle = async (done: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !done(); i++) await new Promise((resolve) => setImmediate(resolve))
  expect(done()).toBe(true)
}

test('an edit is acknowledged, reaches the others, and is there after a restart', async () => {
  const ada = peer()
  const bob = peer('bob')
  await rooms.join('notes/1', ada)
  await rooms.join('notes/1', bob)
  rooms.receive('notes/1', { update: typing(ada.doc, 'hello'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  expect(bob.doc.getText('body').toString()).toBe('hello')
  await rooms.tidy()
  expect([ada.sequence, bob.sequence]).toEqual([1, 1])
  await rooms.close()
  open()
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('hello')
})

test('edits of one tick are one log row', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  for (let frame = 1; frame <= 50; frame++) {
    rooms.receive('notes/1', { update: typing(ada.doc, 'x'), from: ada, frame, epoch: 1 })
  }
  await settle(() => ada.acknowledged.includes(50))
  const log = await database.kysely.selectFrom('doc_log').selectAll().execute()
  expect(log).toHaveLength(1)
})

test('one unusable update does not take the others of its tick with it', async () => {
  const ada = peer()
  const mallory = peer('mallory')
  await rooms.join('notes/1', ada)
  await rooms.join('notes/1', mallory)
  rooms.receive('notes/1', { update: typing(ada.doc, 'before '), from: ada, frame: 1, epoch: 1 })
  rooms.receive('notes/1', { update: new Uint8Array([9, 9, 9, 9, 9]), from: mallory, frame: 1, epoch: 1 })
  rooms.receive('notes/1', { update: typing(ada.doc, 'after'), from: ada, frame: 2, epoch: 1 })
  await settle(() => ada.acknowledged.includes(2))
  expect(mallory.refused).toEqual(['invalid'])
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('before after')
  expect(errors).toEqual([])
})

test('an update with a gap before it is not kept, and its author is asked for what is missing', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  typing(ada.doc, 'lost on the way ')
  rooms.receive('notes/1', { update: typing(ada.doc, 'arrived'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.resyncs === 1)
  expect(ada.acknowledged).toEqual([])
  rooms.receive('notes/1', { update: Y.encodeStateAsUpdate(ada.doc), from: ada, frame: 2, epoch: 1 })
  await settle(() => ada.acknowledged.includes(2))
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('lost on the way arrived')
})

test('a change authored in a transaction that fails is seen by nobody', async () => {
  const ada = peer()
  await rooms.join('thread/1', ada)
  const failing = transact(async (tx) => {
    await tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'never'))
    throw new Error('refused')
  })
  await expect(failing).rejects.toThrow('refused')
  expect(ada.doc.getText('body').toString()).toBe('')
  expect((await rooms.docOf('thread/1')).getText('body').toString()).toBe('')
  await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'later')))
  expect(ada.doc.getText('body').toString()).toBe('later')
})

test('whoever asks for the state while a change is not durable waits for it', async () => {
  let release = (): void => {}
  const started = new Promise<void>((begun) => {
    void transact(async (tx) => {
      await tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'soon'))
      begun()
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
  })
  await started
  let answered = false
  const reading = rooms.read('thread/1').then((state) => {
    answered = true
    return state
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(answered).toBe(false)
  release()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, (await reading).update)
  expect(doc.getText('body').toString()).toBe('soon')
})

test('a long log becomes a snapshot when its room is left, and reads the same', async () => {
  for (let i = 0; i < 150; i++) {
    await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, `${i} `)))
  }
  const before = (await rooms.docOf('thread/1')).getText('body').toString()
  await rooms.tidy({ all: true })
  expect(await database.kysely.selectFrom('doc_log').selectAll().execute()).toHaveLength(0)
  expect((await rooms.docOf('thread/1')).getText('body').toString()).toBe(before)
  expect(await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'new ')))).toBe(
    151,
  )
})

test('a room whose log is damaged is closed, not served empty', async () => {
  await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'kept')))
  await rooms.close()
  await database.kysely.deleteFrom('doc_log').execute()
  open()
  await expect(rooms.join('thread/1', peer())).rejects.toThrow('the log of thread/1 ends at 0')
})

test('derived rows are written once for a change, also when the server died before', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'hello'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  const projected: string[] = []
  rooms = createRooms({
    db: database.kysely,
    now: () => 10_000,
    transact: (work) => transact(work),
    project: async (_tx, room, { doc, memberIds }) => {
      projected.push(`${room} by ${memberIds}: ${doc.getText('body').toString()}`)
    },
    onError: (_room, error) => errors.push(error),
    rootsOf: () => undefined,
    isFull: database.isFull,
    onErased: () => {},
  })
  await rooms.recover()
  await rooms.tidy({ all: true })
  await rooms.tidy({ all: true })
  expect(projected).toEqual(['notes/1 by ada: hello'])
})

test('one room whose rows cannot be derived keeps no other from its own, nor the server from closing', async () => {
  const projected: string[] = []
  rooms = createRooms({
    db: database.kysely,
    now: () => 10_000,
    transact: (work) => transact(work),
    project: async (_tx, room) => {
      if (room === 'notes/bad') throw new Error('unreadable')
      projected.push(room)
    },
    onError: (_room, error) => errors.push(error),
    rootsOf: () => undefined,
    isFull: database.isFull,
    onErased: () => {},
  })
  const ada = peer()
  for (const name of ['notes/bad', 'notes/good']) {
    await rooms.join(name, ada)
    rooms.receive(name, { update: typing(new Y.Doc(), 'x'), from: ada, frame: 1, epoch: 1 })
  }
  await settle(() => ada.acknowledged.length === 2)
  await rooms.tidy({ all: true })
  expect(projected).toEqual(['notes/good'])
  await rooms.close()
  expect(errors.map(String)).toContain('Error: unreadable')
})

test('one damaged room does not keep the server from starting', async () => {
  const ada = peer()
  for (const name of ['notes/bad', 'notes/good']) {
    await rooms.join(name, ada)
    rooms.receive(name, { update: typing(new Y.Doc(), 'x'), from: ada, frame: 1, epoch: 1 })
  }
  await settle(() => ada.acknowledged.length === 2)
  await database.kysely.updateTable('doc_room').set({ projected: 0 }).execute()
  await database.kysely.deleteFrom('doc_log').where('room', '=', 'notes/bad').execute()
  open()
  await rooms.recover()
  expect(errors.map(String)).toEqual(['Error: the log of notes/bad ends at 0, not at 1'])
})

test('whoever joins while their room is being put away is still told of every change', async () => {
  await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'a')))
  const readers: Peer[] = []
  for (let round = 0; round < 40; round++) {
    const ada = peer()
    readers.push(ada)
    const away = [rooms.tidy({ all: true }), rooms.tidy({ all: true })]
    for (let step = 0; step < round; step++) await Promise.resolve()
    await rooms.join('thread/1', ada)
    await Promise.all(away)
    await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'b')))
    expect(ada.sequence).toBe(round + 2)
    rooms.leave('thread/1', ada)
  }
})

test('a room is not put away for good while a clock that went back catches up', async () => {
  let now = 1_000_000
  const projected: string[] = []
  rooms = createRooms({
    db: database.kysely,
    now: () => now,
    transact: (work) => transact(work),
    project: async (_tx, room) => void projected.push(room),
    onError: (_room, error) => errors.push(error),
    rootsOf: () => undefined,
    isFull: database.isFull,
    onErased: () => {},
  })
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'x'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.length === 1)
  now = 0
  await rooms.tidy()
  now = 5_000
  await rooms.tidy()
  expect(projected).toEqual(['notes/1'])
})

test('a document that is full takes deletions and nothing more', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  const megabyte = 'x'.repeat(1_000_000)
  for (let frame = 1; frame <= 9; frame++) {
    rooms.receive('notes/1', { update: typing(ada.doc, megabyte), from: ada, frame, epoch: 1 })
    await settle(() => ada.acknowledged.length + ada.refused.length === frame)
  }
  expect(ada.refused).toEqual(['too_large'])
  const before = Y.encodeStateVector(ada.doc)
  ada.doc.getText('body').delete(0, 7_000_000)
  rooms.receive('notes/1', { update: Y.encodeStateAsUpdate(ada.doc, before), from: ada, frame: 10, epoch: 1 })
  await settle(() => ada.acknowledged.includes(10))
  expect((await rooms.docOf('notes/1')).getText('body').length).toBe(1_000_000)
})

test('what cannot be read costs neither a transaction nor the document', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'words'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  const doc = await rooms.docOf('notes/1')
  const lost = new Y.Doc()
  typing(lost, 'lost')
  for (const update of [new Uint8Array([9, 9, 9]), typing(lost, 'late')]) {
    rooms.receive('notes/1', { update, from: ada, frame: 2, epoch: 1 })
  }
  await settle(() => ada.refused.length === 1 && ada.resyncs === 1)
  expect(await rooms.docOf('notes/1')).toBe(doc)
})

test('the log of a room that is never left does not grow without end', async () => {
  const ada = peer()
  await rooms.join('thread/1', ada)
  await transact(async (tx) => {
    for (let i = 0; i < 2_100; i++) await tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'x'))
  })
  await rooms.tidy()
  expect(await database.kysely.selectFrom('doc_log').selectAll().execute()).toHaveLength(0)
  await transact((tx) => tx.author('thread/1', (doc) => doc.getText('body').insert(0, 'x')))
  expect(ada.doc.getText('body').length).toBe(2_101)
  await rooms.close()
  open()
  expect((await rooms.docOf('thread/1')).getText('body').length).toBe(2_101)
})

test('an epoch begins with what is visible; the rest is nowhere in the log', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'password: swordfish'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  const before = Y.encodeStateVector(ada.doc)
  ada.doc.getText('body').delete(0, 19)
  ada.doc.getText('body').insert(0, 'agenda')
  rooms.receive('notes/1', {
    update: Y.encodeStateAsUpdate(ada.doc, before),
    from: ada,
    frame: 2,
    epoch: 1,
  })
  await settle(() => ada.acknowledged.includes(2))
  await transact((tx) => tx.rebase('notes/1'))
  expect(ada.closed).toBe(closeCode.stale)
  const state = await rooms.read('notes/1')
  expect(state).toMatchObject({ epoch: 2, sequence: 3 })
  expect(Buffer.from(state.update).toString('latin1')).not.toContain('swordfish')
  const stored = await database.kysely.selectFrom('doc_log').select('bytes').execute()
  const snapshots = await database.kysely.selectFrom('doc_snapshot').select('bytes').execute()
  for (const { bytes } of [...stored, ...snapshots]) {
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('swordfish')
  }
  await rooms.close()
  open()
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('agenda')
  expect(await rooms.join('notes/1', peer(), 1)).toEqual({ ok: false, epoch: 2 })
  expect(await rooms.join('notes/1', peer(), 2)).toEqual({ ok: true, epoch: 2 })
  expect(await rooms.join('notes/1', peer())).toEqual({ ok: true, epoch: 2 })
})

test('what was made on an epoch that is over is neither applied nor acknowledged', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'old '), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  // Both at once: whichever comes first, the document is the one or the other, and the acknowledgement tells which.
  const rebasing = transact((tx) => tx.rebase('notes/1'))
  rooms.receive('notes/1', { update: typing(ada.doc, 'late'), from: ada, frame: 2, epoch: 1 })
  await rebasing
  await settle(() => ada.closed === closeCode.stale)
  const text = (await rooms.docOf('notes/1')).getText('body').toString()
  expect(text).toBe(ada.acknowledged.includes(2) ? 'old late' : 'old ')
  const bob = peer('bob')
  await rooms.join('notes/1', bob, 2)
  rooms.receive('notes/1', { update: typing(new Y.Doc(), 'stray'), from: bob, frame: 1, epoch: 1 })
  rooms.receive('notes/1', { update: typing(new Y.Doc(), 'new '), from: bob, frame: 2, epoch: 2 })
  await settle(() => bob.acknowledged.includes(2))
  expect(bob.acknowledged).toEqual([2])
})

test('an epoch that is over goes on telling each member what it had taken of theirs', async () => {
  const ada = peer()
  const bob = peer('bob')
  await rooms.join('notes/1', ada)
  await rooms.join('notes/1', bob)
  rooms.receive('notes/1', { update: typing(ada.doc, 'hers'), from: ada, frame: 1, epoch: 1 })
  rooms.receive('notes/1', { update: typing(bob.doc, 'his own'), from: bob, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.length + bob.acknowledged.length === 2)
  expect(rooms.takenOf('notes/1', 'ada', 1)).toEqual(new Map())
  await transact((tx) => tx.rebase('notes/1'))
  const later = peer()
  await rooms.join('notes/1', later)
  rooms.receive('notes/1', { update: typing(later.doc, 'more'), from: later, frame: 1, epoch: 2 })
  await settle(() => later.acknowledged.length === 1)
  await transact((tx) => tx.rebase('notes/1'))
  const toldOf = (memberId: string | null, epoch: number): unknown =>
    Object.fromEntries(rooms.takenOf('notes/1', memberId, epoch))
  const told = (): unknown => [1, 2, 3].map((epoch) => ['ada', 'bob', null].map((id) => toldOf(id, epoch)))
  const [hers, his, laters] = [
    { [ada.doc.clientID]: 4 },
    { [bob.doc.clientID]: 7 },
    { [later.doc.clientID]: 4 },
  ]
  // Whoever is turned out of the present one came from any of those before.
  const expected = [
    [hers, his, {}],
    [laters, {}, {}],
    [{ ...hers, ...laters }, his, {}],
  ]
  expect(told()).toEqual(expected)
  await rooms.close()
  open()
  await rooms.join('notes/1', peer())
  expect(told()).toEqual(expected)
})

test('a new epoch that is rolled back has never been', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'kept'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  const failing = transact(async (tx) => {
    await tx.rebase('notes/1', () => {})
    throw new Error('refused')
  })
  await expect(failing).rejects.toThrow('refused')
  expect(await rooms.read('notes/1')).toMatchObject({ epoch: 1, sequence: 1 })
  expect(ada.closed).toBeUndefined()
  rooms.receive('notes/1', { update: typing(ada.doc, ' on'), from: ada, frame: 2, epoch: 1 })
  await settle(() => ada.acknowledged.includes(2))
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('kept on')
})

test('a tick takes all rooms in one transaction, and each has its own log row', async () => {
  const [ada, bob] = [peer(), peer('bob')]
  await rooms.join('notes/1', ada)
  await rooms.join('notes/2', bob)
  let commits = 0
  const inner = transact
  transact = Object.assign((work: Parameters<Transact>[0]) => inner(work), {
    atOnce(work: Parameters<Transact['atOnce']>[0]) {
      commits++
      return inner.atOnce(work)
    },
  }) as Transact
  rooms.receive('notes/1', { update: typing(ada.doc, 'one'), from: ada, frame: 1, epoch: 1 })
  rooms.receive('notes/2', { update: typing(bob.doc, 'two'), from: bob, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1) && bob.acknowledged.includes(1))
  expect(commits).toBe(1)
  const log = await database.kysely.selectFrom('doc_log').select(['room', 'seq']).execute()
  expect(log).toEqual([
    { room: 'notes/1', seq: 1 },
    { room: 'notes/2', seq: 1 },
  ])
})

test('a much edited document is re-based when everybody has left it', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  let frame = 0
  for (let round = 0; round < 40; round++) {
    // Typed backwards and in small pieces, so that Yjs cannot merge them.
    const before = Y.encodeStateVector(ada.doc)
    const body = ada.doc.getText('body')
    for (let i = 0; i < 100; i++) body.insert((i * 7919) % (body.length + 1), 'abc')
    body.delete(10, body.length - 20)
    const update = Y.encodeStateAsUpdate(ada.doc, before)
    rooms.receive('notes/1', { update, from: ada, frame: ++frame, epoch: 1 })
  }
  await settle(() => ada.acknowledged.includes(frame))
  const text = ada.doc.getText('body').toString()
  rooms.leave('notes/1', ada)
  await rooms.tidy({ all: true })
  const state = await rooms.read('notes/1')
  expect(state.epoch).toBe(2)
  expect(state.update.byteLength).toBeLessThan(200)
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe(text)
})

/** As many clients as one update may have, each with a word. */
function crowd(clients: number): Uint8Array {
  const updates = Array.from({ length: clients }, () => {
    const doc = new Y.Doc()
    doc.getText('body').insert(0, 'x')
    return Y.encodeStateAsUpdate(doc)
  })
  return Y.mergeUpdates(updates)
}

test('a member who writes as ever new clients waits, and the others do not', async () => {
  const [ada, bob] = [peer(), peer('bob')]
  await rooms.join('notes/1', ada)
  await rooms.join('notes/1', bob)
  const send = (frame: number, clients: number): void =>
    rooms.receive('notes/1', { update: crowd(clients), from: ada, frame, epoch: 1 })
  for (let frame = 1; frame <= 20; frame++) send(frame, 50)
  await settle(() => ada.acknowledged.includes(20))
  send(21, 1)
  await settle(() => ada.refused.length === 1)
  expect(ada.refused).toEqual(['too_many'])
  rooms.receive('notes/1', { update: typing(bob.doc, 'bob'), from: bob, frame: 1, epoch: 1 })
  await settle(() => bob.acknowledged.includes(1))
  // When everybody has left, the room begins an epoch in which nobody has any.
  for (const one of [ada, bob]) rooms.leave('notes/1', one)
  await rooms.tidy({ all: true })
  const again = peer()
  expect(await rooms.join('notes/1', again)).toEqual({ ok: true, epoch: 2 })
  const doc = await rooms.docOf('notes/1')
  expect(doc.store.clients.size).toBe(1)
  expect(doc.getText('body').length).toBe(1_003)
  rooms.receive('notes/1', { update: crowd(1), from: again, frame: 1, epoch: 2 })
  await settle(() => again.acknowledged.includes(1))
})

test('of a member’s clients of long ago the oldest are forgotten', async () => {
  const rows = Array.from({ length: 10_500 }, (_, client) => ({
    room: 'notes/1',
    client,
    member_id: client % 21 === 0 ? 'bob' : 'ada',
    epoch: Math.floor(client / 1_000) + 1,
    clock: 1,
  }))
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'here'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  rooms.leave('notes/1', ada)
  await rooms.close()
  for (let from = 0; from < rows.length; from += 500) {
    await database.kysely
      .insertInto('doc_client')
      .values(rows.slice(from, from + 500))
      .execute()
  }
  await database.kysely.updateTable('doc_room').set({ epoch: 20 }).execute()
  open()
  await transact((tx) => tx.rebase('notes/1'))
  const kept = await database.kysely.selectFrom('doc_client').selectAll().execute()
  const epochsOf = (id: string): number[] =>
    kept.filter((row) => row.member_id === id).map((row) => row.epoch)
  // One too many: the oldest epoch, of which 952 were hers.
  expect(epochsOf('ada').filter((epoch) => epoch === 1)).toEqual([])
  expect(epochsOf('ada')).toHaveLength(10_000 - 952)
  expect(epochsOf('bob')).toHaveLength(500)
})

test('typing that does not pause is projected all the same', async () => {
  await rooms.close()
  const projected: string[] = []
  open(async (_tx, _room, { doc }) => void projected.push(doc.getText('body').toString()))
  const ada = peer()
  await rooms.join('notes/1', ada)
  for (let second = 1; second <= 12; second++) {
    clock += 1_000
    rooms.receive('notes/1', { update: typing(ada.doc, 'x'), from: ada, frame: second, epoch: 1 })
    await settle(() => ada.acknowledged.includes(second))
    await rooms.tidy()
  }
  expect(projected.map((text) => text.length)).toEqual([6, 12])
})

test('a Yjs client belongs to the member who first wrote as it', async () => {
  const ada = peer()
  const mallory = peer('mallory')
  await rooms.join('notes/1', ada)
  await rooms.join('notes/1', mallory)
  rooms.receive('notes/1', { update: typing(ada.doc, 'mine'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  const forged = new Y.Doc()
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(ada.doc))
  forged.clientID = ada.doc.clientID
  rooms.receive('notes/1', { update: typing(forged, ' and not mine'), from: mallory, frame: 1, epoch: 1 })
  await settle(() => mallory.refused.length === 1)
  expect(mallory.refused).toEqual(['invalid'])
  // What the room has already anybody may send again, and after a restart it is still hers.
  rooms.receive('notes/1', { update: Y.encodeStateAsUpdate(ada.doc), from: mallory, frame: 2, epoch: 1 })
  await settle(() => mallory.acknowledged.includes(2))
  await rooms.close()
  open()
  expect(rooms.ownerOf('notes/1', ada.doc.clientID)).toBeUndefined()
  await rooms.join('notes/1', ada)
  await rooms.join('notes/1', mallory)
  expect(rooms.ownerOf('notes/1', ada.doc.clientID)).toBe('ada')
  rooms.receive('notes/1', { update: typing(forged, '!'), from: mallory, frame: 3, epoch: 1 })
  await settle(() => mallory.refused.length === 2)
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('mine')
})

test('a stock client that comes back with the document of an earlier epoch is turned away', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'secret'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  await transact((tx) => tx.rebase('notes/1', () => {}))
  const again = peer()
  // It knows of no epochs: it joins the present one, and sends all that it has.
  await rooms.join('notes/1', again)
  rooms.receive('notes/1', { update: Y.encodeStateAsUpdate(ada.doc), from: again, frame: 1, epoch: 2 })
  await settle(() => again.closed === closeCode.stale)
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('')
})

test('a room with much to take lets the others go first, and loses nothing', async () => {
  const ada = peer()
  const bob = peer('bob')
  await rooms.join('notes/1', ada)
  await rooms.join('notes/2', bob)
  const pasted = 'x'.repeat(30_000)
  for (let frame = 1; frame <= 12; frame++) {
    rooms.receive('notes/1', { update: typing(ada.doc, pasted), from: ada, frame, epoch: 1 })
  }
  const order: string[] = []
  ada.acknowledge = (frame) => void order.push(`ada ${frame}`)
  let last = 0
  bob.acknowledge = (frame) => {
    last = frame
    order.push(`bob ${frame}`)
    if (frame < 6) send(frame + 1)
  }
  const send = (frame: number): void =>
    rooms.receive('notes/2', { update: typing(bob.doc, 'y'), from: bob, frame, epoch: 1 })
  send(1)
  await settle(() => order.includes('ada 12') && last === 6)
  // At most one part of the heavy room comes before all of the light one's.
  expect(
    order.slice(0, order.indexOf('bob 6')).filter((entry) => entry.startsWith('ada')).length,
  ).toBeLessThan(4)
  expect((await rooms.docOf('notes/1')).getText('body').length).toBe(12 * 30_000)
})

test('small updates that make much work are not taken all at once', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  // Each new item has to be compared with all others at its place.
  const laborious = (first: number): Uint8Array =>
    rawUpdate(
      Array.from({ length: 64 }, (_, i) => {
        const structs = Array.from({ length: 12 }, () => raw.text('x', { parent: `root ${first}` }))
        return { client: first + i, clock: 0, structs }
      }),
    )
  const updates = Array.from({ length: 6 }, (_, i) => laborious(100 * (i + 1)))
  expect(updates.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(64 * 1_024)
  for (const [i, update] of updates.entries())
    rooms.receive('notes/1', { update, from: ada, frame: i + 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(6))
  expect(ada.acknowledged).toEqual([1, 2, 3, 4, 5, 6])
  const log = await database.kysely.selectFrom('doc_log').select('seq').execute()
  expect(log).toHaveLength(6)
})

test('whoever writes on into a full document does not make it be read again', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  const pasted = 'x'.repeat(1_000_000)
  for (let frame = 1; frame <= 8; frame++)
    rooms.receive('notes/1', { update: typing(ada.doc, pasted), from: ada, frame, epoch: 1 })
  await settle(() => ada.acknowledged.includes(8))
  const full = await rooms.docOf('notes/1')
  const others = Array.from({ length: 50 }, () => new Y.Doc())
  const words = 'y'.repeat(400_000)
  const more = others.map((doc) => typing(doc, words))
  for (const [i, update] of more.entries())
    rooms.receive('notes/1', { update, from: ada, frame: 9 + i, epoch: 1 })
  await settle(() => ada.refused.length === 50)
  expect(new Set(ada.refused)).toEqual(new Set(['too_large']))
  // Nor has it been spoilt, and read again from its log.
  expect(await rooms.docOf('notes/1')).toBe(full)
  expect(ada.closed).toBeUndefined()
})

test('as the server, which wrote the beginning of an epoch, nobody can write', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  rooms.receive('notes/1', { update: typing(ada.doc, 'agenda'), from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.acknowledged.includes(1))
  await transact((tx) => tx.rebase('notes/1'))
  const mallory = peer('mallory')
  await rooms.join('notes/1', mallory, 2)
  const forged = new Y.Doc()
  Y.applyUpdate(forged, (await rooms.read('notes/1')).update)
  forged.clientID = [...forged.store.clients.keys()][0]!
  rooms.receive('notes/1', { update: typing(forged, '!'), from: mallory, frame: 1, epoch: 2 })
  await settle(() => mallory.refused.length === 1)
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('agenda')
})

test('what finds the disk full is not acknowledged, and is to be sent again', async () => {
  const ada = peer()
  await rooms.join('notes/1', ada)
  const inner = transact
  const full = (): Promise<never> => Promise.reject(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }))
  transact = Object.assign(full, { atOnce: full })
  const update = typing(ada.doc, 'kept by its author')
  rooms.receive('notes/1', { update, from: ada, frame: 1, epoch: 1 })
  await settle(() => ada.refused.length === 1)
  expect([ada.refused, ada.acknowledged, ada.closed, errors]).toEqual([['unavailable'], [], undefined, []])
  transact = inner
  rooms.receive('notes/1', { update, from: ada, frame: 2, epoch: 1 })
  await settle(() => ada.acknowledged.includes(2))
  expect((await rooms.docOf('notes/1')).getText('body').toString()).toBe('kept by its author')
})
