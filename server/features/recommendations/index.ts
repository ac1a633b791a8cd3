/** Recommendations on the server: acts become interactions, interactions a model, and the model a file for devices. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { recommendations as contract } from '#shared/features/recommendations.ts'
import { commands } from './commands.ts'
import { on } from './facts.ts'
import { migrations } from './tables.ts'

export const recommendations: ServerHalf<typeof contract> = {
  migrations,
  commands,
  rows: {
    models: { audience: (_model, id) => (id === 'everyone' ? 'everyone' : 'members') },
    sharing: { audience: (_row, id) => `member:${id}` },
  },
  documents: {},
  queries: {},
  on,
}
