/**
 * What recurs, and what owners ask for. Jobs begin a run and do not wait for it: mails are not held up by a training of
 * hours. What a server left unfinished when it stopped is found in the row of the run, and begun again.
 */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { AskedBy, WeightSettings } from '#shared/features/recommendation-models.ts'
import { freshenNow } from './freshen.ts'
import { leftBehind, runningIn, silentFor } from './run.ts'
import { publishState, runOf } from './state.ts'
import { trainNow } from './training.ts'
import { tryWeights } from './trial.ts'

const minute = 60_000

export const jobs = {
  async train(
    services: Services,
    { nightly, by = nightly ? 'night' : 'demand' }: { nightly?: boolean; by?: AskedBy },
  ): Promise<void> {
    if (nightly) await services.transact(planNight)
    aside(services, async () => {
      const training = await trainNow(services, { by })
      if (training.published) return
      if (training.why === 'busy') await later(services, 'recommendations.train', { by })
      else if (training.why !== 'empty_catalogue' && training.why !== 'refused')
        services.log.warn('the model stays as it is', { why: training.why })
    })
  },

  async refresh(services: Services): Promise<void> {
    await services.transact(planHour)
    aside(services, () => freshenNow(services))
  },

  async try(services: Services, weights: WeightSettings): Promise<void> {
    aside(services, async () => {
      if (!(await tryWeights(services, weights))) await later(services, 'recommendations.try', weights)
    })
  },

  async cancel(services: Services, { holder }: { holder: string }): Promise<void> {
    const run = await services.read(runOf)
    if (run?.holder === holder) runningIn(services)?.abort.abort()
  },

  /** After a start: a run that nobody gives signs of life for goes on here. */
  async resume(services: Services): Promise<void> {
    const left = await leftBehind(services)
    if (left === 'alive') return services.transact((tx) => planResume(tx, silentFor))
    if (!left) return
    services.log.warn('a run was left unfinished, and is begun again', { what: left.what })
    if (left.what === 'training') return jobs.train(services, { by: left.by })
    if (left.what === 'trial') return jobs.try(services, left.payload as WeightSettings)
    aside(services, () => freshenNow(services))
  },
}

/** Called when the server starts. */
export function planAll(services: Services): Promise<void> {
  return services.transact(async (tx) => {
    await planNight(tx)
    await planHour(tx)
    if (await runOf(tx)) await planResume(tx, 0)
    // Owners see what stands before anything was trained.
    if ((await tx.row('model_states', 'now')) === null) await publishState(tx)
  })
}

function aside(services: Services, work: () => Promise<unknown>): void {
  void work().catch((error: unknown) =>
    services.log.error('recommendations: a run failed', { error: String((error as Error)?.stack ?? error) }),
  )
}

function later(services: Services, job: string, payload: object): Promise<void> {
  return services.transact((tx) => tx.later(job, payload, { at: tx.now + minute, key: `${job} again` }))
}

function planResume(tx: Tx, wait: number): Promise<void> {
  return tx.later('recommendations.resume', {}, { at: tx.now + wait, key: 'recommendations.resume' })
}

/** At ten past, when what is written on the hour has been. */
function planHour(tx: Tx): Promise<void> {
  const next = new Date(tx.now)
  next.setMinutes(10, 0, 0)
  if (next.getTime() <= tx.now) next.setHours(next.getHours() + 1)
  return tx.later('recommendations.refresh', {}, { at: next.getTime(), key: 'recommendations.hourly' })
}

/** Devices fetch the new model in the morning. */
function planNight(tx: Tx): Promise<void> {
  const night = new Date(tx.now)
  night.setHours(3, 0, 0, 0)
  if (night.getTime() <= tx.now) night.setDate(night.getDate() + 1)
  return tx.later(
    'recommendations.train',
    { nightly: true },
    { at: night.getTime(), key: 'recommendations.nightly' },
  )
}
