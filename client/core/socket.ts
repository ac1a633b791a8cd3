/**
 * One WebSocket for everything live: the feed on its control channel, and one channel for each open room. Rooms speak
 * through the unmodified y-websocket provider, which believes that it has a socket of its own: `polyfill` makes the
 * class that it takes for `WebSocket`. The provider reconnects when nothing was heard for 30 seconds, so quiet rooms are
 * fed an empty awareness message every ten while the shared socket lives; whether that one lives is asked by asking
 * for the feed again when the server has been silent.
 */
import {
  closeCode,
  decodeFrame,
  encodeClose,
  encodeFeed,
  encodeOnChannel,
  encodeOpen,
  message,
  type SocketFrame,
} from '#shared/core/wire.ts'
import { backoff, type Surroundings, type Wire } from './surroundings.ts'

/** Tells a room's link what passes through its socket. */
export interface ChannelHooks {
  onOpen(): void
  /** @param count sync frames sent on this connection, this one included @param kind 0 step 1, 1 step 2, 2 update */
  onFrame(count: number, kind: number): void
  /** The device never writes here: what the provider would send of its document is dropped. */
  readOnly: boolean
}

export interface SocketOptions {
  around: Surroundings
  /** Says who we believe to be. */
  memberId: string | null
  onOpen(): void
  /** Closed, and being tried again. @param failures attempts in a row that did not come through */
  onClosed(failures: number): void
  /** The server said not to come back (a 44xx close code). */
  onEnded(code: number, reason: string): void
  onFeed(text: string): void
  /** Nothing was heard for a while: something must be asked that the server answers. */
  onSilence(): void
}

export interface SharedSocket {
  start(): void
  stop(): void
  /** Try now (the network is said to be back), or find out now whether the socket still lives. */
  nudge(): void
  /** Closes the socket and opens another. */
  restart(): void
  readonly open: boolean
  askFeed(cursor: string): void
  /** @param name of the room, as each connection is to ask for it */
  polyfill(name: () => string, hooks: ChannelHooks): typeof WebSocket
}

const beat = 10_000
const silence = 30_000
const answerWithin = 8_000
const nothingHappened = new Uint8Array([message.awareness, 1, 0])

interface RoomSocket {
  readyState: number
  channel: number
  /** It may be opened (again) by now. */
  readonly isDue: boolean
  admit(channel: number): void
  receive(body: Uint8Array): void
  closed(code: number, reason: string): void
}

