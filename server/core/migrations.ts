/**
 * Forward-only migrations: core's, then each feature's, numbered within their owner (`articles/001`). What has run is
 * recorded by name; a name that this version does not know means that a newer version has used the database, and
 * the server then refuses to start rather than guess.
 */
import type { Database } from './db.ts'
import { checkDeclarations } from './declarations.ts'
import type { Registry } from './feature.ts'
import { coreMigrations } from './tables.ts'

export class NewerDatabase extends Error {
  constructor(names: string[]) {
    super(
      `the database was used by a newer version of Lyceum (it knows ${names.join(', ')}); update before starting`,
    )
  }
}

/** Runs what has not run, each migration in one transaction. @throws NewerDatabase, Undeclared */
export async function migrate(database: Database, registry: Registry, now: () => number): Promise<string[]> {
  const { kysely, tools } = database
  await kysely.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  const planned = [
    ...Object.entries(coreMigrations).map(([key, run]) => ({ name: `core/${key}`, run })),
    ...Object.entries(registry.features).flatMap(([feature, half]) =>
      Object.entries(half.migrations).map(([key, run]) => ({ name: `${feature}/${key}`, run })),
    ),
  ]
  const done = new Set((await kysely.selectFrom('migration').select('name').execute()).map((row) => row.name))
  const unknown = [...done].filter((name) => !planned.some((migration) => migration.name === name))
  if (unknown.length > 0) throw new NewerDatabase(unknown)
  const ran: string[] = []
  for (const { name, run } of planned) {
    if (done.has(name)) continue
    await kysely.transaction().execute(async (trx) => {
      await run(trx, tools)
      await trx.insertInto('migration').values({ name, at: now() }).execute()
    })
    ran.push(name)
  }
  database.durability.committed()
  await database.durability.settled()
  await checkDeclarations(database, registry)
  return ran
}
