import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { closeCode } from '#shared/core/wire.ts'
import { swapLog } from './copies.ts'
import type { RefusedText } from './database.ts'
import type { Present } from './present.ts'
import type { RoomHandle } from './rooms.ts'
import { settle } from './testing/browser.ts'
import { createRelay, type Relay } from './testing/relay.ts'
import { bodyOf, openDevice, type RoomDevice, stateOf } from './testing/room-device.ts'
import { addEdits, appendToLog, refusedKey } from './update-log.ts'

const notes = 'notes/session-1'
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

function open(beside?: RoomDevice, name?: string): RoomDevice {
  const device = openDevice(relay, beside, name)
  devices.push(device)
  return device
}

const eventually = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 5_000, interval: 5 })

const serverText = (): string => relay.doc(notes).getText('body').toString()

function write(text: string): (doc: Y.Doc) => void {
  return (doc) => doc.getText('body').insert(0, text)
}

/** Opened, and as the server has it. */
async function joined(device: RoomDevice, room = notes): Promise<RoomHandle> {
  device.socket.start()
  const handle = device.rooms.open(room)
  await eventually(() => expect(handle.live().status().synced).toBe(true))
  await device.rooms.flush()
  return handle
}

/** The line is cut, and stays so until `back`. */
function cut(device: RoomDevice): void {
  device.socket.stop()
}

function back(device: RoomDevice): void {
  device.socket.start()
}

/** Device, its log and the server say the same, and nothing waits. */
async function agree(handle: RoomHandle, device: RoomDevice, text: string): Promise<void> {
  await eventually(() => expect(serverText()).toBe(text))
  await eventually(() => expect(bodyOf(handle).toString()).toBe(text))
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await device.rooms.flush()
  await eventually(async () => {
    const rows = await device.db.updates.where('room').equals(notes).toArray()
    expect(rows.filter((row) => row.unsent === 1)).toEqual([])
    const doc = new Y.Doc()
    for (const { bytes } of rows) Y.applyUpdate(doc, bytes)
    expect(doc.getText('body').toString()).toBe(text)
    expect(doc.store.pendingStructs).toBeNull()
  })
}

async function refusedText(device: RoomDevice): Promise<RefusedText | undefined> {
  return (await device.db.meta.get(refusedKey(notes)))?.value as RefusedText | undefined
}

/** As a tab does it that dies before it can say so. */
async function swapAsIfElsewhere(device: RoomDevice, present: Present): Promise<void> {
  const { now } = device.browser.clock
  await swapLog(device.db, notes, {
    former: 0,
    present,
    now,
    isLost: false,
    taken: new Map(),
    isOwn: false,
    offer: () => undefined,
  })
}

/** Every byte that the device's log holds, as text. */
async function logged(device: RoomDevice): Promise<string> {
  const rows = await device.db.updates.toArray()
  return rows.map((row) => Buffer.from(row.bytes).toString('latin1')).join()
}

test('a copy is joined under its epoch, and a device without one takes the present', async () => {
  relay.author(notes, write('here'))
  relay.rebase(notes, write('here'))
  const device = open()
  const handle = await joined(device)
  handle.close()
  await eventually(() => expect(device.rooms.holding.size).toBe(0))
  expect(await device.db.docs.get(notes)).toMatchObject({ epoch: 2, sequence: 2, synced: 1 })
  device.rooms.open(notes)
  await eventually(() => expect(relay.opened).toEqual([notes, `${notes}~2`]))
})

test('a room that the server writes keeps its former text on screen until the new one is there', async () => {
  relay.author(thread, (doc) => doc.getMap('posts').set('p', 'withdrawn').toString())
  const device = open()
  const handle = await joined(device, thread)
  const shown: unknown[] = []
  handle.onChange(() => shown.push(handle.live().doc.getMap('posts').toJSON()))
  relay.rebase(thread, (doc) => doc.getMap('posts').set('q', 'kept'))
  await eventually(() => expect(handle.live().doc.getMap('posts').toJSON()).toEqual({ q: 'kept' }))
  expect(shown).not.toContainEqual({})
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  await device.rooms.flush()
  expect(await logged(device)).not.toContain('withdrawn')
  relay.author(thread, (doc) => doc.getMap('posts').set('r', 'later'))
  await eventually(() => expect(handle.live().doc.getMap('posts').get('r')).toBe('later'))
  expect(relay.written(thread)).toBe(0)
})

