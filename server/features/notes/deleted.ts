import { listener } from '#server/core/feature.ts'
import type { NotesRow } from '#shared/features/notes.ts'
import { profiles } from '#shared/features/profiles.ts'
import { db } from './tables.ts'
import { publishVersion } from './versions.ts'

/** Notes are everybody's who wrote them: the words stay, the name goes. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId, name }) => {
  const wrote = await db(tx)
    .deleteFrom('notes_contributor')
    .where('member_id', '=', memberId)
    .returning('session_id')
    .execute()
  for (const { session_id: id } of wrote) {
    const row = await tx.row<NotesRow>('notes', id)
    if (row) await tx.publish('notes', id, { ...row, contributors: without(row.contributors, name) })
  }
  const like = `%"${memberId}"%`
  const versions = await db(tx)
    .selectFrom('notes_version')
    .selectAll()
    .where((where) =>
      where.or([
        where('author_ids', 'like', like),
        where('lost_by', 'like', like),
        where('named_by', '=', memberId),
      ]),
    )
    .execute()
  // Made anew from who is a member now.
  for (const version of versions) await publishVersion(tx, version)
})

/** Once: another may be called the same. */
function without(names: readonly string[], name: string): string[] {
  const at = names.indexOf(name)
  return names.filter((_, i) => i !== at)
}
