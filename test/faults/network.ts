/**
 * Between devices and the server: each device has a line of its own, which may be cut, swallow everything, be slow,
 * lose answers and deliver requests twice. Independent requests overtake each other; a socket keeps its order.
 */
import { EventEmitter } from 'node:events'
import type { Wire } from '#client/core/surroundings.ts'
import type { Machine, Owner } from './machine.ts'
import { createSocketPair, delay, type Line, type ServerEnd, type SocketPair } from './socket-pair.ts'

export interface DeviceLine extends Line {
  /** How likely it is that an answer is lost, and that a request arrives twice. */
  lost: number
  twice: number
}

/** The server, while it listens. */
export interface Listening {
  owner: Owner
  fetch(request: Request): Promise<Response>
  /** Emits `upgrade`, as Node's server does. */
  server: EventEmitter
}

export interface Network {
  listening: Listening | undefined
  line(): DeviceLine
  /** Requests of a tab. @param cookies the device's jar */
  fetch(from: Sender, url: string, init?: RequestInit): Promise<Response>
  connect(from: Sender, url: string): Wire
  setMode(line: DeviceLine, mode: Line['mode']): void
  /** All connections break: the server is gone. `silent`: without a word to anybody. */
  breakAll(silent: boolean): void
  /** The tab is gone: its sockets close, its requests are nobody's. */
  drop(owner: Owner): void
  /** Is there a socket from this device to the server that runs now? */
  isConnected(line: DeviceLine): boolean
  /** Sockets opened so far. */
  readonly opened: number
}

export interface Sender {
  /** The tab's. */
  name: string
  owner: Owner
  line: DeviceLine
  origin: string
  cookies: Map<string, string>
}

interface Request_ {
  from: Sender
  over: boolean
  fail(): void
}

