/** Every room, by everybody, in both forms of the socket: opened, read, written to, and swapped for another. */
import * as decoding from 'lib0/decoding'
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
import type { Findings } from './findings.ts'
import { mayKnow, mayReceive, mayWrite, type RoomFact } from './oracle.ts'
import type { Actor, World } from './planter.ts'

const patience = 5_000

/** A sync message of y-websocket. */
function sync(step: 0 | 1 | 2, body: Uint8Array): Uint8Array {
  const to = encoding.createEncoder()
  for (const number of [message.sync, step]) encoding.writeVarUint(to, number)
  encoding.writeVarUint8Array(to, body)
  return encoding.toUint8Array(to)
}

const ask = sync(0, Y.encodeStateVector(new Y.Doc()))
const queryPresence = new Uint8Array([message.queryAwareness])

/** Is this the answer to `ask`? */
function isAnswer(body: Uint8Array): boolean {
  const from = decoding.createDecoder(body)
  return decoding.readVarUint(from) === message.sync && decoding.readVarUint(from) === 1
}

function forgery(kind: RoomFact['kind'], words: string): Uint8Array {
  const doc = new Y.Doc()
  if (kind === 'me') doc.getMap('articles').set(words, 1)
  else if (kind === 'thread') doc.getMap('posts').set(words, words)
  else doc.getText('body').insert(0, words)
  return sync(2, Y.encodeStateAsUpdate(doc))
}

const headersOf = (actor: Actor): Record<string, string> => ({
  origin: testOrigin,
  ...(actor.cookie === null ? {} : { cookie: actor.cookie }),
})

interface Open {
  socket: WebSocket
  frames: Buffer[]
  /** Resolves when `done` says so of the frames, or the socket is closed. */
  until(done: (frames: readonly Buffer[]) => boolean): Promise<'done' | 'closed' | 'late'>
}

