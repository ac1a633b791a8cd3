import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import type { Tables } from './tables.ts'

/** Orders, payments and the ledger stay, under an id that leads to nobody; what a provider told of the payer does not. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { name, email }) => {
  const db = tx.tables<Tables>()
  for (const trace of [email, name].filter(Boolean)) {
    // As JSON writes it, which is how it came.
    const written = JSON.stringify(trace).slice(1, -1)
    const told = await db
      .selectFrom('memberships_event')
      .select(['id', 'body'])
      .where('body', 'like', `%${written}%`)
      .execute()
    for (const { id, body } of told)
      await db
        .updateTable('memberships_event')
        .set({ body: body.replaceAll(written, '…').replaceAll(trace, '…') })
        .where('id', '=', id)
        .execute()
  }
})
