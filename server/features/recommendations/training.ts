/**
 * From what the server holds to a model on every device: catalogue and interactions are read, a thread trains, the gate
 * compares, and the row on the feed tells devices that there is something to fetch. One training makes both files:
 * that of guests is the members' with everything left out that guests may not see.
 */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { GivenFactors } from '#server/train/given.ts'
import { trainInWorker } from '#server/train/in-worker.ts'
import type { TrainFault, TrainInput, TrainProgress, TrainResult } from '#server/train/train.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { Fact } from '#shared/features/index.ts'
import {
  type AskedBy,
  type MethodTried,
  type ModelMethod,
  type ModelVersionRow,
  modelStateId,
  type WeightSettings,
} from '#shared/features/recommendation-models.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import type { EvaluationReport, Model } from '#shared/recommend/model.ts'
import type { WordKey } from '#shared/words/index.ts'
import { readCatalogue } from './catalogue.ts'
import { verdictOn } from './gate.ts'
import { readMembers } from './input.ts'
import { type Ended, type Run, running, runningIn } from './run.ts'
import { publishState, servingOf, stateOf } from './state.ts'
import { bytesOf, filesOf, keepVersion, prune, publishPortraits, serve, versionRow } from './versions.ts'

export type Training =
  /** `kept`: it passed, but an owner has pinned another version. */
  | { published: true; kept: boolean; version: string; report: EvaluationReport; row: ModelVersionRow }
  /** Devices keep the model that they have. */
  | { published: false; why: TrainFault | 'empty_catalogue' | 'busy' | 'too_few_given' }
  | { published: false; why: 'refused'; report: EvaluationReport; row: ModelVersionRow }

export interface TrainingOptions {
  by?: AskedBy
  onProgress?: (progress: TrainProgress) => void
  signal?: AbortSignal
}

/**
 * Items met by fewer members are not learnt from them and tell no count, in a community of any size: a vector, or a
 * count, of a few would tell on each of them.
 */
export const fewestMembers = 20

const joined = new WeakMap<Services, Promise<Training>>()

/** Trains and publishes now; a second call while one runs is answered by the first. */
export function trainNow(services: Services, options: TrainingOptions = {}): Promise<Training> {
  return joined.get(services) ?? runOnce(services, options)
}

/** The same with factors that were trained elsewhere, after whatever training is under way. */
export async function publishGiven(services: Services, given: GivenFactors): Promise<Training> {
  await joined.get(services)?.catch(() => {})
  return runOnce(services, { by: 'command_line' }, given)
}

function runOnce(
  services: Services,
  { by = 'demand', onProgress = () => {}, signal }: TrainingOptions,
  given?: GivenFactors,
): Promise<Training> {
  const training = (async (): Promise<Training> => {
    // A refresh or a trial in this process is over soon.
    while (runningIn(services)) await runningIn(services)!.ended
    const ended = await running(
      services,
      { what: 'training', by },
      (run) =>
        work(services, by, given, {
          signal: run.signal,
          progress(progress) {
            run.progress(progress)
            onProgress(progress)
          },
        }),
      signal,
    )
    return ended === 'busy' ? { published: false, why: 'busy' } : ended.value
  })().finally(() => joined.delete(services))
  joined.set(services, training)
  return training
}

/** Until nothing runs any more in this process. */
export async function settled(services: Services): Promise<void> {
  await joined.get(services)?.catch(() => {})
  await runningIn(services)?.ended
}

