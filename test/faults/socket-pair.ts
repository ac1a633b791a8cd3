/**
 * A WebSocket in two ends: the device's is what browsers offer, the server's what `ws` offers, and between them bytes
 * arrive in order, each with the delay of the line. What is under way when the line is cut arrives up to some point and
 * not beyond; either end learns of the cut in its own time, the server's perhaps half a minute late.
 */
import { EventEmitter } from 'node:events'
import type { Wire } from '#client/core/surroundings.ts'
import type { Machine, Owner } from './machine.ts'

export interface Line {
  /** `hole`: nothing arrives, and nobody is told. */
  mode: 'up' | 'cut' | 'hole'
  /** Most milliseconds that a message is under way. */
  latency: number
}

export interface SocketPair {
  readonly wire: Wire
  readonly open: boolean
  /** The server took the upgrade. @param onLeaves what it sends */
  accept(onLeaves: (bytes: Uint8Array) => void): ServerEnd
  /** The server did not. */
  refuse(): void
  /** The line is cut, or the server is gone. */
  cut(): void
  /** The device's end is gone with its tab; what it sent still arrives. */
  abandon(): void
  /** The hole has closed. */
  flow(): void
}

interface Message {
  bytes: number
  deliver(): void
}

/** One direction: what is sent arrives in order. */
class Stream {
  private readonly machine: Machine
  private readonly line: Line
  private readonly towards: () => Owner
  private under: Message[] = []
  private arrivesFrom = 0
  private stopped = false
  paused = false

  constructor(machine: Machine, line: Line, towards: () => Owner) {
    this.machine = machine
    this.line = line
    this.towards = towards
  }

  get waiting(): number {
    return this.under.reduce((sum, message) => sum + message.bytes, 0)
  }

  send(bytes: number, deliver: () => void): void {
    if (this.stopped) return
    this.under.push({ bytes, deliver })
    const { machine, line } = this
    const at = Math.max(this.arrivesFrom, machine.now + delay(machine, line))
    this.arrivesFrom = at
    machine.after(at - machine.now, this.towards(), () => this.arrive())
  }

  private arrive(): void {
    if (this.line.mode === 'hole' || this.paused) return
    const message = this.under.shift()
    message?.deliver()
  }

  flow(): void {
    for (const _ of this.under)
      this.machine.after(delay(this.machine, this.line), this.towards(), () => this.arrive())
  }

  /** @param keep how many of those under way still arrive. */
  stop(keep: number): void {
    this.stopped = true
    this.under.splice(keep)
  }
}

export function delay(machine: Machine, line: Line): number {
  const { dice } = machine.current
  return dice.between(0.2, 1) * line.latency
}

export class ServerEnd extends EventEmitter {
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  readyState = 1
  binaryType = 'nodebuffer'
  private part: Uint8Array = new Uint8Array(0)
  private readonly pair: {
    toDevice: Stream
    toServer: Stream
    onLeaves(bytes: Uint8Array): void
    closeDevice(code: number, reason: string): void
  }

  constructor(pair: ServerEnd['pair']) {
    super()
    this.setMaxListeners(0)
    this.pair = pair
  }

  get bufferedAmount(): number {
    return this.pair.toDevice.waiting
  }

  send(data: Uint8Array, _options?: unknown, done?: (error?: Error) => void): void {
    if (this.readyState !== this.OPEN) return
    const copy = new Uint8Array(data)
    this.pair.onLeaves(copy)
    this.pair.toDevice.send(copy.byteLength, () => this.emit('to-device', copy))
    done?.()
  }

  /** What the server writes to the stream under it: frames as they are on the wire, in any parts. */
  written(part: Uint8Array): void {
    this.part = this.part.byteLength === 0 ? part : Buffer.concat([this.part, part])
    for (;;) {
      const frame = frameIn(this.part)
      if (!frame) return
      this.part = this.part.subarray(frame.end)
      this.send(frame.message)
    }
  }

  ping(): void {
    if (this.readyState !== this.OPEN) return
    this.pair.toDevice.send(2, () => this.pair.toServer.send(2, () => this.emit('pong', Buffer.alloc(0))))
  }

  pause(): void {
    this.pair.toServer.paused = true
  }

