import { expect, it } from 'vitest'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { StoredRow } from '#client/core/database.ts'
import { overlays } from './overlays.ts'

const entry: OutboxEntry = {
  id: 'c',
  name: '',
  input: {},
  after: [],
  at: 5,
  lane: '',
  state: 'device',
  attempts: 0,
}
const device = (rows: Record<string, Record<string, unknown>>) => (table: string, id: string) => {
  const data = rows[`${table}/${id}`]
  return data && ({ table, id, data, epoch: '' } satisfies StoredRow)
}

const going = (known: Record<string, Record<string, unknown>>, on = true) =>
  new Map(
    overlays.rsvp.rows!({ eventId: 'e', on }, entry, device(known), 'me').map(({ table, data }) => [
      table,
      data,
    ]),
  )

it('going to an event shows at once, in the count too, and only once', () => {
  const known = { 'events/e': { going: 4 } }
  const patches = going(known)
  expect(patches.get('plans')).toEqual({ kind: 'event', subjectId: 'e', eventId: 'e', at: 5 })
  expect(patches.get('events')).toEqual({ going: 5 })
  expect(patches.get('seats')).toMatchObject({ status: 'going', code: null })
  const already = { ...known, 'plans/me:e': {} }
  expect(going(already).has('events')).toBe(false)
  expect(going(already, false).get('plans')).toBeNull()
  expect(going(already, false).get('events')).toEqual({ going: 3 })
})

it('a full event is asked for a place on its waiting list, and counts nobody more', () => {
  const full = { 'events/e': { going: 4, capacity: 4 } }
  expect(going(full).get('seats')).toMatchObject({ status: 'waiting' })
  expect(going(full).get('plans')).toBeNull()
  expect(going(full).has('events')).toBe(false)
  // One is free, but somebody else is next.
  const queued = { 'events/e': { going: 3, capacity: 4, waiting: 1 } }
  expect(going(queued).get('seats')).toMatchObject({ status: 'waiting' })
  // The seat that is kept for oneself is taken.
  const offered = { 'events/e': { going: 3, offered: 1, capacity: 4 }, 'seats/me:e': { status: 'offered' } }
  expect(going(offered).get('seats')).toMatchObject({ status: 'going' })
})

it('a second scan on the same phone leaves the first as it was', () => {
  const scan = { eventId: 'e', scanId: 's', ticket: 't', memberId: 'ann' }
  const known = { 'attendees/ann:e': { name: 'Ann' } }
  const [first] = overlays.check_in.rows!(scan, entry, device(known), 'me')
  expect(first).toMatchObject({ table: 'check_ins', id: 'ann:e', data: { name: 'Ann', scannedAt: 5 } })
  expect(overlays.check_in.rows!(scan, entry, device({ ...known, 'check_ins/ann:e': {} }), 'me')).toEqual([])
})

it('a session is in the schedule, or out of it, at once', () => {
  const known = device({ 'sessions/s': { eventId: 'e' } })
  expect(overlays.save_session.rows!({ sessionId: 's', on: true }, entry, known, 'me')).toEqual([
    { table: 'plans', id: 'me:s', data: { kind: 'session', subjectId: 's', eventId: 'e', at: 5 } },
  ])
  expect(overlays.save_session.rows!({ sessionId: 's', on: false }, entry, known, 'me')).toEqual([
    { table: 'plans', id: 'me:s', data: null },
  ])
})
