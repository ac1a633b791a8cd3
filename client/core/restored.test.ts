import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { keepOwnFor } from './database.ts'
import { giveBack } from './restored.ts'
import type { RoomHandle } from './rooms.ts'
import { settle } from './testing/browser.ts'
import { createRelay, type Relay } from './testing/relay.ts'
import { bodyOf, openDevice, type RoomDevice, stateOf } from './testing/room-device.ts'
import { compactLog, dropLog, refusedKey } from './update-log.ts'

const notes = 'notes/1'
const thread = 'thread/1'
let relay: Relay
let devices: RoomDevice[]

beforeEach(() => {
  relay = createRelay()
  devices = []
})
afterEach(async () => {
  for (const device of devices) await device.end()
})

function open(): RoomDevice {
  const device = openDevice(relay)
  device.browser.connect = (url) => relay.connect(url)
  devices.push(device)
  return device
}

const eventually = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 5_000, interval: 5 })

const serverText = (room = notes): string => relay.doc(room).getText('body').toString()

async function joined(device: RoomDevice, room = notes): Promise<RoomHandle> {
  device.socket.start()
  const handle = device.rooms.open(room)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  return handle
}

async function saved(device: RoomDevice, ...handles: RoomHandle[]): Promise<void> {
  for (const handle of handles) await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await device.rooms.flush()
  await eventually(async () =>
    expect((await device.db.updates.toArray()).filter((row) => row.unsent === 1)).toEqual([]),
  )
}

async function append(device: RoomDevice, handle: RoomHandle, text: string): Promise<void> {
  bodyOf(handle).insert(bodyOf(handle).length, text)
  await device.rooms.flush()
  await saved(device, handle)
}

/** Takes a backup of these rooms. @returns how to put it in the place of the server */
function backUp(...rooms: string[]): () => void {
  const states = rooms.map((room) => ({ room, state: Y.encodeStateAsUpdate(relay.doc(room)) }))
  return () => {
    for (const device of devices) device.socket.stop()
    const restored = createRelay()
    for (const { room, state } of states) {
      if (state.byteLength > 2) restored.author(room, (doc) => Y.applyUpdate(doc, state))
    }
    relay = restored
  }
}

/** The feed says that the server has another history. */
async function comeBack(device: RoomDevice): Promise<void> {
  await device.db.docs.toCollection().modify({ lost: 1 })
  await device.rooms.restart()
  device.socket.start()
  await eventually(async () => expect(await device.db.docs.filter((doc) => doc.lost === 1).count()).toBe(0))
}

async function offers(device: RoomDevice): Promise<{ room: string; epoch: number; text: string }[]> {
  return (await device.db.outbox.toArray()).map((entry) => entry.input)
}

test('own acknowledged work comes back, and others’ only from their own devices', async () => {
  const [ada, bob] = [open(), open()]
  const [hers, his] = [await joined(ada), await joined(bob)]
  await append(ada, hers, 'in the backup\n')
  const restore = backUp(notes)
  await append(ada, hers, 'of Ada, lost\n')
  await eventually(() => expect(bodyOf(his).toString()).toContain('of Ada, lost'))
  bodyOf(his).insert(0, 'of Bob, lost\n')
  await saved(bob, his)
  await eventually(() => expect(bodyOf(hers).toString()).toContain('of Bob'))
  await ada.rooms.flush()
  const all = 'of Bob, lost\nin the backup\nof Ada, lost\n'
  restore()
  await comeBack(ada)
  await eventually(() => expect(serverText()).toBe('in the backup\nof Ada, lost\n'))
  await saved(ada, hers)
  expect(bodyOf(hers).toString()).toBe(serverText())
  expect(await offers(ada)).toEqual([{ room: notes, epoch: 1, text: all }])
  await comeBack(bob)
  await eventually(() => expect(serverText()).toBe(all))
  await eventually(() => expect([bodyOf(hers).toString(), bodyOf(his).toString()]).toEqual([all, all]))
  // By then Ada's was back already.
  expect(await offers(bob)).toEqual([])
  expect(relay.doc(notes).store.pendingStructs).toBeNull()
})

