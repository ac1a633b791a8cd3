/**
 * What a member decided about their recommendations: tags they want or do not want, items they hid. A member's
 * devices share it as a document (`me/<memberId>/interests`), which the server could read; whoever does not want
 * that keeps it on this device. Guests have only this device.
 */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type * as Y from 'yjs'
import { useCore } from '#client/core/core.ts'
import type { DocState } from '#client/core/docs.ts'

export type Opinion = 1 | -1

export interface Interests {
  /** `undefined` while loading. 1: wanted, −1: not wanted. */
  tags: Accessor<ReadonlyMap<string, Opinion> | undefined>
  /** Item → when it was hidden. */
  hidden: Accessor<ReadonlyMap<string, number> | undefined>
  /** 0 takes an opinion back. */
  judge(tag: string, opinion: Opinion | 0): void
  hide(item: string, on: boolean): void
  reset(): void
  /** Kept on this device alone? Always so for guests. */
  here: Accessor<boolean>
  /** Moves everything to this device and deletes it from the others, or shares it again. */
  keepHere(on: boolean): void
  /** Of what was decided here and now; `undefined` when nothing was, or when it stays on this device. */
  state: Accessor<DocState | undefined>
}

/** This device's own copy: in use when `here`, and on its way into the document when not. */
interface Kept {
  here: boolean
  tags: Record<string, Opinion>
  hidden: Record<string, number>
}

const key = 'recommendations.interests'
const nothing: Kept = { here: false, tags: {}, hidden: {} }

export function useInterests(): Interests {
  const core = useCore()
  const memberId = createMemo(() => core.session.viewer().id)
  const kept = core.local.live<Kept>(key)
  const here = createMemo(() => memberId() === null || (kept()?.here ?? false))
  const handle = core.docs.use(() => (here() ? undefined : `me/${memberId()}/interests`))
  const [tags, setTags] = createSignal<ReadonlyMap<string, Opinion>>()
  const [hidden, setHidden] = createSignal<ReadonlyMap<string, number>>()
  const [changed, setChanged] = createSignal(false)

  createEffect(() => {
    if (here()) {
      setTags(new Map(Object.entries(kept()?.tags ?? {})))
      setHidden(new Map(Object.entries(kept()?.hidden ?? {})))
      return
    }
    const open = handle()
    if (!open?.loaded()) {
      setTags(undefined)
      setHidden(undefined)
      return
    }
    const maps = mapsOf(open.doc)
    const read = (): void => {
      setTags(new Map(maps.tags.entries()))
      setHidden(new Map(maps.hidden.entries()))
    }
    const waiting = kept()
    if (waiting && Object.keys(waiting.tags).length + Object.keys(waiting.hidden).length > 0) {
      open.doc.transact(() => {
        for (const [tag, opinion] of Object.entries(waiting.tags)) maps.tags.set(tag, opinion)
        for (const [item, at] of Object.entries(waiting.hidden)) maps.hidden.set(item, at)
      })
      void core.local.set(key, nothing)
    }
    read()
    maps.tags.observe(read)
    maps.hidden.observe(read)
    onCleanup(() => {
      maps.tags.unobserve(read)
      maps.hidden.unobserve(read)
    })
  })

  /** Changes whichever copy is in use. */
  function change(inDocument: (maps: Maps) => void, onDevice: (kept: Kept) => Kept): void {
    setChanged(true)
    if (here()) {
      void core.local.get<Kept>(key).then((now) => core.local.set(key, onDevice(now ?? nothing)))
      return
    }
    const open = handle()
    if (open?.loaded()) open.doc.transact(() => inDocument(mapsOf(open.doc)))
  }

  return {
    tags,
    hidden,
    here,
    state() {
      const state = here() ? undefined : handle()?.state()
      return state === 'saved' && !changed() ? undefined : state
    },
    judge(tag, opinion) {
      change(
        (maps) => (opinion === 0 ? maps.tags.delete(tag) : maps.tags.set(tag, opinion)),
        (now) => ({ ...now, tags: opinion === 0 ? without(now.tags, tag) : { ...now.tags, [tag]: opinion } }),
      )
    },
    hide(item, on) {
      change(
        (maps) => (on ? maps.hidden.set(item, Date.now()) : maps.hidden.delete(item)),
        (now) => ({
          ...now,
          hidden: on ? { ...now.hidden, [item]: Date.now() } : without(now.hidden, item),
        }),
      )
    },
    reset() {
      change(clear, (now) => ({ ...nothing, here: now.here }))
    },
    keepHere(on) {
      if (memberId() === null || on === here()) return
      if (!on) {
        void core.local.set(key, { ...(kept() ?? nothing), here: false })
        return
      }
      const open = handle()
      if (!open?.loaded()) return
      const maps = mapsOf(open.doc)
      const copy: Kept = { here: true, tags: maps.tags.toJSON(), hidden: maps.hidden.toJSON() }
      void core.local.set(key, copy).then(() => open.doc.transact(() => clear(mapsOf(open.doc))))
    },
  }
}

interface Maps {
  tags: Y.Map<Opinion>
  hidden: Y.Map<number>
}

function mapsOf(doc: Y.Doc): Maps {
  return { tags: doc.getMap<Opinion>('tags'), hidden: doc.getMap<number>('hidden') }
}

function clear({ tags, hidden }: Maps): void {
  tags.clear()
  hidden.clear()
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record
  return rest
}