test('a 90 days old replica with the largest client id brings nothing back, and says what it had to say', async () => {
  const device = open()
  const old = new Y.Doc()
  old.clientID = 0xffff_ffff
  old.getText('body').insert(0, 'A post that was removed.\nWhat stayed.\n')
  const posts = new Y.Doc()
  posts.clientID = 0xffff_ffff
  posts.getMap('posts').set('p', 'A post that was removed.')
  const now = device.browser.clock.now
  for (const [room, doc] of [
    [notes, old],
    [thread, posts],
  ] as const) {
    relay.author(room, (server) => Y.applyUpdate(server, Y.encodeStateAsUpdate(doc)))
    await appendToLog(
      device.db,
      room,
      0,
      { edited: 0, received: [Y.encodeStateAsUpdate(doc)], synced: true, sequence: 1 },
      now,
    )
  }
  const before = Y.encodeStateVector(old)
  old.getText('body').insert(old.getText('body').length, 'Said offline, long ago.\n')
  await addEdits(device.db, notes, 0, [Y.encodeStateAsUpdate(old, before)], now)

  relay.rebase(notes, write('What stayed.\nAnd went on.\n'))
  relay.rebase(thread, (doc) => doc.getMap('posts').set('q', 'others'))
  device.browser.clock.now += 90 * 86_400_000
  const handle = await joined(device)
  const topic = device.rooms.open(thread)
  await agree(handle, device, 'What stayed.\nAnd went on.\nSaid offline, long ago.\n')
  await eventually(() => expect(topic.live().doc.getMap('posts').toJSON()).toEqual({ q: 'others' }))
  expect(relay.doc(thread).getMap('posts').toJSON()).toEqual({ q: 'others' })
  await device.rooms.flush()
  expect(await logged(device)).not.toContain('removed')
  expect(relay.doc(notes).store.clients.has(0xffff_ffff)).toBe(false)
})

test('what was written without a network is made anew on the new epoch, and what was acknowledged is not', async () => {
  relay.author(notes, write('one\ntwo\nthree\n'))
  const device = open()
  const handle = await joined(device)
  bodyOf(handle).insert(0, 'zero\n')
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  cut(device)
  bodyOf(handle).insert(bodyOf(handle).length, 'four\n')
  bodyOf(handle).delete(0, 5)
  await device.rooms.flush()
  relay.rebase(notes, write('zero\none\nthree, they say\n'))
  back(device)
  await agree(handle, device, 'one\nthree, they say\nfour\n')
  expect(await refusedText(device)).toBeUndefined()
})

test('what the server took, and could not say so before the new epoch, is neither there twice nor brought back', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  relay.holdAcks = true
  bodyOf(handle).insert(0, 'taken, then removed\n')
  bodyOf(handle).insert(bodyOf(handle).length, 'taken, then moved')
  await eventually(() => expect(serverText()).toContain('moved'))
  cut(device)
  // Goes on in the same breath: one row of the log may hold both.
  bodyOf(handle).insert(bodyOf(handle).length, ', not taken')
  bodyOf(handle).insert(0, 'nor this\n')
  await device.rooms.flush()
  relay.rebase(notes, write('taken, then moved\nbase\n'))
  relay.holdAcks = false
  back(device)
  await agree(handle, device, 'nor this\ntaken, then moved\nbase\n, not taken')
  expect(await refusedText(device)).toBeUndefined()
})

test('an acknowledgement that is lost with an epoch that ends under the connection', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  relay.holdAcks = true
  bodyOf(handle).insert(5, 'mine\n')
  await eventually(() => expect(serverText()).toBe('base\nmine\n'))
  relay.rebase(notes, write('base\n'))
  relay.holdAcks = false
  await agree(handle, device, 'base\n')
})

test('what is typed while the new epoch is on its way goes on into it', async () => {
  relay.author(notes, write('shared'))
  const device = open()
  const handle = await joined(device)
  relay.rebase(notes, write('shared'))
  const typing = new Set<unknown>()
  handle.onChange(() => {
    // As an editor does, which has whatever document the room has at the moment.
    if (typing.has(handle.live()) || !handle.live().status().loaded) return
    typing.add(handle.live())
    bodyOf(handle).insert(bodyOf(handle).length, '!')
  })
  for (let i = 0; i < 40; i++) {
    bodyOf(handle).insert(bodyOf(handle).length, `${i % 10}`)
    await settle()
  }
  await eventually(() => expect(relay.epoch(notes)).toBe(2))
  await eventually(() => expect(stateOf(handle)).toBe('saved'))
  const text = bodyOf(handle).toString()
  await agree(handle, device, text)
  expect(text.replaceAll('!', '')).toBe(`shared${'0123456789'.repeat(4)}`)
  expect(typing.size).toBe(2)
})

