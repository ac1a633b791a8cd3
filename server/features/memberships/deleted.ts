import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import type { Tables } from './tables.ts'

/** Orders, payments and the ledger stay, under an id that leads to nobody; what a provider told of the payer does not. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { name, email }) => {
  const db = tx.tables<Tables>()
  const traces = new Set([email, name].filter(Boolean).map((trace) => trace.toLowerCase()))
  const told = await db.selectFrom('memberships_event').select(['id', 'body']).execute()
  for (const { id, body } of told) {
    const after = JSON.stringify(withoutPayer(JSON.parse(body), traces))
    if (after !== JSON.stringify(JSON.parse(body)))
      await db.updateTable('memberships_event').set({ body: after }).where('id', '=', id).execute()
  }
})

/** Fields that say who paid, where they say one of these; a name may be a word that stands for something elsewhere. */
function withoutPayer(value: unknown, traces: ReadonlySet<string>, field = ''): unknown {
  if (typeof value === 'string')
    return /name|email/i.test(field) && traces.has(value.trim().toLowerCase()) ? '…' : value
  if (Array.isArray(value)) return value.map((one) => withoutPayer(one, traces, field))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutPayer(one, traces, key)]))
}