/** @param onLeaves bytes leave the server for somebody. */
export function createNetwork(
  machine: Machine,
  onLeaves: (to: Sender, bytes: Uint8Array) => void = () => {},
): Network {
  const pairs = new Map<SocketPair, { line: DeviceLine; owner: Owner; house: Listening | undefined }>()
  const requests = new Set<Request_>()
  /** Per line: what goes on when its hole closes. */
  const held = new Map<DeviceLine, (() => void)[]>()
  let opened = 0

  /** After the line's delay, or when the hole has closed. */
  function travel(line: DeviceLine, towards: () => Owner, arrive: () => void): void {
    machine.after(delay(machine, line), towards(), () => {
      if (line.mode !== 'hole') return arrive()
      held.set(line, [...(held.get(line) ?? []), () => travel(line, towards, arrive)])
    })
  }

  function toRequest(from: Sender, url: string, init: RequestInit): Request {
    const headers = new Headers(init.headers)
    headers.set('origin', from.origin)
    if (from.cookies.size > 0)
      headers.set('cookie', [...from.cookies].map(([k, v]) => `${k}=${v}`).join('; '))
    if (typeof init.body === 'string') headers.set('content-length', String(Buffer.byteLength(init.body)))
    return new Request(url, { ...init, headers, signal: null })
  }

  const network: Network = {
    listening: undefined,
    get opened() {
      return opened
    },
    line: () => ({ mode: 'up', latency: 40, lost: 0, twice: 0 }),
    fetch(from, url, init = {}) {
      return new Promise((resolve, reject) => {
        const { line, owner } = from
        const own: Request_ = {
          from,
          over: false,
          fail() {
            if (own.over) return
            own.over = true
            requests.delete(own)
            machine.after(delay(machine, line), owner, () => reject(new TypeError('fetch failed')))
          },
        }
        requests.add(own)
        init.signal?.addEventListener('abort', () => {
          own.over = true
          requests.delete(own)
          reject(new DOMException('aborted', 'AbortError'))
        })
        if (line.mode === 'cut') return own.fail()
        const asServer = (): Owner => network.listening?.owner ?? owner
        const answerFrom = (first: boolean): void => {
          const house = network.listening
          // Its bytes may be there already when the device has given up.
          if (!house) {
            own.fail()
            return
          }
          if (own.over && first && machine.current.dice.chance(0.5)) return
          machine.note(`${init.method ?? 'GET'} ${url}`)
          void house
            .fetch(toRequest(from, url, init))
            .then(async (response) => ({ response, body: await response.arrayBuffer() }))
            .then(({ response, body }) => {
              onLeaves(from, new Uint8Array(body))
              machine.tell(
                () =>
                  `${init.method ?? 'GET'} ${url} ${String(init.body ?? '')} of ${from.name}: ${response.status} ${Buffer.from(body).toString().slice(0, 600)}`,
              )
              if (!first || own.over) return
              if (machine.current.dice.chance(line.lost)) return own.fail()
              travel(
                line,
                () => owner,
                () => {
                  if (own.over) return
                  own.over = true
                  requests.delete(own)
                  machine.note(new Uint8Array(body))
                  take(from.cookies, response.headers.getSetCookie())
                  const { status, headers } = response
                  resolve(new Response(status === 204 ? null : body, { status, headers }))
                },
              )
            })
        }
        travel(line, asServer, () => answerFrom(true))
        if (machine.current.dice.chance(line.twice)) {
          const later = machine.current.dice.between(0, 2_000)
          machine.after(later, asServer(), () => travel(line, asServer, () => answerFrom(false)))
        }
      })
    },

    connect(from, url) {
      const { line, owner } = from
      const house = network.listening
      const pair = createSocketPair({
        machine,
        line,
        device: owner,
        server: () => house?.owner ?? owner,
        onGone: () => pairs.delete(pair),
      })
      pairs.set(pair, { line, owner, house })
      if (line.mode === 'cut' || !house) {
        pair.refuse()
        return pair.wire
      }
      travel(
        line,
        () => house.owner,
        () => {
          if (!pair.open || network.listening !== house) return pair.refuse()
          opened++
          const { pathname, search } = new URL(url)
          const headers: Record<string, string> = { origin: from.origin }
          if (from.cookies.size > 0)
            headers.cookie = [...from.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
          let end: ServerEnd | undefined
          const raw = Object.assign(new EventEmitter(), {
            cork: () => {},
            uncork: () => {},
            write: (part: Uint8Array) => end?.written(part),
            end: () => pair.refuse(),
            destroy: () => pair.refuse(),
            accepted() {
              end = pair.accept((bytes) => onLeaves(from, bytes))
              return end
            },
          })
          house.server.emit('upgrade', { url: pathname + search, headers, socket: raw }, raw, Buffer.alloc(0))
        },
      )
      return pair.wire
    },

    isConnected: (line) =>
      [...pairs].some(
        ([pair, at]) => at.line === line && pair.wire.readyState === 1 && at.house === network.listening,
      ),

    setMode(line, mode) {
      const before = line.mode
      line.mode = mode
      if (mode === 'cut') {
        for (const [pair, at] of pairs) if (at.line === line) pair.cut()
        for (const each of [...requests]) if (each.from.line === line) each.fail()
        held.delete(line)
      }
      if (before === 'hole' && mode === 'up') {
        for (const go of held.get(line) ?? []) go()
        held.delete(line)
        for (const [pair, at] of pairs) if (at.line === line) pair.flow()
      }
    },

    drop(owner) {
      for (const [pair, at] of pairs) if (at.owner === owner) pair.abandon()
      for (const each of [...requests]) if (each.from.owner === owner) each.over = requests.delete(each)
    },

    breakAll(silent) {
      network.listening = undefined
      if (silent) return
      for (const pair of [...pairs.keys()]) pair.cut()
      for (const each of [...requests]) each.fail()
    },
  }
  return network
}

function take(jar: Map<string, string>, cookies: readonly string[]): void {
  for (const cookie of cookies) {
    const [pair = '', ...attributes] = cookie.split(';')
    const [name = '', value = ''] = pair.split('=', 2)
    if (value === '' || attributes.some((each) => each.trim() === 'Max-Age=0')) jar.delete(name)
    else jar.set(name, value)
  }
}
