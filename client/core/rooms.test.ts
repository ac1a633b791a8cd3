import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { RoomHandle } from './rooms.ts'
import { settle } from './testing/browser.ts'
import { createRelay, type Relay } from './testing/relay.ts'
import { bodyOf, openDevice, type RoomDevice, stateOf } from './testing/room-device.ts'
import { addEdits, compactLog, loadLog } from './update-log.ts'

const notes = 'notes/session-1'
let relay: Relay
let devices: RoomDevice[]

beforeEach(() => {
  relay = createRelay()
  devices = []
})

afterEach(async () => {
  for (const device of devices) await device.end()
})

/** A tab that leads, or one that follows (`beside` another on the same device). */
function open(beside?: RoomDevice): RoomDevice {
  const device = openDevice(relay, beside)
  devices.push(device)
  return device
}

async function unsentRows(device: RoomDevice): Promise<number> {
  return (await device.db.updates.toArray()).filter((row) => row.unsent === 1).length
}

async function ready(handle: RoomHandle): Promise<void> {
  await handle.live().loaded
}

const eventually = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 5_000, interval: 5 })

test('typing is on this device, then sent, then saved when the server says it is durable', async () => {
  const device = open()
  const handle = device.rooms.open(notes)
  await ready(handle)
  bodyOf(handle).insert(0, 'offline')
  await handle.live().flush()
  expect(stateOf(handle)).toBe('device')
  expect(await unsentRows(device)).toBe(1)
  relay.holdAcks = true
  device.socket.start()
  await eventually(() => expect(stateOf(handle)).toBe('sent'))
  bodyOf(handle).insert(7, ' and on')
  await handle.live().flush()
  await settle()
  expect(stateOf(handle)).toBe('sent')
  expect(relay.doc(notes).getText('body').toString()).toBe('offline and on')
  expect(await unsentRows(device)).toBe(2)
  relay.releaseAcks()
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await eventually(async () => expect(await unsentRows(device)).toBe(0))
})

test('an acknowledgement that comes before the row is written still counts', async () => {
  const device = open()
  device.socket.start()
  const handle = device.rooms.open(notes)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  bodyOf(handle).insert(0, 'quick')
  await handle.live().flush()
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await eventually(async () => expect(await unsentRows(device)).toBe(0))
})

test('edits that were under way when the connection broke are sent again and acknowledged by the next one', async () => {
  const device = open()
  device.socket.start()
  const handle = device.rooms.open(notes)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  relay.holdAcks = true
  bodyOf(handle).insert(0, 'one')
  await handle.live().flush()
  relay.cut()
  relay.holdAcks = false
  await settle()
  expect(stateOf(handle)).toBe('device')
  bodyOf(handle).insert(3, ' two')
  await handle.live().flush()
  expect(await unsentRows(device)).toBe(2)
  await device.browser.clock.advance(2_000)
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  expect(relay.doc(notes).getText('body').toString()).toBe('one two')
  await eventually(async () => expect(await unsentRows(device)).toBe(0))
})

test('what an earlier session left unsent is sent at the next start, with nobody looking', async () => {
  const device = open()
  const handle = device.rooms.open(notes)
  await ready(handle)
  bodyOf(handle).insert(0, 'left behind')
  await device.rooms.close()
  expect(await unsentRows(device)).toBe(1)
  const next = open(device)
  next.rooms.lead(next.socket)
  next.socket.start()
  await eventually(async () => expect(await unsentRows(next)).toBe(0))
  expect(relay.doc(notes).getText('body').toString()).toBe('left behind')
  await eventually(() => expect(next.rooms.holding.size).toBe(0))
})

test('two devices converge, through whatever order', async () => {
  const [ada, bob] = [open(), open()]
  const hers = ada.rooms.open(notes)
  const his = bob.rooms.open(notes)
  await Promise.all([ready(hers), ready(his)])
  bodyOf(hers).insert(0, 'Ada was here. ')
  bodyOf(his).insert(0, 'Bob was here. ')
  ada.socket.start()
  bob.socket.start()
  await eventually(() => expect(bodyOf(hers).toString()).toContain('Bob'))
  await eventually(() => expect(bodyOf(his).toString()).toBe(bodyOf(hers).toString()))
  relay.cut()
  bodyOf(hers).insert(0, 'x')
  bodyOf(his).insert(bodyOf(his).length, 'y')
  await Promise.all([ada.browser.clock.advance(2_000), bob.browser.clock.advance(2_000)])
  await eventually(() => expect(bodyOf(his).toString()).toMatch(/^x.*y$/))
  await eventually(() => expect(bodyOf(hers).toString()).toBe(bodyOf(his).toString()))
  expect(bodyOf(hers).toString()).toHaveLength(30)
})

