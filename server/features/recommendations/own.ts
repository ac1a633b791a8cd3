import type { Reader } from '#server/core/feature.ts'
import type { OwnFile, OwnSource } from '#shared/core/own.ts'
import { db } from './tables.ts'

/** What recommendations learn from a member: their acts, and what they chose to share. */
export async function* ownInteractions(reader: Reader, { memberId }: OwnSource): AsyncGenerator<OwnFile> {
  const acts = await db(reader)
    .selectFrom('recommendations_interaction')
    .select(['item', 'kind', 'weight', 'at'])
    .where('member_id', '=', memberId)
    .orderBy('at')
    .execute()
  const shared = await db(reader)
    .selectFrom('recommendations_shared')
    .select(['item', 'weight', 'at'])
    .where('member_id', '=', memberId)
    .orderBy('item')
    .execute()
  if (acts.length + shared.length === 0) return
  const text = JSON.stringify({ acts, shared }, null, 2)
  yield { path: 'data/recommendations.json', title: 'recommendations', text }
}
