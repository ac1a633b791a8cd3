/** What pages about one event share: the event itself, who runs it, whether it can be joined, and one's own seat. */
import { type Accessor, createMemo, createSignal, onCleanup } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { SeatRow } from '#shared/features/event-seats.ts'
import { canPlan, canRun, type EventRow, planId } from '#shared/features/events.ts'

/** By its address, or by its id, which stands for the slug until the device has learnt it. `null`: there is none. */
export function useEvent(slug: () => string): Accessor<EventRow | null | undefined> {
  const core = useCore()
  const name = (): string => decoded(slug())
  const bySlug = core.feed.rows('events', () => ({ by: 'slug', equals: name() }))
  const byId = core.feed.row('events', name)
  const event = createMemo(() => {
    const [first] = bySlug() ?? []
    if (first) return first.data
    if (bySlug() === undefined || byId() === undefined) return undefined
    return byId()?.data ?? (core.feed.ready() ? null : undefined)
  })
  return event
}

/** A part of the path as it was meant; addresses in 中文 come encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Whether the viewer is among those who run it. */
export function useRuns(eventId: () => string | undefined): Accessor<boolean> {
  const core = useCore()
  const row = core.feed.row('event_staff', () => {
    const [id, me] = [eventId(), core.session.viewer().id]
    return id !== undefined && me !== null ? planId(me, id) : undefined
  })
  const runs = createMemo(() => canRun(core.session.viewer(), Boolean(row())))
  return runs
}

/** `undefined` while the device looks. */
export function useMayJoin(event: () => EventRow): Accessor<boolean | undefined> {
  const core = useCore()
  const door = core.feed.row('event_doors', () => event().id)
  const may = createMemo(() => {
    if (!event().opening) return canPlan(core.session.viewer(), event())
    if (core.session.viewer().id === null) return false
    const found = door()
    return found === undefined || (found === null && !core.feed.ready()) ? undefined : found !== null
  })
  return may
}

export interface OwnSeat {
  row: Accessor<SeatRow | undefined>
  /** As the server has decided, and not only as asked for here. */
  isDecided: Accessor<boolean>
  act: Accessor<OutboxEntry | undefined>
}

/** @param subjectId the event's or the session's id */
export function useSeat(subjectId: () => string | undefined): OwnSeat {
  const core = useCore()
  const row = core.feed.row('seats', () => {
    const [id, me] = [subjectId(), core.session.viewer().id]
    return id !== undefined && me !== null ? planId(me, id) : undefined
  })
  const act = createMemo(() =>
    core.commands
      .entries()
      .findLast(
        ({ name, input }) => name === 'events.rsvp' && (input.sessionId ?? input.eventId) === subjectId(),
      ),
  )
  return {
    row: () => row()?.data,
    isDecided: () => row()?.pending !== true,
    act,
  }
}

/** The newest act of a kind about an event that has not landed. */
export function useActs(eventId: () => string, ...names: string[]): Accessor<OutboxEntry[]> {
  const core = useCore()
  const acts = createMemo(() =>
    core.commands
      .entries()
      .filter(
        ({ name, input }) => names.includes(name.slice('events.'.length)) && input.eventId === eventId(),
      ),
  )
  return acts
}

/** The server's time, every half minute. */
export function useNow(): Accessor<number> {
  const core = useCore()
  const read = (): number => Date.now() + core.session.clockOffset()
  const [now, setNow] = createSignal(read())
  const timer = setInterval(() => setNow(read()), 30_000)
  onCleanup(() => clearInterval(timer))
  return now
}
