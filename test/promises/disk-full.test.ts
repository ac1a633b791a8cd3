/** A disk that is full to the last byte, beneath a real server: nothing false is said, reading goes on, and it comes back. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { openSqlite } from '#server/core/db.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { type CommandResult, decodeFrame, encodeFeed, type FeedPage } from '#shared/core/wire.ts'
import { notesRoom } from '#shared/features/notes.ts'
import { createDevice, type Device } from '../soak/rig/device.ts'
import { type Founded, found, foundersPassword, type Person } from '../soak/rig/founding.ts'
import { judge } from '../soak/rig/judge.ts'
import { createPromises } from '../soak/rig/promises.ts'
import { createDice } from '../soak/rig/random.ts'
import { createServer, type SoakServer } from '../soak/rig/server.ts'
import { createSmallDisk, type SmallDisk } from '../soak/rig/small-disk.ts'
import { createHttp, type Http } from '../soak/rig/wire.ts'
import { NoAccess, openCommunity } from '../support/community.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20))
}

interface Small {
  disk: SmallDisk
  founded: Founded
  server: SoakServer
  http: Http
  inside: string
}

/** A community on eight megabytes. @returns why there is none. */
async function openSmall(): Promise<Small | string> {
  const disk = await createSmallDisk(8 * 1_048_576)
  if (typeof disk === 'string') return disk
  closing.push(disk.close)
  const inside = disk.reach(disk.path)
  const founded = await found(inside, { members: 5, sessions: 4, threads: 2 })
  const server = await createServer(disk.path, { LOG_LEVEL: 'info' }, { prefix: disk.prefix })
  closing.push(() => server.kill())
  await server.start()
  const http = createHttp(server.url)
  closing.push(http.close)
  return { disk, founded, server, http, inside }
}

async function post(
  http: Http,
  { cookie }: Person,
  threadId: string,
  body = 'words',
): Promise<CommandResult> {
  const input = { threadId, postId: uuidv7(), body, replyTo: null }
  const commands = [{ id: uuidv7(), name: 'discussions.post', input, at: Date.now() }]
  const answer = await http.post('/api/commands', { commands }, cookie)
  return (answer.body as { results: CommandResult[] }).results[0]!
}

