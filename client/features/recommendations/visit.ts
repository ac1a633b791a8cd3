/** When the member was here last, on this device: what happened since is news. */
import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js'
import { useCore } from '#client/core/core.ts'

interface Visit {
  /** Last sign of life, epoch ms. */
  at: number
  /** End of the visit before this one; absent on the first. */
  since?: number
}

/** After this long without a sign of life the next one begins a new visit. */
const pause = 30 * 60_000
const sign = 60_000
const key = 'recommendations.visit'

export function visitAt(before: Visit | undefined, now: number): Visit {
  if (!before) return { at: now }
  const since = now - before.at > pause ? before.at : before.since
  return since === undefined ? { at: now } : { at: now, since }
}

/** @returns undefined while unknown; `{}` on the first visit */
export function useLastVisit(): Accessor<{ since?: number } | undefined> {
  const core = useCore()
  const [visit, setVisit] = createSignal<Visit>()
  const touch = async (): Promise<void> => {
    const now = visitAt(await core.local.get<Visit>(key), Date.now())
    await core.local.set(key, now)
    if (visit()?.since !== now.since || !visit()) setVisit(now)
  }
  onMount(() => {
    void touch()
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void touch()
    }, sign)
    onCleanup(() => clearInterval(timer))
  })
  return visit
}
