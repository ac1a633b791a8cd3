/** One's own data on the server: the bundle, and leaving for good. */
import type { ServerHalf } from '#server/core/feature.ts'
import { ok } from '#shared/core/result.ts'
import type { profiles as contract } from '#shared/features/profiles.ts'
import { bundle } from './bundle.ts'
import { askToLeave, leave, stay } from './leaving.ts'
import { migrations } from './tables.ts'

export const profiles: ServerHalf<typeof contract> = {
  migrations,
  tables: { profiles_leaving: ['leavings'] },
  commands: {
    stay: { allow: () => ok(), handle: ({ tx, viewer }) => stay(tx, viewer.id) },
  },
  rows: { leavings: { audience: (_row, id) => `member:${id}` } },
  documents: {},
  queries: {},
  jobs: { leave },
  routes: [
    { method: 'GET', path: '/api/own', access: 'member', handle: bundle },
    { method: 'POST', path: '/api/own/leave', access: 'member', handle: askToLeave },
  ],
}
