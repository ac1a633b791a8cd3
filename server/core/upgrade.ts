/**
 * How a connection becomes a socket: whose it is, and whether it may. Whoever can be told why not by a close code is
 * let in and closed, since browsers show pages no status of a failed upgrade; the rest is answered in HTTP.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { closeCode, limits } from '#shared/core/wire.ts'
import type { Bounds } from './bounds.ts'
import type { Health } from './health.ts'
import { allowedOrigins, type Tickets } from './http.ts'
import type { Sessions } from './services.ts'
import type { Session, Sockets } from './socket.ts'

export interface UpgradeOptions {
  publicUrl: string
  bounds: Bounds
  sessions: Sessions
  tickets: Tickets
  sockets: Sockets
  health: Health
  oldestServed: number
  allowRate(key: string, points: number, seconds: number): Promise<boolean>
}

/** Takes the upgrades of a server, and bounds what it spends on connections. */
export function attachSockets(server: Server, options: UpgradeOptions): void {
  const { bounds, sockets, health } = options
  const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: limits.frame })
  const origins = allowedOrigins(options.publicUrl)
  server.headersTimeout = bounds.headersWithin
  server.requestTimeout = bounds.requestWithin
  server.maxConnections = bounds.connections

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', options.publicUrl)
    const turnAway = (status: string, more = ''): void => {
      stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n${more}\r\n`)
    }
    const path = /^\/sync(?:\/(.+))?$/.exec(url.pathname)
    const room = path?.[1] === undefined ? undefined : decoded(path[1])
    if (!path || room === null) return turnAway('404 Not Found')
    const letInAndClose = (code: number, reason: string): void => {
      upgrader.handleUpgrade(request, stream, head, (socket) => {
        socket.on('error', () => {})
        socket.close(code, reason)
      })
    }
    const version = url.searchParams.get('v')
    if (version !== null && !(Number(version) >= options.oldestServed)) {
      sockets.refused('version')
      return letInAndClose(closeCode.outdated, 'this client is too old')
    }
    if (health.overloaded) {
      sockets.refused('overload')
      return letInAndClose(closeCode.overloaded, String(health.retryAfter()))
    }
    const ticket = url.searchParams.get('ticket')
    const origin = request.headers.origin
    if (ticket === null && (origin === undefined || !origins.has(origin))) return turnAway('403 Forbidden')
    const { sessions } = options
    const cookie = new Request(url, { headers: { cookie: request.headers.cookie ?? '' } })
    const session: Session | undefined = ticket
      ? options.tickets.redeem(ticket)
      : await sessions.viewer(sessions.tokenOf(cookie))
    if (!session) return turnAway('401 Unauthorized')
    const address = request.socket.remoteAddress ?? ''
    const { id } = session.viewer
    const mayCome =
      id === null
        ? await options.allowRate(`upgrades from ${address}`, bounds.guestUpgradesPerAddress, 60)
        : await options.allowRate(`upgrades of ${id}`, bounds.upgradesPerMember, 60)
    if (!mayCome) {
      sockets.refused('upgrades')
      return turnAway('429 Too Many Requests', 'retry-after: 60\r\n')
    }
    const claimed = url.searchParams.get('member')
    if (claimed !== null && claimed !== id) {
      return letInAndClose(closeCode.ended, 'this session belongs to somebody else')
    }
    upgrader.handleUpgrade(request, stream, head, (socket) => {
      const stock = room === undefined ? undefined : { room, ack: url.searchParams.get('ack') === '1' }
      sockets.accept(socket, session, stock, { address, stream })
    })
  }

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => {})
    upgrade(request, stream, head).catch(() => stream.destroy())
  })
}

/** @returns null when it is not well formed. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
