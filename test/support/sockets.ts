/** A test community behind a real port, and clients that knock on it. */
import { createServer, type ServerOptions } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import { decodeFrame, type SocketFrame } from '#shared/core/wire.ts'
import { type TestCommunity, type TestMember, testOrigin } from './community.ts'

export interface Served {
  readonly port: number
  /** `ws://…`, without a path. */
  readonly base: string
  /** @param headers instead of an allowed Origin and the member's cookie */
  open(path: string, as?: TestMember, headers?: Record<string, string>): WebSocket
  close(): Promise<void>
}

export async function serve(community: TestCommunity, options: ServerOptions = {}): Promise<Served> {
  const server = createServer(options, getRequestListener(community.app.fetch))
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const base = `ws://127.0.0.1:${port}`
  const opened = new Set<WebSocket>()
  return {
    port,
    base,
    open(path, as, headers) {
      const cookie = as ? { cookie: as.cookie } : {}
      const socket = new WebSocket(base + path, { headers: { origin: testOrigin, ...cookie, ...headers } })
      socket.on('error', () => {})
      opened.add(socket)
      return socket
    },
    async close() {
      for (const socket of opened) socket.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

export const opened = (socket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.readyState === socket.OPEN) return resolve()
    socket.once('open', () => resolve())
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)))
    socket.once('unexpected-response', (_request, response) =>
      reject(new Error(`answered ${response.statusCode}`)),
    )
  })

/** The close code, or the HTTP status of an upgrade that was refused. */
export const closedWith = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.on('close', (code) => resolve(code))
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
    })
  })

/** What comes in on `/sync`, in order. */
export function framesOf(socket: WebSocket): {
  next(): Promise<SocketFrame>
  /** The first from here on that is of this kind, and of this channel where it has one. */
  find<K extends SocketFrame['kind']>(kind: K, channel?: number): Promise<Extract<SocketFrame, { kind: K }>>
} {
  const waiting: Buffer[] = []
  let wake = (): void => {}
  socket.on('message', (data: Buffer) => {
    waiting.push(data)
    wake()
  })
  async function next(): Promise<SocketFrame> {
    while (waiting.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return decodeFrame(waiting.shift()!)
  }
  return {
    next,
    async find(kind, channel) {
      for (;;) {
        const frame = await next()
        if (frame.kind !== kind) continue
        if (channel === undefined || ('channel' in frame && frame.channel === channel)) return frame as never
      }
    },
  }
}

/** A y-websocket sync message: 0 step 1, 1 step 2, 2 update. */
export function syncMessage(type: 0 | 1 | 2, bytes: Uint8Array): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, 0)
  encoding.writeVarUint(to, type)
  encoding.writeVarUint8Array(to, bytes)
  return encoding.toUint8Array(to)
}
