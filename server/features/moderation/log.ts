/**
 * The log of decisions. It names members by their ids alone, so that whoever leaves for good is not named in it. It is only ever appended to, here and nowhere else; each entry carries a hash over itself and
 * the entry before, so that whoever changes the database under us is found out.
 */
import { createHash } from 'node:crypto'
import type { Reader, Tx } from '#server/core/feature.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { LogAct, LogRow, Reason } from '#shared/features/moderation.ts'
import { db, type Tables } from './tables.ts'

type Entry = Tables['moderation_log']

export interface Happened {
  /** `null`: the rules. */
  byId: string | null
  act: LogAct
  target?: string
  memberId?: string | null
  reason?: Reason
  note?: string
  until?: number | null
}

export async function log(tx: Tx, happened: Happened): Promise<void> {
  const last = await db(tx)
    .selectFrom('moderation_log')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const entry: Omit<Entry, 'hash'> = {
    number: (last?.number ?? 0) + 1,
    at: tx.now,
    by_id: happened.byId,
    act: happened.act,
    target: happened.target ?? '',
    member_id: happened.memberId ?? null,
    reason: happened.reason ?? null,
    note: happened.note ?? '',
    until: happened.until ?? null,
  }
  const record = { ...entry, hash: hashOf(last?.hash ?? '', entry) }
  await db(tx).insertInto('moderation_log').values(record).execute()
  await tx.publish('moderation_log', String(record.number).padStart(9, '0'), rowOf(record))
}

function rowOf(entry: Entry): LogRow {
  return {
    number: entry.number,
    at: entry.at,
    byId: entry.by_id,
    act: entry.act,
    target: entry.target,
    memberId: entry.member_id,
    reason: entry.reason,
    note: entry.note,
    until: entry.until,
    hash: entry.hash,
  }
}

function hashOf(before: string, entry: Omit<Entry, 'hash'>): string {
  const { number, at, by_id, act, target, member_id, reason, note, until } = entry
  const said = [before, number, at, by_id, act, target, member_id, reason, note, until]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}

/** @returns how many there are, and the number of the first that is not as it was written. */
export async function verify(reader: Reader): Promise<{ entries: number; broken: number | null }> {
  const entries = await db(reader).selectFrom('moderation_log').selectAll().orderBy('number').execute()
  let before = ''
  for (const [i, entry] of entries.entries()) {
    const { hash, ...rest } = entry
    if (entry.number !== i + 1 || hash !== hashOf(before, rest))
      return { entries: entries.length, broken: i + 1 }
    before = hash
  }
  return { entries: entries.length, broken: null }
}

export async function nameOf(reader: Reader, memberId: string | null): Promise<string> {
  return memberId === null ? '' : ((await reader.row<MemberRow>('members', memberId))?.name ?? '')
}
