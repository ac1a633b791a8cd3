import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { JoinRule } from '#shared/features/groups.ts'

export interface Tables {
  groups_group: { id: string; name: string; description: string; joining: JoinRule; created_at: number }
  groups_member: { group_id: string; member_id: string; lead: number; joined_at: number }
}

export type GroupRecord = Tables['groups_group']
export type MemberRecord = Tables['groups_member']

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

const create: Migration = async (kysely: Kysely<unknown>) => {
  await kysely.schema
    .createTable('groups_group')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('joining', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await kysely.schema
    .createTable('groups_member')
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('lead', 'integer', (c) => c.notNull())
    .addColumn('joined_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('groups_member_key', ['group_id', 'member_id'])
    .execute()
}

export const migrations: Record<string, Migration> = { '001': create }

export async function groupById(reader: Reader, id: string): Promise<GroupRecord | undefined> {
  return db(reader).selectFrom('groups_group').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function membersOf(reader: Reader, groupId: string): Promise<MemberRecord[]> {
  return db(reader).selectFrom('groups_member').selectAll().where('group_id', '=', groupId).execute()
}

export async function membership(
  reader: Reader,
  groupId: string,
  memberId: string,
): Promise<MemberRecord | undefined> {
  return db(reader)
    .selectFrom('groups_member')
    .selectAll()
    .where('group_id', '=', groupId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
}
