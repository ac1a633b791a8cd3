/**
 * What must be declared before anybody can reach it: who a table's content may come to, and who may call a route. The
 * compiler asks it of every feature; what the compiler cannot see (a table that only a migration names, a route that
 * was registered past its list) keeps the server from starting, and so fails the build.
 */
import type { Database } from './db.ts'
import type { Registry, Route, TableRule } from './feature.ts'
import type { CoreTables } from './tables.ts'

/** `access`: as rows, documents and files, to whom access.ts lets. `sender`: to the member who sent the command. */
export const coreTables: { readonly [T in keyof CoreTables]: 'access' | 'sender' | 'server' | 'secret' } = {
  migration: 'server',
  meta: 'server',
  role: 'server',
  membership: 'server',
  session: 'secret',
  bar: 'server',
  feed: 'access',
  feed_audience: 'server',
  command_result: 'sender',
  doc_room: 'server',
  doc_client: 'server',
  doc_log: 'access',
  doc_snapshot: 'access',
  file: 'access',
  file_part: 'access',
  file_ref: 'server',
  job: 'server',
}

export class Undeclared extends Error {}

/** @throws Undeclared naming tables and kinds of rooms without a rule, with two, and rules that rest on nothing. */
export async function checkDeclarations(database: Database, registry: Registry): Promise<void> {
  const wrong = [...(await wrongTables(database, registry)), ...wrongRooms(registry)]
  if (wrong.length > 0) throw new Undeclared(`who may see what: ${wrong.join(', ')}`)
}

async function wrongTables(database: Database, registry: Registry): Promise<string[]> {
  const rules: [string, unknown][] = [
    ...Object.entries(coreTables),
    ...Object.values(registry.features).flatMap((half) => Object.entries(half.tables)),
  ]
  const declared = rules.map(([table]) => table)
  const present = await database.tableNames()
  return [
    ...present.filter((table) => !declared.includes(table)).map((table) => `${table} is not declared`),
    ...declared.filter((table) => !present.includes(table)).map((table) => `${table} does not exist`),
    ...twice(declared),
  ]
}

function wrongRooms(registry: Registry): string[] {
  const contracts = Object.entries(registry.contracts)
  const rows = contracts.flatMap(([, contract]) => Object.keys(contract.rows))
  const rooms = contracts.flatMap(([feature, contract]) =>
    Object.entries(contract.documents).map(([kind, document]) => {
      return { kind, row: document.row, rule: registry.features[feature]?.documents[kind] }
    }),
  )
  return [
    ...twice(rows),
    ...twice(rooms.map((room) => room.kind)),
    ...rooms.flatMap(({ kind, row, rule }) => {
      if (!rule) return [`${kind}/ is not declared`]
      if (row === undefined ? rule.access === 'row' : !rows.includes(row))
        return [`${kind}/ has no row to rest on`]
      return []
    }),
  ]
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} is declared twice`)
}

/** What opens doors to whoever finds it: tables, and tables of the feed. */
export function secretsOf(registry: Registry): { tables: string[]; rows: string[] } {
  const features = Object.values(registry.features)
  const isSecret = ([, rule]: [string, TableRule | (typeof coreTables)[keyof CoreTables]]): boolean =>
    rule === 'secret'
  const nameOf = ([name]: [string, unknown]): string => name
  return {
    tables: [
      ...Object.entries(coreTables).filter(isSecret).map(nameOf),
      ...features.flatMap((half) => Object.entries(half.tables).filter(isSecret).map(nameOf)),
    ],
    rows: features.flatMap((half) =>
      Object.entries(half.rows)
        .filter(([, rule]) => rule.secret)
        .map(nameOf),
    ),
  }
}

export type DeclaredRoute = Pick<Route, 'method' | 'path' | 'access'>

/** What stands around all routes of a part of the server, and answers nothing by itself that needs a rule. */
const surroundings = ['/*', '/api/*']

/**
 * @param registered as Hono lists them.
 * @throws Undeclared naming routes that answer without a rule.
 */
export function checkRoutes(
  registered: readonly { method: string; path: string }[],
  declared: readonly DeclaredRoute[],
): void {
  const wrong = new Set<string>()
  for (const { method, path } of registered) {
    if (method === 'ALL' && surroundings.includes(path)) continue
    const rule = declared.find((route) => route.method === method && route.path === path)
    if (rule?.access === undefined) wrong.add(`${method} ${path}`)
  }
  if (wrong.size > 0) throw new Undeclared(`who may call which route: ${[...wrong].join(', ')}`)
}
