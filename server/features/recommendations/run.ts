/**
 * One run at a time: a training, a refresh or a trial, in whichever process. A row says so, with signs of life every
 * second; how far it is stands on the feed of the owners; a server that stopped under a run begins it again.
 */
import type { Services } from '#server/core/services.ts'
import type { TrainProgress } from '#server/train/train.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { AskedBy, Outcome, RunState, TrainingStage } from '#shared/features/recommendation-models.ts'
import { changeState, publishState, runOf } from './state.ts'
import { db } from './tables.ts'

export interface Asked {
  what: RunState['what']
  by: AskedBy
  payload?: unknown
}

export interface Run {
  signal: AbortSignal
  progress(progress: TrainProgress): void
}

/** What a run comes to. */
export interface Ended<T> {
  outcome: Omit<Outcome, 'what' | 'at'>
  value: T
}

/** A run that has been silent for longer has lost its server. */
export const silentFor = 90_000
/** Begun as often as this without an end, it is what stops the server. */
const mostAttempts = 3
const beatEvery = 1_000
const runId = 'now'

interface UnderWay {
  what: RunState['what']
  ended: Promise<unknown>
  abort: AbortController
}

const underWay = new WeakMap<Services, UnderWay>()

export function runningIn(services: Services): UnderWay | undefined {
  return underWay.get(services)
}

/** @returns 'busy' when something runs already. Throws what `work` throws, once the run is over. */
export function running<T>(
  services: Services,
  asked: Asked,
  work: (run: Run) => Promise<Ended<T>>,
  signal?: AbortSignal,
): Promise<Ended<T> | 'busy'> {
  if (underWay.has(services)) return Promise.resolve('busy')
  const abort = new AbortController()
  const ended = hold(services, asked, abort, work, signal).finally(() => underWay.delete(services))
  underWay.set(services, { what: asked.what, ended: ended.catch(() => {}), abort })
  return ended
}

async function hold<T>(
  services: Services,
  asked: Asked,
  abort: AbortController,
  work: (run: Run) => Promise<Ended<T>>,
  signal: AbortSignal | undefined,
): Promise<Ended<T> | 'busy'> {
  const holder = uuidv7(services.now())
  if (!(await begin(services, holder, asked))) return 'busy'
  const cancel = (): void => abort.abort()
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  const told = { stage: 'waiting' as TrainingStage, done: 0 }
  const beat = beats(services, holder, told, cancel)
  const outcomeOf = (how: Omit<Outcome, 'what' | 'at'>): Outcome => ({
    what: asked.what,
    at: services.now(),
    ...how,
  })
  try {
    const ended = await work({
      signal: abort.signal,
      progress(progress) {
        told.stage = progress.stage
        told.done = Math.max(told.done, shareDone(progress))
      },
    })
    await beat.stop()
    await end(services, holder, outcomeOf(ended.outcome))
    return ended
  } catch (error) {
    await beat.stop()
    await end(services, holder, outcomeOf({ how: 'failed', version: null }))
    throw error
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function begin(services: Services, holder: string, { what, by, payload = {} }: Asked): Promise<boolean> {
  return services.transact(async (tx) => {
    const known = await runOf(tx)
    if (known && tx.now - Number(known.beat_at) < silentFor) return false
    await db(tx).deleteFrom('recommendations_run').execute()
    const again = known?.what === what && known.payload === JSON.stringify(payload)
    await db(tx)
      .insertInto('recommendations_run')
      .values({
        id: runId,
        holder,
        what,
        asked: by,
        payload: JSON.stringify(payload),
        stage: 'waiting',
        done: 0,
        started_at: tx.now,
        beat_at: tx.now,
        cancelling: 0,
        attempts: again ? Number(known.attempts) + 1 : 1,
      })
      .execute()
    await publishState(tx)
    return true
  })
}

/** Signs of life, how far it is, and a look whether somebody cancelled it. */
function beats(
  services: Services,
  holder: string,
  told: { stage: TrainingStage; done: number },
  cancel: () => void,
): { stop(): Promise<void> } {
  let shown = ''
  let last: Promise<void> | undefined
  const beat = (): Promise<void> =>
    services.transact(async (tx) => {
      const own = await runOf(tx)
      // Taken for dead and replaced: two must not publish.
      if (own?.holder !== holder || Number(own.cancelling) === 1) cancel()
      if (own?.holder !== holder) return
      const { stage, done } = told
      await db(tx)
        .updateTable('recommendations_run')
        .set({ beat_at: tx.now, stage, done })
        .where('holder', '=', holder)
        .execute()
      const now = `${stage} ${done.toFixed(2)}`
      if (now !== shown) await publishState(tx)
      shown = now
    })
  const timer = setInterval(() => {
    last ??= beat()
      .catch((error: unknown) =>
        services.log.warn('a training could not tell how far it is', { error: String(error) }),
      )
      .finally(() => {
        last = undefined
      })
  }, beatEvery)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await last
    },
  }
}

function end(services: Services, holder: string, outcome: Outcome): Promise<void> {
  return services.transact(async (tx) => {
    const gone = await db(tx)
      .deleteFrom('recommendations_run')
      .where('holder', '=', holder)
      .executeTakeFirst()
    if (gone.numDeletedRows === 0n) return
    // That an hour had nothing new hides nothing of how the last training ended.
    await (outcome.how === 'unchanged' ? publishState(tx) : changeState(tx, { outcome }))
  })
}

/** Usual shares of the whole; a stage that is left out is jumped over. */
const stages: [TrainProgress['stage'], number][] = [
  ['reading', 0.03],
  ['tuning', 0.62],
  ['measuring', 0.12],
  ['training', 0.18],
  ['writing', 0.05],
]

export function shareDone({ stage, done }: TrainProgress): number {
  let before = 0
  for (const [name, share] of stages) {
    if (name === stage) return before + share * Math.min(1, done)
    before += share
  }
  return before
}

/** What a server left unfinished when it stopped; gone for good when it has been begun too often. */
export async function leftBehind(services: Services): Promise<Asked | 'alive' | undefined> {
  return services.transact(async (tx) => {
    const known = await runOf(tx)
    if (!known) return undefined
    if (tx.now - Number(known.beat_at) < silentFor) return 'alive'
    const what = known.what as RunState['what']
    if (Number(known.attempts) < mostAttempts)
      return { what, by: known.asked as AskedBy, payload: JSON.parse(known.payload) as unknown }
    await db(tx).deleteFrom('recommendations_run').execute()
    await changeState(tx, { outcome: { what, at: tx.now, how: 'failed', version: null } })
    return undefined
  })
}
