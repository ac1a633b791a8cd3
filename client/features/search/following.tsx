/** On every page: `/` and Ctrl-K (⌘-K) open the search, unless somebody is writing. Draws nothing else. */
import { useLocation } from '@solidjs/router'
import { createEffect, createSignal, type JSX, lazy, on, Show, Suspense } from 'solid-js'
import { useShortcuts } from '#client/core/shortcuts.ts'

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })))

export function Following(): JSX.Element {
  const location = useLocation()
  const [open, setOpen] = createSignal(false)
  createEffect(
    on(
      () => location.pathname + location.search,
      () => setOpen(false),
      { defer: true },
    ),
  )

  const show = (): void => void setOpen(true)
  useShortcuts([
    { keys: '/', word: 'frame.key_search', group: 'app', run: show },
    { keys: 'mod+k', word: 'frame.key_palette', group: 'app', run: show },
  ])

  return (
    <Show when={open()}>
      <Suspense>
        <Palette onClose={() => setOpen(false)} />
      </Suspense>
    </Show>
  )
}
