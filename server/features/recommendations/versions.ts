/**
 * Versions of the model: their files, one for members and one for guests, and what is told of each. The row on the
 * feed says which one serves, and devices follow it, forwards and back.
 */
import type { Tx } from '#server/core/feature.ts'
import type { ModelVersionRow } from '#shared/features/recommendation-models.ts'
import {
  type ModelAudience,
  type ModelRow,
  modelAudiences,
  portraitsId,
} from '#shared/features/recommendations.ts'
import { encodeModel } from '#shared/recommend/artefact.ts'
import type { EvaluationReport, Model, ModelParts } from '#shared/recommend/model.ts'
import type { Portrayed } from '#shared/recommend/portrait.ts'
import type { CodedVectors } from '#shared/recommend/scorer.ts'
import { publishState, servingOf, stateOf } from './state.ts'
import { db } from './tables.ts'

/** Trainings whose files are kept, so that each of them can serve again. */
export const keptTrainings = 8
/** Of which figures are kept. */
const keptReports = 60

export interface ModelFile {
  model: ModelParts
  bytes: Uint8Array
  version: string
}
export type ModelFiles = Record<ModelAudience, ModelFile | undefined>

/** The same model in both files; guests' has only what guests may see. */
export async function filesOf(
  model: Model,
  bytes: Uint8Array,
  open: ReadonlySet<string>,
): Promise<ModelFiles> {
  const parts = onlyItems(model, open)
  const everyone = parts.items.length === 0 ? undefined : { model: parts, ...(await encodeModel(parts)) }
  return { members: { model, bytes, version: model.version }, everyone }
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
  const { text, gains } = model
  return {
    settings: model.settings,
    trainedAt: model.trainedAt,
    items: rows.map((row) => model.items[row]!),
    popularity: Uint32Array.from(rows, (row) => model.popularity[row]!),
    fromContent: Uint8Array.from(rows, (row) => model.fromContent[row]!),
    eigenvalues: model.eigenvalues,
    ...only(model, dimensions),
    ...(text ? { text: { dimensions: text.dimensions, ...only(text, text.dimensions) } } : {}),
    ...(gains ? { gains: Float32Array.from(rows, (row) => gains[row]!) } : {}),
    report: model.report,
  }
}

/** @param files absent: refused, so that only its report is kept */
export async function keepVersion(
  tx: Tx,
  row: ModelVersionRow,
  files?: ModelFiles,
  groups?: Portrayed,
): Promise<void> {
  const known = await versionRow(tx, row.version)
  // The very same file again says nothing new of it.
  if (known && (known.here || !files)) return
  for (const audience of modelAudiences) {
    const file = files?.[audience]
    if (!file) continue
    const values = {
      bytes: file.bytes,
      report: JSON.stringify(file.model.report),
      trained_at: file.model.trainedAt,
      run: row.version,
    }
    await db(tx)
      .insertInto('recommendations_model')
      .values({ version: file.version, audience, ...values })
      .onConflict((conflict) => conflict.columns(['audience', 'version']).doUpdateSet(values))
      .execute()
  }
  await writeVersion(tx, row, groups)
}

async function writeVersion(tx: Tx, row: ModelVersionRow, groups?: Portrayed): Promise<void> {
  const values = { at: row.at, made: row.made, here: Number(row.here), data: JSON.stringify(row) }
  await db(tx)
    .insertInto('recommendations_version')
    .values({
      version: row.version,
      ...values,
      portraits: groups === undefined ? null : JSON.stringify(groups),
    })
    .onConflict((conflict) => conflict.column('version').doUpdateSet(values))
    .execute()
  await tx.publish('model_versions', row.version, row)
}

export async function versionRow(
  tx: Pick<Tx, 'tables'>,
  version: string,
): Promise<ModelVersionRow | undefined> {
  const found = await db(tx)
    .selectFrom('recommendations_version')
    .select('data')
    .where('version', '=', version)
    .executeTakeFirst()
  return found && (JSON.parse(found.data) as ModelVersionRow)
}

