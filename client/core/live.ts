/**
 * Dexie's live queries as Solid signals. They start at once, follow what the query reads, and end with their owner.
 */
import { liveQuery } from 'dexie'
import { type Accessor, createComputed, createSignal, onCleanup } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { isClosed } from './database.ts'

/** Tracked; `undefined`: there is nothing to ask yet. */
type Source<T> = () => (() => Promise<T>) | undefined

interface Memory {
  /** Show nothing of the old answer when the question changes. */
  forget?: boolean
  /** Tracked: whose answers these are. Those of one member are never shown to another. */
  scope?: Accessor<unknown>
}

function follow<T>(source: Source<T>, take: (value: T | undefined) => void, { forget, scope }: Memory): void {
  let former: unknown
  createComputed(() => {
    const query = source()
    const whose = scope?.()
    if (!query || forget || whose !== former) take(undefined)
    former = whose
    if (!query) return
    const subscription = liveQuery(paced(query)).subscribe({
      next: (value) => take(value),
      error: (error: unknown) => {
        // A database that was closed under us belongs to somebody who has left.
        if (!isClosed(error)) console.error(error)
      },
    })
    onCleanup(() => subscription.unsubscribe())
  })
}

/** Reading that takes less is not worth a pause. */
const quick = 16
const longestRest = 1_000

/**
 * What takes long to read is read again at the earliest after a rest twice as long: while ten thousand rows come
 * in, page by page, a device must not read all of them anew with each. The first change after a rest is read at once.
 */
export function paced<T>(query: () => Promise<T>): () => Promise<T> {
  let rested = 0
  let turn = 0
  let last: Promise<T> | undefined
  return async () => {
    const mine = ++turn
    const wait = rested - performance.now()
    if (wait > 0) await new Promise((wake) => setTimeout(wake, wait))
    // Another change came meanwhile, and with it another turn: nobody waits for the answer of this one.
    if (mine !== turn && last) return last
    const began = performance.now()
    last = query()
    const value = await last
    const took = performance.now() - began
    rested = took < quick ? 0 : performance.now() + Math.min(longestRest, 2 * took)
    return value
  }
}

/** @returns `undefined` until the first answer. */
export function createLive<T>(source: Source<T>, memory: Memory = { forget: true }): Accessor<T | undefined> {
  const [value, setValue] = createSignal<T>()
  follow(source, (next) => setValue(() => next), memory)
  return value
}

/**
 * A list whose items keep their identity (by `id`) from one answer to the next, so that only what changed is drawn
 * again. When the question changes the old answer stays until the new one is there, unless it must be forgotten.
 */
export function createLiveList<T extends { id: string }>(
  source: Source<T[]>,
  memory: Memory = {},
): Accessor<T[] | undefined> {
  const [store, setStore] = createStore<{ list: T[] | undefined }>({ list: undefined })
  follow(source, (next) => setStore('list', reconcile(next as T[], { key: 'id' })), memory)
  const list: Accessor<T[] | undefined> = () => store.list
  return list
}
