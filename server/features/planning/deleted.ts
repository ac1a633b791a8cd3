import { listener } from '#server/core/feature.ts'
import { voteId } from '#shared/features/planning.ts'
import { profiles } from '#shared/features/profiles.ts'
import { publishProposal } from './proposals.ts'
import { db } from './tables.ts'

/** What they proposed stays, since others voted for it, and names nobody; their votes go. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  const votes = await db(tx)
    .deleteFrom('planning_vote')
    .where('member_id', '=', memberId)
    .returning('proposal_id')
    .execute()
  for (const { proposal_id } of votes) await tx.publish('proposal_votes', voteId(proposal_id, memberId), null)
  await db(tx)
    .updateTable('planning_proposal')
    .set({ author_name: '' })
    .where('author_id', '=', memberId)
    .execute()
  const touched = votes.map(({ proposal_id }) => proposal_id)
  const proposals = await db(tx)
    .selectFrom('planning_proposal')
    .selectAll()
    .where((where) =>
      touched.length === 0
        ? where('author_id', '=', memberId)
        : where.or([where('author_id', '=', memberId), where('id', 'in', touched)]),
    )
    .execute()
  for (const proposal of proposals) await publishProposal(tx, proposal)
})
