/** What stands once for the whole community: which version is pinned, what acts weigh, how the last run ended. */
import type { Reader, Tx } from '#server/core/feature.ts'
import {
  type ModelStateRow,
  modelStateId,
  type Outcome,
  type RunState,
  usualWeights,
  type WeightSettings,
} from '#shared/features/recommendation-models.ts'
import type { ModelRow } from '#shared/features/recommendations.ts'
import { db, type Tables } from './tables.ts'

export interface State {
  pinned: string | null
  weights: WeightSettings
  outcome: Outcome | null
  looked: string
}

export async function stateOf(reader: Reader): Promise<State> {
  const found = await db(reader).selectFrom('recommendations_state').selectAll().executeTakeFirst()
  if (!found) return { pinned: null, weights: usualWeights, outcome: null, looked: '' }
  const { pinned, weights, outcome, looked } = found
  return {
    pinned,
    // Acts that came later than what was saved weigh what is usual.
    weights: merged(JSON.parse(weights) as WeightSettings),
    outcome: outcome === null ? null : (JSON.parse(outcome) as Outcome),
    looked,
  }
}

export async function changeState(tx: Tx, changes: Partial<State>): Promise<void> {
  const { pinned, weights, outcome, looked } = { ...(await stateOf(tx)), ...changes }
  const values = {
    pinned,
    weights: JSON.stringify(weights),
    outcome: outcome === null ? null : JSON.stringify(outcome),
    looked,
  }
  await db(tx)
    .insertInto('recommendations_state')
    .values({ id: modelStateId, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await publishState(tx)
}

/** What devices have, as their row says. */
export async function servingOf(reader: Reader): Promise<ModelRow | null> {
  return reader.row<ModelRow>('models', 'members')
}

export async function publishState(tx: Tx): Promise<void> {
  const { pinned, weights, outcome } = await stateOf(tx)
  const run = await runOf(tx)
  const serving = (await servingOf(tx))?.version ?? null
  const row: ModelStateRow = { serving, pinned, weights, run: run ? runState(run) : null, outcome }
  await tx.publish('model_states', modelStateId, row)
}

export async function runOf(reader: Reader): Promise<Tables['recommendations_run'] | undefined> {
  return db(reader).selectFrom('recommendations_run').selectAll().executeTakeFirst()
}

function runState({ what, started_at, stage, done, cancelling }: Tables['recommendations_run']): RunState {
  return {
    what: what as RunState['what'],
    startedAt: Number(started_at),
    stage: stage as RunState['stage'],
    done: Math.round(Number(done) * 100) / 100,
    cancelling: Number(cancelling) === 1,
  }
}

function merged({ acts, halfLifeDays }: WeightSettings): WeightSettings {
  return { acts: { ...usualWeights.acts, ...acts }, halfLifeDays }
}
