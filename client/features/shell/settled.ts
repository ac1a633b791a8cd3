/** What nobody waits for is fetched behind what somebody does. */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

/** For the first page to be drawn with what has just arrived, and without a server, in milliseconds. */
const draws = 500
const patience = 8_000

/** The device has what the first page is made of; a little later, or when it takes too long. Stays so. */
export function useSettled(): Accessor<boolean> {
  const core = useCore()
  const [settled, setSettled] = createSignal(false)
  createEffect(() => {
    if (settled()) return
    const timer = setTimeout(() => setSettled(true), core.feed.ready() ? draws : patience)
    onCleanup(() => clearTimeout(timer))
  })
  return settled
}
