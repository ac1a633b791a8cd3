/** Somebody in the midst of it: connected in every way, reading and writing, until it is judged what reached whom. */
import { randomBytes } from 'node:crypto'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import * as Y from 'yjs'
import {
  decodeFrame,
  encodeFeed,
  encodeOnChannel,
  encodeOpen,
  type FeedPage,
  message,
} from '#shared/core/wire.ts'
import { testOrigin } from '../../support/community.ts'
import { kindOf, type Moment, type Stream, type Victim, type Wave } from './ends.ts'

const never: Moment = { own: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY }

/** A race as it was run: what arrived when, and what was sent when. */
export interface Run {
  victim: Victim
  ended: Moment
  closed: Moment | undefined
  words: number
  breaches: string[]
  /** What they wrote, and when it left. */
  sent: Map<string, Moment>
  stop(): void
}

/** Words that stream, when each was made, and in which stream. */
export type Words = Map<string, { stream: Stream; made: Moment }>

const wordPattern = /race[0-9a-f]{16}/g
const second = 1_000

const roomsOf: { readonly [S in Stream]: (wave: Wave) => string[] } = {
  circle: (wave) => [`hall/${wave.circle}`],
  board: (wave) => [`board/${wave.circle}`],
  draft: (wave) => [`draft/${wave.draft}`],
  article: (wave) => [`content/${wave.article}`],
  invites: () => [],
}

/** Connects somebody in every way, and resolves when something of each stream has reached them. */
export async function watch(wave: Wave, victim: Victim, words: Words): Promise<Run> {
  const { streams, byTime } = kindOf(victim)
  const headers: Record<string, string> = {
    origin: testOrigin,
    ...(victim.cookie ? { cookie: victim.cookie } : {}),
  }
  const rooms = streams.flatMap((stream) => roomsOf[stream](wave))
  const reached = new Set<Stream>()
  let ready = (): void => {}
  let going = true
  const run: Run = {
    victim,
    ended: never,
    closed: undefined,
    words: 0,
    breaches: [],
    sent: new Map(),
    stop: () => {},
  }

  function read(bytes: string, asked?: Moment): void {
    const now = wave.moment()
    for (const [word] of bytes.matchAll(wordPattern)) {
      const made = words.get(word)
      if (!made || !streams.includes(made.stream)) continue
      run.words++
      reached.add(made.stream)
      const { ended, breaches } = run
      const after = (moment: Moment): string => `${Math.round(moment.wall - ended.wall)} ms later`
      if (now.own > ended.own + second) breaches.push(`received ${made.stream} ${after(now)}`)
      else if (!byTime && made.made.wall > ended.wall)
        breaches.push(`received ${made.stream} that was made ${after(made.made)}`)
      else if (asked !== undefined && asked.wall > ended.wall)
        breaches.push(`was answered with ${made.stream} when they asked ${after(asked)}`)
    }
    if (streams.every((stream) => reached.has(stream))) ready()
  }

  const socket = new WebSocket(`${wave.base.replace('http', 'ws')}/sync`, { headers })
  const open = new Map(rooms.map((room, i) => [i + 1, room]))
  const close = (): void => {
    if (going) run.closed ??= wave.moment()
  }
  socket.on('error', () => {})
  socket.on('close', close)
  socket.on('message', (data: Buffer) => {
    read(data.toString('latin1'))
    const frame = decodeFrame(data)
    if (frame.kind !== 'close') return
    open.delete(frame.channel)
    if (open.size === 0) close()
  })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(encodeFeed(''))
  for (const [channel, room] of open) {
    socket.send(encodeOpen(channel, room))
    socket.send(encodeOnChannel(channel, sync(0, Y.encodeStateVector(new Y.Doc()))))
  }

  const stocks = rooms.slice(0, 1).map((room) => {
    const stock = new WebSocket(`${wave.base.replace('http', 'ws')}/sync/${room}`, { headers })
    stock.on('error', () => {})
    stock.on('message', (data: Buffer) => read(data.toString('latin1')))
    return stock
  })

  void (async () => {
    let cursor = ''
    while (going) {
      const asked = wave.moment()
      const response = await fetch(`${wave.base}/api/feed?cursor=${encodeURIComponent(cursor)}`, {
        headers,
      }).catch(() => undefined)
      const text = (await response?.text().catch(() => undefined)) ?? '{}'
      read(text, asked)
      cursor = (JSON.parse(text) as Partial<FeedPage>).cursor ?? ''
      await pause(100)
    }
  })()

  // Whoever may write does, and goes on doing so.
  const desk = [...open].find(([, room]) => /^(board|draft)\//.test(room))
  const doc = new Y.Doc()
  void (async () => {
    while (going && desk) {
      const word = `wrote${randomBytes(8).toString('hex')}`
      const before = Y.encodeStateVector(doc)
      doc.getText('body').insert(0, word)
      run.sent.set(word, wave.moment())
      if (socket.readyState === socket.OPEN)
        socket.send(encodeOnChannel(desk[0], sync(2, Y.encodeStateAsUpdate(doc, before))))
      await pause(25)
    }
  })()

  run.stop = () => {
    if (rooms.length > 0 && !(run.closed && run.closed.own - run.ended.own < second))
      run.breaches.push(run.closed ? 'was in the room for too long' : 'was left in the room')
    going = false
    socket.terminate()
    for (const stock of stocks) stock.terminate()
  }
  await new Promise<void>((resolve) => {
    ready = resolve
    read('')
  })
  return run
}

export async function judgeWriting(wave: Wave, run: Run): Promise<void> {
  if (run.sent.size === 0) return
  const { byTime } = kindOf(run.victim)
  const rooms = [`board/${wave.circle}`, `draft/${wave.draft}`]
  const docs = await Promise.all(rooms.map((room) => wave.community.services.docOf(room)))
  const stored = docs.map((doc) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('latin1')).join(' ')
  let kept = 0
  for (const [word, sent] of run.sent) {
    if (!stored.includes(word)) continue
    kept++
    const isLate = byTime ? sent.own > run.ended.own + second : sent.wall > run.ended.wall
    if (isLate) run.breaches.push(`wrote ${Math.round(sent.wall - run.ended.wall)} ms later`)
  }
  if (kept === 0) run.breaches.push('could not write before')
}

function sync(step: 0 | 2, body: Uint8Array): Uint8Array {
  const to = encoding.createEncoder()
  for (const number of [message.sync, step]) encoding.writeVarUint(to, number)
  encoding.writeVarUint8Array(to, body)
  return encoding.toUint8Array(to)
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
