/**
 * From what the server holds to a model on every device: catalogue and interactions are read, a thread trains, a gate
 * looks at the report, and the row on the feed tells devices that there is something to fetch. One training makes
 * both files: that of guests is the members' with everything left out that guests may not see.
 */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { GivenFactors } from '#server/train/given.ts'
import { trainInWorker } from '#server/train/in-worker.ts'
import { createInteractions, type Interactions } from '#server/train/interactions.ts'
import type { TrainFault, TrainProgress } from '#server/train/train.ts'
import {
  type ModelAudience,
  type ModelRow,
  modelAudiences,
  portraitsId,
} from '#shared/features/recommendations.ts'
import { decodeModel, encodeModel } from '#shared/recommend/artefact.ts'
import type { EvaluationReport, Model, ModelParts } from '#shared/recommend/model.ts'
import type { Portrayed } from '#shared/recommend/portrait.ts'
import type { CodedVectors } from '#shared/recommend/scorer.ts'
import { readCatalogue } from './catalogue.ts'
import { db } from './tables.ts'

export type Training =
  | { published: true; version: string; report: EvaluationReport }
  /** Devices keep the model that they have. */
  | {
      published: false
      why: TrainFault | 'empty_catalogue' | 'worse_than_popularity' | 'too_few_given'
      report?: EvaluationReport
    }

const keptModels = 5
const underWay = new WeakMap<Services, Promise<Training>>()

/** Trains and publishes now; a second call while one runs is answered by the first. */
export function trainNow(
  services: Services,
  onProgress: (progress: TrainProgress) => void = () => {},
): Promise<Training> {
  const running = underWay.get(services)
  if (running) return running
  const training = run(services, onProgress).finally(() => underWay.delete(services))
  underWay.set(services, training)
  return training
}

/** The same with factors that were trained elsewhere, after whatever training is under way. */
export async function publishGiven(services: Services, given: GivenFactors): Promise<Training> {
  for (;;) {
    const running = underWay.get(services)
    if (!running) break
    await running.catch(() => {})
  }
  const publishing = run(services, () => {}, given).finally(() => underWay.delete(services))
  underWay.set(services, publishing)
  return publishing
}

async function run(
  services: Services,
  onProgress: (progress: TrainProgress) => void,
  given?: GivenFactors,
): Promise<Training> {
  const { items, open } = await readCatalogue(services)
  if (items.length === 0) return { published: false, why: 'empty_catalogue' }
  const { interactions, portrayed } = await readInteractions(services)
  const options = { now: services.now(), minMembers: fewestMembers(interactions.members) }
  const trained = await trainInWorker({ items, interactions, portrayed, given }, options, { onProgress })
  if (!trained.ok) return { published: false, why: trained.error }
  const { bytes, version, report, groups } = trained.value
  if (given && report.source !== 'members') return { published: false, why: 'too_few_given', report }
  if (isWorse(report)) return { published: false, why: 'worse_than_popularity', report }
  const decoded = await decodeModel(bytes)
  if (!decoded.ok) throw new Error(`the trainer wrote a ${decoded.error} artefact`)
  const files: Record<ModelAudience, ModelFile | undefined> = {
    members: { model: decoded.value, bytes, version },
    everyone: await openFile(decoded.value, open),
  }
  await services.transact(async (tx) => {
    for (const audience of modelAudiences) await publish(tx, audience, files[audience])
    await publishPortraits(tx, groups)
    await tx.tell('recommendations.trained', { version })
  })
  const quality = { ndcg: report.list?.ndcg10, popularity: report.popularity?.ndcg10 }
  services.log.info('model trained', { version, items: items.length, members: report.members, ...quality })
  return { published: true, version, report }
}

/** Acts, and reads of those who share them; the trainer gets numbers for names. */
function readInteractions(
  services: Services,
): Promise<{ interactions: Interactions; portrayed: Int32Array }> {
  return services.read(async (reader) => {
    const builder = createInteractions()
    for (const table of ['recommendations_interaction', 'recommendations_shared'] as const) {
      const rows = await db(reader)
        .selectFrom(table)
        .select(['member_id', 'item', 'weight', 'at'])
        .orderBy('member_id')
        .orderBy('item')
        .execute()
      for (const { member_id, item, weight, at } of rows) {
        builder.add(member_id, item, weight, at === 0 ? Number.NaN : at)
      }
    }
    const sharing = await db(reader)
      .selectFrom('recommendations_sharing')
      .select('member_id')
      .orderBy('member_id')
      .execute()
    const portrayed = Int32Array.from(sharing.flatMap((row) => builder.numberOf(row.member_id) ?? []))
    return { interactions: builder.build(), portrayed }
  })
}