  resume(): void {
    if (!this.pair.toServer.paused) return
    this.pair.toServer.paused = false
    this.pair.toServer.flow()
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState !== this.OPEN) return
    this.readyState = this.CLOSING
    this.pair.closeDevice(code, String(reason))
  }

  terminate(): void {
    if (this.readyState === this.CLOSED) return
    this.pair.closeDevice(1006, '')
    this.ended(1006)
  }

  ended(code: number): void {
    if (this.readyState === this.CLOSED) return
    this.readyState = this.CLOSED
    this.emit('close', code, Buffer.alloc(0))
  }
}

export function createSocketPair(options: {
  machine: Machine
  line: Line
  device: Owner
  server(): Owner
  onGone(): void
}): SocketPair {
  const { machine, line, device } = options
  const toDevice = new Stream(machine, line, () => device)
  const toServer = new Stream(machine, line, options.server)
  let server: ServerEnd | undefined
  let isCut = false

  const wire: Wire = {
    binaryType: 'arraybuffer',
    readyState: 0,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send(data) {
      if (wire.readyState !== 1) return
      const copy = Buffer.from(new Uint8Array(data))
      machine.note(copy.byteLength)
      machine.tell(() => `-> ${readable(copy)}`)
      toServer.send(copy.byteLength, () => {
        if (server && server.readyState < 2) server.emit('message', copy, true)
      })
    },
    close(code = 1000) {
      if (wire.readyState > 1) return
      wire.readyState = 2
      if (isCut) return closed(1006, '')
      toServer.send(4, () => {
        server?.ended(code)
        toDevice.send(4, () => closed(code, ''))
      })
    },
  }

  function closed(code: number, reason: string): void {
    if (wire.readyState === 3) return
    wire.readyState = 3
    options.onGone()
    wire.onclose?.({ code, reason } as CloseEvent)
  }

  return {
    wire,
    get open() {
      return wire.readyState < 2
    },
    accept(onLeaves) {
      server = new ServerEnd({
        onLeaves,
        toDevice,
        toServer,
        closeDevice: (code, reason) =>
          toDevice.send(4, () => {
            closed(code, reason)
            toServer.send(4, () => server?.ended(code))
          }),
      })
      server.on('to-device', (bytes: Uint8Array<ArrayBuffer>) => {
        if (wire.readyState !== 1) return
        machine.note(bytes)
        machine.tell(() => `<- ${readable(bytes)}`)
        wire.onmessage?.({ data: bytes.buffer } as MessageEvent)
      })
      toDevice.send(4, () => {
        if (wire.readyState !== 0) return
        wire.readyState = 1
        wire.onopen?.({} as Event)
      })
      return server
    },
    refuse: () => toDevice.send(4, () => closed(1006, '')),
    cut() {
      if (isCut) return
      isCut = true
      const { dice } = machine.current
      toDevice.stop(dice.chance(0.5) ? 0 : dice.below(4))
      toServer.stop(dice.chance(0.5) ? 0 : dice.below(4))
      machine.after(delay(machine, line), device, () => closed(1006, ''))
      const late = dice.chance(0.3) ? dice.between(1_000, 40_000) : delay(machine, line)
      machine.after(late, options.server(), () => server?.ended(1006))
    },
    abandon() {
      wire.readyState = 3
      options.onGone()
      toServer.send(4, () => server?.ended(1001))
    },
    flow() {
      toDevice.flow()
      toServer.flow()
    },
  }
}

/** The first whole frame: binary, not masked. */
function frameIn(bytes: Uint8Array): { message: Uint8Array; end: number } | undefined {
  if (bytes.byteLength < 2) return undefined
  if (bytes[0] !== 0x82) throw new Error(`no frame of a server begins with ${bytes[0]}`)
  const { buffer, byteOffset, byteLength } = bytes
  const short = bytes[1]!
  const start = short < 126 ? 2 : short === 126 ? 4 : 10
  if (byteLength < start) return undefined
  const header = new DataView(buffer, byteOffset, start)
  const length = short < 126 ? short : short === 126 ? header.getUint16(2) : Number(header.getBigUint64(2))
  const end = start + length
  return end > byteLength ? undefined : { message: bytes.subarray(start, end), end }
}

function readable(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 160)).toString())
}
