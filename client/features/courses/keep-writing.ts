/** A form whose words are kept on this device as they are typed, until its author saves them. */
import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

export interface Writing<T> {
  /** `undefined`: not begun. */
  written: Accessor<T | undefined>
  /** Is anything here that was not saved? */
  changed: Accessor<boolean>
  /** Once, with what was kept here, or else with this; later calls do nothing. */
  begin(from: () => T): Promise<void>
  edit(change: Partial<T>): void
  /** It was saved, or is not wanted any more. */
  settle(change?: Partial<T>): Promise<void>
}

/** Milliseconds of rest after which it is kept. */
const rest = 400

export function createWriting<T extends object>(key: string): Writing<T> {
  const core = useCore()
  const [written, setWritten] = createSignal<T>()
  const [changed, setChanged] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = (): void => {
    clearTimeout(timer)
    if (changed()) void core.local.set(key, written() ?? null)
  }
  onCleanup(keep)
  return {
    written,
    changed,
    async begin(from) {
      if (written()) return
      const kept = await core.local.get<T | null>(key)
      if (written()) return
      if (kept) setChanged(true)
      setWritten(() => kept ?? from())
    },
    edit(change) {
      setWritten((before) => ({ ...before!, ...change }))
      setChanged(true)
      clearTimeout(timer)
      timer = setTimeout(keep, rest)
    },
    async settle(change) {
      clearTimeout(timer)
      setChanged(false)
      if (change) setWritten((before) => ({ ...before!, ...change }))
      await core.local.set(key, null)
    },
  }
}
