/** Reports: what one weighs, and how whoever made it hears what came of it. */
import type { Tx } from '#server/core/feature.ts'
import { type ReportRow, reportId, weightOf } from '#shared/features/moderation.ts'
import { openReports } from './items.ts'
import { db, type Report } from './tables.ts'

/** In hundredths. */
export async function weigh(tx: Tx, memberId: string): Promise<number> {
  const answered = await db(tx)
    .selectFrom('moderation_report')
    .select(['outcome', ({ fn }) => fn.countAll<number>().as('count')])
    .where('member_id', '=', memberId)
    .where('outcome', 'in', ['upheld', 'rejected'])
    .groupBy('outcome')
    .execute()
  const count = (outcome: string): number =>
    Number(answered.find((one) => one.outcome === outcome)?.count ?? 0)
  const standing = await tx.row<{ level: number }>('standings', memberId)
  const weight = weightOf({
    viewer: await tx.viewerOf(memberId),
    level: standing?.level ?? 1,
    right: count('upheld'),
    wrong: count('rejected'),
  })
  return Math.round(weight * 100)
}

export async function publishReport(tx: Tx, report: Report): Promise<void> {
  const row: ReportRow = {
    memberId: report.member_id,
    target: report.target,
    reason: report.reason,
    note: report.note,
    at: report.at,
    outcome: report.outcome,
    answeredAt: report.answered_at,
  }
  await tx.publish('reports', reportId(report.member_id, report.target), row)
}

/** All that are open about a target are answered. */
export async function answerReports(
  tx: Tx,
  target: string,
  outcome: NonNullable<ReportRow['outcome']>,
  byId: string | null,
): Promise<void> {
  if (target === '') return
  for (const report of await openReports(tx, target)) {
    const answered = { ...report, outcome, answered_at: tx.now }
    await db(tx)
      .updateTable('moderation_report')
      .set({ outcome, answered_at: tx.now })
      .where('id', '=', report.id)
      .execute()
    await publishReport(tx, answered)
    if (outcome === 'upheld')
      await tx.tell('moderation.upheld', { target, reporterId: report.member_id, byId })
    await tx.tell('notifications.notify', {
      memberId: report.member_id,
      type: 'moderation',
      word: `moderation.notice_report_${outcome}`,
      about: 'decision:reports',
      key: `report:${target}`,
    })
  }
}

/** A decision that they led to was wrong: they were not right either. @returns who made them. */
export async function takeBackReports(tx: Tx, target: string): Promise<string[]> {
  const right = await db(tx)
    .selectFrom('moderation_report')
    .selectAll()
    .where('target', '=', target)
    .where('outcome', '=', 'upheld')
    .execute()
  for (const report of right) {
    await db(tx)
      .updateTable('moderation_report')
      .set({ outcome: 'rejected' })
      .where('id', '=', report.id)
      .execute()
    await publishReport(tx, { ...report, outcome: 'rejected' })
  }
  return right.map((report) => report.member_id)
}
