import type { Act, ServerHalf, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { holds } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import {
  canAppeal,
  canModerate,
  canPenalise,
  claimHolds,
  type moderation as contract,
  reportId,
} from '#shared/features/moderation.ts'
import { isNewcomer } from '#shared/features/moderation-rules.ts'
import {
  close,
  decisionById,
  isTaken,
  markAppealed,
  memberNow,
  openDecision,
  penalise,
  reject,
  standingPenalty,
  takeDown,
  undo,
} from './decisions.ts'
import {
  addItem,
  changeItem,
  closeItem,
  itemById,
  matterNow,
  openItem,
  openReports,
  wordsOf,
} from './items.ts'
import { log, nameOf } from './log.ts'
import { answerReports, publishReport, weigh } from './reports.ts'
import { rulesOf, setRules } from './rules.ts'
import { type Decision, db, type Item, postId } from './tables.ts'

type Handlers = ServerHalf<typeof contract>['commands']
type Decide = InputOf<(typeof contract)['commands']['decide']>

const notYours = (): Result<never> => refuse('forbidden', 'this is for moderators')
const onlyModerators = ({ viewer }: Act): Result<unknown> => (canModerate(viewer) ? ok() : notYours())

const report: Handlers['report'] = {
  async allow({ tx, viewer }, { target }) {
    const [kind, id] = target.split(':', 2) as [string, string]
    const matter = (await tx.matters())[kind]
    const now = await matter?.find(tx, id)
    if (!matter || !now || !(await matter.mayRead(tx, viewer, id))) {
      return refuse('not_found', 'there is no such thing', {
        field: 'target',
        reason: 'moderation.refused_gone',
      })
    }
    return now.authorId === viewer.id
      ? refuse('forbidden', 'it is your own', { reason: 'moderation.refused_own' })
      : ok()
  },
  async handle({ tx, viewer }, { target, reason, note }) {
    const id = reportId(viewer.id, target)
    const earlier = await db(tx)
      .selectFrom('moderation_report')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    // Said once: what came of it is not asked for again.
    if (earlier) return ok({})
    const record = {
      id,
      target,
      member_id: viewer.id,
      reason,
      note,
      weight: await weigh(tx, viewer.id),
      at: tx.now,
      outcome: null,
      answered_at: null,
    }
    await db(tx).insertInto('moderation_report').values(record).execute()
    await publishReport(tx, record)
    await weighUp(tx, target)
    return ok({})
  },
}

/** Puts it before moderators, and out of sight where enough is said against it. */
async function weighUp(tx: Tx, target: string): Promise<void> {
  const reports = await openReports(tx, target)
  const score = reports.reduce((sum, one) => sum + one.weight, 0)
  const now = await matterNow(tx, target)
  const rules = await rulesOf(tx)
  const author = now?.authorId ? await memberNow(tx, now.authorId) : null
  const trusted = author !== null && holds(author, 'moderator')
  const [kind] = target.split(':', 1) as [string]
  if (score >= rules.hideAt * 100 && !now?.hidden && !trusted && (await tx.matters())[kind]?.hide) {
    const reason = mostSaid(reports.map((one) => one.reason))
    await takeDown(tx, { id: crypto.randomUUID(), target, act: 'hidden', reason, note: '', byId: null })
  }
  const spam = reports.filter((one) => one.reason === 'spam').length
  if (author && spam >= rules.spamReporters && (await isNew(tx, author)) && author.role === 'member') {
    const silenced = await standingPenalty(tx, author.id, 'silenced')
    if (!silenced) {
      const said = { reason: 'spam', note: '', byId: null } as const
      await penalise(tx, {
        id: crypto.randomUUID(),
        memberId: author.id,
        kind: 'silence',
        hours: null,
        ...said,
      })
    }
  }
  const open = await openItem(tx, target)
  if (open) await changeItem(tx, open.id, { score })
  else await addItem(tx, { kind: 'reported', target, author_id: now?.authorId ?? null, score })
}

function mostSaid<T extends string>(said: readonly T[]): T {
  const count = (one: T): number => said.filter((other) => other === one).length
  return [...said].sort((a, b) => count(b) - count(a))[0]!
}

async function isNew(tx: Tx, author: MemberRow): Promise<boolean> {
  const posts = await db(tx)
    .selectFrom('moderation_post')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('member_id', '=', author.id)
    .where('let_through', '=', 1)
    .executeTakeFirst()
  const standing = { posts: Number(posts?.count ?? 0), joinedAt: author.joinedAt, now: tx.now }
  return isNewcomer(await rulesOf(tx), standing)
}

/** Somebody else has it, or has decided. */
async function free(tx: Tx, act: Act, item: Item | undefined): Promise<Result<Item>> {
  if (!item) return refuse('not_found', 'there is no such item', { field: 'itemId' })
  if (item.open === 0) {
    const name = await nameOf(tx, item.decided_by)
    return refuse('conflict', 'somebody has decided', {
      reason: 'moderation.refused_decided',
      params: { name },
    })
  }
  const claim = { claimedBy: item.claimed_by, claimedAt: item.claimed_at }
  if (item.claimed_by !== act.viewer.id && claimHolds(claim, tx.now)) {
    const name = await nameOf(tx, item.claimed_by)
    return refuse('conflict', 'somebody is at it', { reason: 'moderation.refused_claimed', params: { name } })
  }
  return ok(item)
}

const claim: Handlers['claim'] = {
  allow: onlyModerators,
  async handle(act, { itemId, on }) {
    const { tx, viewer } = act
    const item = await free(tx, act, await itemById(tx, itemId))
    if (!item.ok) return item
    await changeItem(tx, itemId, on ? { claimed_by: viewer.id, claimed_at: tx.now } : { claimed_by: null })
    return ok({})
  },
}

const fits: Record<Item['kind'], readonly Decide['act'][]> = {
  held: ['approve', 'reject'],
  reported: ['keep', 'hide', 'delete', 'penalise', 'ignore'],
  appeal: ['uphold', 'overturn'],
}

const decide: Handlers['decide'] = {
  async allow(act, input) {
    if (!canModerate(act.viewer)) return notYours()
    const item = await itemById(act.tx, input.itemId)
    if (input.penalty && item?.author_id) {
      const author = await memberNow(act.tx, item.author_id)
      if (!author || !canPenalise(act.viewer, author)) return notTheirs()
    }
    return ok()
  },
  async handle(act, input) {
    const { tx, viewer } = act
    const found = await free(tx, act, await itemById(tx, input.itemId))
    if (!found.ok) return found
    const item = found.value
    if (item.version !== input.version) {
      return refuse('conflict', 'it was changed', { reason: 'moderation.refused_changed' })
    }
    if (!fits[item.kind].includes(input.act) || (input.act === 'penalise' && !input.penalty)) {
      return refuse('invalid', `${input.act} is not for this`, { field: 'act' })
    }
    if (await isTaken(tx, input.decisionId))
      return refuse('conflict', 'this id is taken', { field: 'decisionId' })
    const done =
      item.kind === 'held'
        ? await decideHeld(act, item, input)
        : item.kind === 'appeal'
          ? await decideAppeal(act, item, input)
          : await decideReported(act, item, input)
    if (!done.ok) return done
    if (input.penalty && item.author_id) {
      const { reason, note } = input
      if (await isTaken(tx, input.penalty.id))
        return refuse('conflict', 'this id is taken', { field: 'penalty.id' })
      await penalise(tx, { ...input.penalty, memberId: item.author_id, reason, note, byId: viewer.id })
    }
    await closeItem(tx, item, viewer.id)
    return ok({})
  },
}

async function decideHeld({ tx, viewer }: Act, item: Item, input: Decide): Promise<Result<unknown>> {
  const held = JSON.parse(item.input) as Record<string, unknown>
  const authorId = item.author_id!
  const about = { byId: viewer.id, memberId: authorId }
  if (input.act === 'approve') {
    const written = input.edited ? { ...held, ...input.edited } : held
    const done = await tx.perform(authorId, {
      commandId: item.command_id,
      name: item.command,
      input: written,
      at: item.acted_at,
    })
    if (!done.ok) return done
    await db(tx)
      .updateTable('moderation_post')
      .set({ let_through: 1 })
      .where('id', '=', postId(authorId, item.command_id))
      .execute()
    await log(tx, { act: 'approved', note: input.note, ...about })
    await tx.tell('notifications.notify', {
      memberId: authorId,
      type: 'moderation',
      word: input.edited ? 'moderation.notice_edited' : 'moderation.notice_approved',
      about: typeof held.threadId === 'string' ? `thread:${held.threadId}` : `article:${held.draftId}`,
      key: `held:${item.id}`,
    })
    return ok()
  }
  const { title, text } = wordsOf(held)
  const { decisionId: id, reason, note } = input
  await reject(tx, {
    id,
    reason,
    note,
    byId: viewer.id,
    member_id: authorId,
    command: item.command,
    command_id: item.command_id,
    input: item.input,
    title,
    text,
    acted_at: item.acted_at,
  })
  await tx.refuseHeld(authorId, item.command_id, {
    code: 'forbidden',
    message: 'a moderator has rejected it',
    reason: 'moderation.refused_rejected',
    params: { why: `moderation.reason_${reason}` },
  })
  return ok()
}

async function decideReported({ tx, viewer }: Act, item: Item, input: Decide): Promise<Result<unknown>> {
  const { decisionId: id, reason, note } = input
  const byId = viewer.id
  if (input.act === 'hide' || input.act === 'delete') {
    const act = input.act === 'hide' ? 'hidden' : 'deleted'
    const down = await takeDown(tx, { id, target: item.target, act, reason, note, byId })
    if (!down.ok) return down
    await answerReports(tx, item.target, 'upheld', byId)
    return ok()
  }
  if (input.act === 'penalise') {
    await answerReports(tx, item.target, 'upheld', byId)
    return ok()
  }
  const outcome = input.act === 'keep' ? 'rejected' : 'ignored'
  await answerReports(tx, item.target, outcome, byId)
  await log(tx, {
    byId,
    act: input.act === 'keep' ? 'kept' : 'ignored',
    target: item.target,
    memberId: item.author_id,
    note,
  })
  // The rules hide on suspicion only.
  const hidden = await openDecision(tx, item.target)
  return hidden?.by_id === null ? undo(tx, hidden, { byId, note, act: 'restored' }) : ok()
}

async function decideAppeal({ tx, viewer }: Act, item: Item, input: Decide): Promise<Result<unknown>> {
  const decision = await decisionById(tx, item.decision_id ?? '')
  if (!decision || decision.closed_at !== null) return noDecision()
  if (decision.by_id === viewer.id && (await hasOtherModerator(tx, viewer.id))) {
    return refuse('forbidden', 'somebody else has to look at it', {
      reason: 'moderation.refused_own_decision',
    })
  }
  const { note } = input
  if (input.act === 'overturn') {
    const undone = await undo(tx, decision, { byId: viewer.id, note, act: 'overturned' })
    if (!undone.ok) return undone
  } else await close(tx, decision, { byId: viewer.id, note })
  await tx.tell('moderation.appeal_closed', {
    decisionId: decision.id,
    memberId: decision.member_id,
    outcome: input.act === 'overturn' ? 'overturned' : 'upheld',
  })
  return ok()
}

async function hasOtherModerator(tx: Tx, id: string): Promise<boolean> {
  for (const { data } of await tx.rows<MemberRow>('members')) {
    if (data.id === id || !canModerate(data)) continue
    if (canModerate(await tx.viewerOf(data.id))) return true
  }
  return false
}

const noDecision = (): Result<never> =>
  refuse('not_found', 'there is no such decision, or it is closed', { reason: 'moderation.refused_closed' })
const notTheirs = (): Result<never> =>
  refuse('forbidden', 'not this member', { reason: 'moderation.refused_member' })

const takeDownCommand: Handlers['take_down'] = {
  allow: onlyModerators,
  async handle({ tx, viewer }, { decisionId: id, target, act, reason, note }) {
    if (await isTaken(tx, id)) return refuse('conflict', 'this id is taken', { field: 'decisionId' })
    const said = { id, target, reason, note, byId: viewer.id }
    const down = await takeDown(tx, { ...said, act: act === 'hide' ? 'hidden' : 'deleted' })
    if (!down.ok) return down
    await answerReports(tx, target, 'upheld', viewer.id)
    const open = await openItem(tx, target)
    if (open) await closeItem(tx, open, viewer.id)
    return ok({})
  },
}

const penaliseCommand: Handlers['penalise'] = {
  async allow({ tx, viewer }, { memberId }) {
    if (!canModerate(viewer)) return notYours()
    const member = await memberNow(tx, memberId)
    return member && canPenalise(viewer, member) ? ok() : notTheirs()
  },
  async handle({ tx, viewer }, input) {
    if (await isTaken(tx, input.id)) return refuse('conflict', 'this id is taken', { field: 'id' })
    const { until } = await penalise(tx, { ...input, byId: viewer.id })
    return ok({ until })
  },
}

/** What is closed, or was decided about oneself, is not for this. */
async function openTo(tx: Tx, id: string): Promise<Result<Decision>> {
  const decision = await decisionById(tx, id)
  const isPenalty = decision?.until !== null && decision !== undefined
  if (!decision || decision.outcome === 'overturned') return noDecision()
  if (isPenalty) return decision.until! > tx.now ? ok(decision) : noDecision()
  return decision.text === '' && decision.title === '' ? noDecision() : ok(decision)
}

const lift: Handlers['lift'] = {
  async allow({ tx, viewer }, { decisionId }) {
    if (!canModerate(viewer)) return notYours()
    const decision = await openTo(tx, decisionId)
    if (!decision.ok) return decision
    return decision.value.member_id === viewer.id ? notTheirs() : ok()
  },
  async handle({ tx, viewer }, { decisionId, note }) {
    const decision = await openTo(tx, decisionId)
    if (!decision.ok) return decision
    const act = decision.value.until === null ? 'restored' : 'lifted'
    const undone = await undo(tx, decision.value, { byId: viewer.id, note, act })
    if (!undone.ok) return undone
    const appeal = await db(tx)
      .selectFrom('moderation_item')
      .selectAll()
      .where('decision_id', '=', decisionId)
      .where('open', '=', 1)
      .executeTakeFirst()
    if (appeal) await closeItem(tx, appeal, viewer.id)
    return ok({})
  },
}

const appeal: Handlers['appeal'] = {
  async allow({ tx, viewer }, { decisionId }) {
    const decision = await decisionById(tx, decisionId)
    if (decision?.member_id !== viewer.id) return noDecision()
    const standing = {
      appeal: decision.appeal === null ? null : { text: '', at: 0 },
      closedAt: decision.closed_at,
      appealUntil: decision.appeal_until,
    }
    if (canAppeal(standing, tx.now)) return ok()
    return decision.appeal === null
      ? noDecision()
      : refuse('conflict', 'there was an appeal', { reason: 'moderation.refused_appealed' })
  },
  async handle({ tx, viewer }, { decisionId, text }) {
    const decision = await markAppealed(tx, decisionId, text)
    await log(tx, { byId: viewer.id, act: 'appealed', target: decision.target, memberId: viewer.id })
    await addItem(tx, {
      kind: 'appeal',
      target: decision.target,
      author_id: viewer.id,
      decision_id: decisionId,
    })
    return ok({})
  },
}

const setRulesCommand: Handlers['set_rules'] = {
  allow: onlyModerators,
  async handle({ tx, viewer }, { rules }) {
    await setRules(tx, rules, viewer.id)
    return ok({})
  },
}

export const commands: Handlers = {
  report,
  claim,
  decide,
  take_down: takeDownCommand,
  penalise: penaliseCommand,
  lift,
  appeal,
  set_rules: setRulesCommand,
}
