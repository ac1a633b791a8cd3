import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registry } from '#server/app.ts'
import { backUp, examine, restore } from '#server/core/backup.ts'
import { openSqlite } from '#server/core/db.ts'
import type { Env } from '#server/core/services.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { decodeCursor, type FeedPage } from '#shared/core/wire.ts'
import { openCommunity, type TestCommunity } from '../support/community.ts'

let folder: string
let path: string
let running: TestCommunity | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-backup-'))
  path = join(folder, 'lyceum.sqlite')
})
afterEach(async () => {
  await running?.close()
  running = undefined
  rmSync(folder, { recursive: true })
})

async function open(): Promise<TestCommunity> {
  running = await openCommunity({ database: openSqlite(path) })
  return running
}

async function close(): Promise<void> {
  await running!.close()
  running = undefined
}

const putBack = (backup: string) => restore(backup, path, () => openSqlite(path), {} as Env)

async function openThread(community: TestCommunity, title: string): Promise<void> {
  const ada = await community.member()
  await community.send(ada, 'discussions.open_thread', {
    threadId: uuidv7(),
    postId: uuidv7(),
    title,
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'kept words',
  })
}

const titles = async (community: TestCommunity): Promise<string[]> => {
  const viewer = await community.member()
  return [...((await community.feed(viewer)).get('threads')?.values() ?? [])].map((thread) => thread.title)
}

test('a backup taken while the community runs brings it back as it was', async () => {
  const community = await open()
  await openThread(community, 'before')
  await backUp(path, join(folder, 'copy.sqlite'), registry)
  await openThread(community, 'after')
  await close()
  const kept = await putBack(join(folder, 'copy.sqlite'))
  expect(statSync(kept!).size).toBeGreaterThan(0)
  const again = await open()
  expect(await titles(again)).toEqual(['before'])
  const findings = await examine(again.services.database, registry)
  expect(findings.filter((finding) => !finding.ok)).toEqual([])
  expect(findings.find(({ what }) => what === 'modules')?.detail).toContain(
    'uses accounts, analytics, articles',
  )
})

test('a backup is for its owner only, and nobody can sign in with what it holds', async () => {
  const community = await open()
  const ada = await community.member({ handle: 'ada' })
  await openThread(community, 'x')
  const copy = join(folder, 'copy.sqlite')
  await backUp(path, copy, registry)
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  await close()
  await putBack(copy)
  const again = await open()
  const response = await again.request('/api/tickets', { method: 'POST', as: ada })
  expect(response.status).toBe(401)
})

test('a restore begins a new epoch, so that devices start over', async () => {
  const community = await open()
  const page = async (): Promise<FeedPage> =>
    (await running!.request('/api/feed')).json() as Promise<FeedPage>
  const before = await page()
  await backUp(path, join(folder, 'copy.sqlite'), registry)
  await community.services.database.durability.settled()
  await close()
  await putBack(join(folder, 'copy.sqlite'))
  await open()
  const after = await page()
  expect(after.epoch).not.toBe(before.epoch)
  expect(decodeCursor(after.cursor)?.epoch).toBe(after.epoch)
})

test('a running community is not restored over', async () => {
  const community = await open()
  await openThread(community, 'x')
  await backUp(path, join(folder, 'copy.sqlite'), registry)
  await expect(putBack(join(folder, 'copy.sqlite'))).rejects.toThrow('stop the server first')
  expect(readdirSync(folder).filter((name) => name.includes('incoming'))).toEqual([])
  expect(await titles(community)).toEqual(['x'])
})

test('a backup never overwrites a file, and no file that is not a backup is restored', async () => {
  await open()
  const copy = join(folder, 'copy.sqlite')
  await backUp(path, copy, registry)
  const first = readFileSync(copy)
  await expect(backUp(path, copy, registry)).rejects.toThrow('EEXIST')
  expect(readFileSync(copy).equals(first)).toBe(true)
  await close()
  writeFileSync(join(folder, 'noise'), 'this is not a database, whatever its name says')
  await expect(putBack(join(folder, 'noise'))).rejects.toThrow()
})

test('what another process writes reaches rooms and devices of this one', async () => {
  const community = await open()
  const ada = await community.member({ handle: 'ada' })
  const threadId = uuidv7()
  const opening = {
    threadId,
    postId: uuidv7(),
    title: 'x',
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'one',
  } as const
  await community.send(ada, 'discussions.open_thread', { ...opening, tags: [] })
  expect((await community.doc(ada, `thread/${threadId}`)).getMap('posts').size).toBe(1)
  const other = await openCommunity({ database: openSqlite(path) })
  await other.send(ada, 'discussions.post', { threadId, postId: uuidv7(), body: 'two', replyTo: null })
  await other.close()
  await community.community.quiesce()
  expect((await community.doc(ada, `thread/${threadId}`)).getMap('posts').size).toBe(2)
})

test('a backup holds no invitation that still opens the door', async () => {
  const community = await open()
  const owner = await community.member({ role: 'owner' })
  const made = { role: 'owner', note: '', uses: 5, days: 7 } as const
  await community.send(owner, 'accounts.invite', { id: uuidv7(), ...made })
  const [invite] = [...((await community.feed(owner)).get('invites')?.values() ?? [])]
  const copy = join(folder, 'copy.sqlite')
  await backUp(path, copy, registry)
  expect(readFileSync(copy).includes(invite.token)).toBe(false)
})

test('a backup holds no secret of the server and no key to its cursors', async () => {
  const community = await open()
  await openThread(community, 'x')
  const { database, env } = community.services
  const { value } = await database.kysely
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'cursor_key')
    .executeTakeFirstOrThrow()
  const copy = join(folder, 'copy.sqlite')
  await backUp(path, copy, registry)
  for (const secret of [value, env.secret]) expect(readFileSync(copy).includes(secret)).toBe(false)
})

test('nobody else can read a backup while it is being made', async () => {
  const community = await open()
  await openThread(community, 'x')
  const seen = new Set<number>()
  const watcher = watch(folder, (_event, name) => {
    if (!name?.startsWith('copy')) return
    try {
      seen.add(statSync(join(folder, name)).mode & 0o077)
    } catch {
      // It was moved into place meanwhile.
    }
  })
  await backUp(path, join(folder, 'copy.sqlite'), registry)
  await new Promise((resolve) => setImmediate(resolve))
  watcher.close()
  expect([...seen]).toEqual([0])
})

test('what a server that was killed left beside a lost database is not mixed into the one restored', async () => {
  const community = await open()
  await openThread(community, 'before')
  await backUp(path, join(folder, 'copy.sqlite'), registry)
  for (let i = 0; i < 20; i++) await openThread(community, `after ${i}`)
  copyFileSync(`${path}-wal`, join(folder, 'wal'))
  await close()
  unlinkSync(path)
  copyFileSync(join(folder, 'wal'), `${path}-wal`)
  await putBack(join(folder, 'copy.sqlite'))
  const again = await open()
  expect(await titles(again)).toEqual(['before'])
  expect((await examine(again.services.database, registry)).filter((finding) => !finding.ok)).toEqual([])
})
