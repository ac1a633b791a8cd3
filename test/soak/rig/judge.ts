/**
 * Holds a restarted server against what the one before it promised. It asks as clients do (documents over a socket, the
 * feed and repeated commands over HTTP), and looks into the tables where asking would take too long.
 */
import { isDeepStrictEqual } from 'node:util'
import Sqlite from 'better-sqlite3'
import WebSocket from 'ws'
import * as Y from 'yjs'
import {
  type CommandsResponse,
  closeCode,
  decodeCursor,
  decodeFrame,
  encodeOnChannel,
  encodeOpen,
  type FeedPage,
} from '#shared/core/wire.ts'
import { type Post, pageOf, postsOf, threadRoom } from '#shared/features/discussions.ts'
import type { Person } from './founding.ts'
import { mayBe, type Promises, type Register, type Taken } from './promises.ts'
import { createHttp, decodeRoomMessage, encodeSync, type Http, syncStep } from './wire.ts'

export interface JudgeOptions {
  url: string
  databasePath: string
  /** May read everything that is asked for. */
  person: Person
  promises: Promises
}

export interface Question {
  rooms: Iterable<string>
  threads: Iterable<string>
  /** Whose feeds are read from the start and compared with what their devices hold. */
  devices: Iterable<{ person: Person; cursor: string; rows: ReadonlyMap<string, string> }>
  /** How many commands are sent again, the newest first. */
  repeats: number
}

/** @returns what is missing or wrong; empty when every promise was kept. */
export async function judge(options: JudgeOptions, question: Question): Promise<string[]> {
  const http = createHttp(options.url)
  const wrong: string[] = []
  try {
    const threads = await judgeTables(options, question, wrong)
    const names = [...new Set([...question.rooms, ...threads])]
    const documents = await readRooms(options.url, options.person, names)
    for (const [name, read] of documents) judgeRoom(options.promises, name, read, wrong)
    judgePosts(options.promises, documents, question, wrong)
    for (const device of question.devices) await judgeFeed(http, device, wrong)
    await judgeRepeats(http, options.promises, question.repeats, wrong)
    for (const { doc } of documents.values()) doc.destroy()
  } finally {
    http.close()
  }
  return wrong
}

interface Read {
  doc: Y.Doc
  sequence: number
}

/** Reads rooms as a client that has nothing, and comes back when it is told to. @throws when one is refused */
export async function readRooms(
  url: string,
  person: Person,
  names: readonly string[],
): Promise<Map<string, Read>> {
  for (let times = 0; ; times++) {
    try {
      return await readRoomsOnce(url, person, names)
    } catch (error) {
      if (times === 100 || !String(error).includes(String(closeCode.overloaded))) throw error
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
}

function readRoomsOnce(url: string, person: Person, names: readonly string[]): Promise<Map<string, Read>> {
  const documents = new Map<string, Read>()
  if (names.length === 0) return Promise.resolve(documents)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync`, {
    headers: { cookie: person.cookie, origin: url },
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    let waiting = names.length
    const filled = new Map<number, Y.Doc>()
    socket.on('open', () => {
      for (const [index, name] of names.entries()) {
        socket.send(encodeOpen(index + 1, name))
        socket.send(encodeOnChannel(index + 1, encodeSync(syncStep.one, Y.encodeStateVector(new Y.Doc()))))
      }
    })
    socket.on('message', (data: Buffer) => {
      const frame = decodeFrame(data)
      if (frame.kind === 'close') {
        reject(new Error(`${names[frame.channel - 1]} was closed: ${frame.code} ${frame.reason}`))
      }
      if (frame.kind !== 'room') return
      const heard = decodeRoomMessage(frame.body)
      if (heard.kind === 'sync' && heard.step === syncStep.two) {
        const doc = new Y.Doc()
        Y.applyUpdate(doc, heard.bytes)
        filled.set(frame.channel, doc)
      } else if (heard.kind === 'position' && filled.has(frame.channel)) {
        const name = names[frame.channel - 1]!
        if (documents.has(name)) return
        documents.set(name, { doc: filled.get(frame.channel)!, sequence: heard.sequence })
        if (--waiting === 0) resolve(documents)
      }
    })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`the judge's socket was closed: ${code}`)))
  }).finally(() => socket.terminate()) as Promise<Map<string, Read>>
}

/** @returns the rooms of all pages of the threads in question. */
async function judgeTables(
  { databasePath, promises }: JudgeOptions,
  question: Question,
  wrong: string[],
): Promise<string[]> {
  const database = new Sqlite(databasePath, { readonly: true, timeout: 10_000 })
  try {
    const sound = database.pragma('integrity_check', { simple: true })
    if (sound !== 'ok') wrong.push(`integrity_check: ${String(sound)}`)
    const find = database.prepare('select seq from feed_audience where audience = ?').pluck()
    for (const [audience, sequence] of promises.feed) {
      const now = (find.get(audience) as number | undefined) ?? 0
      if (now < sequence)
        wrong.push(`feed of ${audience}: a cursor stands at ${sequence}, the server at ${now}`)
    }
    const plan = database.prepare("select data from feed where tbl = 'plans' and row_id = ?").pluck()
    for (const [name, register] of promises.registers) {
      if (!name.startsWith('plan:')) continue
      const data = plan.get(name.slice(5)) as string | null | undefined
      judgeSwitch(name, register, data !== null && data !== undefined, wrong)
    }
    const count = database.prepare('select max(number) from discussions_post where thread_id = ?').pluck()
    return [...question.threads].flatMap((id) => {
      const last = (count.get(id) as number | null) ?? 1
      return Array.from({ length: pageOf(last) }, (_, page) => threadRoom(id, page + 1))
    })
  } finally {
    database.close()
  }
}

