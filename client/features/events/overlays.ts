import type { Overlay } from '#client/core/feature.ts'
import { type PlanRow, planId } from '#shared/features/events.ts'
import type { CommandInput } from '#shared/features/index.ts'

const rsvp: Overlay<CommandInput<'events.rsvp'>> = {
  rows({ eventId, on }, entry, existing, memberId) {
    const id = planId(memberId, eventId)
    const plan: PlanRow = { kind: 'event', subjectId: eventId, eventId, at: entry.at }
    const held = existing('plans', id) !== undefined
    const going = existing('events', eventId)?.data.going
    const patches = [{ table: 'plans', id, data: on ? { ...plan } : null }]
    if (held === on || typeof going !== 'number') return patches
    return [...patches, { table: 'events', id: eventId, data: { going: Math.max(0, going + (on ? 1 : -1)) } }]
  },
}

const saveSession: Overlay<CommandInput<'events.save_session'>> = {
  rows({ sessionId, on }, entry, existing, memberId) {
    const eventId = existing('sessions', sessionId)?.data.eventId
    if (typeof eventId !== 'string') return []
    const plan: PlanRow = { kind: 'session', subjectId: sessionId, eventId, at: entry.at }
    return [{ table: 'plans', id: planId(memberId, sessionId), data: on ? { ...plan } : null }]
  },
}

export const overlays = { rsvp, save_session: saveSession }