test('words that rest on what others lost are put where they stood', async () => {
  const [ada, bob] = [open(), open()]
  const [hers, his] = [await joined(ada), await joined(bob)]
  await append(ada, hers, '# Plan\n\nThe end.\n')
  const restore = backUp(notes)
  bodyOf(hers).insert(8, 'A paragraph of Ada.\n')
  await saved(ada, hers)
  await eventually(() => expect(bodyOf(his).toString()).toContain('of Ada'))
  bodyOf(his).insert(bodyOf(his).toString().indexOf(' of Ada'), ' and a remark of Bob')
  await saved(bob, his)
  await eventually(() => expect(bodyOf(hers).toString()).toContain('of Bob'))
  await ada.rooms.flush()
  restore()
  await comeBack(bob)
  await eventually(() => expect(serverText()).toBe('# Plan\n\n and a remark of BobThe end.\n'))
  await saved(bob, his)
  await comeBack(ada)
  await eventually(() => expect(serverText()).toContain('A paragraph of Ada.'))
  await eventually(() => expect(bodyOf(his).toString()).toBe(bodyOf(hers).toString()))
  expect(serverText()).toBe(bodyOf(hers).toString())
  expect(serverText().match(/remark/g)).toHaveLength(1)
  expect(await bob.db.meta.get(refusedKey(notes))).toBeUndefined()
})

test('what is not sent yet, and what another tab types meanwhile, is there as well', async () => {
  const device = open()
  const handle = await joined(device)
  const restore = backUp(notes)
  await append(device, handle, 'acknowledged\n')
  restore()
  bodyOf(handle).insert(0, 'not sent\n')
  await device.rooms.flush()
  const coming = comeBack(device)
  bodyOf(handle).insert(bodyOf(handle).length, 'typed just now\n')
  await coming
  await eventually(() => expect(serverText()).toBe('not sent\nacknowledged\ntyped just now\n'))
  await saved(device, handle)
  expect(bodyOf(handle).toString()).toBe(serverText())
})

test('own work is known for 30 days, through compaction and through a copy that was dropped', async () => {
  const device = open()
  const handle = await joined(device)
  const restore = backUp(notes)
  for (let i = 0; i < 70; i++) bodyOf(handle).insert(0, `${i % 10}`)
  await saved(device, handle)
  for (let i = 0; i < 65; i++) {
    bodyOf(handle).insert(0, 'x')
    await device.rooms.flush()
  }
  await saved(device, handle)
  const text = bodyOf(handle).toString()
  handle.close()
  await eventually(() => expect(device.rooms.holding.size).toBe(0))
  const { now } = device.browser.clock
  await compactLog(device.db, device.tab.locks, notes, true, now)
  expect((await device.db.updates.toArray()).map((row) => row.madeAt)).toEqual([undefined])
  await dropLog(device.db, notes, now)
  await device.db.docs.put({ room: notes, sequence: 0, synced: 0, bytes: 0, openedAt: 0 })
  restore()
  await comeBack(device)
  await eventually(() => expect(serverText()).toBe(text))
})

test('what was acknowledged longer ago is not sent in the member’s name, but offered', async () => {
  const device = open()
  const handle = await joined(device)
  const restore = backUp(notes)
  await append(device, handle, 'long ago\n')
  device.browser.clock.now += keepOwnFor + 1
  await append(device, handle, 'lately\n')
  restore()
  await comeBack(device)
  await saved(device, handle)
  await eventually(() => expect(serverText()).toBe('lately\n'))
  expect(await offers(device)).toEqual([{ room: notes, epoch: 1, text: 'long ago\nlately\n' }])
})

