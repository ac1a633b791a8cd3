/**
 * What a member decided about their recommendations: tags they want or do not want, items they hid, items of which they
 * want more or less. A member's devices share it as a document (`me/<memberId>/interests`), which the server could read;
 * whoever does not want that keeps it on this device. Guests have only this device.
 */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type * as Y from 'yjs'
import { useCore } from '#client/core/core.ts'
import type { DocState } from '#client/core/docs.ts'
import { takeOwnHome } from '#client/parts/own-map.ts'
import { type OwnScope, useOwnScope } from '#client/parts/own-scope.ts'
import { forgetReading, roomOf, takeHome } from '#client/parts/reading-map.ts'

export type Opinion = 1 | -1

/** More, or less, of what is like an item; `at` is when that was said. */
export interface Wish {
  opinion: Opinion
  at: number
}

export interface Interests {
  /** `undefined` while loading. 1: wanted, −1: not wanted. */
  tags: Accessor<ReadonlyMap<string, Opinion> | undefined>
  /** Item → when it was hidden. */
  hidden: Accessor<ReadonlyMap<string, number> | undefined>
  /** By item. */
  wishes: Accessor<ReadonlyMap<string, Wish> | undefined>
  /** 0 takes an opinion back. */
  judge(tag: string, opinion: Opinion | 0): void
  hide(item: string, on: boolean): void
  wish(item: string, opinion: Opinion | 0): void
  /** All of that is gone, and how far was read what with it: on this device, and where it is shared. */
  reset(): Promise<void>
  /** What this device shares; `undefined` while it is being looked up. */
  scope: Accessor<OwnScope | undefined>
  /** What is shared no more is moved to this device, and taken from the others. */
  share(scope: OwnScope): Promise<void>
  /** Of what was decided here and now; `undefined` when nothing was, or when it stays on this device. */
  state: Accessor<DocState | undefined>
}

/** This device's own copy: in use when nothing is shared, and on its way into the document when something is. */
interface Kept {
  tags: Record<string, Opinion>
  hidden: Record<string, number>
  /** Absent in copies of before there were wishes. */
  wishes?: Record<string, Wish>
}

const key = 'recommendations.interests'
const nothing: Kept = { tags: {}, hidden: {}, wishes: {} }

