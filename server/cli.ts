/**
 * The command line: `npm run lyceum -- backup|restore|doctor|import|export|train|search|user`. It works on DATA_DIR (or DATABASE_URL)
 * directly. What it cannot do it says in one line, with exit code 1.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Role } from '#shared/core/viewer.ts'
import { roles } from '#shared/core/viewer.ts'
import { type Community, openCommunity, registry } from './app.ts'
import { backUp, examine, restore } from './core/backup.ts'
import type { ImportReport } from './core/feature.ts'
import { createLog, readEnv } from './env.ts'
import { createMember, resetPassword } from './features/accounts/index.ts'
import { trainHere } from './features/recommendations/index.ts'
import { rebuildSearch } from './features/search/index.ts'
import { explain, openDatabase } from './main.ts'

const usage = `lyceum backup [file]                  copy the whole community while it runs (default: DATA_DIR/backups)
lyceum restore <file>                 put a backup in place; the server must be stopped
lyceum doctor                         check the database and what hangs together in it
lyceum import markdown <folder>       articles; again to update them
lyceum import course <folder>         a course, from its sidebar.json or SUMMARY.md; again to update it
lyceum import schedule <file>         an event from a frab or pretalx schedule.json
lyceum import interactions <csv>      member,item[,weight[,time]]
lyceum import factors <parquet…>      item vectors that another engine trained; published as a training is
lyceum export interactions [--format parquet] [--out DIR]
                                      user, item and weight by day, for such an engine (default: DATA_DIR/exports)
lyceum train [--report]               train the recommendations now; --report: all that is known of the new model
lyceum search rebuild                 read everything into the search index again
lyceum user create <email> <handle> [name] [--role ${roles.join('|')}]
lyceum user reset <email>             set a new password and print it`

class Usage extends Error {}

const env = readEnv(process.env)
const say = (line: string): void => console.log(line)
/** Paths are relative to where the person stands, not to the package. */
const path = (given: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), given)

async function withCommunity(work: (community: Community) => Promise<void>): Promise<void> {
  const community = await openCommunity({ database: openDatabase(env), env, log: createLog('warn') })
  try {
    await work(community)
    await community.quiesce()
  } finally {
    await community.close()
  }
}

async function run(args: string[]): Promise<void> {
  const [command, ...rest] = args
  switch (command) {
    case 'backup':
      return backUpTo(rest[0])
    case 'restore':
      return restoreFrom(rest[0])
    case 'doctor':
      return doctor()
    case 'import':
      return importFrom(rest[0], rest.slice(1))
    case 'export':
      return exportTo(rest)
    case 'train':
      return train(rest)
    case 'search':
      if (rest[0] !== 'rebuild') throw new Usage()
      return withCommunity(async ({ services }) =>
        say(`${await rebuildSearch(services)} rows, texts and posts can be found.`),
      )
    case 'user':
      return user(rest)
    default:
      throw new Usage()
  }
}

async function train(args: string[]): Promise<void> {
  if (args.some((arg) => arg !== '--report')) throw new Usage()
  return withCommunity(async ({ services }) => {
    process.exitCode = await trainHere(services, {
      report: args.includes('--report'),
      say,
      out: process.stderr,
    })
  })
}

function sqlitePath(): string {
  if (env.databaseUrl) throw new Error('this is for SQLite; use pg_dump and pg_restore for PostgreSQL')
  return join(env.dataDir, 'lyceum.sqlite')
}

async function backUpTo(file: string | undefined): Promise<void> {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19)
  const to = file ? path(file) : join(env.dataDir, 'backups', `lyceum-${stamp}.sqlite`)
  const bytes = await backUp(sqlitePath(), to, registry)
  say(
    `Backed up to ${to} (${Math.ceil(bytes / 1024)} kB). It holds no sessions, no reset links and no invitations.`,
  )
}

async function restoreFrom(file: string | undefined): Promise<void> {
  if (!file) throw new Usage()
  const kept = await restore(path(file), sqlitePath(), openDatabase, env)
  say('Restored. Devices will send their unsaved work again at their next visit; everybody signs in anew.')
  if (kept) say(`What was there before is kept as ${kept}.`)
}