/** What the feed has said of the server, page by page. */
function listen(server: SoakServer, { cookie }: Person): { said: boolean[] } {
  const said: boolean[] = []
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/sync`, {
    headers: { cookie, origin: server.url },
  })
  closing.push(() => socket.terminate())
  socket.on('open', () => socket.send(encodeFeed('')))
  socket.on('error', () => {})
  socket.on('message', (data: Buffer) => {
    const frame = decodeFrame(data)
    if (frame.kind === 'feed') said.push((JSON.parse(frame.text) as FeedPage).readOnly === true)
  })
  return { said }
}

const fullReason = { ok: false, code: 'unavailable', reason: 'core.read_only' }

test('on a full disk nothing is acknowledged that is not kept, all is read, and writing returns with the room', async (context) => {
  const small = await openSmall()
  if (typeof small === 'string') return context.skip(small)
  const { disk, founded, server, http, inside } = small
  const [ada, bob, ...others] = founded.members as [Person, Person, ...Person[]]
  const [threadId] = founded.threads as [string]
  const rooms = founded.sessions.map(notesRoom)
  const promises = createPromises()
  const wrong: string[] = []
  const reasons = new Set<string | undefined>()
  const devices: Device[] = others.map((person, index) =>
    createDevice({
      url: server.url,
      person,
      name: `d${index}`,
      promises,
      dice: createDice(index),
      onAcknowledged: () => {},
      onHeld: ({ code, reason }) => void reasons.add(reason ?? code),
      onWrong: (what) => void wrong.push(what),
    }),
  )
  const plan = { write: rooms, read: [], commands: founded }
  for (const device of devices) await device.connect(plan)
  const heard = listen(server, bob)
  await until(() => promises.count.edits > 200 && heard.said.length > 0)
  const { pid } = server

  disk.fill()
  // A little is left for sessions, as the ballast leaves it.
  await until(() => {
    disk.fill(96 * 1024)
    return heard.said.at(-1) === true
  })
  await until(() => !existsSync(join(inside, 'ballast')))
  disk.fill(96 * 1024)
  expect(await post(http, ada, threadId)).toMatchObject(fullReason)
  for (const path of ['/', '/api/feed', '/api/session', '/events', '/read', '/readyz', '/healthz']) {
    expect([path, (await http.get(path, ada.cookie)).status]).toEqual([path, 200])
  }
  const signIn = { email: 'soaker-0@example.org', password: foundersPassword }
  expect((await http.post('/api/session', signIn)).status).toBe(200)
  await until(() => reasons.has('core.read_only'))
  const [edits, commands] = [promises.count.edits, promises.count.commands]
  expect(await post(http, ada, threadId)).toMatchObject(fullReason)
  await new Promise((resolve) => setTimeout(resolve, 500))
  // Nothing was acknowledged since, and what was said is why; a command's lane waits with it.
  expect([promises.count.edits - edits, promises.count.commands - commands]).toEqual([0, 0])
  expect([...reasons].filter((reason) => reason !== 'core.read_only' && reason !== 'waiting')).toEqual([])
  expect(wrong).toEqual([])

  disk.free()
  await until(async () => (await post(http, ada, threadId)).ok)
  await until(() => heard.said.at(-1) === false)
  expect(server.pid).toBe(pid)
  for (const device of devices) {
    device.close()
    await device.gone()
    await device.connect(plan)
  }
  await Promise.all(devices.map((device) => device.finish()))
  expect(promises.count.edits).toBeGreaterThan(edits)
  expect([...promises.rooms.values()].flatMap(({ tokens }) => [...tokens.values()])).not.toContain('sent')
  for (const device of devices) device.close()
  await server.kill()
  for (const device of devices) await device.gone()
  await server.start()
  const databasePath = join(inside, 'lyceum.sqlite')
  const question = { rooms, threads: founded.threads, devices, repeats: 200 }
  expect([
    ...wrong,
    ...(await judge({ url: server.url, databasePath, person: ada, promises }, question)),
  ]).toEqual([])
}, 60_000)

test('a server that is started on a full disk serves readers, and writers once there is room', async (context) => {
  const small = await openSmall()
  if (typeof small === 'string') return context.skip(small)
  const { disk, founded, server, http, inside } = small
  const [ada] = founded.members as [Person]
  const [threadId] = founded.threads as [string]
  // The whole of it: one that is half written down gives too little room back.
  await until(() => (statSync(join(inside, 'ballast'), { throwIfNoEntry: false })?.size ?? 0) > 100_000)
  await server.kill()
  disk.fill()
  await server.start()
  expect((await http.get('/api/feed', ada.cookie)).status).toBe(200)
  await until(() => {
    disk.fill()
    return server.output().includes('the disk is full')
  })
  expect(await post(http, ada, threadId)).toMatchObject(fullReason)
  disk.free()
  await until(async () => (await post(http, ada, threadId)).ok)
}, 60_000)

test('whatever keeps SQLite from growing, commands come back with the reason and edits are not acknowledged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-full-'))
  closing.push(() => rmSync(folder, { recursive: true }))
  const database = openSqlite(join(folder, 'lyceum.sqlite'))
  const community = await openCommunity({ database })
  closing.push(() => community.close())
  const ada = await community.member({ handle: 'ada', role: 'author' })
  const draft = uuidv7()
  await community.send(ada, 'articles.start_draft', { id: draft, title: 'Mine', articleId: null })
  const room = `draft/${draft}`
  await community.write(ada, room, (doc) => doc.getText('body').insert(0, 'kept'))
  const limit = (pages: number): Promise<unknown> =>
    sql.raw(`pragma max_page_count = ${pages}`).execute(database.kysely)
  await limit(1)
  const long = 'too much '.repeat(2_000)
  const opening = { title: 'x', kind: 'talk', subject: null, tags: [], body: long } as const
  const open = (): Promise<CommandResult> =>
    community.send(ada, 'discussions.open_thread', {
      threadId: uuidv7(),
      postId: uuidv7(),
      ...opening,
      tags: [],
    })
  expect(await open()).toMatchObject(fullReason)
  const write = (): Promise<void> => community.write(ada, room, (doc) => doc.getText('body').insert(0, long))
  await expect(write()).rejects.toThrow(NoAccess)
  expect((await community.doc(ada, room)).getText('body').toString()).toBe('kept')
  expect((await community.feed(ada)).get('drafts')?.has(draft)).toBe(true)
  await limit(1_000_000)
  expect(await open()).toMatchObject({ ok: true })
  await write()
  expect((await community.doc(ada, room)).getText('body').toString()).toBe(`${long}kept`)
  expect(community.logged.filter((line) => line.startsWith('error'))).toEqual([])
})