test('tabs of one device share a document, and the leader answers for what the follower types', async () => {
  const leader = open()
  leader.socket.start()
  const follower = open(leader)
  const handle = follower.rooms.open(notes)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  relay.holdAcks = true
  bodyOf(handle).insert(0, 'from the other tab')
  await handle.live().flush()
  await eventually(() => expect(relay.doc(notes).getText('body').toString()).toBe('from the other tab'))
  expect(stateOf(handle)).toBe('sent')
  expect(await unsentRows(leader)).toBe(1)
  relay.releaseAcks()
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await eventually(async () => expect(await unsentRows(leader)).toBe(0))
  const beside = leader.rooms.open(notes)
  await eventually(() => expect(bodyOf(beside).toString()).toBe('from the other tab'))
  relay.author(notes, (doc) => doc.getText('body').insert(0, 'remote, '))
  await eventually(() => expect(bodyOf(handle).toString()).toBe('remote, from the other tab'))
})

test('a row that a closing tab stored, and could not speak of, is settled with the rest', async () => {
  const leader = open()
  leader.socket.start()
  const handle = leader.rooms.open(notes)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  const edits: Uint8Array[] = []
  const gone = new Y.Doc()
  gone.on('update', (update) => edits.push(update))
  gone.getText('body').insert(0, 'heard of as last words')
  await addEdits(leader.db, notes, 0, [edits[0]!], 0)
  const key = await addEdits(leader.db, notes, 0, [edits[0]!], 0)
  leader.rooms.hear({ type: 'edit', room: notes, copy: 0, key, update: edits[0]! }, 'gone')
  gone.getText('body').insert(0, 'not heard of, ')
  await addEdits(leader.db, notes, 0, [edits[1]!], 0)
  await addEdits(leader.db, 'notes/not-open', 0, [edits[0]!], 0)
  await eventually(async () => expect(await unsentRows(leader)).toBe(3))
  await leader.rooms.recount()
  await eventually(async () => expect(await unsentRows(leader)).toBe(0))
  expect(bodyOf(handle).toString()).toBe('not heard of, heard of as last words')
  expect(relay.doc(notes).getText('body').toString()).toBe('not heard of, heard of as last words')
  expect(relay.doc('notes/not-open').getText('body').toString()).toBe('heard of as last words')
})

test('a tab that opens a document later gets what is in no log yet', async () => {
  const leader = open()
  const first = leader.rooms.open(notes)
  await ready(first)
  bodyOf(first).insert(0, 'not flushed')
  const follower = open(leader)
  const second = follower.rooms.open(notes)
  await eventually(() => expect(bodyOf(second).toString()).toBe('not flushed'))
})

test('cursors of a follower reach other people, and theirs reach it', async () => {
  const [leader, other] = [open(), open()]
  leader.socket.start()
  other.socket.start()
  const follower = open(leader)
  const mine = follower.rooms.open(notes)
  const theirs = other.rooms.open(notes)
  await eventually(() => expect(mine.live().status().synced && theirs.live().status().synced).toBe(true))
  const names = (handle: RoomHandle): unknown[] =>
    [...handle.live().awareness.getStates().values()].map((each) => each.name)
  mine.live().awareness.setLocalStateField('name', 'Ada')
  theirs.live().awareness.setLocalStateField('name', 'Bob')
  await eventually(() => expect(names(theirs)).toContain('Ada'))
  await eventually(() => expect(names(mine)).toContain('Bob'))
})

test('a document that the server writes is only received, and remembers how far', async () => {
  const device = open()
  device.socket.start()
  relay.author('thread/1', (doc) => doc.getMap('posts').set('p', 'hello'))
  const handle = device.rooms.open('thread/1')
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  expect(handle.live().doc.getMap('posts').get('p')).toBe('hello')
  await eventually(async () =>
    expect(await device.db.docs.get('thread/1')).toMatchObject({ sequence: 1, synced: 1 }),
  )
  relay.author('thread/1', (doc) => doc.getMap('posts').set('q', 'again'))
  await eventually(() => expect(handle.live().status().sequence).toBe(2))
  expect(relay.written('thread/1')).toBe(0)
})

test('a server-written document whose history was replaced is fetched anew', async () => {
  const device = open()
  device.socket.start()
  relay.author('thread/1', (doc) => doc.getMap('posts').set('p', 'erased later'))
  const handle = device.rooms.open('thread/1')
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await handle.live().flush()
  relay.cut()
  const other = createRelay()
  other.author('thread/1', (doc) => doc.getMap('posts').set('q', 'what is left'))
  device.browser.connect = (url) => other.connect(url)
  await device.browser.clock.advance(2_000)
  await eventually(() => expect(handle.live().doc.getMap('posts').toJSON()).toEqual({ q: 'what is left' }))
  const doc = new Y.Doc()
  await handle.live().flush()
  await loadLog(device.db, 'thread/1', doc)
  expect(doc.getMap('posts').toJSON()).toEqual({ q: 'what is left' })
})

