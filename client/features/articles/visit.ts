/** When this device last looked at the list, so that what came since can be marked. */
import { type Accessor, createSignal, onMount } from 'solid-js'
import { useCore } from '#client/core/core.ts'

interface Visits {
  /** The beginning of the visit before the current one. */
  before: number
  /** The last time the list was open. */
  at: number
}

const key = 'articles.visits'
/** Coming back sooner continues the same visit, in milliseconds. */
const pause = 30 * 60_000

/** `undefined` at the first visit of all: then nothing is new, or everything. */
export function useLastVisit(): Accessor<number | undefined> {
  const core = useCore()
  const [last, setLast] = createSignal<number>()
  onMount(async () => {
    const now = Date.now()
    const visits = await core.local.get<Visits>(key)
    const before = visits === undefined ? now : now - visits.at > pause ? visits.at : visits.before
    await core.local.set(key, { before, at: now })
    setLast(visits === undefined ? undefined : before)
  })
  return last
}
