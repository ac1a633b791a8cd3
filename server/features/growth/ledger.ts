/**
 * The ledger of points. `give` appends an entry for a cause unless one stands already, so that a fact told twice counts
 * once; `takeBack` appends the entry that undoes it. A member's standing is derived from their entries alone, here and in
 * `recompute`, which must agree.
 */
import type { Tx } from '#server/core/feature.ts'
import { dayOf } from '#shared/core/day.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import {
  defaultRules,
  earnedBadges,
  type GrowthRules,
  isAnchored,
  levelAfter,
  type PointKind,
  type PointRow,
  rulesId,
  type StandingRow,
  streaksOf,
  worthOf,
} from '#shared/features/growth.ts'
import { db, type Tables } from './tables.ts'

type Entry = Tables['growth_entry']
type Standing = Tables['growth_standing']

export interface Gift {
  memberId: string
  kind: PointKind
  cause: string
  source: string
  about: string
  giverId?: string
}

export async function rulesOf(tx: Tx): Promise<GrowthRules> {
  const found = await db(tx)
    .selectFrom('growth_rules')
    .select('rules')
    .where('id', '=', rulesId)
    .executeTakeFirst()
  return found ? (JSON.parse(found.rules) as GrowthRules) : defaultRules
}

/** @returns whether an entry was made that is worth something. */
export async function give(tx: Tx, gift: Gift): Promise<boolean> {
  if (gift.giverId === gift.memberId) return false
  // What nobody holds any more (a member who left) is nobody's.
  if ((await tx.row<MemberRow>('members', gift.memberId)) === null) return false
  const earlier = await db(tx)
    .selectFrom('growth_entry')
    .select('taken_back')
    .where('cause', '=', gift.cause)
    .where('takes_back', '=', 0)
    .execute()
  if (earlier.some((entry) => entry.taken_back === 0)) return false
  const rules = await rulesOf(tx)
  const { points, ceiling } = worthOf(rules, gift.kind, await givingOf(tx, rules, gift))
  await append(tx, {
    id: `${gift.cause}#${earlier.length + 1}`,
    member_id: gift.memberId,
    kind: gift.kind,
    cause: gift.cause,
    source: gift.source,
    about: gift.about,
    points,
    ceiling,
    giver_id: gift.giverId ?? null,
    at: tx.now,
    day: dayOf(tx.now),
    taken_back: 0,
    takes_back: 0,
  })
  await derive(tx, gift.memberId, rules)
  return points > 0
}

async function givingOf(
  tx: Tx,
  rules: GrowthRules,
  { memberId, kind, giverId }: Gift,
): Promise<Parameters<typeof worthOf>[2]> {
  const sum = await db(tx)
    .selectFrom('growth_entry')
    .select(({ fn }) => fn.sum<number>('points').as('points'))
    .where('member_id', '=', memberId)
    .where('kind', '=', kind)
    .where('day', '=', dayOf(tx.now))
    .where('takes_back', '=', 0)
    .executeTakeFirst()
  const today = Number(sum?.points ?? 0)
  if (giverId === undefined) return { today, fromGiver: 0, anchored: true }
  const pair = await db(tx)
    .selectFrom('growth_entry')
    .select(({ fn }) => fn.countAll<number>().as('times'))
    .where('member_id', '=', memberId)
    .where('giver_id', '=', giverId)
    .where('kind', '=', kind)
    .where('takes_back', '=', 0)
    .where('points', '>', 0)
    .where('at', '>', tx.now - rules.pair.days * 86_400_000)
    .executeTakeFirst()
  const anchored = isAnchored(rules, {
    viewer: await tx.viewerOf(giverId),
    joinedAt: (await tx.row<MemberRow>('members', giverId))?.joinedAt ?? tx.now,
    given: await givenTo(tx, giverId),
    now: tx.now,
  })
  return { today, fromGiver: givenKinds.includes(kind) ? Number(pair?.times ?? 0) : 0, anchored }
}

/** Kinds that any member can give to another. */
const givenKinds: PointKind[] = ['liked', 'accepted']
const earnedFromOthers: PointKind[] = [...givenKinds, 'honoured', 'attended', 'article']

async function givenTo(tx: Tx, memberId: string): Promise<number> {
  const sum = await db(tx)
    .selectFrom('growth_entry')
    .select(({ fn }) => fn.sum<number>('points').as('points'))
    .where('member_id', '=', memberId)
    .where('kind', 'in', earnedFromOthers)
    .executeTakeFirst()
  return Number(sum?.points ?? 0)
}

/** Undoes the entries that stand for a cause, or for everything from a source. */
export async function takeBack(tx: Tx, by: { cause: string } | { source: string }): Promise<void> {
  const standing = await db(tx)
    .selectFrom('growth_entry')
    .selectAll()
    .where('cause' in by ? 'cause' : 'source', '=', 'cause' in by ? by.cause : by.source)
    .where('taken_back', '=', 0)
    .where('takes_back', '=', 0)
    .orderBy('id')
    .execute()
  if (standing.length === 0) return
  const rules = await rulesOf(tx)
  for (const entry of standing) {
    await db(tx).updateTable('growth_entry').set({ taken_back: 1 }).where('id', '=', entry.id).execute()
    await append(tx, {
      ...entry,
      id: `${entry.id}-`,
      // `-0` would be another figure than 0.
      points: entry.points === 0 ? 0 : -entry.points,
      ceiling: null,
      at: tx.now,
      day: dayOf(tx.now),
      takes_back: 1,
    })
  }
  for (const memberId of new Set(standing.map((entry) => entry.member_id))) await derive(tx, memberId, rules)
}

