import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'

export interface Draft<T> {
  value: Accessor<T>
  /** Kept on this device within a moment; pass what changed. */
  set(change: Partial<T>): void
  /**
   * What is written is being sent: done, nothing of it is left; failed, all of it is. When the page goes before, it counts as done,
   * since what was asked of the outbox in a page's last moment is kept (core/parting.ts).
   */
  send(work: Promise<void>): Promise<void>
  /** What was kept has been read. */
  ready: Accessor<boolean>
}

const patience = 250

const nameOf = (key: string): string => `discussions.draft:${key}`

/** Those that a page has open now, by their names. */
const open = new Map<string, Draft<object>>()

/** Begins a text, or puts back what was written of it, for whoever opens that draft next, or has it open. */
export async function keepDraft<T extends object>(
  core: Pick<Core, 'local'>,
  key: string,
  change: (before: T | undefined) => T,
): Promise<void> {
  const shown = open.get(key) as Draft<T> | undefined
  const next = change(shown?.ready() ? shown.value() : await core.local.get<T>(nameOf(key)))
  shown?.set(next)
  await core.local.set(nameOf(key), next)
}

/** Text being written, which survives a reload and a closed tab. `empty` is what it is before anything was written. */
export function createDraft<T extends object>(key: string, empty: T): Draft<T> {
  const core = useCore()
  const name = nameOf(key)
  const [value, setValue] = createSignal<T>(empty)
  const [ready, setReady] = createSignal(false)
  let touched = false
  let timer: ReturnType<typeof setTimeout> | undefined

  let sending = false
  const mark = `${core.database()}:sent:${name}`
  const isSent = localStorage.getItem(mark) !== null

  void core.local.get<T>(name).then(async (kept) => {
    if (kept && !touched && !isSent) setValue(() => ({ ...empty, ...kept }))
    setReady(true)
    if (!isSent) return
    if (!touched) await core.local.set(name, undefined)
    localStorage.removeItem(mark)
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
  const leave = (): void => {
    store()
    // At the same moment as the outbox writes down what it could not store, so that both are kept or neither is.
    if (!sending || document.visibilityState !== 'hidden') return
    try {
      localStorage.setItem(mark, '1')
    } catch {
      // No room for it: the draft is there again, beside what was sent of it.
    }
  }
  document.addEventListener('visibilitychange', leave)
  onCleanup(() => {
    document.removeEventListener('visibilitychange', leave)
    store()
  })
  const draft: Draft<T> = {
    value,
    ready,
    set(change) {
      touched = true
      setValue((before) => ({ ...before, ...change }))
      later()
    },
    async send(work) {
      sending = true
      try {
        await work
        touched = true
        setValue(() => empty)
        clearTimeout(timer)
        timer = undefined
        await core.local.set(name, undefined).catch(() => {})
      } finally {
        sending = false
        localStorage.removeItem(mark)
      }
    },
  }
  open.set(key, draft as unknown as Draft<object>)
  onCleanup(() => open.delete(key))
  return draft
}
