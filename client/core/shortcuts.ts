/**
 * The keyboard shortcuts that work right now. The app adds its own, and a page its own for as long as it is there; the
 * sheet of `?` lists what is in here, so that no shortcut goes unsaid.
 */
import { type Accessor, createComputed, createSignal, onCleanup } from 'solid-js'
import type { WordKey } from '#shared/words/index.ts'

export interface Shortcut {
  /** As `key-steps.ts` reads it. */
  keys: string
  /** What it does. */
  word: WordKey
  /** Under which heading it stands. */
  group: 'go' | 'list' | 'page' | 'app'
  run(): void
}

/**
 * No signal's value: a page that goes while the router is in a transition to the next would take its own away from the
 * former value alone, and they would stay, with all that they refer to.
 */
const registered = new Set<Shortcut>()
const [changed, setChanged] = createSignal(undefined, { equals: false })

export const shortcuts: Accessor<readonly Shortcut[]> = () => {
  changed()
  return [...registered]
}

/** They work until their owner goes; give a function for those that come and go. */
export function useShortcuts(given: readonly Shortcut[] | Accessor<readonly Shortcut[]>): void {
  createComputed(() => {
    const own = typeof given === 'function' ? given() : given
    for (const one of own) registered.add(one)
    setChanged()
    onCleanup(() => {
      for (const one of own) registered.delete(one)
      setChanged()
    })
  })
}

const shelf = 'lyceum.keys'
const [single, setSingle] = createSignal(globalThis.localStorage?.getItem(shelf) !== 'off')

/** Whether keys alone do anything, as this device has been told: dictation and some aids press them by accident. */
export const singleKeys: Accessor<boolean> = single

export function setSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(shelf)
  else localStorage.setItem(shelf, 'off')
  setSingle(on)
}

/** Is somebody writing where this key lands? */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]'))
  )
}
