/** Pictures have no page of their own: they are added where one writes (client/parts/adding-pictures.tsx). */
import type { ClientHalf } from '#client/core/feature.ts'
import type { pictures as contract } from '#shared/features/pictures.ts'

export const pictures: ClientHalf<typeof contract> = {
  places: [],
  routes: [],
  // The device keeps the picture itself, so there is nothing to draw.
  overlays: { add: {} },
}