async function work(
  services: Services,
  by: AskedBy,
  given: GivenFactors | undefined,
  run: Run,
): Promise<Ended<Training>> {
  const started = performance.now()
  const trained = await trainOn(
    services,
    await services.read(async (reader) => (await stateOf(reader)).weights),
    run,
    given,
  )
  if (!trained.ok) return stopped(trained.error)
  const { result, weights, open, megabytes } = trained
  if (given && result.report.source !== 'members') return stopped('too_few_given')
  const decoded = await decodeModel(result.bytes)
  if (!decoded.ok) throw new Error(`the trainer wrote a ${decoded.error} artefact`)
  const files = await filesOf(decoded.value, result.bytes, open)
  if (run.signal.aborted) return stopped('cancelled')
  return services.transact(async (tx) => {
    const serving = await servingOf(tx)
    const verdict = verdictOn(result.report, result.judged, serving?.version ?? null, result.bytes.byteLength)
    const { pinned } = await stateOf(tx)
    const row: ModelVersionRow = {
      version: result.version,
      at: tx.now,
      made: 'training',
      basis: null,
      asked: by,
      state: verdict.passed ? 'kept' : 'refused',
      here: verdict.passed,
      verdict,
      items: decoded.value.items.length,
      fromContent: decoded.value.fromContent.reduce((sum, one) => sum + one, 0),
      members: result.report.members,
      interactions: result.report.interactions,
      dimensions: decoded.value.settings.dimensions,
      bytes: result.bytes.byteLength,
      source: result.report.source,
      heldOut: result.report.heldOut,
      measures: result.judged.measures,
      ndcgOfPopularity: result.report.popularity?.ndcg10 ?? null,
      against: result.judged.against,
      tiers: result.judged.tiers,
      clusters: result.judged.clusters,
      cost: { seconds: (performance.now() - started) / 1_000, megabytes },
      weights,
      method: methodOf(decoded.value, given !== undefined),
      // With factors from elsewhere only the strengths of the fold-in are tried.
      tried: given ? [] : triedOf(result.report),
    }
    const told = { version: row.version, items: row.items, members: row.members, ndcg: row.measures?.ndcg10 }
    await keepVersion(tx, row, verdict.passed ? files : undefined, result.groups)
    if (!verdict.passed) {
      await prune(tx)
      await tellOwners(tx, 'models.notice_refused', row)
      services.log.warn('the new model is worse, and the old one serves on', {
        ...told,
        found: verdict.found,
      })
      return {
        outcome: { how: 'refused', version: row.version },
        value: { published: false, why: 'refused', report: result.report, row },
      }
    }
    if (pinned === null) {
      await serve(tx, row.version)
      await publishPortraits(tx, row.version, result.groups ?? null)
    }
    await prune(tx)
    services.log.info(pinned === null ? 'model trained' : 'model trained, another is pinned', told)
    return {
      outcome: { how: pinned === null ? 'published' : 'kept', version: row.version },
      value: { published: true, kept: pinned !== null, version: row.version, report: result.report, row },
    }
  })
}

function methodOf({ report, settings }: Model, isGiven: boolean): ModelMethod {
  if (report.source === 'content') return 'texts'
  if (isGiven) return 'given'
  return settings.linear ? 'linear' : 'squares'
}

function triedOf({ tried }: EvaluationReport): MethodTried[] {
  return (['squares', 'linear'] as const).flatMap((method) => {
    const own = tried.filter(({ linear }) => (linear ? 'linear' : 'squares') === method)
    const ndcg10 = Math.max(...own.map((trial) => trial.ndcg10))
    return own.length > 0 ? [{ method, settings: own.length, ndcg10 }] : []
  })
}

function stopped(why: TrainFault | 'empty_catalogue' | 'too_few_given'): Ended<Training> {
  return { outcome: { how: why, version: null }, value: { published: false, why } }
}

export type TrainedOn =
  | {
      ok: true
      result: TrainResult
      weights: WeightSettings
      open: ReadonlySet<string>
      megabytes: number
    }
  | { ok: false; error: TrainFault | 'empty_catalogue' }

/** A training with these weights, of what there is now; nothing is published. */
export async function trainOn(
  services: Services,
  weights: WeightSettings,
  run: Run,
  given?: GivenFactors,
): Promise<TrainedOn> {
  const { items, open } = await readCatalogue(services)
  if (items.length === 0) return { ok: false, error: 'empty_catalogue' }
  const members = await readMembers(services, weights)
  const current = await currentOf(services)
  let most = 0
  const trained = await trainInWorker(
    { items, ...members, given, ...(current ? { current } : {}) },
    { now: services.now(), minMembers: fewestMembers, halfLifeDays: weights.halfLifeDays },
    {
      onProgress: run.progress,
      onMemory: (bytes) => {
        most = Math.max(most, bytes)
      },
      signal: run.signal,
    },
  )
  if (!trained.ok) return { ok: false, error: trained.error }
  return { ok: true, result: trained.value, weights, open, megabytes: most / 1_000_000 }
}

/** The training that the serving version is of: what a refresh took in since, it had not learnt. */
function currentOf(services: Services): Promise<TrainInput['current']> {
  return services.read(async (reader) => {
    const serving = await servingOf(reader)
    if (!serving) return undefined
    const row = await versionRow(reader, serving.version)
    const trained = row?.basis ? await versionRow(reader, row.basis) : row
    const bytes = await bytesOf(reader, trained?.version ?? serving.version)
    return bytes && { bytes, until: trained?.at ?? serving.trainedAt }
  })
}

async function tellOwners(tx: Tx, word: WordKey, row: ModelVersionRow): Promise<void> {
  for (const { id, data } of await tx.rows<MemberRow>('members')) {
    if (data.role !== 'owner') continue
    const notice: Fact<'notifications.notify'> = {
      memberId: id,
      type: 'running',
      word,
      about: `model:${modelStateId}`,
      params: { why: `models.gate_${row.verdict.found[0]!.reason}` },
      key: 'model:refused',
    }
    await tx.tell('notifications.notify', notice)
  }
  await publishState(tx)
}
