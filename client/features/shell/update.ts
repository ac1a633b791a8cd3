/**
 * A new version of the shell is fetched in the background and taken only when the member says so: the page never
 * reloads under somebody who writes. What is unsent lies in IndexedDB and outlives the reload.
 *
 * When the server serves this version no longer, nothing can be sent before the new one is here: then it is looked for
 * at once, and taken by itself as soon as no tab holds anything that a reload would lose, or has a caret in a text.
 */

import { registerSW } from 'virtual:pwa-register'
import { type Accessor, createEffect, createSignal, onCleanup, onMount } from 'solid-js'
import type { Core } from '#client/core/core.ts'
import { isBusy } from './busy.ts'

const lookEvery = 60 * 60_000
const lookAgainWhenOutdated = 20_000
const tryAgain = 3_000
/** Tabs answer at once, hidden ones too. */
const answersWithin = 500
/** Without a service worker a reload brings what the server has, which may be no newer. */
const reloadAgainAfter = 5 * 60_000
const reloadedKey = 'lyceum.reloaded'

export interface Update {
  ready: Accessor<boolean>
  /** Takes the new version, in every tab: reloads. */
  apply(): void
  /** Not now; the next visit asks again. */
  postpone(): void
}

export function useUpdate(core: Pick<Core, 'outdated' | 'flush'>): Update {
  const [ready, setReady] = createSignal(false)
  const [registration, setRegistration] = createSignal<ServiceWorkerRegistration>()
  const tabs = new BroadcastChannel('lyceum-update')
  let take: (() => Promise<void>) | undefined

  tabs.onmessage = ({ data }) => {
    if (data === 'may we?' && isBusy()) tabs.postMessage('no')
  }
  onCleanup(() => tabs.close())

  const look = (): void => {
    // Offline it fails, and that is fine: it is tried again.
    registration()
      ?.update()
      .catch(() => {})
  }

  onMount(() => {
    // The new version has taken over, because of this tab or of another. (The library does not reload a page that was
    // opened before the first version did.)
    const onTaken = (): void => {
      if (ready()) reload()
    }
    navigator.serviceWorker?.addEventListener('controllerchange', onTaken)
    take = registerSW({
      onNeedRefresh: () => setReady(true),
      onNeedReload: reload,
      onRegisteredSW: (_url, found) => setRegistration(found),
    })
    const timer = setInterval(look, lookEvery)
    onCleanup(() => {
      clearInterval(timer)
      navigator.serviceWorker?.removeEventListener('controllerchange', onTaken)
    })
  })

  async function apply(): Promise<void> {
    await core.flush()
    if (ready()) await take?.()
    else reload()
  }

  async function tryToApply(): Promise<void> {
    const mayReload = ready() || (!navigator.serviceWorker && mayReloadAgain())
    if (!mayReload || isBusy()) return
    const isRefused = new Promise<boolean>((resolve) => {
      const hear = ({ data }: MessageEvent): void => resolve(data === 'no')
      tabs.addEventListener('message', hear)
      setTimeout(() => {
        tabs.removeEventListener('message', hear)
        resolve(false)
      }, answersWithin)
    })
    tabs.postMessage('may we?')
    if (!(await isRefused) && !isBusy() && core.outdated()) await apply()
  }

  createEffect(() => {
    if (!core.outdated()) return
    look()
    const looking = setInterval(look, lookAgainWhenOutdated)
    const trying = setInterval(() => void tryToApply(), tryAgain)
    onCleanup(() => {
      clearInterval(looking)
      clearInterval(trying)
    })
  })

  return {
    ready,
    apply: () => void apply(),
    postpone: () => setReady(false),
  }
}

/** Everything is in IndexedDB: there is nothing to ask before the page goes. */
function reload(): void {
  window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), { capture: true })
  location.reload()
}

function mayReloadAgain(): boolean {
  const last = Number(sessionStorage.getItem(reloadedKey) ?? 0)
  if (Date.now() - last < reloadAgainAfter) return false
  sessionStorage.setItem(reloadedKey, String(Date.now()))
  return true
}
