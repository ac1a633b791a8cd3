/** How far what was begun is read, as the reading pages keep it. */
import type { Accessor } from 'solid-js'
import { useReadingMap } from '#client/parts/reading-map.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import type { ReadingPosition } from './history.ts'
import type { Shelf, ShelfItem } from './shelf.ts'

/** By article id; `undefined` while loading. */
export function useReadingPositions(): Accessor<ReadonlyMap<string, ReadingPosition> | undefined> {
  return useReadingMap<ReadingPosition>('articles', (mine, theirs) => mine.at > theirs.at).entries
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
