/** What members want to happen: one vote each, and what the organisers make of it. */
import type { CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { Fact } from '#shared/features/index.ts'
import {
  canDecide,
  canPropose,
  canVote,
  canWithdraw,
  type ProposalRow,
  type ProposalVoteRow,
  type planning,
  voteId,
} from '#shared/features/planning.ts'
import { db, type Tables } from './tables.ts'

type Commands = typeof planning.commands
type Handler<K extends keyof Commands> = CommandHandler<InputOf<Commands[K]>>
type Proposal = Tables['planning_proposal']

/** Of one member, while nothing has come of them. */
const mostOpen = 10

const noProposal = (): Result<never> =>
  refuse('not_found', 'no such proposal', { field: 'proposalId', reason: 'planning.refused_proposal' })
const organisersOnly = (): Result<never> =>
  refuse('forbidden', 'this is for organisers', { reason: 'planning.refused_organisers' })

function proposalOf(tx: Pick<Tx, 'tables'>, id: string): Promise<Proposal | undefined> {
  return db(tx).selectFrom('planning_proposal').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function publishProposal(tx: Tx, proposal: Proposal): Promise<void> {
  const votes = await db(tx)
    .selectFrom('planning_vote')
    .select((select) => select.fn.countAll().as('count'))
    .where('proposal_id', '=', proposal.id)
    .executeTakeFirstOrThrow()
  const row: ProposalRow = {
    id: proposal.id,
    title: proposal.title,
    text: proposal.text,
    template: proposal.template,
    state: proposal.state,
    authorId: proposal.author_id,
    authorName: proposal.author_name,
    createdAt: proposal.created_at,
    votes: Number(votes.count),
    eventId: proposal.event_id,
    reason: proposal.reason,
  }
  await tx.publish('proposals', proposal.id, row)
}

/** @returns whether anything changed. */
async function setVote(tx: Tx, proposalId: string, memberId: string, on: boolean): Promise<boolean> {
  const held = await db(tx)
    .selectFrom('planning_vote')
    .select('at')
    .where('proposal_id', '=', proposalId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if ((held !== undefined) === on) return false
  if (on) {
    await db(tx)
      .insertInto('planning_vote')
      .values({ proposal_id: proposalId, member_id: memberId, at: tx.now })
      .execute()
  } else {
    await db(tx)
      .deleteFrom('planning_vote')
      .where('proposal_id', '=', proposalId)
      .where('member_id', '=', memberId)
      .execute()
  }
  const row: ProposalVoteRow | null = on ? { proposalId, at: tx.now } : null
  await tx.publish('proposal_votes', voteId(proposalId, memberId), row)
  return true
}

export const propose: Handler<'propose'> = {
  async allow({ tx, viewer }) {
    if (!canPropose(viewer)) return refuse('forbidden', 'members propose')
    const open = await db(tx)
      .selectFrom('planning_proposal')
      .select('id')
      .where('author_id', '=', viewer.id)
      .where('state', '=', 'open')
      .execute()
    return open.length < mostOpen
      ? ok()
      : refuse('conflict', 'too many open proposals', {
          reason: 'planning.refused_many',
          params: { limit: mostOpen },
        })
  },
  async handle({ tx, viewer }, { proposalId, title, text, template }) {
    if (await proposalOf(tx, proposalId))
      return refuse('conflict', 'this id is taken', { field: 'proposalId' })
    const proposal: Proposal = {
      id: proposalId,
      title,
      text,
      template,
      state: 'open',
      author_id: viewer.id,
      author_name: (await tx.row<MemberRow>('members', viewer.id))?.name ?? '',
      created_at: tx.now,
      event_id: null,
      reason: '',
    }
    await db(tx).insertInto('planning_proposal').values(proposal).execute()
    // Whoever proposes something wants it.
    await setVote(tx, proposalId, viewer.id, true)
    await publishProposal(tx, proposal)
    await tx.tell('planning.proposed', { proposalId, authorId: viewer.id })
    return ok({ proposalId })
  },
}

export const withdraw: Handler<'withdraw'> = {
  async allow({ tx, viewer }, { proposalId }) {
    const found = await proposalOf(tx, proposalId)
    if (!found) return noProposal()
    return canWithdraw(viewer, { authorId: found.author_id, state: found.state })
      ? ok()
      : refuse('forbidden', 'not yours, or something has come of it', {
          reason: 'planning.refused_withdraw',
        })
  },
  async handle({ tx }, { proposalId }) {
    const votes = await db(tx)
      .selectFrom('planning_vote')
      .select('member_id')
      .where('proposal_id', '=', proposalId)
      .execute()
    for (const { member_id } of votes) await tx.publish('proposal_votes', voteId(proposalId, member_id), null)
    await db(tx).deleteFrom('planning_vote').where('proposal_id', '=', proposalId).execute()
    await db(tx).deleteFrom('planning_proposal').where('id', '=', proposalId).execute()
    await tx.publish('proposals', proposalId, null)
    return ok({})
  },
}

export const vote: Handler<'vote'> = {
  async allow({ tx, viewer }, { proposalId }) {
    const found = await proposalOf(tx, proposalId)
    if (!found) return noProposal()
    return canVote(viewer, found)
      ? ok()
      : refuse('conflict', 'the vote is over', { reason: 'planning.refused_vote' })
  },
  async handle({ tx, viewer }, { proposalId, on }) {
    const found = (await proposalOf(tx, proposalId))!
    if (await setVote(tx, proposalId, viewer.id, on)) {
      await publishProposal(tx, found)
      const memberId = viewer.id
      await tx.tell('planning.voted', { proposalId, authorId: found.author_id, memberId, on })
    }
    return ok({ on })
  },
}

export const decide: Handler<'decide'> = {
  async allow({ tx, viewer }, { proposalId }) {
    if (!canDecide(viewer)) return organisersOnly()
    return (await proposalOf(tx, proposalId)) ? ok() : noProposal()
  },
  async handle({ tx }, { proposalId, state, reason }) {
    const found = (await proposalOf(tx, proposalId))!
    // What is open again has no event yet.
    await settle(tx, { ...found, state, reason, event_id: state === 'open' ? null : found.event_id })
    return ok({ state })
  },
}

/** An event is being planned of it. */
export async function planProposal(tx: Tx, proposalId: string, eventId: string): Promise<Result<unknown>> {
  const found = await proposalOf(tx, proposalId)
  if (!found) return noProposal()
  await settle(tx, { ...found, state: 'planned', event_id: eventId, reason: '' })
  return ok()
}

async function settle(tx: Tx, proposal: Proposal): Promise<void> {
  const { id: proposalId, state, event_id: eventId, reason, author_id: authorId } = proposal
  await db(tx)
    .updateTable('planning_proposal')
    .set({ state, event_id: eventId, reason })
    .where('id', '=', proposalId)
    .execute()
  await publishProposal(tx, proposal)
  await tx.tell('planning.decided', { proposalId, authorId, state, eventId })
  if (state === 'open') return
  const notice: Fact<'notifications.notify'> = {
    memberId: authorId,
    type: 'events',
    word: `planning.notice_${state}`,
    about: `proposal:${proposalId}`,
    params: { reason },
    key: `proposal:${proposalId}`,
  }
  await tx.tell('notifications.notify', notice)
}
