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
  const all = Object.entries(core.registry.features)
    .flatMap(([feature, half]) => (half.places ?? []).map((place) => ({ feature, place })))
    .filter(({ place }) => place.in === where)
    .sort((a, b) => a.place.order - b.place.order)
    .map(({ feature, place }) => ({
      feature,
      place: { ...place, waiting: place.badge?.(core) ?? (() => 0) },
      isShown: place.shown?.(core) ?? (() => true),
    }))
  const shown = createMemo(() =>
    all
      .filter(({ feature, place, isShown }) => {
        const allowed = place.needs === undefined || holds(core.session.viewer(), place.needs)
        return allowed && core.uses(feature) && isShown()
      })
      .map(({ place }) => place),
  )
  return shown
}
