/** What the member plans at an event, with the acts that are still on their way. */
import { type Accessor, createMemo } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { clashes, type SessionRow } from '#shared/features/events.ts'

export interface Plans {
  /** Ids of the event's sessions in the member's schedule. */
  saved: Accessor<ReadonlySet<string>>
  going: Accessor<boolean>
  /** Session or event → the newest act about it that has not landed. */
  acts: Accessor<ReadonlyMap<string, OutboxEntry>>
  /** Session in the schedule → others in it at the same time. */
  clashing: Accessor<ReadonlyMap<string, SessionRow[]>>
  member: Accessor<boolean>
  save(sessionId: string, on: boolean): void
  rsvp(eventId: string, on: boolean): void
}

export function usePlans(eventId: () => string | undefined, sessions: () => readonly SessionRow[]): Plans {
  const core = useCore()
  const rows = core.feed.rows('plans', () => {
    const id = eventId()
    return id === undefined ? undefined : { by: 'eventId', equals: id }
  })
  const saved = createMemo(
    () =>
      new Set((rows() ?? []).filter((row) => row.data.kind === 'session').map((row) => row.data.subjectId)),
  )
  const acts = createMemo(() => {
    const found = new Map<string, OutboxEntry>()
    for (const entry of core.commands.entries()) {
      if (entry.name === 'events.save_session')
        found.set((entry.input as { sessionId: string }).sessionId, entry)
      if (entry.name === 'events.rsvp' && entry.input.sessionId === undefined)
        found.set((entry.input as { eventId: string }).eventId, entry)
    }
    return found
  })
  const clashing = createMemo(() => {
    const mine = sessions().filter((session) => saved().has(session.id))
    const found = new Map<string, SessionRow[]>()
    for (const session of mine) {
      const others = clashes(session, mine)
      if (others.length > 0) found.set(session.id, others)
    }
    return found
  })
  const going = createMemo(() => (rows() ?? []).some((row) => row.data.kind === 'event'))
  return {
    saved,
    acts,
    clashing,
    going,
    member: () => core.session.viewer().id !== null,
    save(sessionId, on) {
      void core.commands.send('events.save_session', { sessionId, on })
      if (on) void core.behaviour.seen(`session:${sessionId}`, 4)
    },
    rsvp(id, on) {
      void core.commands.send('events.rsvp', { eventId: id, on })
      if (on) void core.behaviour.seen(`event:${id}`, 4)
    },
  }
}
