import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

export interface Draft<T> {
  value: Accessor<T>
  /** Kept on this device within a moment; pass what changed. */
  set(change: Partial<T>): void
  /** Sent or thrown away. */
  clear(): void
  /** What was kept has been read. */
  ready: Accessor<boolean>
}

const patience = 250

/** Text being written, which survives a reload and a closed tab. `empty` is what it is before anything was written. */
export function createDraft<T extends object>(key: string, empty: T): Draft<T> {
  const core = useCore()
  const name = `discussions.draft:${key}`
  const [value, setValue] = createSignal<T>(empty)
  const [ready, setReady] = createSignal(false)
  let touched = false
  let timer: ReturnType<typeof setTimeout> | undefined

  void core.local.get<T>(name).then((kept) => {
    if (kept && !touched) setValue(() => ({ ...empty, ...kept }))
    setReady(true)
  })
  const store = (): void => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    void core.local.set(name, value())
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(store, patience)
  }
  document.addEventListener('visibilitychange', store)
  onCleanup(() => {
    document.removeEventListener('visibilitychange', store)
    store()
  })
  return {
    value,
    ready,
    set(change) {
      touched = true
      setValue((before) => ({ ...before, ...change }))
      later()
    },
    clear() {
      touched = true
      setValue(() => empty)
      clearTimeout(timer)
      timer = undefined
      void core.local.set(name, undefined)
    },
  }
}
