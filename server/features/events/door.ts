/**
 * At the door: scans that phones made, online or not. Whichever reaches the server first is the check-in; every later
 * scan of the same ticket stays beside it, with who made it and what their clock showed, so that each phone learns of it.
 */
import type { Act, ServerHalf, Tx } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { type CheckInRow, walkInId } from '#shared/features/event-seats.ts'
import { type events as contract, planId } from '#shared/features/events.ts'
import { allowRun } from './making.ts'
import { put, seatOf } from './seating.ts'
import { type CheckInRecord, db, type SeatRecord } from './tables.ts'

type Handlers = ServerHalf<typeof contract>['commands']

const noTicket = (): Result<never> =>
  refuse('not_found', 'no such ticket for this event', {
    field: 'ticket',
    reason: 'events.refused_ticket',
  })

async function seatByTicket(tx: Tx, eventId: string, ticket: string): Promise<SeatRecord | undefined> {
  return db(tx)
    .selectFrom('events_seat')
    .selectAll()
    .where('ticket', '=', ticket)
    .where('event_id', '=', eventId)
    .executeTakeFirst()
}

async function nameOf(tx: Tx, memberId: string): Promise<string> {
  return (await tx.row<MemberRow>('members', memberId))?.name ?? ''
}

async function publishCheckIn(tx: Tx, record: CheckInRecord): Promise<CheckInRow> {
  const scans = await db(tx)
    .selectFrom('events_scan')
    .selectAll()
    .where('check_in_id', '=', record.id)
    .where('id', '!=', record.scan_id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const again: CheckInRow['again'] = []
  for (const scan of scans)
    again.push({ byName: await nameOf(tx, scan.by_id), at: scan.at, scannedAt: scan.scanned_at })
  const row: CheckInRow = {
    eventId: record.event_id,
    memberId: record.member_id,
    name: record.name,
    walkIn: record.walk_in === 1,
    at: record.at,
    scannedAt: record.scanned_at,
    byId: record.by_id,
    byName: await nameOf(tx, record.by_id),
    again,
  }
  await tx.publish('check_ins', record.id, row)
  return row
}

async function checkInOf(tx: Tx, id: string): Promise<CheckInRecord | undefined> {
  return db(tx).selectFrom('events_check_in').selectAll().where('id', '=', id).executeTakeFirst()
}

/** @returns the check-in, and whether this scan came after it. */
async function scan(
  act: Act,
  scanId: string,
  who: { id: string; eventId: string; memberId: string | null; name: string; walkIn: boolean },
): Promise<{ row: CheckInRow; isAgain: boolean }> {
  const { tx, viewer } = act
  const known = await checkInOf(tx, who.id)
  await db(tx)
    .insertInto('events_scan')
    .values({
      id: scanId,
      event_id: who.eventId,
      check_in_id: who.id,
      by_id: viewer.id,
      at: tx.now,
      scanned_at: act.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  if (known) {
    return { row: await publishCheckIn(tx, known), isAgain: known.scan_id !== scanId }
  }
  const record: CheckInRecord = {
    id: who.id,
    event_id: who.eventId,
    member_id: who.memberId,
    name: who.name,
    walk_in: Number(who.walkIn),
    scan_id: scanId,
    by_id: viewer.id,
    at: tx.now,
    scanned_at: act.at,
  }
  await db(tx).insertInto('events_check_in').values(record).execute()
  if (who.memberId !== null) {
    const seat = await seatOf(tx, who.memberId, who.eventId)
    if (seat) await put(tx, { ...seat, checked_in_at: tx.now })
    await tx.tell('events.checked_in', { eventId: who.eventId, memberId: who.memberId, byId: viewer.id })
  }
  return { row: await publishCheckIn(tx, record), isAgain: false }
}

const checkIn: Handlers['check_in'] = {
  async allow(act, { eventId, ticket, memberId }) {
    const found = await allowRun(act, eventId)
    if (!found.ok) return found
    if (ticket === undefined && memberId === undefined) return noTicket()
    if (ticket !== undefined) return (await seatByTicket(act.tx, eventId, ticket)) ? ok() : noTicket()
    return (await act.tx.row('members', memberId!)) === null
      ? refuse('not_found', 'no such member', { field: 'memberId', reason: 'events.refused_no_member' })
      : ok()
  },
  async handle(act, { eventId, scanId, ticket, ...input }) {
    const { tx } = act
    // Whose ticket it is the server looks up: the phone's own idea of it may be an old one.
    const memberId = ticket ? (await seatByTicket(tx, eventId, ticket))!.member_id : input.memberId!
    const seat = await seatOf(tx, memberId, eventId)
    const { row, isAgain } = await scan(act, scanId, {
      id: planId(memberId, eventId),
      eventId,
      memberId,
      name: await nameOf(tx, memberId),
      walkIn: seat?.status !== 'going',
    })
    return ok({ name: row.name, again: isAgain, at: row.at, byName: row.byName })
  },
}

const walkIn: Handlers['walk_in'] = {
  allow: (act, { eventId }) => allowRun(act, eventId),
  async handle(act, { eventId, scanId, name }) {
    const who = { id: walkInId(scanId), eventId, memberId: null, name, walkIn: true }
    await scan(act, scanId, who)
    return ok({ name })
  },
}

const undo: Handlers['undo_check_in'] = {
  allow: (act, { eventId }) => allowRun(act, eventId),
  async handle({ tx }, { eventId, checkInId }) {
    const record = await checkInOf(tx, checkInId)
    // Undone already, on another phone.
    if (!record || record.event_id !== eventId) return ok({})
    await db(tx).deleteFrom('events_scan').where('check_in_id', '=', checkInId).execute()
    await db(tx).deleteFrom('events_check_in').where('id', '=', checkInId).execute()
    await tx.publish('check_ins', checkInId, null)
    if (record.member_id !== null) {
      const seat = await seatOf(tx, record.member_id, eventId)
      if (seat) await put(tx, { ...seat, checked_in_at: null })
      await tx.tell('events.check_in_undone', { eventId, memberId: record.member_id })
    }
    return ok({})
  },
}

export const door = { check_in: checkIn, walk_in: walkIn, undo_check_in: undo } satisfies Partial<Handlers>
