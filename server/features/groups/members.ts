/** Who is in a group: rows, and the grant that opens things to them. */
import type { Tx } from '#server/core/feature.ts'
import type { AccountRow, MemberRow } from '#shared/features/accounts.ts'
import { type GroupMemberRow, type GroupRow, groupAudience, groupMemberId } from '#shared/features/groups.ts'
import { db, type GroupRecord, type MemberRecord, membersOf } from './tables.ts'

/** Other features may have their own reasons for the same grant. */
const source = 'groups'

export async function publishGroup(tx: Tx, group: GroupRecord): Promise<void> {
  const { id, name, description, joining, created_at: createdAt } = group
  const { members } = await db(tx)
    .selectFrom('groups_member')
    .select((select) => select.fn.countAll<number>().as('members'))
    .where('group_id', '=', id)
    .executeTakeFirstOrThrow()
  const row: GroupRow = { id, name, description, joining, members: Number(members), createdAt }
  await tx.publish('groups', id, row)
}

async function publishMember(tx: Tx, record: MemberRecord): Promise<void> {
  const { group_id: groupId, member_id: memberId, lead, joined_at: joinedAt } = record
  const row: GroupMemberRow = { groupId, memberId, lead: lead === 1, joinedAt }
  await tx.publish('group_members', groupMemberId(groupId, memberId), row)
}

/** Whoever is in the group already stays as they are. */
export async function addTo(tx: Tx, groupId: string, memberId: string): Promise<void> {
  const record: MemberRecord = { group_id: groupId, member_id: memberId, lead: 0, joined_at: tx.now }
  const added = await db(tx)
    .insertInto('groups_member')
    .values(record)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (Number(added.numInsertedOrUpdatedRows ?? 0) === 0) return
  await tx.grant(memberId, groupAudience(groupId), source)
  await publishMember(tx, record)
  await tx.tell('groups.joined', { groupId, memberId })
}

/** What was open to them because of the group closes. @returns false when they were not in it. */
export async function removeFrom(tx: Tx, groupId: string, memberId: string): Promise<boolean> {
  const removed = await db(tx)
    .deleteFrom('groups_member')
    .where('group_id', '=', groupId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (removed.numDeletedRows === 0n) return false
  await tx.publish('group_members', groupMemberId(groupId, memberId), null)
  await tx.revoke(memberId, groupAudience(groupId), source)
  await tx.tell('groups.left', { groupId, memberId })
  return true
}

export async function setLead(tx: Tx, record: MemberRecord, lead: boolean): Promise<void> {
  const after = { ...record, lead: lead ? 1 : 0 }
  await db(tx)
    .updateTable('groups_member')
    .set({ lead: after.lead })
    .where('group_id', '=', record.group_id)
    .where('member_id', '=', record.member_id)
    .execute()
  await publishMember(tx, after)
}

export async function empty(tx: Tx, groupId: string): Promise<void> {
  for (const { member_id: memberId } of await membersOf(tx, groupId)) await removeFrom(tx, groupId, memberId)
}

/** @param byEmail whether emails count: who has which is not everybody's to find out. */
export async function findMembers(
  tx: Tx,
  names: readonly string[],
  byEmail: boolean,
): Promise<{ ids: string[]; unknown: string[] }> {
  const known = new Map<string, string>()
  for (const { id, data } of await tx.rows<MemberRow>('members')) known.set(data.handle, id)
  if (byEmail) for (const { id, data } of await tx.rows<AccountRow>('accounts')) known.set(data.email, id)
  const asked = names.map((name) => ({ name, id: known.get(name.replace(/^@/, '')) }))
  return {
    ids: [...new Set(asked.flatMap(({ id }) => (id === undefined ? [] : [id])))],
    unknown: asked.filter(({ id }) => id === undefined).map(({ name }) => name),
  }
}