test('a refused edit keeps its text, and the document starts again from the server', async () => {
  const device = open()
  device.socket.start()
  relay.author(notes, (doc) => doc.getText('body').insert(0, 'shared'))
  const handle = device.rooms.open(notes)
  await eventually(() => expect(bodyOf(handle).toString()).toBe('shared'))
  const before = handle.live()
  relay.refuseNext(notes, { code: 'too_large', message: 'too much' })
  bodyOf(handle).insert(6, ' and mine')
  await eventually(() => expect(handle.live()).not.toBe(before))
  await eventually(() => expect(bodyOf(handle).toString()).toBe('shared'))
  expect(handle.live().status()).toMatchObject({ state: 'refused', refusal: { code: 'too_large' } })
  expect((await device.db.meta.get(`refused:${notes}`))?.value).toMatchObject({ text: 'shared and mine' })
  expect(await unsentRows(device)).toBe(0)
  await device.rooms.forget(notes)
  expect(stateOf(handle)).toBe('saved')
  bodyOf(handle).insert(6, '!')
  await eventually(() => expect(relay.doc(notes).getText('body').toString()).toBe('shared!'))
})

test('what was typed for a room that is closed for good waits until its author lets go of it', async () => {
  const device = open()
  relay.closed.set(notes, 4404)
  const handle = device.rooms.open(notes)
  await handle.live().loaded
  bodyOf(handle).insert(0, 'mine')
  await handle.live().flush()
  device.socket.start()
  await eventually(() => expect(stateOf(handle)).toBe('refused'))
  expect(await unsentRows(device)).toBe(1)
  await device.rooms.forget(notes)
  expect(await unsentRows(device)).toBe(0)
  expect(bodyOf(handle).toString()).toBe('')
  expect((await device.db.meta.get(`refused:${notes}`))?.value).toBeUndefined()
})

test('letting go of what was refused leaves what was typed since', async () => {
  const device = open()
  device.socket.start()
  const handle = device.rooms.open(notes)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  relay.refuseNext(notes, { code: 'too_large', message: 'too much' })
  bodyOf(handle).insert(0, 'refused')
  await eventually(() => expect(stateOf(handle)).toBe('refused'))
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  device.socket.stop()
  bodyOf(handle).insert(0, 'since')
  await handle.live().flush()
  await device.rooms.forget(notes)
  expect(bodyOf(handle).toString()).toBe('since')
  device.socket.start()
  await eventually(() => expect(relay.doc(notes).getText('body').toString()).toBe('since'))
})

test('a room that is closed for good is not asked for again, and says why', async () => {
  const device = open()
  device.socket.start()
  relay.closed.set(notes, 4404)
  const handle = device.rooms.open(notes)
  await eventually(() => expect(handle.live().status().refusal?.code).toBe('gone'))
  expect(device.closed).toEqual([`${notes} 4404`])
  await device.browser.clock.advance(60_000)
  expect(relay.opened).toEqual([notes])
})

test('when access to a room ends, the copy of what only the server writes goes, and what members write stays', async () => {
  const device = open()
  device.socket.start()
  for (const room of ['thread/1', notes]) {
    relay.author(room, (doc) => doc.getText('body').insert(0, 'read here'))
    const handle = device.rooms.open(room)
    await eventually(() => expect(handle.live().status().synced).toBe(true))
    await device.rooms.flush()
    relay.closed.set(room, 4401)
  }
  relay.cut()
  await device.browser.clock.advance(60_000)
  await eventually(() => expect(device.closed.toSorted()).toEqual([`${notes} 4401`, 'thread/1 4401']))
  await eventually(async () => expect(await device.db.docs.toCollection().primaryKeys()).toEqual([notes]))
  const rows = await device.db.updates.toArray()
  expect(new Set(rows.map((row) => row.room))).toEqual(new Set([notes]))
})

test('a room is opened only after the command that creates it was acknowledged', async () => {
  const device = open()
  device.socket.start()
  device.creating.add('draft/1')
  const handle = device.rooms.open('draft/1')
  await ready(handle)
  bodyOf(handle).insert(0, 'first words')
  await handle.live().flush()
  await settle()
  expect(relay.opened).toEqual([])
  expect(stateOf(handle)).toBe('device')
  device.creating.clear()
  device.rooms.retry()
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
})

