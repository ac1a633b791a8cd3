/**
 * What a page was made to show, kept with its entry in the browser's history: going back, or a reload, finds the list as
 * long as it was, so that its scroll position is still there.
 */
import { type Accessor, createSignal } from 'solid-js'

const shelf = 'lyceum.kept'
const most = 50

/** The router numbers its history entries; two visits of one page are two entries. */
export function entryKey(): string {
  const depth = (history.state as { _depth?: number } | null)?._depth ?? 0
  return `${depth} ${location.pathname}${location.search}`
}

let returned = true
window.addEventListener('popstate', () => {
  returned = true
})

/** A page that somebody goes to begins as new. Called by the frame when it was not a step back or forth. */
export function beginAnew(): void {
  returned = false
}

/** @param name of one signal of the page. */
export function useKept(name: string, initial: number): [Accessor<number>, (value: number) => void] {
  const kept = returned ? readShelf()[`${entryKey()} ${name}`] : undefined
  const [value, setValue] = createSignal(kept ?? initial)
  return [
    value,
    (next) => {
      setValue(next)
      const all = Object.entries({ ...readShelf(), [`${entryKey()} ${name}`]: next }).slice(-most)
      sessionStorage.setItem(shelf, JSON.stringify(Object.fromEntries(all)))
    },
  ]
}

function readShelf(): Record<string, number> {
  try {
    return JSON.parse(sessionStorage.getItem(shelf) ?? '{}') as Record<string, number>
  } catch {
    return {}
  }
}
