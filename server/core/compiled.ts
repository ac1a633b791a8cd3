/** Queries of the hot paths, built and compiled once: that costs several times what running them does. */
import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Direct } from './db.ts'
import type { CoreTables } from './tables.ts'

type Db = Kysely<CoreTables>

const shapesByEngine = new WeakMap<object, Map<string, CompiledQuery>>()

/** @param shape names the query, and how many rows or values it has. @param build with any values */
export function compiled<R>(
  db: Db,
  shape: string,
  build: () => { compile(): CompiledQuery<R> },
): CompiledQuery<R> {
  const engine = db.getExecutor().adapter
  let shapes = shapesByEngine.get(engine)
  if (!shapes) {
    shapes = new Map()
    shapesByEngine.set(engine, shapes)
  }
  let query = shapes.get(shape) as CompiledQuery<R> | undefined
  if (!query) {
    query = build().compile()
    shapes.set(shape, query)
  }
  return query
}

/** @returns what runs it with other parameters, in the order of the columns as first given. */
export function shaped<R>(
  db: Db,
  shape: string,
  build: () => { compile(): CompiledQuery<R> },
): (parameters: readonly unknown[]) => Promise<QueryResult<R>> {
  const { query: node, queryId, sql } = compiled(db, shape, build)
  return (parameters) => db.executeQuery<R>({ query: node, queryId, sql, parameters })
}

export async function rowsOf<R>(
  db: Db,
  { query, queryId, sql }: CompiledQuery<R>,
  parameters: readonly unknown[],
): Promise<R[]> {
  return (await db.executeQuery<R>({ query, queryId, sql, parameters })).rows
}

export function rowsAtOnce<R>(
  direct: Direct,
  { sql }: CompiledQuery<R>,
  parameters: readonly unknown[],
): R[] {
  return direct.all(sql, parameters) as R[]
}
