/**
 * A community to be attacked over the real port: Ada, whose things nobody else may touch, and a few hostile members, who
 * may write the notes of sessions, open threads and post. Whatever of hers has changed afterwards was not allowed to.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from '#shared/core/ids.ts'
import { threadRoom } from '#shared/features/discussions.ts'
import { notesRoom } from '#shared/features/notes.ts'
import { createDevice } from './device.ts'
import { type Founded, found, type Person } from './founding.ts'
import { createPromises } from './promises.ts'
import { createDice } from './random.ts'
import { createServer, type SoakServer } from './server.ts'
import { type Change, changesBetween, readTables, type Tables } from './tables.ts'
import { createHttp } from './wire.ts'

export interface Target {
  readonly server: SoakServer
  readonly ada: Person
  readonly hostile: readonly Person[]
  readonly founded: Founded
  /** Rooms that hostile members may write, that they may read, and that are none of theirs. */
  readonly rooms: { open: readonly string[]; readable: readonly string[]; closed: readonly string[] }
  readonly databasePath: string
  /** What was changed since and was not theirs to change, one line each. */
  trespasses(before: Tables): string[]
  tables(): Tables
  close(): Promise<void>
}

const hostileMembers = 20

/** Nobody is slowed down for asking often: what is done is looked for, not how often. */
const unbounded = {
  socketsPerMember: 1e6,
  guestSocketsPerAddress: 1e6,
  upgradesPerMember: 1e9,
  guestUpgradesPerAddress: 1e9,
  commandsPerMinute: 1e9,
  joinsPerSecond: 1e6,
  joinsAtOnce: 1e6,
}

export async function createTarget(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-target-'))
  const founded = await found(folder, { members: hostileMembers + 1, sessions: 200, threads: 12 })
  const [ada, ...hostile] = founded.members
  const env = { BOUNDS: JSON.stringify(unbounded), LOG_LEVEL: 'error' }
  const server = await createServer(folder, env, { watched: true })
  await server.start()
  const draft = uuidv7()
  await writeAsAda(server.url, ada!, draft, founded)
  const tokens = hostile.flatMap(({ id }, index) => [id, `soaker-${index + 1}`])
  const databasePath = join(folder, 'lyceum.sqlite')
  return {
    server,
    ada: ada!,
    hostile,
    founded,
    rooms: {
      open: founded.sessions.map(notesRoom),
      readable: founded.threads.map((id) => threadRoom(id)),
      closed: [`draft/${draft}`, `me/${ada!.id}/reading`, `content/${draft}`],
    },
    databasePath,
    tables: () => readTables(databasePath),
    trespasses(before) {
      const after = readTables(databasePath)
      const theirs = [...(after.get('discussions_post')?.values() ?? [])].flatMap((row) => {
        const post = JSON.parse(row) as { id: string; author_id: string }
        return tokens.includes(post.author_id) ? [post.id] : []
      })
      const changes = changesBetween(before, after)
      const wrong = changes.filter((change) => !isAllowed(change, [...tokens, ...theirs]))
      return wrong.map((change) => JSON.stringify(change))
    },
    async close() {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** She has a draft, notes of her own and posts. */
async function writeAsAda(url: string, ada: Person, draft: string, founded: Founded): Promise<void> {
  const http = createHttp(url)
  const send = async (name: string, input: object): Promise<void> => {
    const commands = [{ id: uuidv7(), name, input, at: Date.now() }]
    const { body } = await http.post('/api/commands', { commands }, ada.cookie)
    const [result] = (body as { results: { ok: boolean }[] }).results
    if (!result?.ok) throw new Error(`${name}: ${JSON.stringify(result)}`)
  }
  await send('articles.start_draft', { id: draft, title: 'Hers', articleId: null })
  for (const threadId of founded.threads) {
    await send('discussions.post', { threadId, postId: uuidv7(), body: 'Her words.', replyTo: null })
  }
  http.close()
  const wrong: string[] = []
  const device = createDevice({
    url,
    person: ada,
    name: 'ada',
    promises: createPromises(),
    dice: createDice(1),
    onAcknowledged: () => {},
    onWrong: (what) => void wrong.push(what),
  })
  const commands = { threads: founded.threads, sessions: founded.sessions }
  await device.connect({ write: [`draft/${draft}`], read: [], commands })
  await device.finish()
  device.close()
  if (wrong.length > 0) throw new Error(wrong[0])
}

/** What changes by itself, or with anything that anybody does. */
const bookkeeping = new Set([
  'job',
  'feed_audience',
  'session',
  'meta',
  'analytics_count',
  'analytics_active',
])
/** What no member may change, themselves included. */
const fixed = new Set(['role', 'membership', 'accounts_invite', 'accounts_setup', 'articles_article'])
/** The rows of what belongs to all: a thread in which a hostile member has posted, an event to which they go. */
const common = /"tbl":"(threads|notes|events)"/

function isAllowed({ table, before, after }: Change, tokens: readonly string[]): boolean {
  if (bookkeeping.has(table)) return true
  if (fixed.has(table)) return false
  if (table === 'doc_room' && isOnly(['projected'], before, after)) return true
  if (table.startsWith('doc_')) return /"room":"(notes|thread)\//.test(before ?? after ?? '')
  // What was theirs before, or is new and theirs.
  if (tokens.some((token) => (before ?? after ?? '').includes(token))) return true
  if (table === 'feed') return common.test(before ?? after ?? '')
  return table === 'discussions_thread' && isOnly(counted, before, after)
}

/** What a post of somebody else's changes in the thread's row. */
const counted = ['posts', 'last_number', 'last_post_at', 'last_post_by', 'sequences']

function isOnly(columns: readonly string[], before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false
  const [old, now] = [JSON.parse(before), JSON.parse(after)] as Record<string, unknown>[]
  return Object.keys(now!).every((name) => columns.includes(name) || old![name] === now![name])
}
