/** How far one has read each article: on this device, and on one's others where one shares it. */
import type { Accessor } from 'solid-js'
import type { Position as ReadTo } from '#client/parts/position.ts'
import { useReadingMap } from '#client/parts/reading-map.ts'

export interface Position extends ReadTo {
  /** Epoch milliseconds, by the device's clock. */
  at: number
}

export interface Reading {
  /** `undefined` while loading. */
  positions: Accessor<ReadonlyMap<string, Position> | undefined>
  reached(articleId: string, fraction: number): void
}

export function useReading(): Reading {
  const map = useReadingMap<Position>('articles', (mine, theirs) => mine.at > theirs.at)
  return {
    positions: map.entries,
    reached(articleId, fraction) {
      const before = map.entries()?.get(articleId)
      if (before && Math.abs(before.fraction - fraction) < 0.01) return
      map.set(articleId, {
        at: Date.now(),
        fraction,
        furthest: Math.max(before?.furthest ?? 0, fraction),
      })
    },
  }
}
