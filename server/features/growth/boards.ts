/** Boards: the first fifty of the week, the month and of all time, made anew when points have changed, and each night. */

import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { dayOf } from '#shared/core/day.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { type BoardRow, type Period, periods } from '#shared/features/growth.ts'
import { db } from './tables.ts'

const places = 50
const daysOf: Record<Period, number> = { week: 7, month: 30, all: 100_000 }

export async function makeBoards(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    await publishBoards(tx)
    await planNight(tx)
  })
}

export async function publishBoards(tx: Tx): Promise<void> {
  for (const period of periods) await tx.publish('boards', period, await boardOf(tx, period))
}

async function boardOf(tx: Tx, period: Period): Promise<BoardRow> {
  const found = await db(tx)
    .selectFrom('growth_entry')
    .leftJoin('growth_standing', 'growth_standing.member_id', 'growth_entry.member_id')
    .select(({ fn }) => ['growth_entry.member_id as id', fn.sum<number>('growth_entry.points').as('points')])
    .where('at', '>', tx.now - daysOf[period] * 86_400_000)
    .where((where) => where.or([where('hidden', '=', 0), where('hidden', 'is', null)]))
    .groupBy('growth_entry.member_id')
    .having(({ fn }) => fn.sum<number>('growth_entry.points'), '>', 0)
    .orderBy('points', 'desc')
    .orderBy('id')
    .limit(places)
    .execute()
  const members = await tx.rows<MemberRow>(
    'members',
    found.map((one) => one.id),
  )
  const names = new Map(members.map((member) => [member.id, member.data.name]))
  const entries = found.flatMap(({ id, points }) => {
    const name = names.get(id)
    return name === undefined ? [] : [{ memberId: id, name, points: Number(points) }]
  })
  return { period, entries, at: tx.now }
}

/** What somebody earned a week ago leaves the week's board although nothing happens. */
export async function planNight(tx: Tx): Promise<void> {
  const midnight = Date.parse(`${dayOf(tx.now + 86_400_000)}T00:00:00Z`)
  await tx.later(
    'growth.boards',
    { nightly: true },
    { at: midnight, key: `growth.boards:${dayOf(midnight)}` },
  )
}
