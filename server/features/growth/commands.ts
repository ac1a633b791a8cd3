import type { ServerHalf, Tx } from '#server/core/feature.ts'
import { dayOf } from '#shared/core/day.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import {
  type ChallengeRow,
  canHonour,
  canRunChallenge,
  canSetRules,
  type growth as contract,
  dayId,
  type HonourRow,
  isOpenDay,
  rulesId,
} from '#shared/features/growth.ts'
import { publishBoards } from './boards.ts'
import { derive, give, rulesOf, saveStanding, standingOf, takeBack, tookPart, unlock } from './ledger.ts'
import { db, type Tables } from './tables.ts'

type Handlers = ServerHalf<typeof contract>['commands']

const notYours = (): Result<never> => refuse('forbidden', 'this is for moderators')

/** Whose it is; `undefined` when it is not there, or not there for all members. */
async function authorOf(tx: Tx, subject: string): Promise<string | undefined> {
  const [kind, id] = subject.split(':', 2) as [string, string]
  if (kind === 'thread') return (await tx.row<ThreadRow>('threads', id))?.authorId
  const article = await tx.row<ArticleRow>('articles', id)
  return article && article.opening.to !== 'groups' ? (article.authorId ?? undefined) : undefined
}

const honour: Handlers['honour'] = {
  async allow(act, input) {
    if (!canHonour(act.viewer)) return notYours()
    if (input.on && !(await authorOf(act.tx, input.subject))) {
      return refuse('not_found', 'there is no such thread or article', {
        field: 'subject',
        reason: 'growth.refused_subject',
      })
    }
    return ok()
  },
  async handle({ tx, viewer }, { subject, on, reason }) {
    if (!on) {
      await db(tx).deleteFrom('growth_honour').where('subject', '=', subject).execute()
      await tx.publish('honours', subject, null)
      await takeBack(tx, { cause: `honoured:${subject}` })
      return ok({ on })
    }
    const authorId = (await authorOf(tx, subject))!
    const record = { subject, author_id: authorId, by_id: viewer.id, reason, at: tx.now }
    await db(tx)
      .insertInto('growth_honour')
      .values(record)
      .onConflict((conflict) => conflict.column('subject').doUpdateSet({ reason }))
      .execute()
    const row: HonourRow = { subject, authorId, byId: viewer.id, reason, at: tx.now }
    await tx.publish('honours', subject, row)
    // Moderators honour whom they like, and not themselves.
    await give(tx, {
      memberId: authorId,
      kind: 'honoured',
      cause: `honoured:${subject}`,
      source: subject,
      about: subject,
      giverId: viewer.id,
    })
    await tx.tell('growth.honoured', { subject, authorId, byId: viewer.id })
    return ok({ on })
  },
}

const hide: Handlers['hide'] = {
  allow: () => ok(),
  async handle({ tx, viewer }, { hidden }) {
    await saveStanding(tx, { ...(await standingOf(tx, viewer.id)), hidden: Number(hidden) })
    await publishBoards(tx)
    return ok({ hidden })
  },
}

const setRules: Handlers['set_rules'] = {
  async allow({ viewer, tx }, { rules }) {
    if (!canSetRules(viewer)) return refuse('forbidden', 'this is for owners')
    for (const { group } of rules.unlocks) {
      if ((await tx.row('groups', group)) === null) {
        return refuse('invalid', 'there is no such group', {
          field: 'rules.unlocks',
          reason: 'growth.refused_group',
        })
      }
    }
    return ok()
  },
  async handle({ tx }, { rules }) {
    const before = await rulesOf(tx)
    await db(tx)
      .insertInto('growth_rules')
      .values({ id: rulesId, rules: JSON.stringify(rules) })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ rules: JSON.stringify(rules) }))
      .execute()
    await tx.publish('growth_rules', rulesId, rules)
    // What was given stays as it was given; levels and badges go by the rules of today.
    const members = await db(tx).selectFrom('growth_standing').select('member_id').execute()
    const dropped = before.unlocks.filter(
      ({ level, group }) => !rules.unlocks.some((one) => one.level === level && one.group === group),
    )
    for (const { member_id: memberId } of members) {
      for (const { group } of dropped) await tx.revoke(memberId, `group:${group}`, 'growth')
      await derive(tx, memberId, rules)
      await unlock(tx, memberId, rules, (await standingOf(tx, memberId)).level)
    }
    return ok({})
  },
}

