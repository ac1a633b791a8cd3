/** Reading positions, as the reading page keeps them: in `me/<memberId>/reading`, for guests on this device. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import type { ReadingPosition } from './history.ts'
import type { Shelf, ShelfItem } from './shelf.ts'

/** By article id; `undefined` while loading. */
export function useReadingPositions(): Accessor<ReadonlyMap<string, ReadingPosition> | undefined> {
  const core = useCore()
  const memberId = createMemo(() => core.session.viewer().id)
  const handle = core.docs.use(() => (memberId() === null ? undefined : `me/${memberId()}/reading`))
  const guests = core.local.live<Record<string, ReadingPosition>>('articles.reading')
  const [positions, setPositions] = createSignal<ReadonlyMap<string, ReadingPosition>>()
  createEffect(() => {
    if (memberId() === null) {
      setPositions(new Map(Object.entries(guests() ?? {})))
      return
    }
    const open = handle()
    if (!open?.loaded()) {
      setPositions(undefined)
      return
    }
    const map = open.doc.getMap<ReadingPosition>('articles')
    const read = (): void => {
      setPositions(new Map(map.entries()))
    }
    read()
    map.observe(read)
    onCleanup(() => map.unobserve(read))
  })
  return positions
}

export interface Begun {
  item: ShelfItem
  position: ReadingPosition
}

const most = 3
const glance = 0.05
const finished = 0.95

/** Articles that were begun and not read to their end, last touched first. */
export function begunOf(shelf: Shelf, positions: ReadonlyMap<string, ReadingPosition>): Begun[] {
  return [...positions]
    .flatMap(([id, position]) => {
      const item = shelf.get(nameOf('article', id))
      const read = Math.max(position.furthest ?? 0, position.fraction)
      return item && read > glance && read < finished ? [{ item, position }] : []
    })
    .sort((a, b) => b.position.at - a.position.at)
    .slice(0, most)
}
