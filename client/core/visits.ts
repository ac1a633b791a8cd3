/** Rooms that are held for a while, for a reason other than a page: to send what is left, to fetch what should be here. */
import type { LiveRoom } from './live-room.ts'
import type { Surroundings } from './surroundings.ts'

export interface Visit {
  done(live: LiveRoom): boolean
  end(): void
}

/** Holds a room until `done` says so or the room is closed for good. */
export type Visiting = (
  room: string,
  done: (live: LiveRoom) => boolean,
  options?: {
    /** Does not queue behind other visits. */
    urgent?: boolean
    /** Gives up after so many milliseconds. */
    within?: number
  },
) => Promise<void>

interface Visited {
  live: LiveRoom
  visits: Set<Visit>
}

export interface VisitsOptions<E extends Visited> {
  around: Surroundings
  mayVisit(): boolean
  hold(room: string): E
  release(room: string, entry: E): void
}

const visitsAtOnce = 6

export function createVisits<E extends Visited>(options: VisitsOptions<E>): Visiting {
  let visiting = 0
  const queue: (() => void)[] = []

  async function stay(room: string, done: (live: LiveRoom) => boolean, within?: number): Promise<void> {
    if (!options.mayVisit()) return
    const entry = options.hold(room)
    await new Promise<void>((resolve) => {
      const own: Visit = {
        done,
        end() {
          cancel()
          entry.visits.delete(own)
          resolve()
          options.release(room, entry)
        },
      }
      const cancel = within === undefined ? () => {} : options.around.after(within, () => own.end())
      entry.visits.add(own)
      void entry.live.loaded.then(() => {
        if (entry.visits.has(own) && done(entry.live)) own.end()
      })
    })
  }

  return async (room, done, { urgent = false, within } = {}) => {
    if (urgent) return stay(room, done, within)
    if (visiting >= visitsAtOnce) await new Promise<void>((go) => queue.push(go))
    else visiting++
    try {
      await stay(room, done, within)
    } finally {
      const next = queue.shift()
      if (next) next()
      else visiting--
    }
  }
}
