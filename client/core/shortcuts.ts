/**
 * The keyboard shortcuts that work right now. The app adds its own, and a page its own for as long as it is there; the
 * sheet of `?` lists what is in here, so that no shortcut goes unsaid.
 */
import { type Accessor, createComputed, createSignal, onCleanup, untrack } from 'solid-js'
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

const [registered, setRegistered] = createSignal<readonly Shortcut[]>([])

export const shortcuts: Accessor<readonly Shortcut[]> = registered

/** They work until their owner goes; give a function for those that come and go. */
export function useShortcuts(given: readonly Shortcut[] | Accessor<readonly Shortcut[]>): void {
  createComputed(() => {
    const own = typeof given === 'function' ? given() : given
    untrack(() => setRegistered((all) => [...all, ...own]))
    onCleanup(() => setRegistered((all) => all.filter((one) => !own.includes(one))))
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
