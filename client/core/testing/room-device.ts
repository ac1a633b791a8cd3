/** Rooms of a device without the rest of a home: a tab that leads, or one that follows beside it. */
import type * as Y from 'yjs'
import { Database } from '../database.ts'
import { createRooms, type RoomHandle, type Rooms } from '../rooms.ts'
import { createSocket, type SharedSocket } from '../socket.ts'
import { textOf } from '../update-log.ts'
import { createTestBrowser, settle, type TestBrowser, type TestTab } from './browser.ts'
import type { Relay } from './relay.ts'

export interface RoomDevice {
  browser: TestBrowser
  db: Database
  tab: TestTab
  rooms: Rooms
  socket: SharedSocket
  /** Rooms that a command will create. */
  creating: Set<string>
  /** `room code` */
  closed: string[]
  end(): Promise<void>
  /** The tab dies on the spot: nothing of it is written, sent or said any more. */
  crash(): void
}

let count = 0

/** @param beside a device that this is another tab of; it follows then. @param name of its database, to come back to */
export function openDevice(relay: Relay, beside?: RoomDevice, name?: string): RoomDevice {
  const browser = beside?.browser ?? createTestBrowser()
  const db = new Database(beside?.db.name ?? name ?? `rooms-${++count}`)
  const tab = browser.tab()
  const channel = tab.channel('tabs')
  const self = `tab-${++count}`
  const creating = new Set<string>()
  const closed: string[] = []
  if (!beside) browser.connect = (url) => relay.connect(url)
  const rooms = createRooms({
    db,
    around: tab,
    tab: self,
    inherited: Promise.resolve(),
    holdEdit: () => () => {},
    post: (message) => channel.postMessage({ from: self, message }),
    whenGone: () => {},
    isReadOnly: (room) => room.startsWith('thread/'),
    isCreating: async (room) => creating.has(room),
    isAwaited: () => true,
    told: async () => {},
    isOwn: (room) => room.startsWith('me/'),
    offer({ room, epoch, doc }) {
      const input = { room, epoch, text: textOf(doc) }
      return { id: `offer-${++count}`, name: 'recovery.offer', input, after: [], lane: 'recovery' }
    },
    onClosed: (room, code) => closed.push(`${room} ${code}`),
  })
  channel.addEventListener('message', (event) => rooms.hear(event.data.message, event.data.from))
  const socket = createSocket({
    around: tab,
    memberId: 'ada',
    onOpen() {},
    onClosed() {},
    onEnded() {},
    onFeed() {},
    onSilence() {},
  })
  let over = false
  let crashed = false
  if (!beside) rooms.lead(socket)
  return {
    browser,
    db,
    tab,
    rooms,
    socket,
    creating,
    closed,
    async end() {
      if (over) return
      over = true
      socket.stop()
      if (!crashed) await rooms.close()
      tab.kill()
      await settle()
      db.close()
    },
    crash() {
      socket.stop()
      tab.kill()
      crashed = true
    },
  }
}

export function bodyOf(handle: RoomHandle): Y.Text {
  return handle.live().doc.getText('body')
}

export function stateOf(handle: RoomHandle): string {
  return handle.live().status().state
}
