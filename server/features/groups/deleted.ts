import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import { publishGroup, removeFrom } from './members.ts'
import { db } from './tables.ts'

export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  const groups = await db(tx)
    .selectFrom('groups_group')
    .innerJoin('groups_member', 'groups_member.group_id', 'groups_group.id')
    .selectAll('groups_group')
    .where('member_id', '=', memberId)
    .execute()
  for (const group of groups) {
    await removeFrom(tx, group.id, memberId)
    await publishGroup(tx, group)
  }
})
