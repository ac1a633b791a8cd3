/**
 * Presence: whose editors are open on a room, and where their carets are. Clients say it in the stock awareness
 * protocol, and could say anything; what the others hear is the server's word:
 *
 * - `user` is who the session stands for, whatever the client wrote there; the colour follows from the id.
 * - A Yjs client speaks through one seat. What is said of somebody else's client is passed over: liars do that, and so
 *   do honest stock providers, which send back whatever they hear.
 * - Clocks towards the others are the server's own, one sequence for all rooms that never runs behind the time of day,
 *   so that neither a client's clock of 2^52 nor a restart of the server silences anybody.
 * - A room is told at most ten times a second, less often when it is crowded: the newest state counts, and nobody is
 *   turned away for typing fast. Who has not been heard of for a while is gone.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { limits, message } from '#shared/core/wire.ts'

export interface Person {
  id: string
  name: string
}

/** A seat, as the others' presence reaches it. */
export interface Attendant {
  send(body: Uint8Array): void
}

export interface PresenceOptions {
  now(): number
  /** @returns a function that cancels. */
  after(milliseconds: number, work: () => void): () => void
  /** To whom a client belongs by what it has written in the room. */
  ownerOf(room: string, client: number): string | undefined
}

export interface Presence {
  /** Comes into a room, and hears who is there. */
  enter(room: string, seat: Attendant): void
  /** Leaves, with all clients that it spoke for. */
  leave(room: string, seat: Attendant): void
  /** Says again who is there. */
  tell(room: string, seat: Attendant): void
  /** Takes an awareness update of a seat's clients. @throws when it is none, or larger than any honest one */
  hear(room: string, seat: Attendant, person: Person, update: Uint8Array): void
  /** The seat may no longer be seen. */
  hide(room: string, seat: Attendant): void
  /** Clients that are shown to others. */
  readonly count: number
  /** Rooms in which somebody sits. */
  readonly rooms: number
}

interface Company {
  seats: Set<Attendant>
  clients: Map<number, Shown>
  /** Clients of which the others have not heard the newest. */
  news: Set<number>
  toldAt: number
  cancel: (() => void) | undefined
}

interface Shown {
  /** `undefined`: it has left; kept for a while, so that an echo of it is known for one. */
  seat: Attendant | undefined
  memberId: string
  /** JSON. */
  state: string
  /** The clocks under which others have heard of it; 0: they have not. */
  first: number
  last: number
  /** As they have heard it. */
  bytes: Uint8Array
  heardAt: number
}

/** States in one message: stock providers send each message back, so it must pass where it came from. */
const statesPerMessage = 32
const updateBytes = 64 * 1024
/** Milliseconds between two messages to a room, and what each client in it adds to that. */
const tellEvery = 100
const tellPerClient = 2
const tellAtLeastEvery = 1_000
/** Clients say that they are there every 15 seconds, and forget others after 30. */
const silentFor = 35_000
const nothing = new Uint8Array(0)
const colours = ['#0a6a5b', '#26589a', '#8a3b12', '#7b3080', '#5b6212', '#a02a4a', '#4a4a9e', '#1f6b2d']

