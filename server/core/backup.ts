/**
 * Backup, restore and examination of the one SQLite file. A backup is taken while the community runs, is consistent, is
 * readable by its owner only, and holds nothing with which somebody could pose as a member. A restore begins a new
 * epoch of the server's history, by which devices know that they may have to send their own work again.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Database } from './db.ts'
import { secretsOf } from './declarations.ts'
import type { Registry } from './feature.ts'
import { partBytes } from './file-parts.ts'
import { migrate } from './migrations.ts'
import { offIn, usedOf } from './modules.ts'
import { readLog } from './room-log.ts'
import type { Env } from './services.ts'

/** @returns bytes written. @throws when there is no community, or the file exists. */
export async function backUp(from: string, to: string, registry: Registry): Promise<number> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  // Created before they are filled, so that nobody else can read them meanwhile, and never over another backup.
  await createPrivate(to)
  const partial = `${to}.partial`
  try {
    await rm(partial, { force: true })
    await createPrivate(partial)
    const source = new Sqlite(from, { readonly: true, fileMustExist: true })
    await source.backup(partial)
    source.close()
    const copy = new Sqlite(partial)
    copy.pragma('journal_mode = DELETE')
    copy.pragma('secure_delete = ON')
    const secrets = secretsOf(registry)
    for (const table of secrets.tables) copy.exec(`delete from "${table}"`)
    for (const table of secrets.rows) copy.prepare('delete from feed where tbl = ?').run(table)
    // With them, whoever finds the backup could seal cursors and sign leases that count as the community's own.
    copy.exec("delete from meta where key in ('cursor_key', 'lease_key')")
    copy.exec('vacuum')
    copy.close()
    const handle = await open(partial, 'r+')
    await handle.sync()
    await handle.close()
    await rename(partial, to)
    return (await stat(to)).size
  } catch (error) {
    await rm(partial, { force: true })
    await rm(to, { force: true })
    throw error
  }
}

async function createPrivate(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  await file.close()
}

/**
 * Puts a backup in the place of the community, which must not be running.
 * @returns where the old database is kept, when there was one.
 */
export async function restore(
  backup: string,
  target: string,
  openDatabase: (env: Env) => Database,
  env: Env,
): Promise<string | undefined> {
  const check = new Sqlite(backup, { readonly: true, fileMustExist: true })
  try {
    const [first] = check.pragma('integrity_check') as { integrity_check: string }[]
    if (first?.integrity_check !== 'ok') throw new Error(`the backup is damaged: ${first?.integrity_check}`)
    const known = check
      .prepare("select count(*) as n from sqlite_master where name in ('migration', 'feed')")
      .get()
    if ((known as { n: number }).n !== 2) throw new Error('this file is not a backup of a community')
    const incoming = `${target}.incoming`
    await rm(incoming, { force: true })
    await createPrivate(incoming)
    await check.backup(incoming)
    const copy = new Sqlite(incoming)
    copy.prepare("update meta set value = ? where key = 'epoch'").run(uuidv7())
    copy.close()
    const kept = await setAside(target)
    // Also when there is no database beside them: what is in another's log would be played back into this one.
    for (const rest of ['-wal', '-shm']) await rm(`${target}${rest}`, { force: true })
    await rename(incoming, target)
    const database = openDatabase(env)
    await database.close()
    return kept
  } finally {
    check.close()
    // Another whole copy of the community, when it was not put in place.
    await rm(`${target}.incoming`, { force: true })
  }
}

async function setAside(target: string): Promise<string | undefined> {
  const exists = await stat(target).catch(() => undefined)
  if (!exists) return undefined
  const live = new Sqlite(target, { timeout: 200 })
  try {
    // An exclusive lock tells whether a server is using the file; taking it also empties the WAL into it.
    live.pragma('locking_mode = EXCLUSIVE')
    live.pragma('wal_checkpoint(TRUNCATE)')
    live.exec('begin exclusive; commit')
  } catch {
    throw new Error('the community is running; stop the server first')
  } finally {
    live.close()
  }
  const kept = `${target}.before-restore-${Date.now()}`
  await rename(target, kept)
  return kept
}

