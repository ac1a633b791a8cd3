/** At rest: do all replicas agree with each other and with the server, and is everything there that was promised? */

import type { StoredRow, StoredUpdate } from '#client/core/database.ts'
import type { FeedPage } from '#shared/core/wire.ts'
import { parseRoom } from '#shared/core/wire.ts'
import { postsOf, threadRoom } from '#shared/features/discussions.ts'
import type { Device } from './device.ts'
import { modelOf } from './model.ts'
import type { Page } from './page.ts'
import { contentOf, isSignedIn } from './page.ts'
import type { World } from './world.ts'

/** Pages that are connected, signed in and have answered everything. */
export function isSettled(page: Page): boolean {
  const { core } = page.tab
  if (!core || !isSignedIn(page) || core.session.ended()) return false
  const { online, waiting, syncing } = core.connection()
  if (!online || waiting > 0 || syncing) return false
  if (unsentRows(page.device, page.database) > 0) return false
  const landed = core.commands.entries().every((entry) => entry.state === 'refused')
  return landed && [...page.handles.values()].every((handle) => handle.synced() && handle.state() === 'saved')
}

/** Edits of documents that the server has not acknowledged, as the device's log says. */
export function unsentRows(device: Device, database: string): number {
  const rows = device.records(database, 'updates') as StoredUpdate[]
  return rows.filter((row) => row.unsent === 1).length
}

/** What keeps it from being settled. */
export function unsettledBecause(page: Page): string {
  const { core } = page.tab
  if (!core) return `${page.name} did not open`
  const rooms = [...page.handles].map(
    ([room, handle]) => `${room} ${handle.state()}${handle.synced() ? '' : ' unsynced'}`,
  )
  const acts = core.commands
    .entries()
    .map((entry) => `${entry.name} ${entry.state} ${JSON.stringify(entry.landing ?? '')}`)
  const who = `${core.session.info().member?.handle ?? 'nobody'}${core.session.ended() ? ' (ended)' : ''}`
  return `${page.name} as ${who}: ${JSON.stringify(core.connection())}; ${unsentRows(page.device, page.database)} unsent; ${rooms.join(', ')}; ${acts.join(', ')}`
}

/** Documents of the pages against the server's. */
export async function compareDocuments(world: World, when: string): Promise<void> {
  const { witness, house } = world
  const rooms = new Set(world.pages.flatMap((page) => [...page.handles.keys()]))
  for (const room of rooms) {
    const truth = await inServer(world, async () => {
      const doc = await house.community.services.docOf(room)
      return contentOf(room, doc)
    })
    for (const page of world.pages) {
      const handle = page.handles.get(room)
      if (!handle || handle.state() === 'refused') continue
      const content = contentOf(room, handle.doc)
      if (content !== truth)
        witness.problem(`${when}: ${page.name} has ${room} as ${content}, the server as ${truth}`)
      const { pendingStructs, pendingDs } = handle.doc.store
      if (pendingStructs || pendingDs) witness.problem(`${when}: ${page.name} has pending structs in ${room}`)
    }
  }
}

/** Rows that the devices hold against what the server would give anew. */
export async function compareRows(world: World, when: string): Promise<void> {
  for (const device of world.devices) {
    const page = world.pages.find((each) => each.device === device)
    if (!page || !isSignedIn(page)) continue
    const truth = await freshFeed(world, page)
    const rows = device.records(page.database, 'rows') as StoredRow[]
    const own = new Map(rows.map(({ table, id, data }) => [`${table} ${id}`, JSON.stringify(data)]))
    for (const [key, data] of truth) {
      if (own.get(key) !== data)
        world.witness.problem(`${when}: ${device.name} has ${key} as ${own.get(key)}, not ${data}`)
    }
    for (const key of own.keys())
      if (!truth.has(key)) world.witness.problem(`${when}: ${device.name} still has ${key}`)
  }
}

async function freshFeed(world: World, page: Page): Promise<Map<string, string>> {
  const cookie = [...page.device.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return inServer(world, async () => {
    const rows = new Map<string, string>()
    for (let cursor = ''; ; ) {
      const response = await world.house.community.app.request(
        `/api/feed?cursor=${encodeURIComponent(cursor)}`,
        {
          headers: { cookie },
        },
      )
      const body = (await response.json()) as FeedPage
      for (const { table, id, data } of body.rows) {
        if (data === null) rows.delete(`${table} ${id}`)
        else rows.set(`${table} ${id}`, JSON.stringify(data))
      }
      cursor = body.cursor
      if (!body.more) return rows
    }
  })
}

/** Everything that was shown as saved is there, once; whatever was taken away is not. */
export async function checkPromises(world: World): Promise<void> {
  const { witness, house } = world
  const texts = new Map<string, string>()
  for (const mark of witness.marks.values()) {
    const kind = parseRoom(mark.place)?.kind
    if (kind !== 'notes' && kind !== 'me') continue
    const text =
      texts.get(mark.place) ??
      (await inServer(world, async () =>
        contentOf(mark.place, await house.community.services.docOf(mark.place)),
      ))
    texts.set(mark.place, text)
    const times = text.split(mark.char).length - 1
    if (times > 1) witness.problem(`${mark.char} is ${times} times in ${mark.place}`)
    if (times === 0 && !mark.gone && !mark.lost)
      witness.problem(
        `${mark.char} of ${mark.page} is not in ${mark.place} (${mark.saved ? 'saved' : mark.kept ? 'kept' : 'typed'})`,
      )
    if (times > 0 && mark.goneSaved)
      witness.problem(`${mark.char} was taken away from ${mark.place} and is there`)
  }
  for (const act of witness.commands.values()) {
    if (act.state === 'waiting' && !act.lost)
      witness.problem(`${act.name} ${act.id} of ${act.page} was never answered`)
  }
  for (const problem of modelOf(witness, house.reader)) witness.problem(problem)
  await compareThreads(world)
}

/** A thread's document says what the tables say. */
async function compareThreads(world: World): Promise<void> {
  const { witness, house } = world
  const rooms = house.reader
    .prepare('select id from discussions_thread where posts > 0')
    .pluck()
    .all() as string[]
  for (const threadId of rooms) {
    const posts = await inServer(world, async () =>
      postsOf(await house.community.services.docOf(threadRoom(threadId))),
    )
    for (const post of posts) {
      const row = house.reader
        .prepare('select body, edits, deleted_at as deletedAt from discussions_post where id = ?')
        .get(post.id)
      const { body, edits, deletedAt } = post
      if (JSON.stringify(row) !== JSON.stringify({ body, edits, deletedAt }))
        witness.problem(
          `post ${post.id} is ${JSON.stringify(row)}, and its thread shows ${JSON.stringify(post)}`,
        )
    }
    const many = house.reader.prepare('select count(*) from discussions_post where thread_id = ?').pluck()
    if (many.get(threadId) !== posts.length) witness.problem(`thread ${threadId} shows ${posts.length} posts`)
  }
}

export function inServer<T>(world: World, work: () => Promise<T>): Promise<T> {
  return finish(world, world.machine.begin(world.house.owner, work))
}

async function finish<T>(world: World, promise: Promise<T>): Promise<T> {
  let done: { value: T } | undefined
  let failed: { error: unknown } | undefined
  promise.then(
    (value) => {
      done = { value }
    },
    (error: unknown) => {
      failed = { error }
    },
  )
  for (let i = 0; i < 1_000 && !done && !failed; i++) await world.machine.run(5)
  if (failed) throw failed.error
  if (!done) throw new Error('it takes too long')
  return done.value
}
