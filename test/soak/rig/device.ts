/**
 * A member's device that never rests: it writes into rooms over a real socket with several frames under way, sends
 * commands over HTTP, follows the feed, and enters into the promises whatever the server acknowledges. It outlives the
 * server: when it connects again it sends what was not acknowledged, as the app does.
 */
import WebSocket from 'ws'
import * as Y from 'yjs'
import { uuidv7 } from '#shared/core/ids.ts'
import { isTransient, type Refusal } from '#shared/core/result.ts'
import {
  type CommandEnvelope,
  type CommandResult,
  type CommandsResponse,
  closeCode,
  decodeCursor,
  decodeFrame,
  encodeFeed,
  encodeOnChannel,
  encodeOpen,
  type FeedPage,
} from '#shared/core/wire.ts'
import { planId } from '#shared/features/events.ts'
import type { Person } from './founding.ts'
import type { Promises, RoomPromises } from './promises.ts'
import type { Dice } from './random.ts'
import { createHttp, decodeRoomMessage, encodeSync, type Http, syncStep } from './wire.ts'

export interface DeviceOptions {
  url: string
  person: Person
  /** Makes its texts unique. */
  name: string
  promises: Promises
  dice: Dice
  /** Something was acknowledged. */
  onAcknowledged(): void
  /** The server asked for something to be sent again later. */
  onHeld?(refusal: Refusal): void
  /** The server did what it never should. */
  onWrong(what: string): void
}

export interface Device {
  readonly person: Person
  /** Where its feed stands. */
  readonly cursor: string
  /** `table id` → JSON, as the feed has told it. */
  readonly rows: ReadonlyMap<string, string>
  /** Connects, joins, and resolves when all its rooms are in step; then it writes until the server is gone. */
  connect(plan: Plan): Promise<void>
  /** Resolves once the server is gone and all that it had sent has been heard. */
  gone(): Promise<void>
  /** Forgets its documents, as somebody does who opens another browser. What waits to be sent stays. */
  forgetRooms(): void
  /** Stops writing, and resolves when everything was acknowledged. */
  finish(): Promise<void>
  close(): void
}

interface Plan {
  /** Rooms. */
  write: readonly string[]
  read: readonly string[]
  commands: CommandPlan
}

export interface CommandPlan {
  threads: readonly string[]
  sessions: readonly string[]
}

/** Frames of one room that are under way at once. */
const window = 5

/** Something done in a document, and what becomes of its token when that is acknowledged. */
interface Effect {
  frame: number | undefined
  token: string
  becomes: 'saved' | 'deleted'
}

/** A command that was not answered yet, and what it sets. */
interface Waiting {
  envelope: CommandEnvelope
  register: string
  value: string
}

interface Joined {
  name: string
  doc: Y.Doc
  writes: boolean
  effects: Effect[]
  promised: RoomPromises
  /** Of this connection. */
  sent: number
  acknowledged: number
  answered: boolean
  synced: boolean
  /** Own tokens that may still be deleted. */
  own: string[]
}

