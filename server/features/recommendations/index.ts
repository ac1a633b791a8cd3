/** Recommendations on the server: acts become interactions, interactions a model, and the model a file for devices. */
import type { ServerHalf, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
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
import { migrations } from './tables.ts'
import { trainNow } from './training.ts'

export { type Training, trainNow } from './training.ts'

export const recommendations: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    recommendations_interaction: 'server',
    recommendations_sharing: ['sharing'],
    recommendations_shared: 'server',
    recommendations_model: ['models'],
  },
  commands,
  own: ownInteractions,
  rows: {
    models: { audience: (_model, id) => (id === 'everyone' ? 'everyone' : 'members') },
    sharing: { audience: (_row, id) => `member:${id}` },
    portraits: { audience: () => 'members' },
    portrait_reports: { audience: () => 'role:moderator' },
  },
  documents: {},
  queries: {
    gaps: { access: maySeeGaps, run: ({ reader, services }) => gapsOf(reader, services) },
  },
  on: { ...on, 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  jobs: { train },
  start: (services) => services.transact(planNight),
  routes,
  imports: { interactions: importInteractions, factors: importFactors },
  exports: { interactions: exportInteractions },
}

async function train(services: Services, payload: { nightly?: boolean }): Promise<void> {
  if (payload.nightly) await services.transact(planNight)
  const training = await trainNow(services)
  if (!training.published && training.why !== 'empty_catalogue') {
    services.log.warn('the model stays as it is', { why: training.why })
  }
}

/** Devices fetch the new model in the morning. */
async function planNight(tx: Tx): Promise<void> {
  const night = new Date(tx.now)
  night.setHours(3, 0, 0, 0)
  if (night.getTime() <= tx.now) night.setDate(night.getDate() + 1)
  await tx.later(
    'recommendations.train',
    { nightly: true },
    { at: night.getTime(), key: 'recommendations.nightly' },
  )
}
