import {
  createComponent,
  createComputed,
  createMemo,
  createResource,
  createRoot,
  createSignal,
  type JSX,
  Suspense,
  startTransition,
} from 'solid-js'
import { expect, test } from 'vitest'
import { type Shortcut, shortcuts, useShortcuts } from './shortcuts.ts'

const one = (keys: string): Shortcut => ({ keys, word: 'frame.key_search', group: 'page', run() {} })
const keys = (): string[] => shortcuts().map((each) => each.keys)

/** A page with shortcuts of its own. */
function page(name: string): () => void {
  return createRoot((leave) => {
    useShortcuts([one(name)])
    return leave
  })
}

test('shortcuts are there for as long as their page', () => {
  const leave = page('a')
  expect(keys()).toEqual(['a'])
  leave()
  expect(keys()).toEqual([])
})

test('a page that is left while the router is on its way to the next takes its shortcuts along', async () => {
  const [place, setPlace] = createSignal(1)
  const arrivals: (() => void)[] = []
  const end = createRoot((dispose) => {
    const [loaded] = createResource(
      place,
      () => new Promise<number>((resolve) => arrivals.push(() => resolve(1))),
    )
    const router = createComponent(Suspense, {
      get children() {
        const shown = createMemo(() => loaded())
        return shown as unknown as JSX.Element
      },
    })
    createComputed(() => (router as unknown as () => unknown)())
    return dispose
  })
  arrivals[0]!()
  await Promise.resolve()
  const leave = page('a')
  let leaveNext = (): void => {}
  const arriving = startTransition(() => {
    setPlace(2)
    leaveNext = page('b')
  })
  await Promise.resolve()
  await Promise.resolve()
  leave()
  arrivals[1]!()
  await arriving
  expect(keys()).toEqual(['b'])
  leaveNext()
  expect(keys()).toEqual([])
  end()
})
