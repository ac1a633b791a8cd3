import type { ClientHalf } from '#client/core/feature.ts'
import { type planning as contract, type ProposalRow, voteId } from '#shared/features/planning.ts'

export const overlays: ClientHalf<typeof contract>['overlays'] = {
  // The board is there when the server has made it: its room opens with the row.
  start: {
    rows: ({ proposalId, eventId }) =>
      proposalId === null
        ? []
        : [{ table: 'proposals', id: proposalId, data: { state: 'planned', eventId, reason: '' } }],
  },
  propose: {
    rows({ proposalId, title, text, template }, entry, existing, memberId) {
      const name = existing('members', memberId)?.data.name
      const row: ProposalRow = {
        id: proposalId,
        title,
        text,
        template,
        state: 'open',
        authorId: memberId,
        authorName: typeof name === 'string' ? name : '',
        createdAt: entry.at,
        votes: 1,
        eventId: null,
        reason: '',
      }
      return [
        { table: 'proposals', id: proposalId, data: { ...row } },
        { table: 'proposal_votes', id: voteId(proposalId, memberId), data: { proposalId, at: entry.at } },
      ]
    },
  },
  withdraw: { rows: ({ proposalId }) => [{ table: 'proposals', id: proposalId, data: null }] },
  vote: {
    rows({ proposalId, on }, entry, existing, memberId) {
      const id = voteId(proposalId, memberId)
      const held = existing('proposal_votes', id) !== undefined
      const votes = existing('proposals', proposalId)?.data.votes
      const own = { table: 'proposal_votes', id, data: on ? { proposalId, at: entry.at } : null }
      if (held === on || typeof votes !== 'number') return [own]
      const counted = Math.max(0, votes + (on ? 1 : -1))
      return [own, { table: 'proposals', id: proposalId, data: { votes: counted } }]
    },
  },
  decide: {
    rows: ({ proposalId, state, reason }) => [
      {
        table: 'proposals',
        id: proposalId,
        data: { state, reason, ...(state === 'open' ? { eventId: null } : {}) },
      },
    ],
  },
  recap: {},
}
