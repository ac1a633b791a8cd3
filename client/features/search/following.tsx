/** On every page: `/` and Ctrl-K (⌘-K) open the search, unless somebody is writing. Draws nothing else. */
import { useLocation } from '@solidjs/router'
import { createEffect, createSignal, type JSX, lazy, on, onCleanup, Show, Suspense } from 'solid-js'

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

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey
    const isK = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k'
    if (!isK && !(isSlash && !isWriting(event.target))) return
    // Over another dialog there is nowhere to go to.
    if (document.querySelector('dialog[open]')) return
    event.preventDefault()
    setOpen(true)
  }
  document.addEventListener('keydown', onKeyDown)
  onCleanup(() => document.removeEventListener('keydown', onKeyDown))

  return (
    <Show when={open()}>
      <Suspense>
        <Palette onClose={() => setOpen(false)} />
      </Suspense>
    </Show>
  )
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]'))
  )
}
