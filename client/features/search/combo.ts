/** The keyboard of a field with a list below it: the field keeps the focus, and the list's chosen line follows the arrows. */
import { type Accessor, createEffect, createMemo, createSignal, createUniqueId, on } from 'solid-js'

export interface Combo {
  listId: string
  optionId(key: string): string
  /** The line that Enter opens; `undefined`: there is none. */
  active: Accessor<string | undefined>
  point(key: string): void
  onKeyDown(event: KeyboardEvent): void
}

/**
 * @param keys of the lines, in their order
 * @param question when it changes, the first line is chosen again; lines that come later change nothing
 */
export function useCombo(keys: Accessor<readonly string[]>, question: Accessor<unknown>): Combo {
  const id = createUniqueId()
  const [pointed, point] = createSignal<string>()
  createEffect(on(question, () => point(undefined), { defer: true }))
  const active = createMemo(() => {
    const key = pointed()
    return key !== undefined && keys().includes(key) ? key : keys()[0]
  })
  const optionId = (key: string): string => `${id}-${keys().indexOf(key)}`
  const elementOf = (key: string): HTMLElement | null => document.getElementById(optionId(key))

  function move(to: number): void {
    const all = keys()
    const key = all[(to + all.length) % all.length]
    if (key === undefined) return
    point(key)
    elementOf(key)?.scrollIntoView({ block: 'nearest' })
  }

  return {
    listId: `${id}-list`,
    optionId,
    active,
    point,
    onKeyDown(event) {
      const key = active()
      // What an input method is composing is not for us.
      if (event.isComposing || key === undefined) return
      const at = keys().indexOf(key)
      if (event.key === 'ArrowDown') move(at + 1)
      else if (event.key === 'ArrowUp') move(at - 1)
      else if (event.key === 'PageDown') move(Math.min(at + 8, keys().length - 1))
      else if (event.key === 'PageUp') move(Math.max(at - 8, 0))
      else if (event.key === 'Enter') elementOf(key)?.click()
      else return
      event.preventDefault()
    },
  }
}
