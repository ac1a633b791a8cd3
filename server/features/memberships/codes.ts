/** Codes that give something without money: made in batches, handed out by the owners, used up one conditional write each. */
import { randomInt } from 'node:crypto'
import type { CommandHandler, Reader, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import {
  type BatchRow,
  canSell,
  type memberships,
  plainCode,
  tierIdOf,
} from '#shared/features/memberships.ts'
import { noSubject, tierById, titleOf } from './catalogue.ts'
import { append } from './ledger.ts'
import { settle } from './standing.ts'
import type { Tables } from './tables.ts'

type Commands = typeof memberships.commands

const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/** Four groups of four, about 79 bits: nobody guesses one. */
function newCode(): string {
  return Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('')
}

/** As it is read: `ABCD-EFGH-JKMN-PQRS`. */
function grouped(code: string): string {
  return code.match(/.{1,4}/g)?.join('-') ?? code
}

async function publishBatch(tx: Tx, id: string): Promise<void> {
  const batch = await tx
    .tables<Tables>()
    .selectFrom('memberships_batch')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await tx.publish('code_batches', id, {
    ...(JSON.parse(batch.details) as BatchRow),
    redeemed: batch.redeemed,
    ended: batch.ended,
  })
}

export const makeCodes: CommandHandler<InputOf<Commands['make_codes']>> = {
  allow: (act) => (canSell(act.viewer) ? ok() : refuse('forbidden', 'not allowed')),
  async handle({ tx, viewer }, input) {
    const { id, ...rest } = input
    const title = await titleOf(tx, viewer, input.subject)
    if (!title) return noSubject
    const db = tx.tables<Tables>()
    const taken = await db
      .selectFrom('memberships_batch')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst()
    if (taken) return refuse('conflict', 'a batch has this id', { field: 'id' })
    const row: BatchRow = { ...rest, title, redeemed: 0, ended: 0, at: tx.now }
    await db
      .insertInto('memberships_batch')
      .values({ id, ended: 0, expires_at: input.expiresAt, redeemed: 0, details: JSON.stringify(row) })
      .execute()
    const codes = Array.from({ length: input.count }, () => ({
      code: newCode(),
      batch_id: id,
      uses_left: input.uses,
    }))
    for (let from = 0; from < codes.length; from += 100)
      await db
        .insertInto('memberships_code')
        .values(codes.slice(from, from + 100))
        .execute()
    await publishBatch(tx, id)
    return ok({})
  },
}

export const endCodes: CommandHandler<InputOf<Commands['end_codes']>> = {
  allow: (act) => (canSell(act.viewer) ? ok() : refuse('forbidden', 'not allowed')),
  async handle({ tx }, { id }) {
    const ended = await tx
      .tables<Tables>()
      .updateTable('memberships_batch')
      .set({ ended: 1 })
      .where('id', '=', id)
      .executeTakeFirst()
    if (ended.numUpdatedRows !== 1n) return refuse('not_found', 'no such batch', { field: 'id' })
    await publishBatch(tx, id)
    return ok({})
  },
}

/** Ones that ended or expired are as unknown as those that never were. */
const unknown = refuse('not_found', 'no such code', {
  field: 'code',
  reason: 'memberships.refused_code_unknown',
})

export async function redeemCode(
  tx: Tx,
  memberId: string,
  input: { id: string; code: string },
): Promise<Result<{ subject: string }>> {
  const db = tx.tables<Tables>()
  const code = plainCode(input.code)
  const found = await db
    .selectFrom('memberships_code')
    .innerJoin('memberships_batch', 'memberships_batch.id', 'memberships_code.batch_id')
    .select(['batch_id', 'details', 'ended', 'expires_at'])
    .where('code', '=', code)
    .executeTakeFirst()
  if (!found || found.ended || (found.expires_at !== null && found.expires_at <= tx.now)) return unknown
  const redeemed = await db
    .insertInto('memberships_redemption')
    .values({ code, member_id: memberId, at: tx.now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if ((redeemed.numInsertedOrUpdatedRows ?? 0n) === 0n) {
    return refuse('conflict', 'they have used this code', {
      field: 'code',
      reason: 'memberships.refused_code_yours',
    })
  }
  const used = await db
    .updateTable('memberships_code')
    .set((row) => ({ uses_left: row('uses_left', '-', 1) }))
    .where('code', '=', code)
    .where('uses_left', '>', 0)
    .executeTakeFirst()
  if (used.numUpdatedRows !== 1n) {
    return refuse('gone', 'this code is used up', { field: 'code', reason: 'memberships.refused_code_used' })
  }
  const batch = JSON.parse(found.details) as BatchRow
  const { subject, title, term, note } = batch
  await append(tx, {
    id: input.id,
    kind: 'entitlement',
    key: `entitlement:code:${code}:${memberId}`,
    memberId,
    details: { subject, title, term, note, source: `code:${input.id}`, rank: await rankOf(tx, subject) },
  })
  await db
    .updateTable('memberships_batch')
    .set((row) => ({ redeemed: row('redeemed', '+', 1) }))
    .where('id', '=', found.batch_id)
    .execute()
  await publishBatch(tx, found.batch_id)
  await settle(tx, memberId)
  return ok({ subject })
}

export async function rankOf(reader: Reader, subject: string): Promise<number> {
  return (await tierById(reader, tierIdOf(subject) ?? ''))?.rank ?? 0
}

export async function codesOf(reader: Reader, batchId: string): Promise<{ code: string; left: number }[]> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_code')
    .select(['code', 'uses_left'])
    .where('batch_id', '=', batchId)
    .orderBy('code')
    .execute()
  return found.map(({ code, uses_left }) => ({ code: grouped(code), left: uses_left }))
}
