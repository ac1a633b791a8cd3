/**
 * Opening many rooms with the unmodified y-websocket provider: each on a socket of its own, or all on the one socket
 * of a device of ours.
 */
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { createSocket } from '#client/core/socket.ts'
import type { Surroundings, Wire } from '#client/core/surroundings.ts'
import { message } from '#shared/core/wire.ts'
import { cpuOf } from './measure.ts'
import { toggleProfile } from './profile.ts'
import { type Target, until } from './room-client.ts'

// Every provider listens for the end of the process.
process.setMaxListeners(0)

export interface OpenOrder extends Target {
  /** The server's own port, where `port` is that of a link to it. */
  origin: number
  rooms: string[]
  /** On one socket, or on one each. */
  shared: boolean
  /** Characters that each room's text must have once it is open. */
  length: number
}

export interface OpenResult {
  milliseconds: number
  /** Of the server, milliseconds. */
  cpu: number
}

export async function openRooms(order: OpenOrder): Promise<OpenResult> {
  const { port, pid, cookies, rooms } = order
  const origin = `http://127.0.0.1:${order.origin}`
  let sockets = 0
  class SignedIn extends WebSocket {
    constructor(url: string) {
      // No member may have hundreds of sockets.
      const cookie = cookies[sockets++ % cookies.length]!
      super(url, { headers: { origin, cookie } })
    }
  }
  const around = {
    origin,
    connect: (url: string) => new SignedIn(url.replace(`:${order.origin}/`, `:${port}/`)) as unknown as Wire,
    now: () => Date.now(),
    random: () => Math.random(),
    after(milliseconds: number, work: () => void) {
      const timer = setTimeout(work, milliseconds)
      return () => clearTimeout(timer)
    },
  } as Surroundings
  await toggleProfile(pid, order.profiled && order.shared)
  const before = cpuOf(pid)
  const start = performance.now()
  const socket = createSocket({
    around,
    memberId: null,
    onOpen: () => {},
    onClosed: () => {},
    onEnded: () => {},
    onFeed: () => {},
    onSilence: () => {},
  })
  if (order.shared) socket.start()
  let synced = 0
  const providers = rooms.map((room) => {
    const polyfill = order.shared
      ? socket.polyfill(() => room, { readOnly: false, onOpen: () => {}, onFrame: () => {} })
      : (SignedIn as unknown as typeof globalThis.WebSocket)
    const provider = new WebsocketProvider(
      order.server === 'lyceum' ? `ws://127.0.0.1:${port}/sync` : `ws://127.0.0.1:${port}`,
      room,
      new Y.Doc(),
      { WebSocketPolyfill: polyfill, disableBc: true },
    )
    // Those that a stock provider does not know.
    for (const extra of [message.ack, message.nack, message.position])
      provider.messageHandlers[extra] = () => {}
    provider.once('sync', () => synced++)
    return provider
  })
  await until(() => synced === rooms.length)
  const milliseconds = performance.now() - start
  const cpu = cpuOf(pid) - before
  await toggleProfile(pid, order.profiled && order.shared)
  const lengths = providers.map(({ doc }) => doc.getText('body').length)
  for (const provider of providers) provider.destroy()
  socket.stop()
  if (lengths.some((length) => length !== order.length)) throw new Error('a room was opened without its text')
  return { milliseconds, cpu }
}
