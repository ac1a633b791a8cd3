/** Who met what, as a table too long to be held: a page at a time, in the order of members and items. */
import { sql } from 'kysely'
import type { Reader } from '#server/core/feature.ts'
import { db, type InteractionKind } from './tables.ts'

/** What the server knows anyway, and what members share. */
export const metTables = ['recommendations_interaction', 'recommendations_shared'] as const

export interface Met {
  member_id: string
  item: string
  weight: number
}

/**
 * One entry for a member and an item, whatever the acts were, from `from` until before `to`.
 * @param without kinds of acts that are left out
 */
export async function* pagesOf(
  reader: Reader,
  from: number,
  to: number,
  atOnce: number,
  without: readonly InteractionKind[] = [],
): AsyncGenerator<Met[]> {
  let last: Met | undefined
  for (;;) {
    const page = await pageAfter(reader, from, to, atOnce, without, last)
    if (page.length > 0) yield page
    if (page.length < atOnce) return
    last = page.at(-1)
  }
}

function pageAfter(
  reader: Reader,
  from: number,
  to: number,
  limit: number,
  without: readonly InteractionKind[],
  last: Met | undefined,
): Promise<Met[]> {
  const within = (table: (typeof metTables)[number]) =>
    db(reader)
      .selectFrom(table)
      .select(['member_id', 'item', 'weight'])
      .where('at', '>=', from)
      .where('at', '<', to)
      .$if(last !== undefined, (query) =>
        query.where((where) =>
          where.or([
            where('member_id', '>', last!.member_id),
            where.and([where('member_id', '=', last!.member_id), where('item', '>', last!.item)]),
          ]),
        ),
      )
  const acts = within('recommendations_interaction').$if(without.length > 0, (query) =>
    query.where(sql.ref('kind'), 'not in', without),
  )
  return db(reader)
    .selectFrom(acts.unionAll(within('recommendations_shared')).as('met'))
    .select(['member_id', 'item', sql<number>`sum(weight)`.as('weight')])
    .groupBy(['member_id', 'item'])
    .orderBy('member_id')
    .orderBy('item')
    .limit(limit)
    .execute()
}