export function challengeRow(record: Tables['growth_challenge']): ChallengeRow {
  return {
    id: record.id,
    title: record.title,
    text: record.text,
    from: record.from_day,
    to: record.to_day,
    byId: record.by_id,
    createdAt: record.created_at,
  }
}

const openChallenge: Handlers['open_challenge'] = {
  allow({ viewer }, { from, to }) {
    if (!canRunChallenge(viewer)) return notYours()
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
    if (days < 0 || days > 366) {
      return refuse('invalid', 'a challenge ends after it begins, within a year', {
        field: 'to',
        reason: 'growth.refused_days',
      })
    }
    return ok()
  },
  async handle({ tx, viewer }, { challengeId, title, text, from, to }) {
    const taken = await db(tx)
      .selectFrom('growth_challenge')
      .select('by_id')
      .where('id', '=', challengeId)
      .executeTakeFirst()
    if (taken) return refuse('conflict', 'this id is taken', { field: 'challengeId' })
    const record = {
      id: challengeId,
      title,
      text,
      from_day: from,
      to_day: to,
      by_id: viewer.id,
      created_at: tx.now,
    }
    await db(tx).insertInto('growth_challenge').values(record).execute()
    await tx.publish('challenges', challengeId, challengeRow(record))
    return ok({ challengeId })
  },
}

async function challengeOf(tx: Tx, id: string): Promise<Result<Tables['growth_challenge']>> {
  const found = await db(tx)
    .selectFrom('growth_challenge')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return found
    ? ok(found)
    : refuse('not_found', 'there is no such challenge', { reason: 'growth.refused_challenge' })
}

const endChallenge: Handlers['end_challenge'] = {
  async allow({ viewer, tx }, { challengeId }) {
    return canRunChallenge(viewer) ? challengeOf(tx, challengeId) : notYours()
  },
  async handle({ tx }, { challengeId }) {
    const found = await challengeOf(tx, challengeId)
    if (!found.ok) return found
    const yesterday = dayOf(tx.now - 86_400_000)
    if (found.value.to_day <= yesterday) return ok({})
    const ended = { ...found.value, to_day: yesterday }
    await db(tx)
      .updateTable('growth_challenge')
      .set({ to_day: yesterday })
      .where('id', '=', challengeId)
      .execute()
    await tx.publish('challenges', challengeId, challengeRow(ended))
    return ok({})
  },
}

const takePart: Handlers['take_part'] = {
  async allow({ tx }, { challengeId, day }) {
    const found = await challengeOf(tx, challengeId)
    if (!found.ok) return found
    const challenge = challengeRow(found.value)
    return isOpenDay(challenge, day, dayOf(tx.now))
      ? ok()
      : refuse('conflict', 'this day cannot be counted any more, or not yet', {
          field: 'day',
          reason: 'growth.refused_day',
        })
  },
  async handle({ tx, viewer }, { challengeId, day, note }) {
    const key = { challenge_id: challengeId, member_id: viewer.id, day }
    await db(tx)
      .insertInto('growth_challenge_day')
      .values({ ...key, note, at: tx.now })
      .onConflict((conflict) => conflict.columns(['challenge_id', 'member_id', 'day']).doUpdateSet({ note }))
      .execute()
    const name = (await tx.row<{ name: string }>('members', viewer.id))?.name ?? ''
    await tx.publish('challenge_days', dayId(challengeId, viewer.id, day), {
      challengeId,
      memberId: viewer.id,
      memberName: name,
      day,
      note,
      at: tx.now,
    })
    await tookPart(tx, viewer.id, day)
    await give(tx, {
      memberId: viewer.id,
      kind: 'day',
      cause: `day:${dayId(challengeId, viewer.id, day)}`,
      source: `challenge:${challengeId}`,
      about: `challenge:${challengeId}`,
    })
    return ok({ day })
  },
}

export const commands: Handlers = {
  honour,
  hide,
  set_rules: setRules,
  open_challenge: openChallenge,
  end_challenge: endChallenge,
  take_part: takePart,
}