export function useInterests(): Interests {
  const core = useCore()
  const memberId = createMemo(() => core.session.viewer().id)
  const { scope, choose } = useOwnScope()
  const kept = core.local.live<Kept>(key)
  const here = createMemo(() => scope() === 'nothing')
  const handle = core.docs.use(() =>
    scope() === undefined || here() ? undefined : `me/${memberId()}/interests`,
  )
  const readingHandle = core.docs.use(() => {
    const id = memberId()
    return id !== null && scope() === 'reading' ? roomOf(id) : undefined
  })
  const [tags, setTags] = createSignal<ReadonlyMap<string, Opinion>>()
  const [hidden, setHidden] = createSignal<ReadonlyMap<string, number>>()
  const [wishes, setWishes] = createSignal<ReadonlyMap<string, Wish>>()
  const [changed, setChanged] = createSignal(false)

  createEffect(() => {
    if (here()) {
      const own = kept()
      setTags(new Map(Object.entries(own?.tags ?? {})))
      setHidden(new Map(Object.entries(own?.hidden ?? {})))
      setWishes(new Map(Object.entries(own?.wishes ?? {})))
      return
    }
    const open = handle()
    if (!open?.loaded()) {
      setTags(undefined)
      setHidden(undefined)
      setWishes(undefined)
      return
    }
    const maps = mapsOf(open.doc)
    const read = (): void => {
      setTags(new Map(maps.tags.entries()))
      setHidden(new Map(maps.hidden.entries()))
      setWishes(new Map(maps.wishes.entries()))
    }
    const waiting = kept()
    if (waiting && sizeOf(waiting) > 0) {
      open.doc.transact(() => {
        for (const [tag, opinion] of Object.entries(waiting.tags)) maps.tags.set(tag, opinion)
        for (const [item, at] of Object.entries(waiting.hidden)) maps.hidden.set(item, at)
        for (const [item, wish] of Object.entries(waiting.wishes ?? {})) maps.wishes.set(item, wish)
      })
      void core.local.set(key, nothing)
    }
    read()
    const all = [maps.tags, maps.hidden, maps.wishes]
    for (const map of all) map.observe(read)
    onCleanup(() => {
      for (const map of all) map.unobserve(read)
    })
  })

  /** Changes whichever copy is in use. */
  function change(inDocument: (maps: Maps) => void, onDevice: (kept: Kept) => Kept): Promise<void> {
    setChanged(true)
    if (here()) {
      return core.local.get<Kept>(key).then((now) => core.local.set(key, onDevice(now ?? nothing)))
    }
    const open = handle()
    if (open?.loaded()) open.doc.transact(() => inDocument(mapsOf(open.doc)))
    return Promise.resolve()
  }

  return {
    tags,
    hidden,
    wishes,
    scope,
    state() {
      const state = here() ? undefined : handle()?.state()
      return state === 'saved' && !changed() ? undefined : state
    },
    judge(tag, opinion) {
      void change(
        (maps) => (opinion === 0 ? maps.tags.delete(tag) : maps.tags.set(tag, opinion)),
        (now) => ({ ...now, tags: opinion === 0 ? without(now.tags, tag) : { ...now.tags, [tag]: opinion } }),
      )
    },
    hide(item, on) {
      const at = Date.now()
      void change(
        (maps) => (on ? maps.hidden.set(item, at) : maps.hidden.delete(item)),
        (now) => ({ ...now, hidden: on ? { ...now.hidden, [item]: at } : without(now.hidden, item) }),
      )
    },
    wish(item, opinion) {
      const wish = opinion === 0 ? undefined : { opinion, at: Date.now() }
      void change(
        (maps) => (wish ? maps.wishes.set(item, wish) : maps.wishes.delete(item)),
        ({ wishes = {}, ...now }) => ({
          ...now,
          wishes: wish ? { ...wishes, [item]: wish } : without(wishes, item),
        }),
      )
    },
    async reset() {
      await change(clear, () => nothing)
      await forgetReading(core, readingHandle()?.doc)
    },
    async share(next) {
      const now = scope()
      if (memberId() === null || now === undefined || now === next) return
      // What is not here yet cannot be moved.
      if (next === 'nothing' && !handle()?.loaded()) return
      if (now === 'reading' && !readingHandle()?.loaded()) return
      // Held open, for the choice closes what follows it; and the choice first, for what is kept would follow it back.
      const choices = next === 'nothing' ? core.docs.open(`me/${memberId()}/interests`) : undefined
      const reading = now === 'reading' ? core.docs.open(roomOf(memberId()!)) : undefined
      await choose(next)
      if (next === 'nothing') await takeOwnHome(core, memberId()!)
      if (choices) {
        const { tags, hidden, wishes } = mapsOf(choices.doc)
        const copy: Kept = { tags: tags.toJSON(), hidden: hidden.toJSON(), wishes: wishes.toJSON() }
        await core.local.set(key, copy)
        choices.doc.transact(() => clear(mapsOf(choices.doc)))
        choices.close()
      }
      if (reading) {
        await takeHome(core, reading.doc)
        reading.close()
      }
    },
  }
}

interface Maps {
  tags: Y.Map<Opinion>
  hidden: Y.Map<number>
  wishes: Y.Map<Wish>
}

function mapsOf(doc: Y.Doc): Maps {
  return {
    tags: doc.getMap<Opinion>('tags'),
    hidden: doc.getMap<number>('hidden'),
    wishes: doc.getMap<Wish>('wishes'),
  }
}

function clear({ tags, hidden, wishes }: Maps): void {
  for (const map of [tags, hidden, wishes]) map.clear()
}

function sizeOf({ tags, hidden, wishes = {} }: Kept): number {
  return [tags, hidden, wishes].reduce((sum, part) => sum + Object.keys(part).length, 0)
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record
  return rest
}
