/**
 * What a browser does at a page load and an app must do itself: after a navigation the focus goes to the new page's
 * heading, so that it is read out; going back returns to where one had scrolled, once the page is long enough again.
 */
import { useIsRouting, useLocation } from '@solidjs/router'
import { createEffect, on, onCleanup, onMount } from 'solid-js'
import { entryKey } from '#client/core/kept.ts'

/** How long a page may take to get its heading, or to grow back to its old length and to settle there, in milliseconds. */
const patience = 3_000

const shelf = 'lyceum.scroll'

/** Scroll offsets by history entry; a reload of the tab keeps them. */
function createOffsets(): {
  get(key: string): number | undefined
  set(key: string, offset: number): void
  save(): void
} {
  const offsets = new Map<string, number>(readOffsets())
  return {
    get: (key) => offsets.get(key),
    set(key, offset) {
      offsets.delete(key)
      offsets.set(key, offset)
    },
    save: () => sessionStorage.setItem(shelf, JSON.stringify([...offsets].slice(-50))),
  }
}

function readOffsets(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(shelf) ?? '[]') as [string, number][]
  } catch {
    return []
  }
}

/** What a reader does to scroll: from then on the page is theirs. */
const readerMoves = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

let leaveHeading = (): void => {}

/**
 * The focus goes to the page's heading, which may not be there yet, or be drawn anew when the page has what it shows; until
 * then to the page itself. Whoever moves it in the meantime has it, and `placed`, which the page has focused, for as long as
 * it is there.
 */
function beginAtHeading(main: HTMLElement, placed: Element | undefined): void {
  leaveHeading()
  let given: HTMLElement | undefined
  const look = (): void => {
    if (placed?.isConnected) return
    const active = document.activeElement
    const isNobodys = active === null || active === document.body || active === main || active === given
    if (given && !isNobodys) {
      leaveHeading()
      return
    }
    const heading = main.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    given = heading ?? main
    if (given !== active) given.focus({ preventScroll: true })
  }
  look()
  const looking = setInterval(look, 60)
  const ending = setTimeout(() => leaveHeading(), patience)
  leaveHeading = () => {
    clearInterval(looking)
    clearTimeout(ending)
  }
}

/** What leads from one page to another. */
const acts = ['click', 'keydown', 'popstate'] as const

export function followNavigation(): void {
  const location = useLocation()
  const routing = useIsRouting()
  const offsets = createOffsets()
  /** Where the way back leads, from the moment the browser moves until the page is there. */
  let popped: number | undefined
  /** The same once the page is there, until it has had its time or the reader scrolls. */
  let wanted: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const remember = (): void => {
    if (popped === undefined && wanted === undefined && !routing()) offsets.set(entryKey(), window.scrollY)
  }
  const letGo = (): void => {
    clearTimeout(timer)
    popped = undefined
    wanted = undefined
  }
  const reach = (): void => {
    if (wanted === undefined) return
    const room = document.documentElement.scrollHeight - window.innerHeight
    window.scrollTo({ top: Math.min(wanted, room), behavior: 'instant' })
  }
  const aimAt = (offset: number): void => {
    wanted = offset
    timer = setTimeout(letGo, patience)
    reach()
  }

  /** What had the focus before its reader went on was not focused by the new page. */
  let [focusedAt, actedAt] = [0, 0]
  onMount(() => {
    const onFocus = (event: Event): void => {
      focusedAt = event.timeStamp
    }
    const onAct = (event: Event): void => {
      actedAt = event.timeStamp
    }
    document.addEventListener('focusin', onFocus, { capture: true })
    for (const event of acts) window.addEventListener(event, onAct, { capture: true })
    onCleanup(() => {
      document.removeEventListener('focusin', onFocus, { capture: true })
      for (const event of acts) window.removeEventListener(event, onAct, { capture: true })
    })
  })

  onMount(() => {
    history.scrollRestoration = 'manual'
    const growth = new ResizeObserver(reach)
    growth.observe(document.body)
    const onPop = (): void => {
      letGo()
      popped = offsets.get(entryKey()) ?? 0
      timer = setTimeout(letGo, patience)
    }
    const onHide = (): void => offsets.save()
    window.addEventListener('popstate', onPop)
    window.addEventListener('pagehide', onHide)
    window.addEventListener('scroll', remember, { passive: true })
    for (const event of readerMoves) window.addEventListener(event, letGo, { passive: true })
    onCleanup(() => {
      growth.disconnect()
      window.removeEventListener('popstate', onPop)
      window.removeEventListener('pagehide', onHide)
      window.removeEventListener('scroll', remember)
      for (const event of readerMoves) window.removeEventListener(event, letGo)
    })
    const offset = offsets.get(entryKey())
    if (offset !== undefined && offset > 0) aimAt(offset)
  })

  createEffect(
    on(
      () => location.pathname + location.search + location.hash,
      () => {
        // The router hears of a step back before we do: a frame later both have.
        requestAnimationFrame(() => {
          const offset = popped
          letGo()
          if (offset !== undefined) aimAt(offset)
        })
      },
      { defer: true },
    ),
  )

  createEffect(
    on(
      () => location.pathname,
      () => {
        const { hash } = location
        // After the new page has drawn itself; what it focused on its own keeps the focus.
        requestAnimationFrame(() => {
          const main = document.getElementById('main')
          const active = document.activeElement
          const isPlaced = main?.contains(active) && active !== main && focusedAt > actedAt
          if (main && !hash) beginAtHeading(main, isPlaced ? active! : undefined)
        })
      },
      { defer: true },
    ),
  )
}
