import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import type { Tables } from './tables.ts'

/** Name, handle, address, password: gone, so that nothing tells any more who it was. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId, email }) => {
  const db = tx.tables<Tables>()
  await db.deleteFrom('accounts_member').where('id', '=', memberId).execute()
  await db.deleteFrom('accounts_reset').where('member_id', '=', memberId).execute()
  await db.deleteFrom('accounts_applicant').where('email', '=', email).execute()
  await tx.publish('members', memberId, null)
  await tx.publish('accounts', memberId, null)
})
