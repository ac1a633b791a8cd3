/**
 * Races of revocation: people read and write while updates stream in, and in the midst of it their access ends: by a
 * command of theirs or of somebody else's, by a row that is withdrawn, or by the hour. Each update carries a word of
 * its own, so that whatever arrives tells when it was made. What may not arrive: anything at all later than a second
 * after the end, and anything that was made after the end was acknowledged. What may not be stored: anything that was
 * sent after that.
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { createMember } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member, Role } from '#shared/core/viewer.ts'
import {
  decodeFrame,
  encodeFeed,
  encodeOnChannel,
  encodeOpen,
  type FeedPage,
  message,
} from '#shared/core/wire.ts'
import { type TestCommunity, testOrigin } from '../../support/community.ts'
import type { Dice } from '../rig/random.ts'
import { createOwnTime } from './own-time.ts'
import { openPatient } from './world.ts'

export interface Races {
  races: number
  /** Canaries that arrived before the end, so that there was something to end. */
  words: number
  breaches: string[]
  /** Milliseconds from an end that was acknowledged to the room or socket being closed: of our own time, and by the wall. */
  evictions: { own: number; wall: number }[]
}

type Stream = 'circle' | 'board' | 'draft' | 'invites' | 'article'

interface Kind {
  role: Role | null
  /** What they lose. */
  streams: readonly Stream[]
  end(race: Race): Promise<unknown>
  /** By the hour: noticed by the next look at the clock. */
  byTime?: true
  /** All of this kind end at once. */
  together?: true
}

interface Victim {
  kind: keyof typeof kinds
  member: Member | null
  cookie: string | null
  sessionId: string | null
}

interface Race extends Victim {
  wave: Wave
}

interface Wave {
  community: TestCommunity
  base: string
  own: Member
  mod: Member
  ada: Member
  circle: string
  draft: string
  article: string
  articleAccess: 'public' | 'members'
  moment(): Moment
}

const act = async ({ community }: Wave, by: Member, name: string, input: object): Promise<void> => {
  const { clock, services } = community
  const result = await services.execute(by, { id: uuidv7(clock.now), name, input, at: clock.now })
  if (!result.ok) throw new Error(`${name}: ${result.message}`)
}

const hour = 3_600_000
/** What is for members in one way or another: whoever's session ended is a guest, and may read on what is public. */
const everything = ['circle', 'board', 'draft'] as const

const kinds = {
  'signs out': {
    role: 'author',
    streams: everything,
    end: ({ wave, cookie }: Race) =>
      fetch(`${wave.base}/api/session`, {
        method: 'DELETE',
        headers: { origin: testOrigin, cookie: cookie! },
      }),
  },
  'signs out everywhere': {
    role: 'author',
    streams: everything,
    end: ({ wave, member }: Race) => act(wave, member!, 'accounts.sign_out_everywhere', {}),
  },
  'is removed': {
    role: 'author',
    streams: everything,
    end: ({ wave, member }: Race) => act(wave, wave.own, 'circles.remove', { memberId: member!.id }),
  },
  'is no moderator any more': {
    role: 'moderator',
    streams: ['invites'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.own, 'accounts.set_role', { memberId: member!.id, role: 'member' }),
  },
  'is no author any more': {
    role: 'author',
    streams: ['draft'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.own, 'accounts.set_role', { memberId: member!.id, role: 'member' }),
  },
  'is expelled': {
    role: 'member',
    streams: ['circle', 'board'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.mod, 'circles.expel', { id: wave.circle, memberId: member!.id }),
  },
  'is no co-author any more': {
    role: 'author',
    streams: ['draft'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.ada, 'articles.share_draft', { id: wave.draft, memberId: member!.id, on: false }),
  },
  'sees their grant end': {
    role: 'member',
    streams: ['circle', 'board'],
    end: async () => {},
    byTime: true,
    together: true,
  },
  'sees their session end': {
    role: 'author',
    streams: everything,
    end: async () => {},
    byTime: true,
    together: true,
  },
  'is a guest': {
    role: null,
    streams: ['article'],
    end: async () => {},
    together: true,
  },
} satisfies Record<string, Kind>

const kindOf = (victim: Victim): Kind => kinds[victim.kind]

interface Moment {
  /** Of our own time (own-time.ts), by which promises are judged. */
  own: number
  wall: number
}

const never: Moment = { own: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY }

