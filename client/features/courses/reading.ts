/** How far one has read each lesson: shared by a member's devices, on this device alone for guests. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { mergeReached, type Reached, reachedKey } from '#shared/features/course-progress.ts'

export interface Reading {
  /** By lesson; `undefined` while loading. */
  reached: Accessor<ReadonlyMap<string, Reached> | undefined>
  record(lessonId: string, fraction: number): void
}

const guestKey = 'courses.reading'
const deviceKey = 'courses.device'

export function useReading(): Reading {
  const core = useCore()
  const memberId = createMemo(() => core.session.viewer().id)
  const handle = core.docs.use(() => (memberId() === null ? undefined : `me/${memberId()}/reading`))
  const guestReached = core.local.live<Record<string, Reached>>(guestKey)
  const [reached, setReached] = createSignal<ReadonlyMap<string, Reached>>()

  createEffect(() => {
    if (memberId() === null) {
      setReached(new Map(Object.entries(guestReached() ?? {})))
      return
    }
    const open = handle()
    if (!open?.loaded()) {
      setReached(undefined)
      return
    }
    const map = open.doc.getMap('lessons')
    const read = (): void => {
      setReached(mergeReached(map.entries()))
    }
    read()
    map.observe(read)
    onCleanup(() => map.unobserve(read))
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
      if (memberId() === null) {
        void core.local
          .get<Record<string, Reached>>(guestKey)
          .then((all) => core.local.set(guestKey, { ...all, [lessonId]: next }))
        return
      }
      const open = handle()
      if (!open?.loaded()) return
      void deviceId().then((device) => {
        open.doc.getMap('lessons').set(reachedKey(lessonId, device), next)
      })
    },
  }
}
