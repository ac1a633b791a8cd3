/**
 * Light, dark, or as the system has it: kept in localStorage and applied to `<html data-theme>`, from where the
 * stylesheet's `color-scheme` takes it.
 */
import { type Accessor, createSignal } from 'solid-js'
import { type Theme, themes } from '#shared/features/accounts.ts'

const key = 'lyceum.theme'

function firstTheme(): Theme {
  const kept = globalThis.localStorage?.getItem(key)
  return themes.find((theme) => theme === kept) ?? 'system'
}

const first = firstTheme()
const [theme, setSignal] = createSignal<Theme>(first)

function apply(value: Theme): void {
  if (globalThis.document) document.documentElement.dataset.theme = value
}
apply(first)

export function useTheme(): { theme: Accessor<Theme>; setTheme(theme: Theme): void } {
  return {
    theme,
    setTheme(value) {
      globalThis.localStorage?.setItem(key, value)
      setSignal(value)
      apply(value)
    },
  }
}
