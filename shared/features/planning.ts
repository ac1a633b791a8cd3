/**
 * Planning: what happens before an event and after it. A *board* is a shared document that its organisers write, begun
 * from one of six templates (`plan-board.ts` reads and writes it). Members propose topics and vote for them; organisers
 * make events of them. After an event its sessions' notes become the draft of a recap.
 */
import * as v from 'valibot'
import { command, defineContract, fact, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { holds, isMember, type Viewer } from '../core/viewer.ts'
import { budgetCurrencies, planRoots, type TemplateId, templateIds } from './plan-kinds.ts'

/** Row id: the event's. Carries the board's document: whoever sees it is an organiser. */
export interface PlanBoardRow {
  eventId: string
  template: TemplateId
  currency: (typeof budgetCurrencies)[number]
  startedBy: string
  startedAt: number
  tasks: number
  done: number
  /** Log sequence of the board's room. */
  sequence: number
}

/** One task of a board, as the server read it last. Row id: `<eventId>/<taskId>`. */
export interface PlanTaskRow {
  eventId: string
  title: string
  done: boolean
  /** See `dueAt`. */
  days: number
  /** Member ids. */
  owners: string[]
}

export const proposalStates = ['open', 'planned', 'done', 'declined'] as const
export type ProposalState = (typeof proposalStates)[number]

export interface ProposalRow {
  id: string
  title: string
  text: string
  template: TemplateId
  state: ProposalState
  authorId: string
  authorName: string
  createdAt: number
  votes: number
  /** What came of it. */
  eventId: string | null
  /** Why it was declined. */
  reason: string
}

/** One's own vote. Row id: `voteId(proposalId, memberId)`. */
export interface ProposalVoteRow {
  proposalId: string
  at: number
}

/** An article made of an event's notes. Row id: the article's. */
export interface RecapRow {
  eventId: string
  articleId: string
  /** Guests may know of it. */
  isPublic: boolean
  at: number
}

const id = v.pipe(v.string(), v.uuid())
const eventId = v.pipe(v.string(), v.minLength(1), v.maxLength(60))
const boardLane = (input: { eventId: string }): string => `plan:${input.eventId}`
const proposalLane = (input: { proposalId: string }): string => `proposal:${input.proposalId}`

export const planning = defineContract({
  name: 'planning',
  needs: ['events'],
  commands: {
    /** Begins the board of an event that exists. */
    start: command(
      v.strictObject({
        eventId,
        template: v.picklist(templateIds),
        lang: v.picklist(['zh', 'en']),
        currency: v.picklist(budgetCurrencies),
        /** It comes from this proposal, which is then planned. */
        proposalId: v.nullable(id),
      }),
      boardLane,
    ),
    propose: command(
      v.strictObject({
        proposalId: id,
        title: line(120),
        text: v.pipe(v.string(), v.trim(), v.maxLength(2_000)),
        template: v.picklist(templateIds),
      }),
      proposalLane,
    ),
    withdraw: command(v.strictObject({ proposalId: id }), proposalLane),
    vote: command(v.strictObject({ proposalId: id, on: v.boolean() }), proposalLane),
    decide: command(
      v.strictObject({
        proposalId: id,
        state: v.picklist(proposalStates),
        reason: v.pipe(v.string(), v.trim(), v.maxLength(300)),
      }),
      proposalLane,
    ),
    /** Fills a draft of one's own with what was noted in the sessions. */
    recap: command(
      v.strictObject({ eventId, draftId: id, lang: v.picklist(['zh', 'en']) }),
      (input) => `draft:${input.draftId}`,
    ),
  },
  rows: {
    plan_boards: row<PlanBoardRow>(),
    plan_tasks: row<PlanTaskRow>('eventId'),
    proposals: row<ProposalRow>('votes'),
    proposal_votes: row<ProposalVoteRow>('proposalId'),
    recaps: row<RecapRow>('eventId'),
  },
  documents: { plan: { writers: 'members', row: 'plan_boards', roots: planRoots } },
  queries: {},
  facts: {
    started: fact<{ eventId: string; byId: string; template: TemplateId }>(),
    proposed: fact<{ proposalId: string; authorId: string }>(),
    voted: fact<{ proposalId: string; authorId: string; memberId: string; on: boolean }>(),
    decided: fact<{ proposalId: string; authorId: string; state: ProposalState; eventId: string | null }>(),
  },
  own: {
    rows: {
      proposals: (row: ProposalRow, _id, memberId) => row.authorId === memberId,
      proposal_votes: (_row, id, memberId) => id.endsWith(`:${memberId}`),
    },
  },
})

export function planRoom(eventId: string): string {
  return `plan/${eventId}`
}

export function taskRowId(eventId: string, taskId: string): string {
  return `${eventId}/${taskId}`
}

export function voteId(proposalId: string, memberId: string): string {
  return `${proposalId}:${memberId}`
}

/** Moderators begin a plan; once it is there, the event's staff work on it with them. */
export function canStartPlan(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

export function canPropose(viewer: Viewer): boolean {
  return isMember(viewer)
}

/** Until something has come of it. */
export function canWithdraw(viewer: Viewer, proposal: Pick<ProposalRow, 'authorId' | 'state'>): boolean {
  return (
    (viewer.id === proposal.authorId && proposal.state === 'open') ||
    (isMember(viewer) && holds(viewer, 'moderator'))
  )
}

export function canVote(viewer: Viewer, proposal: Pick<ProposalRow, 'state'>): boolean {
  return isMember(viewer) && proposal.state === 'open'
}

export function canDecide(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

/** Those who write articles write recaps. */
export function canRecap(viewer: Viewer): boolean {
  return holds(viewer, 'author')
}

/** Most votes first; of equals the older one. */
export function byVotes(
  a: Pick<ProposalRow, 'votes' | 'createdAt'>,
  b: Pick<ProposalRow, 'votes' | 'createdAt'>,
): number {
  return b.votes - a.votes || a.createdAt - b.createdAt
}
