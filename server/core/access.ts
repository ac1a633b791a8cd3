/**
 * The one place that decides who may see and do what: `access(viewer, resource, action)`, for members and guests
 * alike, asked by HTTP, sockets, feed, files, queries and pages. What it answers from: the feed's audiences (rows, and
 * files through the rows that refer to them), the document rules and the query rules of the features' halves.
 */
import type { Kysely } from 'kysely'
import type { Viewer } from '#shared/core/viewer.ts'
import { parseRoom } from '#shared/core/wire.ts'
import type { DocumentRule, Reader, Registry } from './feature.ts'
import { audiencesOf, isRowVisible } from './feed.ts'
import type { Resource } from './services.ts'
import type { CoreTables } from './tables.ts'

export async function decideAccess(
  registry: Registry,
  db: Kysely<CoreTables>,
  reader: Reader,
  viewer: Viewer,
  resource: Resource,
  action: 'read' | 'write',
): Promise<boolean> {
  switch (resource.kind) {
    case 'room': {
      const found = documentRule(registry, resource.room)
      if (!found || (action === 'write' && found.writers === 'server')) return false
      return found.rule.access(reader, viewer, found.id, action)
    }
    case 'row': {
      if (action === 'write') return false
      return isRowVisible(db, await audiencesOf(db, viewer, reader.now), resource.table, resource.id)
    }
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

export function documentRule(
  registry: Registry,
  room: string,
): { rule: DocumentRule; writers: 'server' | 'members'; id: string } | undefined {
  const name = parseRoom(room)
  if (!name) return undefined
  for (const [feature, contract] of Object.entries(registry.contracts)) {
    if (!Object.hasOwn(contract.documents, name.kind)) continue
    const rule = registry.features[feature]?.documents[name.kind]
    if (rule) return { rule, writers: contract.documents[name.kind]!.writers, id: name.id }
  }
  return undefined
}