async function connect(base: string, path: string, actor: Actor, headers = headersOf(actor)): Promise<Open> {
  const socket = new WebSocket(`${base.replace('http', 'ws')}${path}`, { headers })
  const frames: Buffer[] = []
  let wake = (): void => {}
  let closed = false
  socket.on('message', (data: Buffer) => {
    frames.push(data)
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    wake()
  })
  await new Promise<void>((resolve) => {
    socket.once('open', resolve)
    socket.once('close', () => resolve())
  })
  return {
    socket,
    frames,
    async until(done) {
      const late = Date.now() + patience
      for (;;) {
        if (done(frames)) return 'done'
        if (closed) return 'closed'
        if (Date.now() > late) return 'late'
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 200)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
  }
}

export async function probeSockets(world: World, base: string, findings: Findings): Promise<void> {
  for (const actor of world.actors) {
    await probeShared(world, base, actor, findings)
    for (const [room, fact] of world.rooms) await probeStock(base, actor, room, fact, findings)
    await probeDoors(world, base, actor, findings)
  }
  await probeForgeries(world, findings)
}

/** One socket for all rooms and the feed. Each is also asked for where another was opened before. */
async function probeShared(world: World, base: string, actor: Actor, findings: Findings): Promise<void> {
  const open = await connect(base, '/sync', actor)
  const { socket, frames } = open
  const channels = new Map<number, { room: string; fact: RoomFact; opens: boolean }>()
  let channel = 0
  const take = (room: string, fact: RoomFact, opens: boolean): void => {
    channel++
    channels.set(channel, { room, fact, opens })
    socket.send(encodeOpen(channel, room))
    for (const body of [ask, queryPresence, forgery(fact.kind, `forged by ${actor.name} in ${room}`)])
      socket.send(encodeOnChannel(channel, body))
  }
  const open_ = [...world.rooms].find(([, { fact }]) => fact.of === 'article' && fact.state === 'public')!
  for (const [room, fact] of world.rooms) {
    const opens = mayKnow(actor.standing, fact.fact)
    take(room, fact, opens)
    take(`${room}~1`, fact, opens)
    take(`${room}~987654`, fact, false)
    // On a channel that is somebody's already: the room is the one that was let in, or the one that is asked for now.
    channel++
    channels.set(channel, { room, fact, opens })
    socket.send(encodeOpen(channel, open_[0]))
    socket.send(encodeOpen(channel, room))
    socket.send(encodeOnChannel(channel, ask))
  }
  for (const room of [
    'me/../me',
    'draft/%2e%2e',
    'constructor/x',
    'notes/',
    'thread//2',
    `draft/${'x'.repeat(300)}`,
  ])
    take(room, { kind: 'draft', fact: { of: 'nobody' } }, false)
  socket.send(encodeFeed(''))

  const answered = (): Set<number> => {
    const numbers = new Set<number>()
    for (const bytes of frames) {
      const frame = decodeFrame(bytes)
      if (frame.kind === 'close') numbers.add(frame.channel)
      if (frame.kind === 'room' && isAnswer(frame.body)) numbers.add(frame.channel)
    }
    return numbers
  }
  const ended = await open.until(() => answered().size === channels.size)
  findings.expect(ended === 'done', actor, '/sync', `not every room was answered (${ended})`)
  const isCaughtUp = (): boolean =>
    frames.some((bytes) => {
      const frame = decodeFrame(bytes)
      return frame.kind === 'feed' && !(JSON.parse(frame.text) as FeedPage).more
    })
  await open.until(isCaughtUp)
  socket.terminate()

  for (const bytes of frames) {
    const frame = decodeFrame(bytes)
    if (frame.kind === 'feed') {
      findings.read(actor, 'the feed on a socket', frame.text)
      for (const { table, id, data } of (JSON.parse(frame.text) as FeedPage).rows)
        findings.expect(
          data !== null && mayReceive(actor.standing, table, id, data),
          actor,
          'the feed on a socket',
          `received ${table}/${id}`,
        )
    }
    if (frame.kind !== 'room') continue
    const { room, opens } = channels.get(frame.channel)!
    findings.read(actor, `${room} on the shared socket`, frame.body)
    // Before a channel was taken over, the other room may have answered.
    findings.expect(
      opens || !isAnswer(frame.body) || isEmpty(frame.body) || isOf(open_[0], frame.channel, channels),
      actor,
      room,
      'the room was opened',
    )
  }
}

function isEmpty(body: Uint8Array): boolean {
  return body.byteLength <= 5
}

/** Was this room open on the channel before? Only the channels that were taken over. */
function isOf(_room: string, channel: number, channels: ReadonlyMap<number, unknown>): boolean {
  return channel % 4 === 0 && channels.has(channel)
}

async function probeStock(
  base: string,
  actor: Actor,
  room: string,
  fact: RoomFact,
  findings: Findings,
): Promise<void> {
  const probe = `/sync/${room}`
  const { socket, frames, until } = await connect(base, probe, actor)
  if (socket.readyState === socket.OPEN) {
    socket.send(ask)
    socket.send(queryPresence)
    socket.send(forgery(fact.kind, `forged by ${actor.name} in ${room}`))
  }
  const ended = await until((all) => all.some((body) => isAnswer(body)))
  socket.terminate()
  for (const body of frames) findings.read(actor, probe, body)
  const opens = mayKnow(actor.standing, fact.fact)
  findings.expect(ended === (opens ? 'done' : 'closed'), actor, probe, `the room was ${ended}`)
}

/** Names, tickets and Origins of others. */
async function probeDoors(world: World, base: string, actor: Actor, findings: Findings): Promise<void> {
  const shut = async (path: string, headers: Record<string, string>): Promise<void> => {
    const { socket, frames, until } = await connect(base, path, actor, headers)
    if (socket.readyState === socket.OPEN) socket.send(path === '/sync' ? encodeFeed('') : ask)
    const ended = await until(() => false)
    for (const body of frames) findings.read(actor, path, body)
    findings.expect(ended === 'closed', actor, path, `the socket stayed open (${JSON.stringify(headers)})`)
    socket.terminate()
  }
  const headers = headersOf(actor)
  for (const other of world.actors)
    if (other.member && other.member.id !== actor.standing.id)
      await shut(`/sync?member=${other.member.id}`, headers)
  await shut('/sync', { ...headers, origin: 'https://evil.example' })
  await shut('/sync?ticket=undefined', headers)
  const room = [...world.rooms].find(([, { kind }]) => kind === 'draft')![0]
  for (const path of [`/sync/../${room}`, `/sync/${encodeURIComponent(`x/../${room}`)}`, `/sync//${room}`])
    await shut(path, headers)
}

/** Words that somebody wrote where they may not write. */
async function probeForgeries(world: World, findings: Findings): Promise<void> {
  await world.community.community.quiesce()
  const owner = world.actor('own')
  for (const [room, fact] of world.rooms) {
    const doc = await world.community.services.docOf(room)
    const words = Buffer.from(Y.encodeStateAsUpdate(doc)).toString('utf8')
    for (const actor of world.actors) {
      const wrote = words.includes(`forged by ${actor.name} in ${room}`)
      if (mayWrite(actor.standing, fact)) {
        findings.expect(wrote, actor, room, 'what they may write did not arrive')
      } else findings.expect(!wrote, actor, room, 'wrote where they may not')
    }
  }
  findings.read(owner, 'nothing', '')
}