test('an epoch that began twice while the device was away', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  cut(device)
  bodyOf(handle).insert(5, 'mine\n')
  await device.rooms.flush()
  relay.rebase(notes, write('base\nmore\n'))
  relay.author(notes, (doc) => doc.getText('body').insert(0, 'above\n'))
  relay.rebase(notes, write('above\nbase\nmore\n'))
  back(device)
  await agree(handle, device, 'above\nbase\nmore\nmine\n')
  expect(relay.epoch(notes)).toBe(3)
})

test('an epoch that begins while another is being taken up', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  cut(device)
  bodyOf(handle).insert(5, 'mine\n')
  await device.rooms.flush()
  relay.rebase(notes, write('base 2\n'))
  back(device)
  await eventually(() => expect(relay.opened.filter((name) => name === notes)).toHaveLength(2))
  relay.rebase(notes, write('base 3\n'))
  await agree(handle, device, 'base 3\nmine\n')
})

test('an epoch that begins before the present one has been told', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  cut(device)
  bodyOf(handle).insert(5, 'mine\n')
  await device.rooms.flush()
  relay.rebase(notes, write('base 2\n'))
  // The first question is for the former epoch; what is fetched upon its answer is re-based while it is asked for.
  vi.spyOn(relay.closed, 'get').mockReturnValueOnce(undefined).mockReturnValueOnce(closeCode.stale)
  back(device)
  await agree(handle, device, 'base 2\nmine\n')
})

test('a device that never heard of an epoch, and wrote on one that is over', async () => {
  const first = open(undefined, 'never-heard')
  first.socket.start()
  const before = first.rooms.open(notes)
  await eventually(() => expect(before.live().status().loaded).toBe(true))
  await eventually(() => expect(relay.opened).toEqual([notes]))
  relay.holdAcks = true
  bodyOf(before).insert(0, 'taken\n')
  await first.rooms.flush()
  await eventually(() => expect(serverText()).toBe('taken\n'))
  first.crash()
  await first.db.docs.clear()
  relay.holdAcks = false
  relay.rebase(notes, write('taken\n'))
  const second = open(undefined, 'never-heard')
  const handle = await joined(second)
  await agree(handle, second, 'taken\n')
  expect(relay.opened.length).toBeLessThan(8)
})

test('two tabs: what either has typed and nobody has heard of is there once', async () => {
  relay.author(notes, write('base\n'))
  const leader = open()
  const hers = await joined(leader)
  const follower = open(leader)
  const beside = follower.rooms.open(notes)
  await eventually(() => expect(bodyOf(beside).toString()).toBe('base\n'))
  cut(leader)
  bodyOf(hers).insert(5, 'leader, stored\n')
  bodyOf(beside).insert(0, 'follower, stored\n')
  await Promise.all([leader.rooms.flush(), follower.rooms.flush()])
  await eventually(() => expect(bodyOf(beside).toString()).toBe('follower, stored\nbase\nleader, stored\n'))
  relay.rebase(notes, write('BASE\n'))
  back(leader)
  await eventually(() => expect(relay.opened.filter((name) => name === notes)).toHaveLength(2))
  // In memory only, in both, when the copy is replaced under them.
  bodyOf(hers).insert(bodyOf(hers).length, 'leader, typed\n')
  bodyOf(beside).insert(0, 'follower, typed\n')
  const all = 'follower, typed\nfollower, stored\nBASE\nleader, stored\nleader, typed\n'
  await agree(hers, leader, all)
  await eventually(() => expect(bodyOf(beside).toString()).toBe(all))
  await eventually(() => expect(stateOf(beside)).toBe('saved'))
  bodyOf(beside).insert(0, '* ')
  await follower.rooms.flush()
  await agree(hers, leader, `* ${all}`)
})

test('a tab that dies before the new epoch is here has lost nothing', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  cut(device)
  bodyOf(handle).insert(5, 'mine\n')
  await device.rooms.flush()
  relay.rebase(notes, write('base, anew\n'))
  back(device)
  await eventually(() => expect(relay.opened.filter((name) => name === notes)).toHaveLength(2))
  device.crash()
  const next = open(undefined, device.db.name)
  const again = await joined(next)
  await agree(again, next, 'base, anew\nmine\n')
})

test('a tab that dies with edits of the former epoch leaves their text', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  relay.rebase(notes, write('base, anew\n'))
  await eventually(async () => expect((await device.db.docs.get(notes))?.copy).toBe(1))
  await eventually(() => expect(handle.live().copy).toBe(1))
  const ghost = new Y.Doc()
  ghost.getText('body').insert(0, 'the last words of a ghost')
  await addEdits(device.db, notes, 0, [Y.encodeStateAsUpdate(ghost)], 0)
  device.crash()
  const next = open(undefined, device.db.name)
  const again = await joined(next)
  await next.browser.clock.advance(11_000)
  await eventually(async () =>
    expect(await refusedText(next)).toMatchObject({ text: 'the last words of a ghost' }),
  )
  await agree(again, next, 'base, anew\n')
})