async function append(tx: Tx, entry: Entry): Promise<void> {
  await db(tx).insertInto('growth_entry').values(entry).execute()
  const row: PointRow = {
    memberId: entry.member_id,
    kind: entry.kind,
    points: entry.points,
    ceiling: entry.ceiling as PointRow['ceiling'],
    takesBack: entry.takes_back === 1,
    about: entry.about,
    at: entry.at,
  }
  await tx.publish('points', `${entry.member_id}:${entry.id}`, row)
}

/** Somebody took part today. */
export async function tookPart(tx: Tx, memberId: string, day = dayOf(tx.now)): Promise<void> {
  const made = await db(tx)
    .insertInto('growth_day')
    .values({ member_id: memberId, day })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (Number(made.numInsertedOrUpdatedRows ?? 0) > 0) await derive(tx, memberId, await rulesOf(tx))
}

const none = { points: 0, level: 1, badges: '[]', streak: 0, longest: 0, last_day: '', hidden: 0 }

export async function standingOf(tx: Tx, memberId: string): Promise<Standing> {
  const found = await db(tx)
    .selectFrom('growth_standing')
    .selectAll()
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  return found ?? { member_id: memberId, ...none }
}

/** What the entries and days of a member come to, by the rules as they are; the level and kept badges go on from before. */
export async function recompute(tx: Tx, before: Standing, rules: GrowthRules): Promise<Standing> {
  const memberId = before.member_id
  const sums = await db(tx)
    .selectFrom('growth_entry')
    .select(({ fn }) => ['kind', fn.sum<number>('points').as('points')])
    .where('member_id', '=', memberId)
    .groupBy('kind')
    .execute()
  const counts = await db(tx)
    .selectFrom('growth_entry')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('times')])
    .where('member_id', '=', memberId)
    .where('taken_back', '=', 0)
    .where('takes_back', '=', 0)
    // A ceiling of the day makes an act worth less, not less real.
    .where((where) => where.or([where('points', '>', 0), where('ceiling', '=', 'daily')]))
    .groupBy('kind')
    .execute()
  const days = await db(tx)
    .selectFrom('growth_day')
    .select('day')
    .where('member_id', '=', memberId)
    .orderBy('day')
    .execute()
  const points = sums.reduce((sum, one) => sum + Number(one.points), 0)
  const { streak, longest } = streaksOf(days.map((one) => one.day))
  const held = JSON.parse(before.badges) as string[]
  const earned = earnedBadges(
    rules,
    {
      counts: Object.fromEntries(counts.map((one) => [one.kind, Number(one.times)])),
      streak: longest,
      points,
    },
    held,
  )
  const badges = [...held.filter((id) => earned.includes(id)), ...earned.filter((id) => !held.includes(id))]
  return {
    member_id: memberId,
    points,
    level: levelAfter(rules, before.level, points),
    badges: JSON.stringify(badges),
    streak,
    longest,
    last_day: days.at(-1)?.day ?? '',
    hidden: before.hidden,
  }
}

/** Brings a member's standing up to date, and tells what changed. */
export async function derive(tx: Tx, memberId: string, rules: GrowthRules): Promise<void> {
  const before = await standingOf(tx, memberId)
  const after = await recompute(tx, before, rules)
  if (JSON.stringify(after) === JSON.stringify(before)) return
  await saveStanding(tx, after)
  if (after.points !== before.points) {
    await tx.later('growth.boards', {}, { at: tx.now + boardsAfter, key: 'growth.boards' })
  }
  const held = JSON.parse(before.badges) as string[]
  for (const badge of JSON.parse(after.badges) as string[]) {
    if (!held.includes(badge)) await tx.tell('growth.badge_awarded', { memberId, badge })
  }
  if (after.level === before.level) return
  await unlock(tx, memberId, rules, after.level)
  await tx.tell('growth.levelled', { memberId, level: after.level, before: before.level })
}

/** Milliseconds after which boards show what has changed. */
const boardsAfter = 30_000

export async function saveStanding(tx: Tx, standing: Standing): Promise<void> {
  const { member_id: memberId, ...rest } = standing
  await db(tx)
    .insertInto('growth_standing')
    .values(standing)
    .onConflict((conflict) => conflict.column('member_id').doUpdateSet(rest))
    .execute()
  await tx.publish('standings', memberId, standingRow(standing))
}

export function standingRow(standing: Standing): StandingRow {
  return {
    memberId: standing.member_id,
    points: standing.points,
    level: standing.level,
    badges: JSON.parse(standing.badges) as string[],
    streak: standing.streak,
    longest: standing.longest,
    lastDay: standing.last_day,
    hidden: standing.hidden === 1,
  }
}

/** Groups that come with the level. */
export async function unlock(tx: Tx, memberId: string, rules: GrowthRules, level: number): Promise<void> {
  for (const { level: from, group } of rules.unlocks) {
    if (level >= from) await tx.grant(memberId, `group:${group}`, 'growth')
    else await tx.revoke(memberId, `group:${group}`, 'growth')
  }
}