export interface Finding {
  what: string
  ok: boolean
  detail?: string
}

/** What `lyceum doctor` tells: the file, the migrations, every document's log, every file's hash. */
export async function examine(database: Database, registry: Registry): Promise<Finding[]> {
  const { kysely } = database
  const findings: Finding[] = []
  const problems = await database.check()
  findings.push({ what: 'database file', ok: problems.length === 0, detail: problems.slice(0, 3).join('; ') })
  const ran = await migrate(database, registry, Date.now)
  findings.push({
    what: 'migrations',
    ok: true,
    detail: ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`,
  })

  const off = await offIn(kysely)
  const used = Object.keys(usedOf(registry, off).features)
  const unused = Object.keys(registry.features).filter((name) => !used.includes(name))
  findings.push({
    what: 'modules',
    ok: true,
    detail: [`uses ${used.join(', ')}`, ...(unused.length > 0 ? [`not ${unused.join(', ')}`] : [])].join(
      '; ',
    ),
  })

  const rooms = await kysely.selectFrom('doc_room').select(['room', 'seq']).execute()
  const broken: string[] = []
  for (const { room, seq } of rooms) {
    try {
      const state = await readLog(kysely, room)
      if (state.sequence !== seq) broken.push(`${room} ends at ${state.sequence}, not at ${seq}`)
      if (state.doc.store.pendingStructs) broken.push(`${room} waits for updates that are not there`)
      state.doc.destroy()
    } catch (error) {
      broken.push(`${room}: ${(error as Error).message}`)
    }
  }
  findings.push({
    what: `${rooms.length} documents`,
    ok: broken.length === 0,
    detail: broken.slice(0, 3).join('; '),
  })

  const ahead = await kysely
    .selectFrom('feed')
    .innerJoin('feed_audience', 'feed_audience.audience', 'feed.audience')
    .select('feed.audience')
    .whereRef('feed.seq', '>', 'feed_audience.seq')
    .limit(1)
    .execute()
  const counted = await kysely
    .selectFrom('feed')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  findings.push({
    what: `${Number(counted.count)} feed rows`,
    ok: ahead.length === 0,
    detail: ahead.length === 0 ? '' : `numbers of ${ahead[0]!.audience} are ahead of their counter`,
  })

  const lost = await kysely
    .selectFrom('file_ref')
    .leftJoin('file', 'file.hash', 'file_ref.hash')
    .select('file_ref.hash')
    .where('file.hash', 'is', null)
    .execute()
  const cut = await unwholeFiles(kysely)
  findings.push({
    what: 'files',
    ok: lost.length + cut.length === 0,
    detail: [
      ...(lost.length > 0 ? [`${lost.length} are missing`] : []),
      ...(cut.length > 0 ? [`${cut.length} are not whole`] : []),
    ].join(', '),
  })
  const failed = await kysely.selectFrom('job').select(['name', 'error']).where('attempts', '>=', 8).execute()
  findings.push({
    what: 'jobs',
    ok: failed.length === 0,
    detail: failed
      .map((job) => `${job.name}: ${job.error}`)
      .slice(0, 3)
      .join('; '),
  })
  return findings
}

/** Files that lie in parts of which some are not there. */
async function unwholeFiles(kysely: Database['kysely']): Promise<string[]> {
  const files = await kysely
    .selectFrom('file')
    .leftJoin('file_part', 'file_part.store', 'file.store')
    .select((select) => ['file.hash', 'file.size', select.fn.count<number>('file_part.number').as('parts')])
    .where('file.store', 'is not', null)
    .groupBy(['file.hash', 'file.size'])
    .execute()
  return files
    .filter(({ size, parts }) => Number(parts) < Math.ceil(size / partBytes))
    .map(({ hash }) => hash)
}
