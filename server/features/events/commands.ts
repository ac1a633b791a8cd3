import type { CommandHandler } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, refuse } from '#shared/core/result.ts'
import { canPlan, type events } from '#shared/features/events.ts'
import { eventById, publishEvent, sessionById, setPlan } from './programme.ts'

type Commands = typeof events.commands

const rsvp: CommandHandler<InputOf<Commands['rsvp']>> = {
  async allow(act, input) {
    const event = await eventById(act.tx, input.eventId)
    if (!event)
      return refuse('not_found', 'no such event', { field: 'eventId', reason: 'events.refused_no_event' })
    return canPlan(act.viewer, event) ? ok() : refuse('forbidden', 'not allowed')
  },
  async handle({ tx, viewer }, input) {
    const plan = { kind: 'event', subjectId: input.eventId, eventId: input.eventId } as const
    if (await setPlan(tx, viewer.id, plan, input.on)) {
      await publishEvent(tx, input.eventId)
      await tx.tell('events.rsvp', { eventId: input.eventId, memberId: viewer.id, on: input.on })
    }
    return ok({ on: input.on })
  },
}

const saveSession: CommandHandler<InputOf<Commands['save_session']>> = {
  async allow(act, input) {
    const session = await sessionById(act.tx, input.sessionId)
    if (!session) {
      return refuse('not_found', 'no such session', {
        field: 'sessionId',
        reason: 'events.refused_no_session',
      })
    }
    return canPlan(act.viewer, session) ? ok() : refuse('forbidden', 'not allowed')
  },
  async handle({ tx, viewer }, input) {
    const session = await sessionById(tx, input.sessionId)
    if (!session) return refuse('not_found', 'no such session', { reason: 'events.refused_no_session' })
    const plan = { kind: 'session', subjectId: input.sessionId, eventId: session.eventId } as const
    if (await setPlan(tx, viewer.id, plan, input.on)) {
      await tx.tell('events.session_saved', {
        sessionId: input.sessionId,
        eventId: session.eventId,
        memberId: viewer.id,
        on: input.on,
      })
    }
    return ok({ on: input.on })
  },
}

export const commands = { rsvp, save_session: saveSession }
