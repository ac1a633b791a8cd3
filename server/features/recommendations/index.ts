/** Recommendations on the server: acts become interactions, interactions a model, and the model a file for devices. */
import type { ServerHalf } from '#server/core/feature.ts'
import { type recommendations as contract, maySeeGaps } from '#shared/features/recommendations.ts'
import { commands } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { exportInteractions } from './export.ts'
import { importFactors } from './factors.ts'
import { on } from './facts.ts'
import { gapsOf } from './gaps.ts'
import { importInteractions } from './import.ts'
import { routes } from './model.ts'
import { ownInteractions } from './own.ts'
import { pages } from './pages.ts'
import { migrations } from './tables.ts'
import { jobs, planAll } from './work.ts'

export { trainHere } from './command-line.ts'
export { settled, type Training, trainNow } from './training.ts'

export const recommendations: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    recommendations_interaction: 'server',
    recommendations_sharing: ['sharing'],
    recommendations_shared: 'server',
    recommendations_model: ['models'],
    recommendations_version: ['model_versions', 'portraits', 'portrait_reports'],
    recommendations_state: ['model_states'],
    recommendations_run: ['model_states'],
  },
  commands,
  own: ownInteractions,
  rows: {
    models: { audience: (_model, id) => (id === 'everyone' ? 'everyone' : 'members') },
    sharing: { audience: (_row, id) => `member:${id}` },
    portraits: { audience: () => 'members' },
    portrait_reports: { audience: () => 'role:moderator' },
    model_states: { audience: () => 'role:owner' },
    model_versions: { audience: () => 'role:owner' },
    model_trials: { audience: () => 'role:owner' },
  },
  documents: {},
  queries: {
    gaps: { access: maySeeGaps, run: ({ reader, services }) => gapsOf(reader, services) },
  },
  on: { ...on, 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  jobs,
  start: planAll,
  routes,
  pages,
  imports: { interactions: importInteractions, factors: importFactors },
  exports: { interactions: exportInteractions },
}
