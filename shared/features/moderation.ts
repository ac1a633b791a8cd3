/**
 * Moderation: members report, rules look at what arrives, moderators decide, authors appeal. What was taken out of sight
 * is known to the server and to its author alone; what was deleted is gone for good once its author can appeal no more,
 * or has. Every decision stands in a log that only grows.
 */
import * as v from 'valibot'
import { command, defineContract, fact, query, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { holds, type Viewer } from '../core/viewer.ts'
import { type ModerationRules, ruleInput, rulesInput } from './moderation-rules.ts'

export const reasons = ['spam', 'abuse', 'off_topic', 'illegal', 'private', 'wrong', 'other'] as const
export type Reason = (typeof reasons)[number]

/** What can be reported: kinds of what members write, of any feature. */
export const targetPattern = /^(post|thread|article|answer|member):[0-9a-f-]{36}$/

export const acts = [
  'approved',
  'rejected',
  'kept',
  'ignored',
  'hidden',
  'deleted',
  'restored',
  'silenced',
  'suspended',
  'lifted',
  'appealed',
  'upheld',
  'overturned',
  'erased',
  'rules',
] as const
export type LogAct = (typeof acts)[number]

/** Hours of the first silence or suspension, the second … */
export const ladder = [24, 72, 168, 720] as const
/** Penalties of this time count for the ladder. */
export const ladderMonths = 6

/** What somebody is to look at. Row id: its own. */
export interface ReviewItemRow {
  id: string
  /** `held`: not there yet. `reported`: somebody, or a rule, asks for a look. `appeal`: against `decision`. */
  kind: 'held' | 'reported' | 'appeal'
  /** Changes with what is to be decided on. */
  version: number
  /** '' for what is held. */
  target: string
  /** Of what is held; '' otherwise. */
  command: string
  authorId: string | null
  authorName: string
  title: string
  text: string
  path: string
  /** Name of the rule that asks for it; ''. */
  rule: string
  reports: { memberId: string; name: string; reason: Reason; note: string; at: number }[]
  score: number
  hidden: boolean
  claimedBy: string | null
  claimedName: string
  claimedAt: number
  createdAt: number
  /** What the appeal is against, and what it says. */
  decision: null | {
    id: string
    act: DecisionAct
    reason: Reason
    note: string
    byId: string | null
    appeal: string
  }
}

/** What the author waits for. Row id: the item's. */
export interface HeldItemRow {
  memberId: string
  command: string
  input: Record<string, unknown>
  /** Kind of the rule; `review`: everything of its kind is looked at. */
  why: string
  at: number
}

export const decisionActs = ['rejected', 'hidden', 'deleted', 'silenced', 'suspended'] as const
export type DecisionAct = (typeof decisionActs)[number]

/** A decision about something of this member's. Row id: its own. */
export interface DecisionRow {
  id: string
  memberId: string
  act: DecisionAct
  target: string
  title: string
  /** Theirs to keep: nobody else's device has it. '' once it was erased. */
  text: string
  /** What was rejected, to be sent again; `null` otherwise and once it was erased. */
  command: string | null
  input: Record<string, unknown> | null
  reason: Reason
  note: string
  at: number
  /** Of a silence or suspension. */
  until: number | null
  appealUntil: number
  appeal: null | { text: string; at: number }
  outcome: null | 'upheld' | 'overturned'
  outcomeNote: string
  /** Nothing can change any more. */
  closedAt: number | null
}

/** A report of this member's. Row id: `reportId(memberId, target)`. */
export interface ReportRow {
  memberId: string
  target: string
  reason: Reason
  note: string
  at: number
  outcome: null | 'upheld' | 'rejected' | 'ignored'
  answeredAt: number | null
}

/** Row id: its number, with leading zeros. */
export interface LogRow {
  number: number
  at: number
  /** `null`: the rules. */
  byId: string | null
  act: LogAct
  target: string
  memberId: string | null
  reason: Reason | null
  note: string
  until: number | null
  /** Over this entry and the hash of the one before. */
  hash: string
}

/** The one row of `moderation_rules`. */
export const rulesId = 'rules'

const id = v.pipe(v.string(), v.uuid())
const target = v.pipe(v.string(), v.regex(targetPattern))
const reason = v.picklist(reasons)
const note = v.pipe(v.string(), v.trim(), v.maxLength(1_000))
const hours = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8_760)))
const penalty = v.strictObject({
  id,
  kind: v.picklist(['silence', 'suspend']),
  /** `null`: the next of the ladder. */
  hours,
})

export interface Caught {
  target: string
  path: string
  title: string
  authorName: string
  excerpt: string
  at: number
}

