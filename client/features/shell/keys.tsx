/** Listens for every shortcut, and lists them on `?`. */
import { useNavigate } from '@solidjs/router'
import { createSignal, type JSX, lazy, onCleanup, Show, Suspense } from 'solid-js'
import { createKeySteps } from '#client/core/key-steps.ts'
import { usePlaces } from '#client/core/places.ts'
import { isWriting, type Shortcut, shortcuts, singleKeys, useShortcuts } from '#client/core/shortcuts.ts'
import { stepInList } from './list-steps.ts'

const Sheet = lazy(() => import('./keys-sheet.tsx').then((module) => ({ default: module.KeysSheet })))

export function Keys(): JSX.Element {
  const navigate = useNavigate()
  const [open, setOpen] = createSignal(false)
  const lists = [usePlaces('main'), usePlaces('header')]
  useShortcuts((): Shortcut[] =>
    lists.flatMap((places) =>
      places().flatMap(({ href, word, keys }) =>
        keys === undefined ? [] : [{ keys, word, group: 'go', run: () => navigate(href) } as const],
      ),
    ),
  )
  useShortcuts([
    { keys: 'j', word: 'frame.key_next', group: 'list', run: () => stepInList(1) },
    { keys: 'k', word: 'frame.key_former', group: 'list', run: () => stepInList(-1) },
    { keys: '?', word: 'frame.keys', group: 'app', run: () => setOpen(true) },
  ])

  const hear = createKeySteps(shortcuts)
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const isHeld = event.ctrlKey || event.metaKey
    const origin = event.composedPath()[0] ?? event.target
    if (!isHeld && (!singleKeys() || isWriting(origin))) return
    // Over a dialog there is nowhere to go to.
    if (document.querySelector('dialog[open], :popover-open')) return
    const found = hear(event)
    if (!found) return
    event.preventDefault()
    found.run()
  }
  document.addEventListener('keydown', onKeyDown)
  onCleanup(() => document.removeEventListener('keydown', onKeyDown))

  return (
    <Show when={open()}>
      <Suspense>
        <Sheet onClose={() => setOpen(false)} />
      </Suspense>
    </Show>
  )
}