export function createDevice(options: DeviceOptions): Device {
  const { url, person, promises, dice } = options
  const rooms = new Map<string, Joined>()
  const byChannel = new Map<number, Joined>()
  const rows = new Map<string, string>()
  const outbox: Waiting[] = []
  const posts: { threadId: string; postId: string }[] = []
  let cursor = ''
  let socket: WebSocket | undefined
  let http: Http | undefined
  let over: Promise<unknown> = Promise.resolve()
  let writing = false
  let made = 0
  let inStep = (): void => {}

  function roomOf(name: string, writes: boolean): Joined {
    const known = rooms.get(name)
    if (known) return known
    const joined: Joined = {
      name,
      doc: new Y.Doc(),
      writes,
      effects: [],
      promised: promises.room(name),
      sent: 0,
      acknowledged: 0,
      answered: false,
      synced: false,
      own: [],
    }
    joined.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'server') return
      send(joined, encodeSync(syncStep.update, update))
    })
    rooms.set(name, joined)
    return joined
  }

  function send(room: Joined, body: Uint8Array): void {
    if (socket?.readyState !== WebSocket.OPEN) return
    const channel = [...byChannel].find(([, joined]) => joined === room)?.[0]
    if (channel === undefined) return
    socket.send(encodeOnChannel(channel, body))
    room.sent++
  }

  /** Types, or takes something back, as long as few enough frames are under way. */
  function write(room: Joined): void {
    while (writing && room.writes && room.synced && room.answered && room.sent - room.acknowledged < window) {
      if (socket?.readyState !== WebSocket.OPEN) return
      const text = room.doc.getText('body')
      if (room.own.length > 3 && dice() < 0.06) takeBack(room, text)
      else {
        const token = `[${options.name}.${made++}]`
        room.promised.tokens.set(token, 'sent')
        const effect: Effect = { frame: room.sent + 1, token, becomes: 'saved' }
        room.effects.push(effect)
        room.own.push(token)
        text.insert(dice() < 0.5 ? 0 : text.length, token)
      }
    }
  }

  function takeBack(room: Joined, text: Y.Text): void {
    const [token] = room.own.splice(dice.below(room.own.length), 1)
    const at = text.toString().indexOf(token!)
    // Its server lost it before it was acknowledged, and this device has forgotten it since.
    if (at < 0) return
    room.promised.tokens.set(token!, 'deleting')
    room.effects.push({ frame: room.sent + 1, token: token!, becomes: 'deleted' })
    text.delete(at, token!.length)
  }

  function acknowledge(room: Joined, count: number): void {
    room.acknowledged = Math.max(room.acknowledged, count)
    if (count > room.sent) options.onWrong(`${room.name}: ${count} frames acknowledged, ${room.sent} sent`)
    const open: Effect[] = []
    for (const effect of room.effects) {
      if (effect.frame === undefined || effect.frame > count) {
        open.push(effect)
        continue
      }
      const state = room.promised.tokens.get(effect.token)
      if (effect.becomes === 'deleted' || state === 'sent')
        room.promised.tokens.set(effect.token, effect.becomes)
      promises.count.edits++
      options.onAcknowledged()
    }
    room.effects = open
    write(room)
  }

  function receive(room: Joined, body: Uint8Array): void {
    const heard = decodeRoomMessage(body)
    if (heard.kind === 'ack') acknowledge(room, heard.count)
    else if (heard.kind === 'nack') {
      const refusal = JSON.parse(heard.refusal) as Refusal
      if (isTransient(refusal.code)) options.onHeld?.(refusal)
      else options.onWrong(`${room.name}: refused: ${heard.refusal}`)
    } else if (heard.kind === 'position') {
      room.promised.position = Math.max(room.promised.position, heard.sequence)
    } else if (heard.kind === 'sync') {
      if (heard.step === syncStep.one) {
        if (!room.writes) return
        send(room, encodeSync(syncStep.two, Y.encodeStateAsUpdate(room.doc, heard.bytes)))
        // It holds everything that is in the document.
        for (const effect of room.effects) effect.frame ??= room.sent
        room.answered = true
      } else {
        Y.applyUpdate(room.doc, heard.bytes, 'server')
        if (heard.step === syncStep.two) room.synced = true
      }
      inStep()
      write(room)
    }
  }

  function receiveFeed(text: string): void {
    const page = JSON.parse(text) as FeedPage
    for (const { table, id, data } of page.rows) rows.set(`${table} ${id}`, JSON.stringify(data))
    cursor = page.cursor
    reached(decodeCursor(cursor)?.at ?? {})
  }

  function reached(at: Record<string, number>): void {
    for (const [audience, sequence] of Object.entries(at)) {
      promises.feed.set(audience, Math.max(promises.feed.get(audience) ?? 0, sequence))
    }
  }

  function act(plan: CommandPlan): void {
    const number = made++
    const earlier = posts.length > 0 ? dice.pick(posts) : undefined
    const kind = dice()
    let name: string
    let input: object
    let register: string
    let value: string
    if (earlier && kind < 0.15) {
      value = `edited ${options.name}.${number}`
      ;[name, input] = ['discussions.edit_post', { ...earlier, body: value }]
      register = `post:${earlier.threadId}:${earlier.postId}`
    } else if (earlier && kind < 0.3) {
      register = `react:${earlier.threadId}:${earlier.postId}:${person.id}`
      value = dice() < 0.6 ? 'on' : 'off'
      ;[name, input] = ['discussions.react', { ...earlier, reaction: '👍', on: value === 'on' }]
    } else if (kind < 0.45) {
      const sessionId = dice.pick(plan.sessions)
      register = `plan:${planId(person.id, sessionId)}`
      value = dice() < 0.6 ? 'on' : 'off'
      ;[name, input] = ['events.save_session', { sessionId, on: value === 'on' }]
    } else {
      const post = { threadId: dice.pick(plan.threads), postId: uuidv7() }
      value = `written ${options.name}.${number}`
      ;[name, input] = ['discussions.post', { ...post, body: value, replyTo: null }]
      register = `post:${post.threadId}:${post.postId}`
      posts.push(post)
      if (posts.length > 12) posts.shift()
    }
    promises.issue(register, value)
    outbox.push({ envelope: { id: uuidv7(), name, input, at: Date.now() }, register, value })
  }

  function take({ envelope, register, value }: Waiting, result: CommandResult & { ok: true }): void {
    promises.keep(register, value)
    promises.taken.push({ memberId: person.id, cookie: person.cookie, envelope, result })
    for (const [room, sequence] of Object.entries(result.lands.rooms ?? {})) {
      promises.room(room).position = Math.max(promises.room(room).position, sequence)
    }
    reached(result.lands.feed ?? {})
    promises.count.commands++
    options.onAcknowledged()
  }

  /** One request after the other until the server is gone. Commands of one request wait for each other. */
  async function command(plan: CommandPlan): Promise<void> {
    const mine = http!
    let requests = 0
    while (http === mine) {
      // The server lets a member send 600 commands a minute.
      if (writing && requests < 90) while (outbox.length < 1 + dice.below(5)) act(plan)
      if (outbox.length === 0) return
      requests++
      const batch = outbox.slice(0, 6)
      let results: CommandsResponse['results']
      try {
        const commands = batch.map(({ envelope }) => envelope)
        const answer = await mine.post('/api/commands', { commands }, person.cookie)
        if (answer.status !== 200)
          return options.onWrong(`commands: ${answer.status} ${JSON.stringify(answer.body)}`)
        ;({ results } = answer.body as CommandsResponse)
      } catch {
        return
      }
      let held = false
      for (const [index, result] of results.entries()) {
        const entry = batch[index]!
        if (result.ok) take(entry, result)
        else if (isTransient(result.code) && result.code !== 'internal') {
          options.onHeld?.(result)
          held = true
          continue
        } else options.onWrong(`${entry.envelope.name}: ${JSON.stringify(result)}`)
        outbox.splice(outbox.indexOf(entry), 1)
      }
      if (held) await new Promise((resolve) => setTimeout(resolve, 200))
      await new Promise((resolve) => setTimeout(resolve, dice.below(12)))
    }
  }

  /** @returns the code with which it was closed before it was in step; `undefined`: it is. */
  async function connectOnce(plan: Plan): Promise<number | undefined> {
    http = createHttp(url)
    const mine = new WebSocket(`${url.replace('http', 'ws')}/sync`, {
      headers: { cookie: person.cookie, origin: url },
      perMessageDeflate: false,
    })
    socket = mine
    byChannel.clear()
    const closed = new Promise<number>((resolve) => {
      mine.on('close', (code) => resolve(code))
      mine.on('error', () => resolve(0))
    })
    mine.on('message', (data: Buffer) => {
      const frame = decodeFrame(data)
      if (frame.kind === 'feed') receiveFeed(frame.text)
      else if (frame.kind === 'close') options.onWrong(`a room was closed: ${frame.code} ${frame.reason}`)
      else if (frame.kind === 'room') {
        const room = byChannel.get(frame.channel)
        if (room) receive(room, frame.body)
      }
    })
    over = closed
    await Promise.race([new Promise((resolve) => mine.once('open', resolve)), closed])
    if (mine.readyState !== WebSocket.OPEN) return closed
    mine.send(encodeFeed(cursor))
    const joining = [
      ...plan.write.map((name) => roomOf(name, true)),
      ...plan.read.map((name) => roomOf(name, false)),
    ]
    const ready = new Promise<undefined>((resolve) => {
      inStep = () => {
        if (joining.every((room) => room.synced && (room.answered || !room.writes))) resolve(undefined)
      }
    })
    writing = true
    for (const [index, room] of joining.entries()) {
      Object.assign(room, { sent: 0, acknowledged: 0, answered: false, synced: false })
      for (const effect of room.effects) effect.frame = undefined
      byChannel.set(index + 1, room)
      mine.send(encodeOpen(index + 1, room.name))
      send(room, encodeSync(syncStep.one, Y.encodeStateVector(room.doc)))
    }
    const commanding = command(plan.commands)
    over = Promise.all([closed, commanding])
    return Promise.race([ready, closed])
  }

  return {
    person,
    get cursor() {
      return cursor
    },
    rows,
    async connect(plan) {
      // A server with too much to do lets nobody in for a while.
      while ((await connectOnce(plan)) === closeCode.overloaded) {
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    },
    async gone() {
      writing = false
      const former = http
      http = undefined
      await over
      former?.close()
      for (const room of rooms.values()) {
        for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(room.doc))) {
          if (client === room.doc.clientID) continue
          room.promised.seen.set(client, Math.max(room.promised.seen.get(client) ?? 0, clock))
        }
      }
    },
    forgetRooms() {
      for (const room of rooms.values()) room.doc.destroy()
      rooms.clear()
    },
    async finish() {
      writing = false
      const waiting = (): boolean =>
        outbox.length > 0 || [...byChannel.values()].some((room) => room.effects.length > 0)
      const until = performance.now() + 60_000
      while (waiting() && socket?.readyState === WebSocket.OPEN) {
        if (performance.now() > until) return options.onWrong(`${options.name} waits for an answer for ever`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    close() {
      http?.close()
      http = undefined
      socket?.terminate()
    },
  }
}
