/**
 * A new version of the shell is fetched in the background and taken only when the member says so: the page never
 * reloads under somebody who writes. What is unsent lies in IndexedDB and outlives the reload.
 */

import { registerSW } from 'virtual:pwa-register'
import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js'

const lookEvery = 60 * 60_000

export interface Update {
  ready: Accessor<boolean>
  /** Takes the new version, in every tab: reloads. */
  apply(): void
  /** Not now; the next visit asks again. */
  postpone(): void
}

export function useUpdate(): Update {
  const [ready, setReady] = createSignal(false)
  let take: ((reload?: boolean) => Promise<void>) | undefined
  onMount(() => {
    let timer: ReturnType<typeof setInterval> | undefined
    take = registerSW({
      onNeedRefresh: () => setReady(true),
      onRegisteredSW(_url, registration) {
        if (!registration) return
        timer = setInterval(() => {
          // Offline it fails, and that is fine: the next hour looks again.
          registration.update().catch(() => {})
        }, lookEvery)
      },
    })
    onCleanup(() => clearInterval(timer))
  })
  return {
    ready,
    apply: () => void take?.(true),
    postpone: () => setReady(false),
  }
}