test('a hundred edits in one moment are one row', async () => {
  const device = open()
  const handle = device.rooms.open(notes)
  await ready(handle)
  for (let i = 0; i < 100; i++) bodyOf(handle).insert(i, 'x')
  await device.browser.clock.advance(60)
  expect(await device.db.updates.count()).toBe(1)
})

test('hiding the page writes what is in memory at once', async () => {
  const device = open()
  const handle = device.rooms.open(notes)
  await ready(handle)
  bodyOf(handle).insert(0, 'last words')
  await device.rooms.flush()
  expect(await device.db.updates.count()).toBe(1)
})

test('a long log is compacted, and unsent edits stay unsent', async () => {
  const device = open()
  const handle = device.rooms.open(notes)
  await ready(handle)
  for (let i = 0; i < 80; i++) {
    bodyOf(handle).insert(bodyOf(handle).length, `${i % 10}`)
    await handle.live().flush()
  }
  const text = bodyOf(handle).toString()
  await device.db.updates.where('key').belowOrEqual(40).modify({ unsent: 0 })
  const result = await compactLog(device.db, device.tab.locks, notes, true, 0)
  expect(result?.gone).toHaveLength(80)
  expect((await device.db.updates.toArray()).map((row) => row.unsent)).toEqual([0, 1])
  const doc = new Y.Doc()
  expect((await loadLog(device.db, notes, doc)).unsent.map((row) => row.key)).toEqual([result?.key])
  expect(doc.getText('body').toString()).toBe(text)
})

test('edits made while another tab compacts are not lost', async () => {
  const leader = open()
  const follower = open(leader)
  const handle = follower.rooms.open(notes)
  await ready(handle)
  for (let i = 0; i < 70; i++) {
    bodyOf(handle).insert(0, 'a')
    await handle.live().flush()
  }
  bodyOf(handle).insert(0, 'b')
  await Promise.all([handle.live().flush(), compactLog(leader.db, leader.tab.locks, notes, true, 0)])
  const doc = new Y.Doc()
  await loadLog(leader.db, notes, doc)
  expect(doc.getText('body').toString()).toBe(`b${'a'.repeat(70)}`)
})

test('after a restore every copy is compared with what the server has, and stays when nothing was lost', async () => {
  const device = open()
  device.socket.start()
  relay.author('thread/1', (doc) => doc.getMap('posts').set('p', 'before'))
  const [thread, mine] = [device.rooms.open('thread/1'), device.rooms.open(notes)]
  await eventually(() => expect(stateOf(thread)).toBe('saved'))
  bodyOf(mine).insert(0, 'kept')
  await eventually(() => expect(stateOf(mine)).toBe('saved'))
  relay.author('thread/2', (doc) => doc.getMap('posts').set('p', 'not open'))
  await device.rooms.visit('thread/2', (live) => live.status().sequence === 1)
  await device.rooms.flush()
  await eventually(() => expect(device.rooms.holding.has('thread/2')).toBe(false))
  await device.db.docs.toCollection().modify({ lost: 1 })
  const before = [thread.live(), mine.live()]
  await device.rooms.restart()
  await eventually(async () => {
    const docs = await device.db.docs.toArray()
    expect(docs.map((doc) => [doc.room, doc.lost])).toEqual([
      [notes, undefined],
      ['thread/1', undefined],
      ['thread/2', undefined],
    ])
  })
  expect([thread.live(), mine.live()]).toEqual(before)
  await eventually(() => expect(stateOf(mine)).toBe('saved'))
  bodyOf(mine).insert(4, '!')
  await eventually(() => expect(relay.doc(notes).getText('body').toString()).toBe('kept!'))
})

test('a server-written room whose log became shorter is fetched anew, though nobody asked what we have', async () => {
  const device = open()
  device.socket.start()
  relay.asksReaders = false
  relay.author('thread/1', (doc) => doc.getMap('posts').set('p', 'one'))
  relay.author('thread/1', (doc) => doc.getMap('posts').set('q', 'two'))
  const handle = device.rooms.open('thread/1')
  await eventually(() => expect(handle.live().status().sequence).toBe(2))
  await device.rooms.flush()
  handle.close()
  await eventually(() => expect(device.rooms.holding.size).toBe(0))
  relay.cut()
  const other = createRelay()
  other.asksReaders = false
  other.author('thread/1', (doc) => doc.getMap('posts').set('r', 'instead'))
  device.browser.connect = (url) => other.connect(url)
  await device.browser.clock.advance(2_000)
  const again = device.rooms.open('thread/1')
  await eventually(() => expect(again.live().doc.getMap('posts').toJSON()).toEqual({ r: 'instead' }))
})
