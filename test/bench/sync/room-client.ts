/** One client in one room of any of the servers: it knows when it has been let in and what of its own has been taken. */
import * as Y from 'yjs'
import { dialects, type ServerName, syncMessage } from './dialects.ts'
import { sleep } from './measure.ts'
import { openRaw, type RawSocket } from './raw-socket.ts'

export interface Target {
  server: ServerName
  port: number
  pid: number
  /** Cookies of open sessions; clients take them in turn. Empty: the server asks nobody who they are. */
  cookies: string[]
  /** It is to be told when measuring begins and ends. */
  profiled?: boolean
}

export interface RoomClient {
  readonly room: string
  readonly socket: RawSocket
  /** Updates that were sent and not taken yet. */
  readonly waiting: number
  /** The room's state has arrived. */
  readonly ready: boolean
  send(update: Uint8Array): void
  leave(): void
}

export interface ClientHooks {
  /** The oldest update that waited has been taken, so many milliseconds after it was sent. */
  onTaken?(milliseconds: number): void
  onState?(update: Uint8Array): void
  onUpdate?(update: Uint8Array): void
  onMessage?(): void
  /** Refused, or cut off without being asked to leave. */
  onFailed(why: string): void
}

/** Sync messages with which a client of ours opens a room: its question, and its answer to the server's. */
const opening = 2

export async function enterRoom(
  { server, port, cookies }: Target,
  room: string,
  number: number,
  hooks: ClientHooks,
): Promise<RoomClient> {
  const dialect = dialects[server]
  const cookie = cookies.length > 0 ? cookies[number % cookies.length] : undefined
  const socket = await openRaw(dialect.address(port, room, cookie))
  const prefix = dialect.prefix(room)
  const sentAt: number[] = []
  let last: Uint8Array = new Uint8Array()
  let taken = 0
  let ready = false
  let left = false

  const take = (count: number): void => {
    for (let i = 0; i < count && sentAt.length > 0; i++) {
      const sent = sentAt.shift()!
      taken++
      hooks.onTaken?.(performance.now() - sent)
    }
  }
  socket.onMessage = (message) => {
    hooks.onMessage?.()
    const heard = dialect.read(message)
    switch (heard.kind) {
      case 'asked':
        return dialect.answer(socket, room)
      case 'state':
        ready = true
        return hooks.onState?.(heard.update)
      case 'ack':
        // Without a number it is for one message; those for the opening come before anything waits.
        return take(heard.count === undefined ? 1 : heard.count - opening - taken)
      case 'update':
        if (!dialect.acks && sentAt.length > 0 && same(heard.update, last)) take(sentAt.length)
        return hooks.onUpdate?.(heard.update)
      case 'refused':
        return hooks.onFailed(`${server}: ${room}: ${heard.why}`)
    }
  }
  socket.onClose = (why) => {
    if (!left) hooks.onFailed(`${server}: ${room}: ${why}`)
  }
  dialect.greet(socket, room)
  return {
    room,
    socket,
    get waiting() {
      return sentAt.length
    },
    get ready() {
      return ready
    },
    send(update) {
      last = update
      sentAt.push(performance.now())
      socket.send(syncMessage(prefix, update))
    },
    leave() {
      left = true
      socket.destroy()
    },
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i])
}

export async function until(done: () => boolean, milliseconds = 60_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!done()) {
    if (performance.now() > end) throw new Error('waited too long')
    await sleep(5)
  }
}

/** What a newcomer finds in the room. */
export async function readText(target: Target, room: string, number = 0): Promise<string> {
  const state = await new Promise<Uint8Array>((resolve, reject) => {
    enterRoom(target, room, number, {
      onState: resolve,
      onFailed: (why) => reject(new Error(why)),
    }).then((client) => setTimeout(() => client.leave(), 10_000).unref(), reject)
  })
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const text = doc.getText('body').toString()
  doc.destroy()
  return text
}