test('a document of one member alone comes back whole from any of their devices, and nobody is told', async () => {
  const room = 'me/ada/notes'
  const [phone, laptop] = [open(), open()]
  const [here, there] = [await joined(phone, room), await joined(laptop, room)]
  const restore = backUp(room)
  await append(phone, here, 'from the phone')
  await eventually(() => expect(bodyOf(there).toString()).toBe('from the phone'))
  await laptop.rooms.flush()
  restore()
  await comeBack(laptop)
  await eventually(() => expect(serverText(room)).toBe('from the phone'))
  expect(await offers(laptop)).toEqual([])
})

test('what the server wrote and lost is offered, and goes', async () => {
  relay.author(thread, (doc) => doc.getMap('posts').set('p', 'kept'))
  const device = open()
  const handle = await joined(device, thread)
  const later = await joined(device, 'thread/2')
  const restore = backUp(thread)
  relay.author(thread, (doc) => doc.getMap('posts').set('q', 'lost'))
  relay.author('thread/2', (doc) => doc.getMap('posts').set('r', 'lost thread'))
  await eventually(() => expect(later.live().doc.getMap('posts').get('r')).toBe('lost thread'))
  await eventually(() => expect(handle.live().doc.getMap('posts').get('q')).toBe('lost'))
  await device.rooms.flush()
  restore()
  relay.closed.set('thread/2', 4404)
  await comeBack(device)
  await eventually(() => expect(handle.live().doc.getMap('posts').toJSON()).toEqual({ p: 'kept' }))
  await eventually(async () => expect(await device.db.docs.get('thread/2')).toBeUndefined())
  const posts = { posts: { p: 'kept', q: 'lost' } }
  expect((await offers(device)).sort((a, b) => (a.room < b.room ? -1 : 1))).toEqual([
    { room: thread, epoch: 1, text: JSON.stringify(posts, null, 2) },
    { room: 'thread/2', epoch: 1, text: JSON.stringify({ posts: { r: 'lost thread' } }, null, 2) },
  ])
})

test('a device that was only behind has nothing to offer', async () => {
  const [ada, bob] = [open(), open()]
  const [hers, his] = [await joined(ada), await joined(bob)]
  await append(ada, hers, 'seen by both\n')
  await eventually(() => expect(bodyOf(his).toString()).toBe('seen by both\n'))
  await bob.rooms.flush()
  bob.socket.stop()
  await append(ada, hers, 'in the backup, not seen by Bob\n')
  const restore = backUp(notes)
  restore()
  await comeBack(bob)
  await eventually(() => expect(bodyOf(his).toString()).toBe(serverText()))
  await settle()
  expect(await offers(bob)).toEqual([])
})

test('a copy that is dropped while it is compared is not asked for again and again', async () => {
  relay.author(thread, (doc) => doc.getMap('posts').set('p', 'kept'))
  const device = open()
  const handle = await joined(device, thread)
  await device.rooms.flush()
  device.socket.stop()
  await device.db.docs.toCollection().modify({ lost: 1 })
  await device.rooms.restart()
  await device.db.docs.clear()
  device.socket.start()
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  await settle()
  expect(relay.opened.filter((name) => name === thread)).toHaveLength(2)
})

test('words that cannot be placed are said so', () => {
  const theirs = new Y.Doc()
  theirs.getText('body').insert(0, 'theirs')
  const former = new Y.Doc()
  Y.applyUpdate(former, Y.encodeStateAsUpdate(theirs))
  const ours: Uint8Array[] = []
  former.on('update', (update: Uint8Array) => ours.push(update))
  former.getArray('list').push([1])
  former.getText('body').insert(3, 'ours')
  former.getArray('list').push([2])
  const present = { doc: new Y.Doc(), epoch: 1, sequence: 1 }
  expect(giveBack(former, ours, 1, present)).toMatchObject({ isStuck: true, lacksOthers: true })
  expect(present.doc.store.clients.size).toBe(0)
  const alone = new Y.Doc()
  for (const update of ours) Y.applyUpdate(alone, update)
  expect(giveBack(alone, ours, 1, present)).toMatchObject({ isStuck: true })
})
