/** How far one has read each lesson: on this device, and on one's others where one shares it. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useReadingMap } from '#client/parts/reading-map.ts'
import { mergeReached, type Reached, reachedKey } from '#shared/features/course-progress.ts'

export interface Reading {
  /** By lesson; `undefined` while loading. */
  reached: Accessor<ReadonlyMap<string, Reached> | undefined>
  record(lessonId: string, fraction: number): void
}

const deviceKey = 'courses.device'

export function useReading(): Reading {
  const core = useCore()
  const map = useReadingMap<Reached>('lessons', (mine, theirs) => mine.at > theirs.at)
  const reached = createMemo(() => {
    const entries = map.entries()
    return entries && mergeReached(entries)
  })

  async function deviceId(): Promise<string> {
    const known = await core.local.get<string>(deviceKey)
    if (known !== undefined) return known
    const made = core.newId().slice(-12)
    await core.local.set(deviceKey, made)
    return made
  }

  return {
    reached,
    record(lessonId, fraction) {
      const before = reached()?.get(lessonId)
      if (before && Math.abs(before.fraction - fraction) < 0.01) return
      const next = { at: Date.now(), fraction, furthest: Math.max(before?.furthest ?? 0, fraction) }
      void deviceId().then((device) => map.set(reachedKey(lessonId, device), next))
    },
  }
}
