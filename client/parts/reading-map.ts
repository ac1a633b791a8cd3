/**
 * How far the viewer has read what, one map for each kind of text. It is kept on this device; a member who chose so
 * shares it with their other devices, in `me/<memberId>/reading`.
 */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type * as Y from 'yjs'
import { type Core, useCore } from '#client/core/core.ts'
import { useOwnScope } from './own-scope.ts'

/** Names of the maps, and where each lies on a device that shares nothing. */
const keys = {
  articles: 'articles.reading',
  lessons: 'courses.reading',
  threads: 'discussions.reading',
} as const
export type ReadingKind = keyof typeof keys

export interface ReadingMap<V> {
  /** `undefined` while loading. */
  entries: Accessor<ReadonlyMap<string, V> | undefined>
  set(key: string, value: V): void
}

/** @param isAhead of two values of one key, whether the first stands */
export function useReadingMap<V>(kind: ReadingKind, isAhead: (mine: V, theirs: V) => boolean): ReadingMap<V> {
  const core = useCore()
  const { scope } = useOwnScope()
  const room = createMemo(() => {
    const id = core.session.viewer().id
    return id !== null && scope() === 'reading' ? roomOf(id) : undefined
  })
  const handle = core.docs.use(() => room())
  const kept = core.local.live<Record<string, V>>(keys[kind])
  const [isRead, setRead] = createSignal(false)
  void core.local.get(keys[kind]).then(() => setRead(true))
  const [entries, setEntries] = createSignal<ReadonlyMap<string, V>>()

  createEffect(() => {
    if (scope() === undefined) return void setEntries(undefined)
    if (room() === undefined) {
      const here = kept()
      return void setEntries(here || isRead() ? new Map(Object.entries(here ?? {})) : undefined)
    }
    const open = handle()
    if (!open?.loaded()) return void setEntries(undefined)
    const map = open.doc.getMap<V>(kind)
    const waiting = Object.entries(kept() ?? {})
    if (waiting.length > 0) {
      open.doc.transact(() => {
        for (const [key, mine] of waiting) {
          const theirs = map.get(key)
          if (theirs === undefined || isAhead(mine, theirs)) map.set(key, mine)
        }
      })
      void change<V>(core, kind, () => ({}))
    }
    const read = (): void => {
      setEntries(new Map(map.entries()))
    }
    read()
    map.observe(read)
    onCleanup(() => map.unobserve(read))
  })

  return {
    entries,
    set(key, value) {
      const stands = (theirs: V | undefined): boolean => theirs === undefined || isAhead(value, theirs)
      if (room() === undefined) {
        return void change<V>(core, kind, (all) => (stands(all[key]) ? { ...all, [key]: value } : all))
      }
      const open = handle()
      if (!open?.loaded()) return
      const map = open.doc.getMap<V>(kind)
      if (stands(map.get(key))) map.set(key, value)
    },
  }
}

let last: Promise<unknown> = Promise.resolve()

/** One after the other, so that none writes over another's. */
function change<V>(
  core: Core,
  kind: ReadingKind,
  work: (all: Record<string, V>) => Record<string, V>,
): Promise<void> {
  const done = last.then(async () =>
    core.local.set(keys[kind], work((await core.local.get<Record<string, V>>(keys[kind])) ?? {})),
  )
  last = done.catch(() => {})
  return done
}

/** The room in which members share how far they have read. */
export function roomOf(memberId: string): string {
  return `me/${memberId}/reading`
}

/** All that the members' devices share is kept on this one, and taken from the others and the server. */
export async function takeHome(core: Core, doc: Y.Doc): Promise<void> {
  for (const kind of kinds) {
    const shared = doc.getMap(kind).toJSON() as Record<string, unknown>
    await change(core, kind, (here) => ({ ...here, ...shared }))
  }
  clearShared(doc)
}

/** Nothing is remembered of what was read, neither here nor, with the document, elsewhere. */
export async function forgetReading(core: Core, doc: Y.Doc | undefined): Promise<void> {
  for (const kind of kinds) await change(core, kind, () => ({}))
  if (doc) clearShared(doc)
}

const kinds = Object.keys(keys) as ReadingKind[]

function clearShared(doc: Y.Doc): void {
  doc.transact(() => {
    for (const kind of kinds) doc.getMap(kind).clear()
  })
}
