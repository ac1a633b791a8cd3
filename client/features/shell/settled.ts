/**
 * On a first visit, what nobody waits for is fetched behind what somebody does. Once the service worker serves the app, all
 * of it is on the device, and nothing has to wait.
 */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

/** For the first page to be drawn with what has just arrived, and without a server, in milliseconds. */
const draws = 100
const patience = 8_000

/** The device has what the first page is made of, or that takes too long. Stays so. */
export function useSettled(): Accessor<boolean> {
  const core = useCore()
  const [settled, setSettled] = createSignal(navigator.serviceWorker?.controller != null)
  createEffect(() => {
    if (settled()) return
    const timer = setTimeout(() => setSettled(true), core.feed.ready() ? draws : patience)
    onCleanup(() => clearTimeout(timer))
  })
  return settled
}
