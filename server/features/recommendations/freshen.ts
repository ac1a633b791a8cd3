/** Every hour, between trainings: new items join the model that serves, without one being trained. */
import type { Services } from '#server/core/services.ts'
import { refreshInWorker } from '#server/train/in-worker.ts'
import type { ModelVersionRow } from '#shared/features/recommendation-models.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import type { Portrayed } from '#shared/recommend/portrait.ts'
import { catalogueMark, readCatalogue } from './catalogue.ts'
import { readMembers } from './input.ts'
import { type Ended, type Run, running } from './run.ts'
import { changeState, servingOf, stateOf } from './state.ts'
import { db } from './tables.ts'
import { fewestMembers } from './training.ts'
import { bytesOf, filesOf, keepVersion, prune, publishPortraits, serve, versionRow } from './versions.ts'

export type Freshened =
  | 'published'
  /** Nothing that a device would notice. */
  | 'unchanged'
  /** An owner pinned what serves: it stays as it is. */
  | 'pinned'
  | 'no_model'
  | 'busy'
  | 'cancelled'

/** Costs next to nothing while nothing has happened. */
export async function freshenNow(services: Services): Promise<Freshened> {
  const { pinned, looked } = await services.read(stateOf)
  if (pinned !== null) return 'pinned'
  const serving = await services.read(servingOf)
  if (!serving || !(await services.read((reader) => bytesOf(reader, serving.version)))) return 'no_model'
  const seen = await whatThereIs(services)
  if (`${serving.version} ${seen}` === looked) return 'unchanged'
  const ended = await running(services, { what: 'refresh', by: 'hour' }, (run) =>
    freshen(services, serving.version, run),
  )
  if (ended === 'busy') return 'busy'
  if (ended.value === 'cancelled') return 'cancelled'
  await services.transact(async (tx) => {
    const version = (await servingOf(tx))?.version ?? ''
    await changeState(tx, { looked: `${version} ${seen}` })
  })
  return ended.value
}

/** Changes with every act and every change of the catalogue, and costs a few counts. */
function whatThereIs(services: Services): Promise<string> {
  return services.read(async (reader) => {
    const parts: unknown[] = []
    for (const table of ['recommendations_interaction', 'recommendations_shared'] as const) {
      const { rows, sum, last } = await db(reader)
        .selectFrom(table)
        .select(({ fn }) => [fn.countAll().as('rows'), fn.sum('weight').as('sum'), fn.max('at').as('last')])
        .executeTakeFirstOrThrow()
      parts.push(rows, Number(sum).toFixed(3), last)
    }
    parts.push(...(await catalogueMark(services)))
    return parts.join(':')
  })
}

async function freshen(
  services: Services,
  version: string,
  run: Run,
): Promise<Ended<'published' | 'unchanged' | 'cancelled'>> {
  const started = performance.now()
  const { items, open } = await readCatalogue(services)
  const known = await services.read(async (reader) => {
    const row = await versionRow(reader, version)
    const basis = row?.basis ?? version
    return {
      row: await versionRow(reader, basis),
      basis,
      files: [await bytesOf(reader, basis), await bytesOf(reader, version)] as const,
    }
  })
  const [basis, serving] = known.files
  // From before there were versions: the next training has one.
  if (!known.row || !basis || !serving) return nothing('unchanged')
  const { weights } = known.row
  const { interactions } = await readMembers(services, weights)
  let most = 0
  const fresh = await refreshInWorker(
    { items, interactions, basis, serving },
    { now: services.now(), minMembers: fewestMembers, halfLifeDays: weights.halfLifeDays },
    {
      signal: run.signal,
      onMemory: (bytes) => {
        most = Math.max(most, bytes)
      },
    },
  )
  if (!fresh.ok) return nothing('cancelled')
  if (fresh.value === null) return nothing('unchanged')
  const { bytes, report } = fresh.value
  const decoded = await decodeModel(bytes)
  if (!decoded.ok) throw new Error(`the refresh wrote a ${decoded.error} artefact`)
  const model = decoded.value
  const files = await filesOf(model, bytes, open)
  const trained = known.row
  return services.transact(async (tx) => {
    // An owner chose, or cancelled, while this worked.
    if (run.signal.aborted || (await servingOf(tx))?.version !== version) return nothing('cancelled')
    const row: ModelVersionRow = {
      ...trained,
      version: model.version,
      at: tx.now,
      made: 'refresh',
      basis: known.basis,
      asked: 'hour',
      state: 'kept',
      here: true,
      items: model.items.length,
      fromContent: model.fromContent.reduce((sum, one) => sum + one, 0),
      members: report.members,
      interactions: report.interactions,
      bytes: bytes.byteLength,
      cost: { seconds: (performance.now() - started) / 1_000, megabytes: most / 1_000_000 },
    }
    await keepVersion(tx, row, files)
    await serve(tx, row.version)
    // The basis is the same, so the groups are.
    await publishPortraits(tx, row.version, await groupsOf(tx, known.basis))
    await prune(tx)
    services.log.info('model refreshed', { version: row.version, items: row.items })
    return { outcome: { how: 'published', version: row.version }, value: 'published' }
  })
}

async function groupsOf(tx: Parameters<typeof prune>[0], version: string): Promise<Portrayed | null> {
  // Whether enough share was asked when they were made; what is shown now stays until the next training.
  if ((await tx.row('portraits', 'newest')) === null) return null
  const found = await db(tx)
    .selectFrom('recommendations_version')
    .select('portraits')
    .where('version', '=', version)
    .executeTakeFirst()
  return found?.portraits ? (JSON.parse(found.portraits) as Portrayed) : null
}

function nothing<T extends 'unchanged' | 'cancelled'>(how: T): Ended<T> {
  return { outcome: { how, version: null }, value: how }
}