export function createPresence(options: PresenceOptions): Presence {
  const rooms = new Map<string, Company>()
  let clock = 0

  function companyOf(room: string): Company {
    const known = rooms.get(room)
    if (known) return known
    const company: Company = {
      seats: new Set(),
      clients: new Map(),
      news: new Set(),
      toldAt: Number.NEGATIVE_INFINITY,
      cancel: undefined,
    }
    rooms.set(room, company)
    return company
  }

  function note(room: string, company: Company, client: number): void {
    company.news.add(client)
    if (company.cancel) return
    const pause = Math.min(tellAtLeastEvery, tellEvery + company.clients.size * tellPerClient)
    const wait = Math.min(pause, Math.max(0, company.toldAt + pause - options.now()))
    company.cancel = options.after(wait, () => tellNews(room, company))
  }

  function tellNews(room: string, company: Company): void {
    company.cancel = undefined
    company.toldAt = options.now()
    const news: Shown[] = []
    for (const client of company.news) {
      const shown = company.clients.get(client)
      if (!shown) continue
      clock = Math.max(clock + 1, options.now())
      if (shown.first === 0) shown.first = clock
      shown.last = clock
      shown.bytes = encodeState(client, shown)
      news.push(shown)
    }
    company.news.clear()
    const speakers = new Set(news.map(({ seat }) => seat))
    const forAll = messagesOf(news)
    for (const seat of company.seats) {
      const bodies = speakers.has(seat) ? messagesOf(news.filter((shown) => shown.seat !== seat)) : forAll
      for (const body of bodies) seat.send(body)
    }
    forgetSilent(room, company)
  }

  /** What was not renewed is gone; what has gone long ago is forgotten. */
  function forgetSilent(room: string, company: Company): void {
    const since = options.now() - silentFor
    for (const [client, shown] of company.clients) {
      if (shown.heardAt > since) continue
      if (shown.seat) release(room, company, client, shown)
      else if (!company.news.has(client)) company.clients.delete(client)
    }
    if (company.seats.size === 0 && company.news.size === 0) rooms.delete(room)
  }

  function release(room: string, company: Company, client: number, shown: Shown): void {
    shown.seat = undefined
    shown.state = 'null'
    shown.heardAt = options.now()
    // Nobody has heard of it yet.
    if (shown.first === 0) {
      company.clients.delete(client)
      company.news.delete(client)
    } else note(room, company, client)
  }

  function hide(room: string, seat: Attendant): void {
    const company = rooms.get(room)
    for (const [client, shown] of company?.clients ?? [])
      if (shown.seat === seat) release(room, company!, client, shown)
  }

  /** May this seat speak for this client? */
  function isTheirs(
    room: string,
    shown: Shown | undefined,
    seat: Attendant,
    who: Person,
    said: Said,
  ): boolean {
    const owner = options.ownerOf(room, said.client)
    if (owner !== undefined && owner !== who.id) return false
    if (!shown || shown.seat === seat) return true
    const isEcho = said.clock >= shown.first && said.clock <= shown.last
    // A device that comes back finds its former seat still taken by a connection that is dead and does not know it.
    return !isEcho && (shown.seat === undefined || shown.memberId === who.id)
  }

  function take(room: string, company: Company, seat: Attendant, who: Person, said: Said): void {
    const shown = company.clients.get(said.client)
    if (said.state === 'null') {
      if (shown?.seat === seat) release(room, company, said.client, shown)
      return
    }
    if (!isTheirs(room, shown, seat, who, said)) return
    const isNew = shown?.seat !== seat
    if (isNew && countOf(company, seat) >= limits.clientsPerSeat) return
    const state = withIdentity(said.state, who)
    if (state === undefined) return
    company.clients.set(said.client, {
      seat,
      memberId: who.id,
      state,
      first: shown?.first ?? 0,
      last: shown?.last ?? 0,
      bytes: shown?.bytes ?? nothing,
      heardAt: options.now(),
    })
    note(room, company, said.client)
  }

  return {
    enter(room, seat) {
      companyOf(room).seats.add(seat)
      this.tell(room, seat)
    },
    leave(room, seat) {
      const company = rooms.get(room)
      if (!company?.seats.delete(seat)) return
      hide(room, seat)
      if (company.seats.size > 0) return
      company.cancel?.()
      rooms.delete(room)
    },
    tell(room, seat) {
      const company = rooms.get(room)
      if (!company) return
      // The rest is about to be told to everybody.
      const since = options.now() - silentFor
      const there = [...company.clients.values()].filter(
        (shown) => shown.seat && shown.seat !== seat && shown.first > 0 && shown.heardAt > since,
      )
      for (const body of messagesOf(there)) seat.send(body)
    },
    hear(room, seat, person, update) {
      const said = readAwareness(update)
      const company = rooms.get(room)
      if (!company?.seats.has(seat)) return
      for (const one of said) take(room, company, seat, person, one)
    },
    hide,
    get rooms() {
      return rooms.size
    },
    get count() {
      let sum = 0
      for (const { clients } of rooms.values()) for (const { seat } of clients.values()) if (seat) sum++
      return sum
    },
  }
}

function countOf(company: Company, seat: Attendant): number {
  let count = 0
  for (const shown of company.clients.values()) if (shown.seat === seat) count++
  return count
}

interface Said {
  client: number
  /** The client's own. */
  clock: number
  /** JSON; `null` = gone. */
  state: string
}

function readAwareness(update: Uint8Array): Said[] {
  if (update.byteLength > updateBytes) throw new Error('too much presence at once')
  const from = decoding.createDecoder(update)
  const count = decoding.readVarUint(from)
  const said: Said[] = []
  for (let i = 0; i < count; i++) {
    said.push({
      client: decoding.readVarUint(from),
      clock: decoding.readVarUint(from),
      state: decoding.readVarString(from),
    })
  }
  return said
}

/** @returns undefined for what is too large or no object. @throws on what is not JSON: it would throw on every device. */
function withIdentity(state: string, person: Person): string | undefined {
  if (state.length > 2 * limits.awareness) return undefined
  const parsed: unknown = JSON.parse(state, (key, value) => (key === '__proto__' ? undefined : value))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
  const { user: _, ...said } = parsed as Record<string, unknown>
  const user = { id: person.id, name: harmless(person.name), color: colourOf(person.id) }
  const text = JSON.stringify({ ...said, user })
  return Buffer.byteLength(text) <= limits.awareness ? text : undefined
}

/** A name as any editor may draw it: no markup, no control characters, nothing that turns the writing around. */
function harmless(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069<>]/gu, '')
    .slice(0, 60)
}

function colourOf(id: string): string {
  let sum = 0
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) % 65_521
  return colours[sum % colours.length]!
}

function encodeState(client: number, { last, state }: Shown): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, client)
  encoding.writeVarUint(to, last)
  encoding.writeVarString(to, state)
  return encoding.toUint8Array(to)
}

function messagesOf(shown: readonly Shown[]): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let start = 0; start < shown.length; start += statesPerMessage) {
    const some = shown.slice(start, start + statesPerMessage)
    const inner = encoding.createEncoder()
    encoding.writeVarUint(inner, some.length)
    for (const { bytes } of some) encoding.writeUint8Array(inner, bytes)
    messages.push(awarenessMessage(encoding.toUint8Array(inner)))
  }
  return messages
}

function awarenessMessage(update: Uint8Array): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, message.awareness)
  encoding.writeVarUint8Array(to, update)
  return encoding.toUint8Array(to)
}

/** An awareness message about nobody: keeps stock providers, which reconnect after 30 s of silence, content. */
export const quietMessage: Uint8Array = awarenessMessage(new Uint8Array([0]))
