/** What is kept of a member who has left for good: that something was decided, about an id that leads to nobody. */
import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import { changeItem, closeItem } from './items.ts'
import { db } from './tables.ts'

export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  await db(tx)
    .updateTable('moderation_decision')
    .set({ title: '', text: '', input: null, appeal: null, closed_at: tx.now, print: '' })
    .where('member_id', '=', memberId)
    .execute()
  await db(tx).updateTable('moderation_report').set({ note: '' }).where('member_id', '=', memberId).execute()
  await db(tx).deleteFrom('moderation_post').where('member_id', '=', memberId).execute()
  await tx.bar(memberId, null)
  const open = await db(tx).selectFrom('moderation_item').selectAll().where('open', '=', 1).execute()
  for (const item of open) {
    const isTheirs = item.author_id === memberId && item.kind !== 'reported'
    if (isTheirs) await closeItem(tx, item, null)
    // Whoever is named in it is not any more.
    else await changeItem(tx, item.id, {})
  }
})
