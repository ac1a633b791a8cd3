import type { Act, CommandHandler, ServerHalf } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { answersTo, wrongAnswer } from '#shared/features/event-seats.ts'
import { canPlan, type events } from '#shared/features/events.ts'
import { door } from './door.ts'
import { feedback } from './feedback.ts'
import { allowRun, making, noEvent } from './making.ts'
import { sessionById, setPlan } from './programme.ts'
import { tellMember } from './reminders.ts'
import { ask, leave, move as moveSeat, type Subject, seatOf, subjectOf } from './seating.ts'

type Commands = typeof events.commands
type Handlers = ServerHalf<typeof events>['commands']

/** Acts older than this were made without the server: how they ended is told besides shown. */
const wasOffline = 60_000

async function mayJoin({ tx, viewer }: Act, { event }: Subject): Promise<Result<unknown>> {
  if (!(await tx.mayRead(viewer, 'events', event.id))) return noEvent()
  const opens = event.opening ? await tx.mayRead(viewer, 'event_doors', event.id) : canPlan(viewer, event)
  return opens ? ok() : refuse('forbidden', 'not open to this member', { reason: 'events.refused_not_open' })
}

const rsvp: Handlers['rsvp'] = {
  async allow(act, { eventId, sessionId, on, answers }) {
    const { tx, viewer } = act
    const subject = await subjectOf(tx, eventId, sessionId)
    if (!subject) return noEvent()
    // Whoever asked once may always say that they do not come.
    const held = await seatOf(tx, viewer.id, subject.id)
    if (!on && held) return ok()
    const open = await mayJoin(act, subject)
    if (!open.ok || !on) return open
    const { event } = subject
    if (event.state === 'cancelled')
      return refuse('conflict', 'the event is cancelled', { reason: 'events.refused_cancelled' })
    // Of an event that came with a schedule one says also afterwards that one was there.
    if (event.opening && tx.now >= subject.end)
      return refuse('conflict', 'it is over', { reason: 'events.refused_over' })
    if (subject.kind === 'session') {
      const atEvent = await seatOf(tx, viewer.id, eventId)
      return atEvent?.status === 'going'
        ? ok()
        : refuse('conflict', 'a seat at the event comes first', { reason: 'events.refused_event_first' })
    }
    const asked = answers ?? (held ? (JSON.parse(held.answers) as Record<string, string>) : {})
    const wrong = wrongAnswer(event.questions ?? [], asked)
    return wrong
      ? refuse('invalid', 'a question is not answered', {
          field: `answers.${wrong.id}`,
          reason: 'events.refused_answer',
          params: { question: wrong.text },
        })
      : ok()
  },
  async handle({ tx, viewer, at }, { eventId, sessionId, on, answers }) {
    const subject = (await subjectOf(tx, eventId, sessionId))!
    if (!on) {
      await leave(tx, subject, viewer.id, 'self')
      return ok({ on })
    }
    const given = answers && answersTo(subject.event.questions ?? [], answers)
    const { status, offered_until: until } = await ask(tx, subject, viewer.id, given)
    if (tx.now - at > wasOffline && subject.capacity !== null) {
      const word = status === 'going' ? 'events.notice_going' : 'events.notice_waiting'
      await tellMember(tx, viewer.id, eventId, word, `seat:${subject.id}`)
    }
    return ok({ on, status, until })
  },
}

const move: Handlers['move'] = {
  async allow(act, { eventId, subjectId, memberId }) {
    const found = await allowRun(act, eventId)
    if (!found.ok) return found
    const held = await seatOf(act.tx, memberId, subjectId)
    return held?.event_id === eventId
      ? ok()
      : refuse('not_found', 'they have not asked for a seat', { reason: 'events.refused_no_seat' })
  },
  async handle({ tx, viewer }, { eventId, subjectId, memberId, to }) {
    const subject = await subjectOf(tx, eventId, subjectId)
    const held = await seatOf(tx, memberId, subjectId)
    if (!subject || !held || held.status === to) return ok({ to })
    await moveSeat(tx, subject, held, to)
    if (memberId !== viewer.id)
      await tellMember(tx, memberId, eventId, `events.notice_moved_${to}`, `seat:${subjectId}`)
    return ok({ to })
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

export const commands: Handlers = {
  rsvp,
  save_session: saveSession,
  move,
  ...making,
  ...door,
  ...feedback,
}
