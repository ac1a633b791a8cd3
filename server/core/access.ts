/**
 * The one place that decides who may see and do what: `access(viewer, resource, action)`, for members and guests
 * alike, asked by HTTP, sockets, feed, files, queries and pages. What it answers from: the feed's audiences (rows; files
 * through the rows that refer to them; rooms through the rows that carry them), the document rules and the query rules
 * of the features' halves.
 *
 * An answer about a room can name its *grounds*, the rows that it was given from, so that whoever sits in the room is
 * looked at again when one of those is withdrawn from somebody, and not whenever anything is.
 */
import type { Kysely } from 'kysely'
import type { DocumentContract } from '#shared/core/contract.ts'
import { guest, type Role, type Viewer } from '#shared/core/viewer.ts'
import { parseRoom } from '#shared/core/wire.ts'
import type { DocumentRule, Reader, Registry } from './feature.ts'
import { audiencesOf, isRowVisible } from './feed.ts'
import { shownFrom } from './modules.ts'
import type { Resource } from './services.ts'
import { type Bar, findBar } from './session.ts'
import type { CoreTables } from './tables.ts'

/** @param grounds is filled with the rows (`table/id`) that an answer about a room was given from. */
export async function decideAccess(
  registry: Registry,
  db: Kysely<CoreTables>,
  reader: Reader,
  viewer: Viewer,
  resource: Resource,
  action: 'read' | 'write',
  grounds?: Set<string>,
): Promise<boolean> {
  switch (resource.kind) {
    case 'room': {
      const found = documentRule(registry, resource.room)
      if (!found || (action === 'write' && found.writers === 'server')) return false
      const noting = grounds ? noted(reader, grounds) : reader
      if (found.row && !(await noting.mayRead(viewer, found.row, found.id.split('/', 1)[0]!))) return false
      const { access } = found.rule
      return access === 'row' ? found.row !== undefined : access(noting, viewer, found.id, action)
    }
    case 'row':
      return action === 'read' && reader.mayRead(viewer, resource.table, resource.id)
    case 'file': {
      if (action === 'write') return false
      const audiences = await audiencesOf(db, viewer, reader.now)
      const shown = await db
        .selectFrom('file_ref')
        .innerJoin('feed', (join) =>
          join.onRef('feed.tbl', '=', 'file_ref.tbl').onRef('feed.row_id', '=', 'file_ref.row_id'),
        )
        .select('feed.seq')
        .where('file_ref.hash', '=', resource.hash)
        .where('feed.audience', 'in', audiences)
        .where('feed.data', 'is not', null)
        .limit(1)
        .executeTakeFirst()
      return shown !== undefined
    }
    case 'query': {
      const [feature, name] = resource.name.split('.', 2)
      const queries = Object.hasOwn(registry.features, feature ?? '')
        ? registry.features[feature!]!.queries
        : {}
      return name !== undefined && Object.hasOwn(queries, name) && queries[name]!.access(viewer)
    }
  }
}

/** A ground of answers that were given from something besides named rows. */
export const anyRow = '*'

/** A reader that notes which rows it was asked about. */
function noted(reader: Reader, grounds: Set<string>): Reader {
  return {
    now: reader.now,
    tables() {
      grounds.add(anyRow)
      return reader.tables()
    },
    // Whose role changed is looked at again anyway, and nobody else's access rests on it.
    viewerOf: reader.viewerOf,
    barOf: reader.barOf,
    row(table, id) {
      grounds.add(`${table}/${id}`)
      return reader.row(table, id)
    },
    rows(table, ids) {
      for (const id of ids ?? []) grounds.add(`${table}/${id}`)
      if (!ids) grounds.add(anyRow)
      return reader.rows(table, ids)
    },
    mayRead(viewer, table, id) {
      grounds.add(`${table}/${id}`)
      return reader.mayRead(viewer, table, id)
    },
    shownTo(table, id) {
      grounds.add(`${table}/${id}`)
      return reader.shownTo(table, id)
    },
    readable(viewer, table) {
      grounds.add(anyRow)
      return reader.readable(viewer, table)
    },
  }
}

/** The questions about access that features may ask. */
export function createAnswers(
  db: Kysely<CoreTables>,
  now: number,
): Pick<Reader, 'viewerOf' | 'barOf' | 'mayRead' | 'shownTo' | 'readable'> {
  const barOf = (memberId: string): Promise<Bar | undefined> => findBar(db, memberId, now)
  return {
    barOf,
    async viewerOf(memberId) {
      const found = await db
        .selectFrom('role')
        .select('role')
        .where('member_id', '=', memberId)
        .executeTakeFirst()
      return found && !(await barOf(memberId)) ? { id: memberId, role: found.role as Role } : guest
    },
    mayRead: async (viewer, table, id) => isRowVisible(db, await audiencesOf(db, viewer, now), table, id),
    async shownTo(table, id) {
      const rows = await db
        .selectFrom('feed')
        .select('audience')
        .where('tbl', '=', table)
        .where('row_id', '=', id)
        .where('data', 'is not', null)
        .orderBy('audience')
        .execute()
      return rows.map((row) => shownFrom(row.audience))
    },
    async readable(viewer, table) {
      const rows = await db
        .selectFrom('feed')
        .select('row_id')
        .where('tbl', '=', table)
        .where('audience', 'in', await audiencesOf(db, viewer, now))
        .where('data', 'is not', null)
        .execute()
      return new Set(rows.map((row) => row.row_id))
    },
  }
}

export function documentRule(
  registry: Registry,
  room: string,
): (DocumentContract & { rule: DocumentRule; id: string }) | undefined {
  const name = parseRoom(room)
  if (!name) return undefined
  for (const [feature, contract] of Object.entries(registry.contracts)) {
    if (!Object.hasOwn(contract.documents, name.kind)) continue
    const rule = registry.features[feature]?.documents[name.kind]
    if (rule) return { rule, ...contract.documents[name.kind]!, id: name.id }
  }
  return undefined
}