/** A race as it was run: what arrived when, and what was sent when. */
interface Run {
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
type Words = Map<string, { stream: Stream; made: Moment }>

const wordPattern = /race[0-9a-f]{16}/g
const second = 1_000

export async function race(count: number, dice: Dice, atOnce = 40): Promise<Races> {
  const races: Races = { races: 0, words: 0, breaches: [], evictions: [] }
  while (races.races < count) {
    const runs = await runWave(Math.min(atOnce, count - races.races), dice)
    races.races += runs.length
    for (const run of runs) {
      races.words += run.words
      races.breaches.push(...run.breaches.map((breach) => `one who ${run.victim.kind} ${breach}`))
      if (!run.closed) continue
      const since = (closed: number, ended: number): number => Math.max(0, closed - ended)
      races.evictions.push({
        own: since(run.closed.own, run.ended.own),
        wall: since(run.closed.wall, run.ended.wall),
      })
    }
  }
  return races
}

async function runWave(size: number, dice: Dice): Promise<Run[]> {
  const community = await openPatient()
  const server = createServer(getRequestListener(community.app.fetch))
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const words: Words = new Map()
  const running = { streams: true }
  const time = createOwnTime()
  try {
    const moment = (): Moment => ({ own: time.now(), wall: performance.now() })
    const wave = await foundWave(community, base, moment)
    const names = Object.keys(kinds) as (keyof typeof kinds)[]
    const victims: Victim[] = []
    for (let i = 0; i < size; i++) victims.push(await join(wave, names[i % names.length]!, i))
    const streams = startStreams(wave, words, running)
    const runs = await Promise.all(victims.map((victim) => watch(wave, victim, words)))

    // Together, by the hour and by the withdrawal of what guests read; the others each at a moment of their own.
    const together = pause(dice.below(second)).then(async () => {
      const ended = wave.moment()
      community.clock.advance(2 * hour)
      for (const run of runs) if (kindOf(run.victim).byTime) run.ended = ended
      wave.articleAccess = 'members'
      await publish(wave, 'x')
      for (const run of runs) if (run.victim.kind === 'is a guest') run.ended = wave.moment()
    })
    const alone = runs
      .filter((run) => !kindOf(run.victim).together)
      .map(async (run) => {
        await pause(dice.below(second))
        await kindOf(run.victim).end({ ...run.victim, wave })
        run.ended = wave.moment()
      })
    await Promise.all([together, ...alone])
    await pause(1.5 * second)
    running.streams = false
    await streams
    for (const run of runs) run.stop()
    await community.community.quiesce()
    for (const run of runs) await judgeWriting(wave, run)
    return runs
  } finally {
    running.streams = false
    time.stop()
    server.closeAllConnections()
    await community.close()
    server.close()
  }
}

async function foundWave(community: TestCommunity, base: string, moment: () => Moment): Promise<Wave> {
  const [own, mod, ada] = [
    await community.member({ role: 'owner' }),
    await community.member({ role: 'moderator' }),
    await community.member({ role: 'author' }),
  ]
  const [circle, draft, article] = [uuidv7(), uuidv7(), uuidv7()]
  const wave: Wave = {
    community,
    base,
    own,
    mod,
    ada,
    circle,
    draft,
    article,
    articleAccess: 'public',
    moment,
  }
  await act(wave, mod, 'circles.found', { id: circle, access: 'circle', text: '', file: null })
  await act(wave, mod, 'circles.admit', { id: circle, memberId: mod.id, until: null })
  for (const id of [draft, article])
    await act(wave, ada, 'articles.start_draft', { id, title: 'x', articleId: null })
  await publish(wave, 'x')
  return wave
}

function publish(wave: Wave, text: string): Promise<void> {
  const details = { title: 'x', tags: [], lang: 'en', access: wave.articleAccess }
  return act(wave, wave.ada, 'articles.publish', {
    draftId: wave.article,
    ...details,
    description: text,
    body: text,
  })
}

async function join(wave: Wave, kind: keyof typeof kinds, number: number): Promise<Victim> {
  const { services, clock } = wave.community
  const { role } = kinds[kind] as Kind
  if (role === null) return { kind, member: null, cookie: null, sessionId: null }
  const handle = `victim-${number}`
  const made = await createMember(services, { handle, name: handle, email: `${handle}@example.org`, role })
  if (!made.ok) throw new Error(made.error.message)
  const member = made.value
  const { token, id: sessionId } = await services.sessions.open(member.id, 'race')
  const until = kind === 'sees their grant end' ? clock.now + hour : null
  await act(wave, wave.mod, 'circles.admit', { id: wave.circle, memberId: member.id, until })
  if (role === 'author')
    await act(wave, wave.ada, 'articles.share_draft', { id: wave.draft, memberId: member.id, on: true })
  if (kind === 'sees their session end') {
    await services.database.kysely
      .updateTable('session')
      .set({ expires_at: clock.now + hour })
      .where('id', '=', sessionId)
      .execute()
  }
  return { kind, member, cookie: services.sessions.cookie(token).split(';')[0]!, sessionId }
}

/** Publishes new words everywhere until it is told to stop. */
async function startStreams(wave: Wave, words: Words, running: { streams: boolean }): Promise<void> {
  const { community } = wave
  const stream = async (
    name: Stream,
    every: number,
    make: (word: string) => Promise<unknown>,
  ): Promise<void> => {
    while (running.streams) {
      const word = `race${randomBytes(8).toString('hex')}`
      words.set(word, { stream: name, made: wave.moment() })
      await make(word)
      await pause(every)
    }
  }
  const type = (room: string, by: Member, word: string): Promise<void> =>
    community.community.edit(by, room, (doc) => doc.getText('body').insert(0, `${word} `))
  await Promise.all([
    stream('circle', 30, (text) => act(wave, wave.mod, 'circles.tell', { id: wave.circle, text })),
    stream('board', 20, (word) => type(`board/${wave.circle}`, wave.mod, word)),
    stream('draft', 20, (word) => type(`draft/${wave.draft}`, wave.ada, word)),
    stream('article', 60, (word) => publish(wave, word)),
    stream('invites', 60, (note) =>
      act(wave, wave.own, 'accounts.invite', { id: uuidv7(), role: 'member', note, uses: 1, days: 1 }),
    ),
  ])
}

const roomsOf: { readonly [S in Stream]: (wave: Wave) => string[] } = {
  circle: (wave) => [`hall/${wave.circle}`],
  board: (wave) => [`board/${wave.circle}`],
  draft: (wave) => [`draft/${wave.draft}`],
  article: (wave) => [`content/${wave.article}`],
  invites: () => [],
}

/** Connects somebody in every way, and resolves when something of each stream has reached them. */
async function watch(wave: Wave, victim: Victim, words: Words): Promise<Run> {
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

async function judgeWriting(wave: Wave, run: Run): Promise<void> {
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

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