function judgeRoom(promises: Promises, name: string, { doc, sequence }: Read, wrong: string[]): void {
  const promised = promises.rooms.get(name)
  if (!promised) return
  const text = doc.getText('body').toString()
  const present = new Map<string, number>()
  for (const [token] of text.matchAll(/\[[^[\]]*\]/g)) present.set(token, (present.get(token) ?? 0) + 1)
  for (const [token, state] of promised.tokens) {
    const times = present.get(token) ?? 0
    if (state === 'saved' && times === 0) wrong.push(`${name}: ${token} was acknowledged and is gone`)
    if (state === 'deleted' && times > 0) wrong.push(`${name}: ${token} was taken back and is there`)
    if (times > 1) wrong.push(`${name}: ${token} is there ${times} times`)
  }
  const known = [...present.keys()].filter((token) => !promised.tokens.has(token))
  if (known.length > 0 || text.replace(/\[[^[\]]*\]/g, '') !== '')
    wrong.push(`${name} holds what nobody wrote`)
  const vector = Y.decodeStateVector(Y.encodeStateVector(doc))
  for (const [client, clock] of promised.seen) {
    const has = vector.get(client) ?? 0
    if (has < clock) wrong.push(`${name}: a peer was sent ${client} up to ${clock}, the server has ${has}`)
  }
  if (sequence < promised.position) {
    wrong.push(`${name}: somebody was told of position ${promised.position}, the server is at ${sequence}`)
  }
}

function judgePosts(
  promises: Promises,
  documents: ReadonlyMap<string, Read>,
  question: Question,
  wrong: string[],
): void {
  const asked = new Map([...question.threads].map((id) => [id, new Map<string, Post>()]))
  for (const [name, { doc }] of documents) {
    const posts = asked.get(name.split('/')[1]!)
    if (posts) for (const post of postsOf(doc)) posts.set(post.id, post)
  }
  for (const [threadId, posts] of asked) {
    const numbers = [...posts.values()].map((post) => post.number).sort((a, b) => a - b)
    if (numbers.some((number, index) => number !== index + 1))
      wrong.push(`thread ${threadId} has the numbers ${numbers}`)
  }
  for (const [name, register] of promises.registers) {
    const [kind, threadId, postId, memberId] = name.split(':')
    if (kind === 'plan' || !asked.has(threadId!)) continue
    const post = asked.get(threadId!)!.get(postId!)
    if (kind === 'post') {
      if (!mayBe(register, post?.body))
        wrong.push(`${name} is ${post?.body ?? 'missing'}, was ${register.saved}`)
    } else judgeSwitch(name, register, post?.reactions['👍']?.includes(memberId!) ?? false, wrong)
  }
}

/** What is off may be so because it was never touched. */
function judgeSwitch(name: string, register: Register, on: boolean, wrong: string[]): void {
  if (mayBe(register, on ? 'on' : 'off') || (!on && register.saved === undefined)) return
  wrong.push(`${name} is ${on ? 'on' : 'off'}, was ${register.saved}`)
}

/** A device that goes on from its cursor must end up with the rows of one that starts anew. */
async function judgeFeed(
  http: Http,
  device: { person: Person; cursor: string; rows: ReadonlyMap<string, string> },
  wrong: string[],
): Promise<void> {
  const { person } = device
  const going = new Map(device.rows)
  let cursor = device.cursor
  let differs: string | undefined
  // Rows are derived from documents meanwhile: asked until nothing came between the two answers.
  for (let times = 0; times < 20; times++) {
    cursor = await follow(http, person, cursor, going)
    const anew = new Map<string, string>()
    const reached = await follow(http, person, '', anew)
    differs = differenceOf(going, anew)
    if (differs === undefined) return
    if (isDeepStrictEqual(decodeCursor(reached)?.at, decodeCursor(cursor)?.at)) break
  }
  wrong.push(`the feed of ${person.id} went on from its cursor to something else: ${differs}`)
}

function differenceOf(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): string | undefined {
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [here, there] = [one.get(key) ?? 'null', other.get(key) ?? 'null']
    if (here !== there) return `${key}: ${here}, not ${there}`
  }
  return undefined
}

/** @returns the cursor up to which `rows` now are. */
async function follow(http: Http, person: Person, from: string, rows: Map<string, string>): Promise<string> {
  let cursor = from
  for (;;) {
    const answer = await http.get(`/api/feed?cursor=${encodeURIComponent(cursor)}`, person.cookie)
    if (answer.status !== 200) throw new Error(`the feed answered ${answer.status}`)
    const page = answer.body as FeedPage
    for (const { table, id, data } of page.rows) rows.set(`${table} ${id}`, JSON.stringify(data))
    cursor = page.cursor
    if (!page.more) return cursor
  }
}

/** The same command again is answered with the same result, and does nothing. */
async function judgeRepeats(http: Http, promises: Promises, repeats: number, wrong: string[]): Promise<void> {
  const byMember = new Map<string, Taken[]>()
  for (const taken of promises.taken.slice(-repeats)) {
    byMember.set(taken.memberId, [...(byMember.get(taken.memberId) ?? []), taken])
  }
  for (const taken of byMember.values()) {
    for (let from = 0; from < taken.length; from += 50) {
      const some = taken.slice(from, from + 50)
      const commands = some.map(({ envelope }) => envelope)
      const answer = await http.post('/api/commands', { commands }, some[0]!.cookie)
      const { results } = answer.body as CommandsResponse
      for (const [index, result] of results.entries()) {
        if (isDeepStrictEqual(result, some[index]!.result)) continue
        wrong.push(
          `${some[index]!.envelope.name} was answered ${JSON.stringify(some[index]!.result)}, then ${JSON.stringify(result)}`,
        )
      }
    }
  }
}