export function createSocket(options: SocketOptions): SharedSocket {
  const { around } = options
  const rooms = new Set<RoomSocket>()
  const byChannel = new Map<number, RoomSocket>()
  let wire: Wire | undefined
  let open = false
  let started = false
  let failures = 0
  let channels = 0
  let heardAt = 0
  let probing: Wire | undefined
  /** Signs of life so far. */
  let heard = 0
  let cancelRetry = (): void => {}
  let cancelBeat = (): void => {}

  function connect(): void {
    cancelRetry()
    if (!started || wire) return
    const who = options.memberId === null ? '' : `?member=${encodeURIComponent(options.memberId)}`
    const mine = around.connect(`${around.origin.replace(/^http/, 'ws')}/sync${who}`)
    wire = mine
    mine.binaryType = 'arraybuffer'
    heardAt = around.now()
    probe()
    mine.onopen = () => {
      if (wire !== mine) return
      open = true
      channels = 0
      heardAt = around.now()
      heard++
      for (const room of rooms) admit(room)
      options.onOpen()
    }
    mine.onmessage = (event) => {
      if (wire !== mine) return
      heardAt = around.now()
      heard++
      failures = 0
      receive(new Uint8Array(event.data as ArrayBuffer))
    }
    mine.onerror = () => {}
    mine.onclose = (event) => lost(mine, event.code, event.reason)
    tick()
  }

  function tick(): void {
    cancelBeat()
    cancelBeat = around.after(beat, () => {
      // A clock that was put back must not make the silence endless.
      if (open && Math.abs(around.now() - heardAt) >= silence) probe()
      for (const room of byChannel.values()) room.receive(nothingHappened)
      tick()
    })
  }

  /** Asks something that the server answers, and gives the socket up when it does not. */
  function probe(): void {
    const asked = wire
    if (!asked || probing === asked) return
    probing = asked
    const since = heard
    around.after(answerWithin, () => {
      if (probing === asked) probing = undefined
      if (wire === asked && heard === since) drop()
    })
    if (open) options.onSilence()
  }

  /** It is open and does not live, or speaks nonsense. */
  function drop(): void {
    const dead = wire
    if (!dead) return
    lost(dead, 1006, 'dropped')
    dead.close()
  }

  function lost(which: Wire, code: number, reason: string): void {
    if (wire !== which) return
    wire = undefined
    open = false
    cancelBeat()
    const former = [...byChannel.values()]
    byChannel.clear()
    // Whatever the reason, rooms wait for the next shared socket: only their own channel's close code ends them.
    for (const room of former) {
      rooms.delete(room)
      room.closed(1006, 'the shared socket closed')
    }
    if (code >= 4400 && code < 4500) {
      started = false
      options.onEnded(code, reason)
      return
    }
    if (!started) return
    failures++
    cancelRetry = around.after(pause(code, reason, failures), connect)
    options.onClosed(failures)
  }

  /** All devices lose a server at the same moment, and must not come back at the same moment. */
  function pause(code: number, reason: string, attempt: number): number {
    const told = code === closeCode.overloaded ? Number(reason) * 1_000 : 0
    if (told > 0) return told * (1 + around.random())
    return backoff(attempt, around.random(), code === closeCode.overloaded ? 10_000 : 2_000, 60_000)
  }

  function receive(bytes: Uint8Array): void {
    let frame: SocketFrame
    try {
      frame = decodeFrame(bytes)
    } catch {
      drop()
      return
    }
    if (frame.kind === 'room') byChannel.get(frame.channel)?.receive(frame.body)
    else if (frame.kind === 'feed') options.onFeed(frame.text)
    else if (frame.kind === 'close') {
      const room = byChannel.get(frame.channel)
      byChannel.delete(frame.channel)
      if (!room) return
      rooms.delete(room)
      room.closed(frame.code, frame.reason)
    }
  }

  function admit(room: RoomSocket): void {
    if (!open || room.readyState !== 0 || !room.isDue) return
    const channel = ++channels
    byChannel.set(channel, room)
    room.admit(channel)
  }

  function transmit(bytes: Uint8Array): void {
    if (open) wire!.send(bytes as Uint8Array<ArrayBuffer>)
  }

  function polyfill(name: () => string, hooks: ChannelHooks): typeof WebSocket {
    // The provider would come back at once, with every other that was turned away.
    let refusals = 0
    let notBefore = 0
    class ChannelSocket implements RoomSocket {
      static readonly CONNECTING = 0
      static readonly OPEN = 1
      static readonly CLOSING = 2
      static readonly CLOSED = 3
      readonly CONNECTING = 0
      readonly OPEN = 1
      readonly CLOSING = 2
      readonly CLOSED = 3
      binaryType = 'arraybuffer'
      readyState = 0
      channel = 0
      sent = 0
      get isDue(): boolean {
        return around.now() >= notBefore
      }
      /** The provider is being told of somebody's presence. */
      hearing = false
      onopen: (() => void) | null = null
      onmessage: ((event: { data: Uint8Array }) => void) | null = null
      onclose: ((event: { code: number; reason: string }) => void) | null = null
      onerror: (() => void) | null = null

      constructor() {
        rooms.add(this)
        const wait = notBefore - around.now()
        if (wait > 0) around.after(wait, () => admit(this))
        // The provider sets its handlers after it has made the socket.
        else queueMicrotask(() => admit(this))
      }

      admit(channel: number): void {
        this.channel = channel
        this.readyState = 1
        transmit(encodeOpen(channel, name()))
        hooks.onOpen()
        this.onopen?.()
      }

      receive(body: Uint8Array): void {
        this.hearing = body[0] === message.awareness
        if (body[0] === message.sync) refusals = 0
        try {
          this.onmessage?.({ data: body })
        } finally {
          this.hearing = false
        }
      }

      send(data: Uint8Array): void {
        if (this.readyState !== 1) return
        const sync = data[0] === message.sync
        // Both numbers are below 128, so each is one byte.
        const kind = data[1]!
        if (sync && kind !== 0 && hooks.readOnly) return
        // The provider sends back whatever presence it hears.
        if (this.hearing && data[0] === message.awareness) return
        transmit(encodeOnChannel(this.channel, data))
        if (sync) hooks.onFrame(++this.sent, kind)
      }

      close(code = 1000, reason = ''): void {
        if (this.readyState === 1) transmit(encodeClose(this.channel, code, reason))
        this.readyState = 3
        rooms.delete(this)
        byChannel.delete(this.channel)
      }

      closed(code: number, reason: string): void {
        this.readyState = 3
        if (code === closeCode.overloaded || code === closeCode.failed)
          notBefore = around.now() + pause(code, reason, ++refusals)
        this.onclose?.({ code, reason })
      }
    }
    return ChannelSocket as unknown as typeof WebSocket
  }

  return {
    start() {
      if (started) return
      started = true
      failures = 0
      connect()
    },
    stop() {
      started = false
      cancelRetry()
      const last = wire
      if (last) {
        lost(last, 1000, '')
        last.close(1000)
      }
    },
    nudge() {
      if (!started) return
      if (!wire) connect()
      else probe()
    },
    restart: drop,
    get open() {
      return open
    },
    askFeed: (cursor) => transmit(encodeFeed(cursor)),
    polyfill,
  }
}
