/** The time by the server's clock, a minute at a time. */
import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

export function useNow(): Accessor<number> {
  const core = useCore()
  const read = (): number => Date.now() + core.session.clockOffset()
  const [now, setNow] = createSignal(read())
  const timer = setInterval(() => setNow(read()), 60_000)
  onCleanup(() => clearInterval(timer))
  return now
}
