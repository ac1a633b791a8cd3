/** The places that features register, as the shell and the pages that list them draw them. */
import { type Accessor, createMemo } from 'solid-js'
import { holds } from '#shared/core/viewer.ts'
import { useCore } from './core.ts'
import type { Place } from './feature.ts'

export interface ShownPlace extends Omit<Place, 'badge' | 'shown'> {
  /** 0: nothing waits there. */
  waiting: Accessor<number>
}

/** Those that the viewer finds there now, in their order; the same objects as long as they are shown. */
export function usePlaces(where: Place['in']): Accessor<ShownPlace[]> {
  const core = useCore()
  const all = Object.values(core.registry.features)
    .flatMap((feature) => feature.places ?? [])
    .filter((place) => place.in === where)
    .sort((a, b) => a.order - b.order)
    .map((place) => ({
      place: { ...place, waiting: place.badge?.(core) ?? (() => 0) },
      isShown: place.shown?.(core) ?? (() => true),
    }))
  const shown = createMemo(() =>
    all
      .filter(({ place, isShown }) => {
        const allowed = place.needs === undefined || holds(core.session.viewer(), place.needs)
        return allowed && isShown()
      })
      .map(({ place }) => place),
  )
  return shown
}
