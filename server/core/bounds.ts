/**
 * How much one peer may have of the server. What both sides of the wire must know stands in shared/core/wire.ts
 * (`limits`); these concern the server alone. Each is far above what an honest device does, and whoever meets one is
 * slowed down where that is possible, told to come back later where it is not, and never punished beyond that.
 */
export interface Bounds {
  /** Open sockets of one member: one per browser, or one per document for stock clients. More are told 1013. */
  socketsPerMember: number
  /** Open sockets of guests from one address, which may be a whole conference's. */
  guestSocketsPerAddress: number
  /** Upgrades a minute of one member, and of all guests at one address. More are answered 429. */
  upgradesPerMember: number
  guestUpgradesPerAddress: number
  /** Messages a second that are taken from one socket, and how many more at once. The rest waits at its sender. */
  messagesPerSecond: number
  messagesAtOnce: number
  /** Messages of one socket that are taken before the others have their turn. */
  messagesPerTurn: number
  /** Messages of one socket that may wait here before it is read no more, and before it is closed with 1013. */
  messagesWaiting: number
  messagesWaitingMost: number
  /** Bytes of one socket that may wait to be stored before it is read no more. */
  bytesWaiting: number
  /** Rooms a second that one socket may open, and how many more at once. More are closed with 1013, room by room. */
  joinsPerSecond: number
  joinsAtOnce: number
  /** Rooms of one socket that are opened side by side. */
  joinsUnderWay: number
  /** Milliseconds between two pings; whoever has not answered one by the next is gone. */
  pingEvery: number
  /** Milliseconds in which somebody who has not signed in must have asked for something. */
  guestPatience: number
  /** Milliseconds in which a request's head, and all of it, must have arrived. */
  headersWithin: number
  requestWithin: number
  /** TCP connections of the process. */
  connections: number
  commandsPerMinute: number
  /** Milliseconds that a request may have to wait for those before it, by the pace at which requests are answered. */
  requestsWait: number
  /** Requests that are under way at once in any case, the same while the server is overloaded, and at most. */
  requestsUnderWay: number
  requestsWhenOverloaded: number
  requestsUnderWayMost: number
  /** Milliseconds of work in one turn of the event loop after which no more requests are begun in it, and the same then. */
  requestsTurn: number
  requestsTurnWhenOverloaded: number
}

export const bounds: Bounds = {
  socketsPerMember: 40,
  guestSocketsPerAddress: 1_000,
  upgradesPerMember: 240,
  guestUpgradesPerAddress: 2_000,
  messagesPerSecond: 4_000,
  messagesAtOnce: 8_000,
  messagesPerTurn: 128,
  messagesWaiting: 1_000,
  messagesWaitingMost: 20_000,
  bytesWaiting: 2 * 1_048_576,
  joinsPerSecond: 60,
  joinsAtOnce: 1_500,
  joinsUnderWay: 64,
  pingEvery: 30_000,
  guestPatience: 60_000,
  headersWithin: 15_000,
  requestWithin: 120_000,
  connections: 12_000,
  commandsPerMinute: 600,
  requestsWait: 500,
  requestsUnderWay: 64,
  requestsWhenOverloaded: 16,
  requestsUnderWayMost: 1_000,
  requestsTurn: 300,
  requestsTurnWhenOverloaded: 50,
}

/** So many a second, and a number more at once. */
export interface Bucket {
  /** @returns false: none is left. */
  take(): boolean
  /** Milliseconds until there is one. */
  wait(): number
}

export function createBucket(perSecond: number, atOnce: number, now: () => number): Bucket {
  let left = atOnce
  let filledAt = now()
  function fill(): void {
    const at = now()
    left = Math.min(atOnce, left + (Math.max(0, at - filledAt) * perSecond) / 1_000)
    filledAt = at
  }
  return {
    take() {
      if (left < 1) fill()
      if (left < 1) return false
      left--
      return true
    },
    wait() {
      fill()
      return left >= 1 ? 0 : Math.ceil(((1 - left) * 1_000) / perSecond)
    },
  }
}
