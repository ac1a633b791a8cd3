/**
 * When the app offers to be installed: not to whoever came once, and once on a device. What the browser has to say about
 * it may come before the app is drawn, so it is heard from the first moment.
 */
import { type Accessor, createSignal } from 'solid-js'

interface InstallEvent extends Event {
  prompt(): Promise<unknown>
}

export interface Visits {
  count: number
  /** When the app was last open, in epoch milliseconds. */
  last: number
}

/** Somebody who comes back after this is here for another visit, in milliseconds. */
const apart = 30 * 60_000
const visitsShelf = 'lyceum.visits'
const askedShelf = 'lyceum.install'

export function nextVisit(before: Visits | undefined, now: number): Visits {
  if (!before) return { count: 1, last: now }
  return { count: before.count + (now - before.last > apart ? 1 : 0), last: now }
}

/** On iPhones and iPads only the reader can do it, in a browser's own menu. */
export function needsHand(agent: {
  userAgent: string
  maxTouchPoints: number
  standalone?: boolean
}): boolean {
  const isApple = /iPhone|iPad|iPod/.test(agent.userAgent)
  const isPad = /Macintosh/.test(agent.userAgent) && agent.maxTouchPoints > 1
  return (isApple || isPad) && agent.standalone === false
}

export interface Install {
  /** How, where it is possible and time. */
  way: Accessor<'ask' | 'by hand' | undefined>
  /** It has been seen: it does not come again. */
  seen(): void
  take(): void
  leave(): void
}

const [offered, setOffered] = createSignal<InstallEvent>()
globalThis.addEventListener?.('beforeinstallprompt', (event) => {
  // The browser's own offer comes at its own time, over whatever is being done.
  event.preventDefault()
  setOffered(event as InstallEvent)
})

export function createInstall(): Install {
  const visits = nextVisit(readVisits(), Date.now())
  const keep = (): void => localStorage.setItem(visitsShelf, JSON.stringify({ ...visits, last: Date.now() }))
  keep()
  window.addEventListener('pagehide', keep)
  const [over, setOver] = createSignal(
    visits.count < 2 ||
      localStorage.getItem(askedShelf) !== null ||
      matchMedia('(display-mode: standalone)').matches,
  )
  window.addEventListener('appinstalled', () => setOver(true))
  const byHand = needsHand(navigator)
  return {
    way() {
      if (over()) return undefined
      if (offered()) return 'ask'
      return byHand ? 'by hand' : undefined
    },
    seen: () => localStorage.setItem(askedShelf, 'asked'),
    take() {
      void offered()?.prompt()
      setOver(true)
    },
    leave: () => setOver(true),
  }
}

function readVisits(): Visits | undefined {
  try {
    return (JSON.parse(localStorage.getItem(visitsShelf) ?? 'null') as Visits | null) ?? undefined
  } catch {
    return undefined
  }
}
