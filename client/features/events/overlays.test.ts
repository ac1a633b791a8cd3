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

it('going to an event shows at once, in the count too, and only once', () => {
  const known = { 'events/e': { going: 4 } }
  expect(overlays.rsvp.rows!({ eventId: 'e', on: true }, entry, device(known), 'me')).toEqual([
    { table: 'plans', id: 'me:e', data: { kind: 'event', subjectId: 'e', eventId: 'e', at: 5 } },
    { table: 'events', id: 'e', data: { going: 5 } },
  ])
  const already = { ...known, 'plans/me:e': {} }
  expect(overlays.rsvp.rows!({ eventId: 'e', on: true }, entry, device(already), 'me')).toHaveLength(1)
  expect(overlays.rsvp.rows!({ eventId: 'e', on: false }, entry, device(already), 'me')).toEqual([
    { table: 'plans', id: 'me:e', data: null },
    { table: 'events', id: 'e', data: { going: 3 } },
  ])
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
