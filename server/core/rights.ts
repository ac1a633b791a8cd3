/**
 * What a viewer may do in a room, asked once for all: reading, writing, and what to say to whoever may not. Rooms are
 * opened by the hundred, so rows that several of them are judged by are read once: answers are remembered by the
 * asker's *memory*, which must not outlive the moment (see `createSockets`).
 */
import type { Kysely } from 'kysely'
import type { Viewer } from '#shared/core/viewer.ts'
import { decideAccess, documentRule } from './access.ts'
import type { Reader, Registry } from './feature.ts'
import { audiencesOf } from './feed.ts'
import type { CoreTables } from './tables.ts'
import { createReader } from './transact.ts'

export interface Rights {
  read: boolean
  write: boolean
  /** There is no such room, or no longer, and the viewer may know that. */
  gone: boolean
  /** Rows (`table/id`) that the answer was given from. */
  grounds: ReadonlySet<string>
}

/** What one viewer's questions have found so far. */
export type Memory = Map<string, Promise<unknown>>

export type AskRights = (viewer: Viewer, room: string, memory: Memory) => Promise<Rights>

export function createAskRights(registry: Registry, db: Kysely<CoreTables>, now: () => number): AskRights {
  /** Whoever follows the feed is told that the row was withdrawn; that is no more than they may know. */
  async function isWithdrawn(viewer: Viewer, table: string, id: string): Promise<boolean> {
    const told = await db
      .selectFrom('feed')
      .select('seq')
      .where('tbl', '=', table)
      .where('row_id', '=', id)
      .where('audience', 'in', await audiencesOf(db, viewer, now()))
      .where('data', 'is', null)
      .limit(1)
      .executeTakeFirst()
    return told !== undefined
  }

  return async (viewer, room, memory) => {
    const grounds = new Set<string>()
    const found = documentRule(registry, room)
    if (!found) return { read: false, write: false, gone: true, grounds }
    const reader = remembering(db, createReader(db, now()), memory)
    const ask = (action: 'read' | 'write'): Promise<boolean> =>
      decideAccess(registry, db, reader, viewer, { kind: 'room', room }, action, grounds)
    if (await ask('read')) return { read: true, write: await ask('write'), gone: false, grounds }
    const gone = found.row !== undefined && (await isWithdrawn(viewer, found.row, found.id.split('/', 1)[0]!))
    return { read: false, write: false, gone, grounds }
  }
}

/** Remembers what was found, and gathers what is asked in one moment into one question. */
function remembering(db: Kysely<CoreTables>, reader: Reader, memory: Memory): Reader {
  function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = memory.get(key) as Promise<T> | undefined
    if (known) return known
    const asked = ask()
    memory.set(key, asked)
    return asked
  }
  const gathered = memory as Map<string, unknown> as Map<string, Gathered<never>>

  function together<T>(
    key: string,
    id: string,
    ask: (ids: string[]) => Promise<Map<string, T>>,
  ): Promise<T | undefined> {
    return once(`${key} ${id}`, () => {
      let open = gathered.get(key) as Gathered<T> | undefined
      if (!open) {
        const ids: string[] = []
        // After all that is running now has asked.
        const found = new Promise<void>((resolve) => process.nextTick(resolve)).then(() => {
          gathered.delete(key)
          return ask(ids)
        })
        open = { ids, found }
        gathered.set(key, open as Gathered<never>)
      }
      open.ids.push(id)
      return open.found.then((found) => found.get(id))
    })
  }

  return {
    ...reader,
    row: async <R>(table: string, id: string) => {
      const row = await together(`row ${table}`, id, async (ids) => {
        const rows = await reader.rows<R>(table, ids)
        return new Map(rows.map((found) => [found.id, found.data]))
      })
      return row ?? null
    },
    mayRead: async (viewer, table, id) => {
      const is = await together(`mayRead ${table}`, id, async (ids) => {
        const audiences = await once('audiences', () => audiencesOf(db, viewer, reader.now))
        return new Map((await visibleOf(db, audiences, table, ids)).map((visible) => [visible, true]))
      })
      return is ?? false
    },
  }
}

interface Gathered<T> {
  ids: string[]
  found: Promise<Map<string, T>>
}

/** Of these rows, those that one of the audiences sees. */
async function visibleOf(
  db: Kysely<CoreTables>,
  audiences: readonly string[],
  table: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('feed')
    .select('row_id')
    .distinct()
    .where('tbl', '=', table)
    .where('row_id', 'in', ids)
    .where('audience', 'in', audiences)
    .where('data', 'is not', null)
    .execute()
  return rows.map((row) => row.row_id)
}