async function doctor(): Promise<void> {
  if (!env.databaseUrl && !existsSync(sqlitePath()))
    throw new Error(`there is no community in ${env.dataDir}`)
  const database = openDatabase(env)
  try {
    const findings = await examine(database, registry)
    for (const { what, ok, detail } of findings)
      say(`${ok ? 'ok    ' : 'WRONG '} ${what}${detail ? `: ${detail}` : ''}`)
    if (findings.some((finding) => !finding.ok)) process.exitCode = 1
  } finally {
    await database.close()
  }
}

async function importFrom(kind: string | undefined, given: string[]): Promise<void> {
  const [from, ...more] = given.map(path)
  if (!kind || !from) throw new Usage()
  const [name, importer] =
    Object.entries(registry.features).find(([, half]) => half.imports && Object.hasOwn(half.imports, kind)) ??
    []
  if (!name || !importer) throw new Usage()
  for (const one of [from, ...more]) if (!existsSync(one)) throw new Error(`${one} does not exist`)
  await withCommunity(async ({ services }) => {
    if (!services.isUsed(name))
      throw new Error(`this community does not use ${name}; its owner can switch it on at /admin/modules`)
    const report = await importer.imports![kind]!(services, from, ...more)
    tell(report)
    if (report.created + report.updated + report.unchanged === 0) process.exitCode = 1
  })
}

async function exportTo([kind, ...rest]: string[]): Promise<void> {
  const options = new Map<string, string>()
  for (let i = 0; i < rest.length; i += 2) {
    if (!['--format', '--out'].includes(rest[i]!) || rest[i + 1] === undefined) throw new Usage()
    options.set(rest[i]!, rest[i + 1]!)
  }
  const [name, exporter] =
    Object.entries(registry.features).find(
      ([, half]) => kind && half.exports && Object.hasOwn(half.exports, kind),
    ) ?? []
  if (!kind || !name || !exporter || (options.get('--format') ?? 'parquet') !== 'parquet') throw new Usage()
  const stamp = new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19)
  const out = options.get('--out')
  const folder = out ? path(out) : join(env.dataDir, 'exports', `${kind}-${stamp}`)
  await withCommunity(async ({ services }) => {
    if (!services.isUsed(name))
      throw new Error(`this community does not use ${name}; its owner can switch it on at /admin/modules`)
    const { rows, files } = await exporter.exports![kind]!(services, folder)
    say(`${rows} rows in ${files} files: ${folder}`)
  })
}

function tell(report: ImportReport): void {
  for (const { what, why } of report.remarks) say(`note     ${what}: ${why}`)
  for (const { what, why } of report.skipped) say(`skipped  ${what}: ${why}`)
  const { created, updated, unchanged, skipped } = report
  say(`${created} created, ${updated} updated, ${unchanged} unchanged, ${skipped.length} skipped`)
}

async function user([act, email, ...rest]: string[]): Promise<void> {
  if (!email) throw new Usage()
  if (act === 'reset') {
    return withCommunity(async ({ services }) => {
      const reset = await resetPassword(services, email)
      if (!reset.ok) throw new Error(reset.error.message)
      say(`The new password of ${email} is ${reset.value.password}`)
    })
  }
  if (act !== 'create') throw new Usage()
  const flag = rest.indexOf('--role')
  const role = (flag < 0 ? 'member' : rest[flag + 1]) as Role
  const [handle, name] = flag < 0 ? rest : rest.slice(0, flag)
  if (!handle || !roles.includes(role)) throw new Usage()
  return withCommunity(async ({ services }) => {
    const created = await createMember(services, { email, handle, name: name ?? handle, role })
    if (!created.ok) throw new Error(created.error.message)
    const reset = await resetPassword(services, email)
    if (!reset.ok) throw new Error(reset.error.message)
    say(`${handle} can sign in as ${email} with the password ${reset.value.password}`)
  })
}

run(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof Usage) console.error(usage)
  else console.error(`lyceum: ${explain(error) ?? (error instanceof Error ? error.message : String(error))}`)
  process.exitCode = 1
})