test('a leader that dies after it replaced the copy, before it said so', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  cut(device)
  bodyOf(handle).insert(5, 'stored\n')
  await device.rooms.flush()
  relay.rebase(notes, write('base, anew\n'))
  const present = { doc: new Y.Doc(), epoch: 2, sequence: relay.sequence(notes) }
  Y.applyUpdate(present.doc, Y.encodeStateAsUpdate(relay.doc(notes)))
  await swapAsIfElsewhere(device, present)
  bodyOf(handle).insert(bodyOf(handle).length, 'typed\n')
  await device.rooms.flush()
  await eventually(() => expect(bodyOf(handle).toString()).toBe('base, anew\nstored\n'))
  expect((await refusedText(device))?.text).toBe('base\nstored\ntyped\n')
  await device.rooms.forget(notes)
  back(device)
  await agree(handle, device, 'base, anew\nstored\n')
})

test('a copy that a dying tab replaced after this one had read it is found when the server says so', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  cut(device)
  relay.rebase(notes, write('base, anew\n'))
  const present = { doc: new Y.Doc(), epoch: 2, sequence: relay.sequence(notes) }
  Y.applyUpdate(present.doc, Y.encodeStateAsUpdate(relay.doc(notes)))
  await swapAsIfElsewhere(device, present)
  back(device)
  await agree(handle, device, 'base, anew\n')
  expect(relay.opened.filter((name) => name === `${notes}~1`)).toHaveLength(1)
})

test('edits that cannot be made anew are kept as text, with the reason', async () => {
  relay.author(notes, (doc) => {
    write('base\n')(doc)
    doc.getArray('list').push(['one'])
  })
  const device = open()
  const handle = await joined(device)
  cut(device)
  bodyOf(handle).insert(5, 'mine\n')
  handle.live().doc.getArray('list').push(['two'])
  await device.rooms.flush()
  relay.rebase(notes, write('anew\n'))
  back(device)
  await eventually(() => expect(bodyOf(handle).toString()).toBe('anew\n'))
  expect(handle.live().status()).toMatchObject({
    state: 'refused',
    refusal: { code: 'conflict', reason: 'core.refused_began_anew' },
  })
  expect((await refusedText(device))?.text).toBe('base\nmine\n')
  await device.rooms.forget(notes)
  await agree(handle, device, 'anew\n')
})

test('a server that lost what it had acknowledged gets nothing of others from us, and ours anew', async () => {
  relay.author(notes, write('kept in the backup\n'))
  const device = open()
  const handle = await joined(device)
  const backup = Y.encodeStateAsUpdate(relay.doc(notes))
  relay.author(notes, (doc) => doc.getText('body').insert(0, 'of somebody else, lost\n'))
  await eventually(() => expect(bodyOf(handle).toString()).toContain('lost'))
  await device.rooms.flush()
  cut(device)
  bodyOf(handle).insert(bodyOf(handle).length, 'not sent yet\n')
  await device.rooms.flush()
  const restored = createRelay()
  restored.author(notes, (doc) => Y.applyUpdate(doc, backup))
  relay = restored
  device.browser.connect = (url) => restored.connect(url)
  back(device)
  await agree(handle, device, 'kept in the backup\nnot sent yet\n')
})

test('rooms that cannot be had any more after a new epoch say so', async () => {
  relay.author(notes, write('base\n'))
  const device = open()
  const handle = await joined(device)
  relay.closed.set(notes, 4403)
  relay.rebase(notes, write('not for you\n'))
  await eventually(() => expect(handle.live().status().refusal?.code).toBe('forbidden'))
  expect(device.closed).toEqual([`${notes} 4403`])
  expect(bodyOf(handle).toString()).toBe('base\n')
})

test('settings of a document are taken over key by key', async () => {
  relay.author('me/ada/interests', (doc) => {
    doc.getMap('tags').set('yjs', 1)
    doc.getMap('tags').set('sql', 1)
  })
  const device = open()
  const handle = await joined(device, 'me/ada/interests')
  cut(device)
  handle.live().doc.getMap('tags').set('wasm', -1)
  handle.live().doc.getMap('tags').delete('sql')
  await device.rooms.flush()
  relay.rebase('me/ada/interests', (doc) => {
    for (const tag of ['yjs', 'sql', 'css']) doc.getMap('tags').set(tag, 1)
  })
  back(device)
  await eventually(() =>
    expect(relay.doc('me/ada/interests').getMap('tags').toJSON()).toEqual({ yjs: 1, css: 1, wasm: -1 }),
  )
})