/** Devices get it. @returns false when its file is not kept (any more) */
export async function serve(tx: Tx, version: string): Promise<boolean> {
  const row = await versionRow(tx, version)
  if (!row?.here) return false
  const files = await db(tx)
    .selectFrom('recommendations_model')
    .select(['audience', 'version', 'bytes', 'report', 'trained_at'])
    .where('run', '=', version)
    .execute()
  for (const audience of modelAudiences) {
    const file = files.find((one) => one.audience === audience)
    if (!file) {
      await tx.publish('models', audience, null)
      continue
    }
    const report = JSON.parse(file.report) as EvaluationReport
    const announced: ModelRow = {
      version: file.version,
      trainedAt: Number(file.trained_at),
      bytes: file.bytes.byteLength,
      items: audience === 'members' ? row.items : itemsIn(file.bytes),
      members: report.members,
      dimensions: row.dimensions,
      source: report.source,
      ndcg: report.list?.ndcg10 ?? null,
      ndcgOfPopularity: report.popularity?.ndcg10 ?? null,
      weights: row.weights,
    }
    await tx.publish('models', audience, announced)
  }
  if (row.state !== 'published') await writeVersion(tx, { ...row, state: 'published' })
  await tx.tell('recommendations.trained', { version })
  return true
}

/** The list of ids is the first thing in the file that grows with its items. */
function itemsIn(bytes: Uint8Array): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(44, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(48, 48 + length))) as { ids: string[] }
  return header.ids.length
}

/** Groups belong to the model that they were made with: without new ones there are none. */
export async function publishPortraits(tx: Tx, version: string, groups: Portrayed | null): Promise<void> {
  const portraits = groups && { ...groups.portraits, version, at: tx.now }
  await tx.publish('portraits', portraitsId, portraits)
  const report = groups && {
    ...groups.report,
    at: tx.now,
    groups: groups.portraits.groups.map(({ tags, items }) => ({ tags, items })),
  }
  await tx.publish('portrait_reports', portraitsId, report)
}

export async function bytesOf(
  reader: Pick<Tx, 'tables'>,
  version: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const found = await db(reader)
    .selectFrom('recommendations_model')
    .select('bytes')
    .where('audience', '=', 'members')
    .where('version', '=', version)
    .executeTakeFirst()
  return found && new Uint8Array(found.bytes)
}

/** Drops the files of old trainings, old reports, and every refresh that does not serve. */
export async function prune(tx: Tx): Promise<void> {
  const serving = (await servingOf(tx))?.version ?? null
  const { pinned } = await stateOf(tx)
  const all = await db(tx)
    .selectFrom('recommendations_version')
    .select(['version', 'made', 'here', 'data'])
    .orderBy('at', 'desc')
    .orderBy('version')
    .execute()
  const needed = new Set([serving, pinned])
  for (const { version, data } of all)
    if (needed.has(version)) needed.add((JSON.parse(data) as ModelVersionRow).basis)
  let trainings = 0
  for (const [place, { version, made, here, data }] of all.entries()) {
    if (needed.has(version)) {
      if (made === 'training') trainings += 1
      continue
    }
    if (made === 'refresh' || place >= keptReports) {
      await db(tx).deleteFrom('recommendations_version').where('version', '=', version).execute()
      await db(tx).deleteFrom('recommendations_model').where('run', '=', version).execute()
      await tx.publish('model_versions', version, null)
      continue
    }
    if (Number(here) === 0) continue
    trainings += 1
    if (trainings <= keptTrainings) continue
    await db(tx).deleteFrom('recommendations_model').where('run', '=', version).execute()
    await writeVersion(tx, { ...(JSON.parse(data) as ModelVersionRow), here: false })
  }
  // From before there were versions: nothing can name them any more.
  await db(tx)
    .deleteFrom('recommendations_model')
    .where('run', 'is', null)
    .where('version', 'not in', [
      serving ?? '',
      (await tx.row<ModelRow>('models', 'everyone'))?.version ?? '',
    ])
    .execute()
}

/** The last training that passed, or a refresh of it. */
export async function isNewest(tx: Tx, version: string): Promise<boolean> {
  const newest = await db(tx)
    .selectFrom('recommendations_version')
    .select('version')
    .where('here', '=', 1)
    .where('made', '=', 'training')
    .orderBy('at', 'desc')
    .orderBy('version')
    .limit(1)
    .executeTakeFirst()
  const row = await versionRow(tx, version)
  return newest !== undefined && (row?.basis ?? version) === newest.version
}

/** Serves it instead of what serves now. */
export async function pinTo(tx: Tx, version: string): Promise<boolean> {
  if (!(await serve(tx, version))) return false
  // Groups of readers are of the model that made them, and members may have stopped sharing since.
  await publishPortraits(tx, version, null)
  await publishState(tx)
  return true
}
