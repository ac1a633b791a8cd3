/** Leaving: asked for with one's password, taken back within a week, and then done for good. */
import type { Context } from 'hono'
import type { Reader, Tx } from '#server/core/feature.ts'
import { refusalResponse } from '#server/core/http.ts'
import type { Services } from '#server/core/services.ts'
import { parse } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { AccountRow, MemberRow } from '#shared/features/accounts.ts'
import type { OrderRow } from '#shared/features/memberships.ts'
import { grace, type LeavingRow, leaveInput } from '#shared/features/profiles.ts'
import { db, type Tables } from './tables.ts'

const fiveMinutes = 300

export async function askToLeave({
  c,
  viewer,
  services,
}: {
  c: Context
  viewer: Viewer
  services: Services
}): Promise<Response> {
  const asked = parse(leaveInput, await c.req.json().catch(() => undefined))
  if (!asked.ok) return refusalResponse(asked.error)
  const memberId = viewer.id!
  if (!(await services.allowRate(`leave:${memberId}`, 10, fiveMinutes)))
    return refusalResponse({
      code: 'too_many',
      message: 'too many attempts',
      params: { seconds: fiveMinutes },
    })
  if (!(await services.isPassword(memberId, asked.value.password)))
    return refusalResponse({
      code: 'forbidden',
      field: 'password',
      message: 'this is not your password',
      reason: 'profiles.refused_password',
    })
  const { sessionId } = await services.sessions.viewer(services.sessions.tokenOf(c.req.raw))
  const done = await services.transact(async (tx): Promise<Result<LeavingRow>> => {
    const free = await mayLeave(tx, memberId)
    if (!free.ok) return free
    const row: LeavingRow = { askedAt: tx.now, dueAt: tx.now + grace, articles: asked.value.articles }
    const record = { asked_at: row.askedAt, due_at: row.dueAt, articles: row.articles }
    await db(tx)
      .insertInto('profiles_leaving')
      .values({ member_id: memberId, ...record })
      .onConflict((conflict) => conflict.column('member_id').doUpdateSet(record))
      .execute()
    await tx.publish('leavings', memberId, row)
    // Each time anew: one that was planned before finds that it is not due.
    await tx.later(
      'profiles.leave',
      { memberId },
      { at: row.dueAt, key: `profiles.leave:${memberId}:${row.dueAt}` },
    )
    await tx.endSessions(memberId, sessionId ?? undefined)
    return ok(row)
  })
  return done.ok ? c.json(done.value) : refusalResponse(done.error)
}

async function mayLeave(reader: Reader, memberId: string): Promise<Result<void>> {
  if (await isLastOwner(reader, memberId))
    return refuse('conflict', 'a community needs an owner', { reason: 'profiles.refused_last_owner' })
  const orders = await reader.rows<OrderRow>('orders')
  const renews = orders.some(
    ({ data }) => data.memberId === memberId && (data.renewal === 'active' || data.renewal === 'failing'),
  )
  return renews
    ? refuse('conflict', 'a membership renews by itself', { reason: 'profiles.refused_renewal' })
    : ok()
}

/** Owners who are about to leave look after nothing. */
async function isLastOwner(reader: Reader, memberId: string): Promise<boolean> {
  const owners = (await reader.rows<MemberRow>('members')).filter(({ data }) => data.role === 'owner')
  if (!owners.some(({ id }) => id === memberId)) return false
  const leaving = await db(reader).selectFrom('profiles_leaving').select('member_id').execute()
  return owners.every(({ id }) => id === memberId || leaving.some((one) => one.member_id === id))
}

export async function stay(tx: Tx, memberId: string): Promise<Result<object>> {
  const gone = await db(tx)
    .deleteFrom('profiles_leaving')
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (gone.numDeletedRows === 0n)
    return refuse('not_found', 'nobody has asked to leave', { reason: 'profiles.refused_not_leaving' })
  await tx.publish('leavings', memberId, null)
  return ok({})
}

/** Done once, whole or not at all. What was taken back, or asked for anew, is not due. */
export async function leave(services: Services, { memberId }: { memberId: string }): Promise<void> {
  const gone = await services.transact(async (tx) => {
    const asked = await db(tx)
      .selectFrom('profiles_leaving')
      .selectAll()
      .where('member_id', '=', memberId)
      .executeTakeFirst()
    if (!asked || asked.due_at > tx.now) return false
    await stay(tx, memberId)
    if (await isLastOwner(tx, memberId)) {
      await tx.tell('notifications.notify', {
        memberId,
        type: 'memberships',
        word: 'profiles.last_owner_notice',
        about: '',
        key: 'leaving',
      })
      return false
    }
    await erase(tx, asked)
    return true
  })
  if (gone) services.log.info('a member has left for good', { memberId })
}

async function erase(tx: Tx, { member_id: memberId, articles }: Tables['profiles_leaving']): Promise<void> {
  const member = await tx.row<MemberRow>('members', memberId)
  const account = await tx.row<AccountRow>('accounts', memberId)
  const { handle = '', name = '' } = member ?? {}
  const email = account?.email ?? ''
  const members = await tx.rows<MemberRow>('members')
  const hasNamesake = members.some(({ id, data }) => id !== memberId && data.name === name)
  await tx.tell('profiles.deleted', { memberId, handle, name, email, hasNamesake, articles })
  await tx.forget(memberId, [email].filter(Boolean))
}
