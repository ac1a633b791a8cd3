/** What a member's rows and documents on this device say that they met, besides the device's own log. */
import { type Accessor, createMemo, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { SeatRow } from '#shared/features/event-seats.ts'
import type { Traces } from './history.ts'
import { useReadingPositions } from './reading.ts'
import type { Shelf } from './shelf.ts'

/** All but the log; seats with what became of them. */
export type KnownTraces = Omit<Traces, 'seen' | 'seats'> & {
  seats: Pick<SeatRow, 'eventId' | 'subjectId' | 'status' | 'at'>[]
}

/** `undefined` while it is being read. */
export function useTraces(shelf: Accessor<Shelf | undefined>): Accessor<KnownTraces | undefined> {
  const core = useCore()
  const plans = core.feed.rows('plans')
  const seats = core.feed.rows('seats')
  const enrolments = core.feed.rows('enrolments')
  const reading = useReadingPositions()
  const traces = createMemo(() => {
    const memberId = core.session.viewer().id
    const [planned, asked, taken, positions] = [plans(), seats(), enrolments(), reading()]
    if (!planned || !asked || !taken || !positions) return undefined
    const own = [...(shelf()?.values() ?? [])].filter(({ byId }) => byId !== null && byId === memberId)
    return {
      plans: planned.map(({ data }) => ({ ...data })),
      seats: asked.map(({ data: { eventId, subjectId, status, at } }) => ({
        eventId,
        subjectId,
        status,
        at,
      })),
      enrolments: taken.map(({ data }) => ({ ...data })),
      reading: positions,
      own: own.map(({ id, at }) => ({ id, at })),
    }
  })
  return traces
}

/** The log of what was looked at is no live query: it is read again when the page comes back into view. */
export function useLooked(): Accessor<number> {
  const [looked, setLooked] = createSignal(0)
  const look = (): void => {
    if (document.visibilityState === 'visible') setLooked((times) => times + 1)
  }
  document.addEventListener('visibilitychange', look)
  onCleanup(() => document.removeEventListener('visibilitychange', look))
  return looked
}
