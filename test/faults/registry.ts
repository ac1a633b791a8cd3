/** The client's features as far as core asks them: what waiting commands change, and which rooms to keep at hand. */
import type { ClientRegistry } from '#client/core/feature.ts'
import { keep as keepThreads } from '#client/features/discussions/keep.ts'
import { overlays as discussions } from '#client/features/discussions/overlays.ts'
import { keep as keepNotes } from '#client/features/notes/keep.ts'
import { contracts } from '#shared/features/index.ts'

const nothing = { routes: [], overlays: {} }

/** @param keeps do devices fetch what their members may want to read offline? */
export function registryOf(keeps: boolean): ClientRegistry {
  return {
    contracts,
    features: {
      accounts: nothing,
      articles: nothing,
      discussions: { routes: [], overlays: discussions, ...(keeps ? { keep: keepThreads } : {}) },
      events: nothing,
      notes: { routes: [], overlays: {}, ...(keeps ? { keep: keepNotes } : {}) },
      recommendations: nothing,
    },
  }
}
