/** How far one has read each article: shared by a member's devices, on this device alone for guests. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Position as ReadTo } from '#client/parts/position.ts'

export interface Position extends ReadTo {
  /** Epoch milliseconds, by the device's clock. */
  at: number
}

export interface Reading {
  /** `undefined` while loading. */
  positions: Accessor<ReadonlyMap<string, Position> | undefined>
  reached(articleId: string, fraction: number): void
}

const key = 'articles.reading'

export function useReading(): Reading {
  const core = useCore()
  const memberId = createMemo(() => core.session.viewer().id)
  const handle = core.docs.use(() => (memberId() === null ? undefined : `me/${memberId()}/reading`))
  const guestPositions = core.local.live<Record<string, Position>>(key)
  const [positions, setPositions] = createSignal<ReadonlyMap<string, Position>>()

  createEffect(() => {
    if (memberId() === null) {
      setPositions(new Map(Object.entries(guestPositions() ?? {})))
      return
    }
    const open = handle()
    if (!open?.loaded()) {
      setPositions(undefined)
      return
    }
    const map = open.doc.getMap<Position>('articles')
    const read = (): void => {
      setPositions(new Map(map.entries()))
    }
    read()
    map.observe(read)
    onCleanup(() => map.unobserve(read))
  })

  return {
    positions,
    reached(articleId, fraction) {
      const before = positions()?.get(articleId)
      if (before && Math.abs(before.fraction - fraction) < 0.01) return
      const position = { at: Date.now(), fraction, furthest: Math.max(before?.furthest ?? 0, fraction) }
      if (memberId() === null) {
        void core.local
          .get<Record<string, Position>>(key)
          .then((all) => core.local.set(key, { ...all, [articleId]: position }))
        return
      }
      const open = handle()
      if (open?.loaded()) open.doc.getMap<Position>('articles').set(articleId, position)
    },
  }
}
