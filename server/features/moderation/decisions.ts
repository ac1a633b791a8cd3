/**
 * Decisions about what a member wrote, and penalties. What is taken down is hidden at once, whatever was decided; what
 * was deleted, or rejected, and what an appeal did not bring back, is erased when nothing can change any more.
 */
import type { Reader, Tx } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { type DecisionRow, hoursOf, ladderMonths, type Reason } from '#shared/features/moderation.ts'
import { fingerprint } from '#shared/features/moderation-text.ts'
import { log } from './log.ts'
import { takeBackReports } from './reports.ts'
import { rulesOf } from './rules.ts'
import { type Decision, db } from './tables.ts'

const day = 86_400_000

export function decisionById(reader: Reader, id: string): Promise<Decision | undefined> {
  return db(reader).selectFrom('moderation_decision').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Those about the same thing that can still change. */
export function openDecision(reader: Reader, target: string): Promise<Decision | undefined> {
  return db(reader)
    .selectFrom('moderation_decision')
    .selectAll()
    .where('target', '=', target)
    .where('act', 'in', ['hidden', 'deleted'])
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}

interface Deciding {
  id: string
  reason: Reason
  note: string
  /** `null`: the rules. */
  byId: string | null
}

async function insert(
  tx: Tx,
  said: Deciding & Pick<Decision, 'act' | 'member_id'> & Partial<Decision>,
): Promise<Decision> {
  const { byId, ...rest } = said
  const { appealDays } = await rulesOf(tx)
  const decision: Decision = {
    target: '',
    title: '',
    text: '',
    command: null,
    command_id: null,
    input: null,
    acted_at: tx.now,
    by_id: byId,
    at: tx.now,
    until: null,
    // Whoever is kept out has as long, once they are back.
    appeal_until: Math.max(tx.now, said.act === 'suspended' ? (said.until ?? 0) : 0) + appealDays * day,
    appeal: null,
    appealed_at: null,
    outcome: null,
    outcome_note: '',
    closed_at: null,
    print: '',
    ...rest,
  }
  await db(tx).insertInto('moderation_decision').values(decision).execute()
  await publishDecision(tx, decision)
  await log(tx, {
    byId,
    act: decision.act,
    target: decision.target || (decision.until === null ? '' : `member:${decision.member_id}`),
    memberId: decision.member_id || null,
    reason: decision.reason,
    note: decision.note,
    until: decision.until,
  })
  await tellAuthor(tx, decision, `moderation.notice_${decision.act}`)
  await tx.later(
    'moderation.close',
    { id: decision.id },
    { at: decision.appeal_until, key: `moderation.close:${decision.id}` },
  )
  return decision
}

async function tellAuthor(tx: Tx, decision: Decision, word: string): Promise<void> {
  if (decision.member_id === '') return
  await tx.tell('notifications.notify', {
    memberId: decision.member_id,
    type: 'moderation',
    word,
    about: `decision:${decision.id}`,
    key: `decision:${decision.id}`,
  })
}

async function change(tx: Tx, id: string, changes: Partial<Decision>): Promise<Decision> {
  const changed = await db(tx)
    .updateTable('moderation_decision')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await publishDecision(tx, changed)
  return changed
}

async function publishDecision(tx: Tx, decision: Decision): Promise<void> {
  if (decision.member_id === '') return
  const row: DecisionRow = {
    id: decision.id,
    memberId: decision.member_id,
    act: decision.act,
    target: decision.target,
    title: decision.title,
    text: decision.text,
    command: decision.command,
    input: decision.input === null ? null : (JSON.parse(decision.input) as Record<string, unknown>),
    reason: decision.reason,
    note: decision.note,
    at: decision.at,
    until: decision.until,
    appealUntil: decision.appeal_until,
    appeal:
      decision.appeal === null ? null : { text: decision.appeal, at: decision.appealed_at ?? decision.at },
    outcome: decision.outcome,
    outcomeNote: decision.outcome_note,
    closedAt: decision.closed_at,
  }
  await tx.publish('decisions', decision.id, row)
}

const gone = (): Result<never> =>
  refuse('gone', 'it is not there any more', { field: 'target', reason: 'moderation.refused_gone' })

export async function isTaken(tx: Tx, id: string): Promise<boolean> {
  return (await decisionById(tx, id)) !== undefined
}

/** Out of everybody's sight, at once. What the rules had hidden is a moderator's decision from here on. */
export async function takeDown(
  tx: Tx,
  said: Deciding & { target: string; act: 'hidden' | 'deleted' },
): Promise<Result<Decision>> {
  const [kind, id] = said.target.split(':', 2) as [string, string]
  const matter = (await tx.matters())[kind]
  if (!matter?.hide) {
    return refuse('invalid', 'this cannot be hidden', {
      field: 'target',
      reason: 'moderation.refused_target',
    })
  }
  const now = await matter.find(tx, id)
  if (!now) return gone()
  const earlier = await openDecision(tx, said.target)
  if (earlier) {
    const { act, reason, note, byId } = said
    const changed = await change(tx, earlier.id, { act, reason, note, by_id: byId })
    await log(tx, { byId, act, target: said.target, memberId: now.authorId, reason, note })
    if (earlier.act !== act) await tellAuthor(tx, changed, `moderation.notice_${act}`)
    return ok(changed)
  }
  if (!now.hidden) await matter.hide(tx, id)
  const decision = await insert(tx, {
    ...said,
    member_id: now.authorId ?? '',
    title: now.title,
    text: now.text,
    print: fingerprint(now.text),
  })
  await tx.tell('moderation.hidden', { target: said.target, authorId: now.authorId })
  return ok(decision)
}

export async function reject(
  tx: Tx,
  said: Deciding &
    Pick<Decision, 'member_id' | 'command' | 'command_id' | 'input' | 'title' | 'text' | 'acted_at'>,
): Promise<Decision> {
  return insert(tx, { ...said, act: 'rejected', print: fingerprint(said.text) })
}

export interface Penalty extends Deciding {
  memberId: string
  kind: 'silence' | 'suspend'
  /** `null`: the next of the ladder. */
  hours: number | null
}

export async function penalise(tx: Tx, { memberId, kind, hours, ...said }: Penalty): Promise<Decision> {
  const earlier = await db(tx)
    .selectFrom('moderation_decision')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('member_id', '=', memberId)
    .where('act', 'in', ['silenced', 'suspended'])
    .where('at', '>', tx.now - ladderMonths * 30 * day)
    .where((where) => where.or([where('outcome', 'is', null), where('outcome', '=', 'upheld')]))
    .executeTakeFirst()
  const until = tx.now + (hours ?? hoursOf(Number(earlier?.count ?? 0))) * 3_600_000
  const act = kind === 'silence' ? 'silenced' : 'suspended'
  const decision = await insert(tx, { ...said, act, member_id: memberId, until })
  if (kind === 'silence') await tx.tell('moderation.silenced', { memberId, until })
  else {
    await bar(tx, memberId)
    await tx.tell('moderation.suspended', { memberId, until })
  }
  return decision
}

/** The longest of those that stand decides. */
async function bar(tx: Tx, memberId: string): Promise<void> {
  const longest = await standingPenalty(tx, memberId, 'suspended')
  await tx.bar(memberId, longest?.until ?? null, longest ? `moderation.reason_${longest.reason}` : '')
}

/** The silence or suspension that lasts longest now. */
export async function standingPenalty(
  reader: Reader,
  memberId: string,
  act: 'silenced' | 'suspended',
): Promise<{ until: number; reason: Reason } | undefined> {
  const found = await db(reader)
    .selectFrom('moderation_decision')
    .select(['until', 'reason'])
    .where('member_id', '=', memberId)
    .where('act', '=', act)
    .where('until', '>', reader.now)
    .orderBy('until', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found && { until: found.until!, reason: found.reason }
}

/** As if it had not been decided. */
export async function undo(
  tx: Tx,
  decision: Decision,
  { byId, note, act }: { byId: string | null; note: string; act: 'lifted' | 'restored' | 'overturned' },
): Promise<Result<void>> {
  if (decision.act === 'rejected') {
    const done = await tx.perform(decision.member_id, {
      commandId: decision.command_id!,
      name: decision.command!,
      input: JSON.parse(decision.input!),
      at: decision.acted_at,
    })
    if (!done.ok) return done
  } else if (decision.act === 'hidden' || decision.act === 'deleted') {
    const [kind, id] = decision.target.split(':', 2) as [string, string]
    const matter = (await tx.matters())[kind]
    const now = await matter?.find(tx, id)
    if (!matter?.restore || !now) return gone()
    await matter.restore(tx, id)
    const reporters = await takeBackReports(tx, decision.target)
    await tx.tell('moderation.restored', { target: decision.target, authorId: now.authorId, reporters })
  }
  const isPenalty = decision.until !== null
  const closed = await change(tx, decision.id, {
    ...(isPenalty ? { until: Math.min(decision.until!, tx.now) } : {}),
    // What is in sight again is kept nowhere else.
    text: '',
    input: null,
    outcome: 'overturned',
    outcome_note: note,
    closed_at: tx.now,
  })
  if (decision.act === 'suspended') await bar(tx, decision.member_id)
  await log(tx, { byId, act, target: decision.target, memberId: decision.member_id || null, note })
  await tellAuthor(tx, closed, 'moderation.notice_overturned')
  return ok()
}

/** The appeal was answered with no, or its time has passed: what was taken from sight for good goes for good. */
export async function close(
  tx: Tx,
  decision: Decision,
  answer?: { byId: string; note: string },
): Promise<void> {
  // A text that was only hidden can still be shown again, unless its author asked and it was looked at twice.
  const goes =
    decision.act === 'deleted' || decision.act === 'rejected' || (decision.act === 'hidden' && answer)
  if (goes) {
    const [kind, id] = decision.target.split(':', 2) as [string, string]
    if (decision.target !== '') await (await tx.matters())[kind]?.erase?.(tx, id)
    tx.scrub()
  }
  const closed = await change(tx, decision.id, {
    ...(goes ? { title: '', text: '', input: null } : {}),
    ...(answer ? { outcome: 'upheld' as const, outcome_note: answer.note } : {}),
    closed_at: tx.now,
  })
  const about = { target: decision.target, memberId: decision.member_id || null }
  if (answer) await log(tx, { byId: answer.byId, act: 'upheld', note: answer.note, ...about })
  if (goes) await log(tx, { byId: answer?.byId ?? null, act: 'erased', ...about })
  if (answer) await tellAuthor(tx, closed, 'moderation.notice_upheld')
}

/** What somebody else has erased meanwhile is kept here no longer. */
export async function forget(tx: Tx, target: string): Promise<void> {
  const decision = await openDecision(tx, target)
  if (!decision) return
  tx.scrub()
  await change(tx, decision.id, { title: '', text: '', closed_at: tx.now })
}

export async function markAppealed(tx: Tx, id: string, text: string): Promise<Decision> {
  return change(tx, id, { appeal: text, appealed_at: tx.now })
}

/** What there is of a member, whoever may come in now. */
export async function memberNow(reader: Reader, id: string): Promise<MemberRow | null> {
  return reader.row<MemberRow>('members', id)
}
