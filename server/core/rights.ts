/**
 * What a viewer may do in a room, asked once for all: reading, writing, and what to say to whoever may not. Rooms are
 * opened by the hundred, so rows that several of them are judged by are read once: answers are remembered by the
 * asker's *memory*, which must not outlive the moment (see `createSockets`).
 */
import type { Kysely } from 'kysely'
import type { Viewer } from '#shared/core/viewer.ts'
import { decideAccess, documentRule } from './access.ts'
import type { Reader, Registry } from './feature.ts'
import { audiencesOf, isRowVisible } from './feed.ts'
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

function remembering(db: Kysely<CoreTables>, reader: Reader, memory: Memory): Reader {
  function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = memory.get(key) as Promise<T> | undefined
    if (known) return known
    const asked = ask()
    memory.set(key, asked)
    return asked
  }
  return {
    ...reader,
    row: (table, id) => once(`row ${table} ${id}`, () => reader.row(table, id)),
    mayRead: (viewer, table, id) =>
      once(`mayRead ${table} ${id}`, async () => {
        const audiences = await once('audiences', () => audiencesOf(db, viewer, reader.now))
        return isRowVisible(db, audiences, table, id)
      }),
  }
}