/** Groups belong to the model that they were made with: without new ones there are none. */
async function publishPortraits(tx: Tx, groups: Portrayed | undefined): Promise<void> {
  await tx.publish('portraits', portraitsId, groups ? { ...groups.portraits, at: tx.now } : null)
  const report = groups && {
    ...groups.report,
    at: tx.now,
    groups: groups.portraits.groups.map(({ tags, items }) => ({ tags, items })),
  }
  await tx.publish('portrait_reports', portraitsId, report ?? null)
}

/**
 * Below how many members an item's vector is not learnt from them, lest it tell on one of them: 20, and less in a
 * community in which hardly anything is met by 20.
 */
export function fewestMembers(members: number): number {
  return Math.min(20, Math.max(5, Math.round(members / 20)))
}

/** Enough members asked for the two figures to mean something. */
const fewestAsked = 200

/** Gate: a model that ranks clearly worse than "most popular first" reaches nobody. */
export function isWorse({ heldOut, scores, popularity }: EvaluationReport): boolean {
  if (!heldOut || !scores || !popularity || heldOut.members < fewestAsked) return false
  return scores.ndcg10 < 0.9 * popularity.ndcg10
}

interface ModelFile {
  model: ModelParts
  bytes: Uint8Array
  version: string
}

async function openFile(model: Model, open: ReadonlySet<string>): Promise<ModelFile | undefined> {
  const parts = onlyItems(model, open)
  return parts.items.length === 0 ? undefined : { model: parts, ...(await encodeModel(parts)) }
}

/** The same vectors for fewer items. */
export function onlyItems(model: ModelParts, kept: ReadonlySet<string>): ModelParts {
  const { dimensions } = model.settings
  const rows = [...model.items.keys()].filter((row) => kept.has(model.items[row]!.id))
  const only = (vectors: CodedVectors, width: number): CodedVectors => {
    const codes = new Int8Array(rows.length * width)
    for (const [i, row] of rows.entries()) {
      codes.set(vectors.codes.subarray(row * width, (row + 1) * width), i * width)
    }
    return { codes, scales: Float32Array.from(rows, (row) => vectors.scales[row]!) }
  }
  const { text } = model
  return {
    settings: model.settings,
    trainedAt: model.trainedAt,
    items: rows.map((row) => model.items[row]!),
    popularity: Uint32Array.from(rows, (row) => model.popularity[row]!),
    fromContent: Uint8Array.from(rows, (row) => model.fromContent[row]!),
    eigenvalues: model.eigenvalues,
    ...only(model, dimensions),
    ...(text ? { text: { dimensions: text.dimensions, ...only(text, text.dimensions) } } : {}),
    report: model.report,
  }
}

async function publish(tx: Tx, audience: ModelAudience, file: ModelFile | undefined): Promise<void> {
  if (!file) return tx.publish('models', audience, null)
  const { model, bytes, version } = file
  const { report, trainedAt } = model
  await db(tx)
    .insertInto('recommendations_model')
    .values({ version, audience, bytes, report: JSON.stringify(report), trained_at: trainedAt })
    .onConflict((conflict) => conflict.columns(['audience', 'version']).doNothing())
    .execute()
  const newest = await db(tx)
    .selectFrom('recommendations_model')
    .select('version')
    .where('audience', '=', audience)
    .orderBy('trained_at', 'desc')
    .orderBy('version')
    .limit(keptModels)
    .execute()
  const kept = newest.map((row) => row.version)
  await db(tx)
    .deleteFrom('recommendations_model')
    .where('audience', '=', audience)
    .where('version', 'not in', kept)
    .execute()
  const row: ModelRow = {
    version,
    trainedAt,
    bytes: bytes.byteLength,
    items: model.items.length,
    members: report.members,
    dimensions: model.settings.dimensions,
    source: report.source,
    ndcg: report.list?.ndcg10 ?? null,
    ndcgOfPopularity: report.popularity?.ndcg10 ?? null,
  }
  await tx.publish('models', audience, row)
}