export const moderation = defineContract({
  name: 'moderation',
  commands: {
    report: command(v.strictObject({ target, reason, note }), (input) => `report:${input.target}`),
    claim: command(v.strictObject({ itemId: id, on: v.boolean() }), (input) => `review:${input.itemId}`),
    decide: command(
      v.strictObject({
        itemId: id,
        version: v.pipe(v.number(), v.integer()),
        /**
         * Held: `approve` (as `edited`, if given), `reject`. Reported: `keep`, `hide`, `delete`, `penalise`
         * (what is reported stays), `ignore`. Appeal: `uphold`, `overturn`.
         */
        act: v.picklist([
          'approve',
          'reject',
          'keep',
          'hide',
          'delete',
          'penalise',
          'ignore',
          'uphold',
          'overturn',
        ]),
        decisionId: id,
        reason,
        note,
        edited: v.optional(
          v.strictObject({
            title: v.optional(line(200)),
            body: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500_000)),
          }),
        ),
        penalty: v.optional(penalty),
      }),
      (input) => `review:${input.itemId}`,
    ),
    /** Without a report. */
    take_down: command(
      v.strictObject({ decisionId: id, target, act: v.picklist(['hide', 'delete']), reason, note }),
      (input) => `target:${input.target}`,
    ),
    penalise: command(
      v.strictObject({ memberId: id, ...penalty.entries, reason, note }),
      (input) => `penalty:${input.memberId}`,
    ),
    /** Ends a silence or suspension, or shows again what was hidden or deleted and is not erased. */
    lift: command(v.strictObject({ decisionId: id, note }), (input) => `decision:${input.decisionId}`),
    appeal: command(
      v.strictObject({
        decisionId: id,
        text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(2_000)),
      }),
      (input) => `decision:${input.decisionId}`,
    ),
    set_rules: command(v.strictObject({ rules: rulesInput }), () => 'moderation_rules'),
  },
  rows: {
    review_items: row<ReviewItemRow>('createdAt'),
    held_items: row<HeldItemRow>('at'),
    decisions: row<DecisionRow>('at'),
    reports: row<ReportRow>('at'),
    moderation_log: row<LogRow>('number', 'memberId'),
    moderation_rules: row<ModerationRules>(),
  },
  documents: {},
  queries: {
    /** What a rule would have caught among the newest posts. */
    dry_run: query<
      v.StrictObjectSchema<{ rule: typeof ruleInput }, undefined>,
      { looked: number; caught: Caught[]; more: number; since: number | null }
    >(v.strictObject({ rule: ruleInput })),
    /** Are all entries of the log as they were written? `broken`: the first that is not. */
    verify_log: query<
      v.StrictObjectSchema<Record<never, never>, undefined>,
      { entries: number; broken: number | null }
    >(v.strictObject({})),
  },
  facts: {
    hidden: fact<{ target: string; authorId: string | null }>(),
    restored: fact<{ target: string; authorId: string | null; reporters: string[] }>(),
    upheld: fact<{ target: string; reporterId: string; byId: string | null }>(),
    silenced: fact<{ memberId: string; until: number }>(),
    suspended: fact<{ memberId: string; until: number }>(),
    appeal_closed: fact<{ decisionId: string; memberId: string; outcome: 'upheld' | 'overturned' }>(),
  },
  own: {
    rows: {
      held_items: (row: HeldItemRow, _id, memberId) => row.memberId === memberId,
      decisions: (row: DecisionRow, _id, memberId) => row.memberId === memberId,
      reports: (row: ReportRow, _id, memberId) => row.memberId === memberId,
    },
  },
})

export function canModerate(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

/** Nobody is punished by somebody of less power, nor by themselves; owners by nobody. */
export function canPenalise(viewer: Viewer, member: Viewer): boolean {
  return (
    canModerate(viewer) &&
    viewer.id !== member.id &&
    member.role !== 'owner' &&
    (member.role !== 'moderator' || holds(viewer, 'owner'))
  )
}

export function reportId(memberId: string, target: string): string {
  return `${memberId}:${target}`
}

/** Of a report: one, more for those who were trusted with more and whose reports were right before. */
export function weightOf(reporter: { viewer: Viewer; level: number; right: number; wrong: number }): number {
  const { viewer, level, right, wrong } = reporter
  const trust = holds(viewer, 'moderator')
    ? 5
    : viewer.role === 'author'
      ? 3
      : Math.min(4, Math.max(0, level - 1))
  const answered = right + wrong
  if (answered <= 5) return 1 + trust
  // Whose reports are mostly wrong weighs less than a newcomer.
  const share = right / answered
  return Math.max(0.25, (1 + trust) * Math.min(1, share + 0.5) + Math.max(0, share - 0.6) * 5)
}

/** @param earlier penalties of the last months. */
export function hoursOf(earlier: number): number {
  return ladder[Math.min(earlier, ladder.length - 1)]!
}

/** How long somebody keeps what they took up. */
export const claimMinutes = 15

export function claimHolds(item: Pick<ReviewItemRow, 'claimedBy' | 'claimedAt'>, now: number): boolean {
  return item.claimedBy !== null && now - item.claimedAt < claimMinutes * 60_000
}

export function canAppeal(
  decision: Pick<DecisionRow, 'appeal' | 'closedAt' | 'appealUntil'>,
  now: number,
): boolean {
  return decision.appeal === null && decision.closedAt === null && now < decision.appealUntil
}
