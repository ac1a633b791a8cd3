/** What other weights would change: a training beside the model that serves, of which only figures and lists are kept. */
import type { Services } from '#server/core/services.ts'
import {
  type ModelTrialRow,
  modelStateId,
  type WeightSettings,
} from '#shared/features/recommendation-models.ts'
import { type PortraitsRow, portraitsId } from '#shared/features/recommendations.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import type { Model } from '#shared/recommend/model.ts'
import { recommend } from '#shared/recommend/recommend.ts'
import { type Ended, type Run, running } from './run.ts'
import { servingOf } from './state.ts'
import { trainOn } from './training.ts'
import { bytesOf, versionRow } from './versions.ts'

/** @returns false when something else runs */
export async function tryWeights(services: Services, weights: WeightSettings): Promise<boolean> {
  const ended = await running(services, { what: 'trial', by: 'demand', payload: weights }, (run) =>
    trial(services, weights, run),
  )
  return ended !== 'busy'
}

async function trial(services: Services, weights: WeightSettings, run: Run): Promise<Ended<null>> {
  const trained = await trainOn(services, weights, run)
  if (!trained.ok) return { outcome: { how: trained.error, version: null }, value: null }
  const { result } = trained
  const decoded = await decodeModel(result.bytes)
  if (!decoded.ok) throw new Error(`the trainer wrote a ${decoded.error} artefact`)
  await services.transact(async (tx) => {
    const serving = await servingOf(tx)
    const row = serving && (await versionRow(tx, serving.version))
    const bytes = serving && (await bytesOf(tx, serving.version))
    const current = bytes ? await decodeModel(bytes) : undefined
    const portraits = await tx.row<PortraitsRow>('portraits', portraitsId)
    const told: ModelTrialRow = {
      at: tx.now,
      weights,
      before: row?.measures ?? null,
      after: result.judged.measures,
      lists: current?.ok ? listsOf(current.value, decoded.value, portraits) : [],
    }
    await tx.publish('model_trials', modelStateId, told)
  })
  return { outcome: { how: 'tried', version: null }, value: null }
}

const [mostLists, metItems, shownItems] = [4, 5, 10]

/**
 * First tens of made-up members, by both models. They met what is told of a group of readers anyway, or what is met
 * most under a tag: nobody's own history is shown.
 */
function listsOf(current: Model, next: Model, portraits: PortraitsRow | null): ModelTrialRow['lists'] {
  const made = portraits?.groups.length
    ? portraits.groups.map(({ tags, items }) => ({ of: tags.slice(0, 3), met: items }))
    : typicalOfTags(current)
  return made.slice(0, mostLists).flatMap(({ of, met }) => {
    const known = met.filter((id) => current.rowById.has(id) && next.rowById.has(id))
    if (known.length === 0) return []
    return [{ of, met: known, before: firstTen(current, known), after: firstTen(next, known) }]
  })
}

function typicalOfTags({ items, popularity }: Model): { of: string[]; met: string[] }[] {
  const rowsOf = new Map<string, number[]>()
  for (const [row, { tags }] of items.entries())
    for (const tag of tags) rowsOf.set(tag, [...(rowsOf.get(tag) ?? []), row])
  return [...rowsOf]
    .filter(([, rows]) => rows.length >= metItems)
    .sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1))
    .map(([tag, rows]) => ({
      of: [tag],
      met: rows
        .sort((a, b) => popularity[b]! - popularity[a]! || a - b)
        .slice(0, metItems)
        .map((row) => items[row]!.id),
    }))
}

function firstTen(model: Model, met: readonly string[]): string[] {
  return recommend(model, {
    history: met.map((item) => ({ item, weight: 1 })),
    interests: [],
    hidden: new Set(),
    notTags: [],
    now: model.trainedAt,
    count: shownItems,
  }).map(({ item }) => item)
}
