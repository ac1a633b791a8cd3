/**
 * Jobs: work that must not happen inside a transaction (mail, training), asked for inside one and run after it is
 * durable. A job may run twice (the server can die after the work and before the note of it), so every job is
 * idempotent. Failures are tried again, later each time, and kept with their error when they have failed too often.
 */
import type { Database } from './db.ts'
import type { Registry } from './feature.ts'
import type { Log, Services } from './services.ts'

const maxAttempts = 8
/** After the database failed, in milliseconds. */
const lookAgainAfter = 30_000
/** While a job runs, nobody else takes it for this long. */
const claim = 10 * 60 * 1000

export interface Jobs {
  /** Something may be due. */
  nudge(): void
  /** Resolves when nothing is due and nothing runs. */
  idle(): Promise<void>
  close(): Promise<void>
}

export function createJobs(options: {
  database: Database
  registry: Registry
  /** What the community uses, at any time: jobs of other features wait. All, when absent. */
  used?: Registry
  log: Log
  now(): number
  services(): Services
  retryAfter?: number
}): Jobs {
  const { kysely, durability } = options.database
  const used = options.used ?? options.registry
  let running: Promise<void> | undefined
  let again = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  /** Jobs that are not given up, of features that are used. */
  function waiting() {
    let find = kysely.selectFrom('job').where('attempts', '<', maxAttempts)
    for (const name of Object.keys(options.registry.features)) {
      if (!Object.hasOwn(used.features, name)) find = find.where('name', 'not like', `${name}.%`)
    }
    return find.orderBy('run_at').limit(1)
  }

  async function runDue(): Promise<void> {
    for (;;) {
      const now = options.now()
      const job = await waiting().selectAll().where('run_at', '<=', now).executeTakeFirst()
      if (!job || closed) return
      const taken = await kysely
        .updateTable('job')
        .set({ attempts: job.attempts + 1, run_at: now + claim })
        .where('id', '=', job.id)
        .where('attempts', '=', job.attempts)
        .executeTakeFirst()
      if (taken.numUpdatedRows === 0n) continue
      await runOne(job)
      durability.committed()
    }
  }

  async function runOne(job: { id: string; name: string; payload: string; attempts: number }): Promise<void> {
    const [feature, name] = job.name.split('.', 2)
    const work = options.registry.features[feature!]?.jobs?.[name!]
    try {
      if (!work) throw new Error(`no feature has a job named ${job.name}`)
      // A job may ask for itself again under the same key, so it gives its key up before it runs.
      await kysely.updateTable('job').set({ job_key: null }).where('id', '=', job.id).execute()
      await work(options.services(), JSON.parse(job.payload))
      await kysely.deleteFrom('job').where('id', '=', job.id).execute()
    } catch (error) {
      const again = options.now() + Math.min(60 * 60 * 1000, 5_000 * 3 ** job.attempts)
      options.log.error('job failed', { job: job.name, error: String((error as Error)?.stack ?? error) })
      await kysely
        .updateTable('job')
        .set({ run_at: again, error: String(error).slice(0, 500) })
        .where('id', '=', job.id)
        .execute()
    }
  }

  async function plan(): Promise<void> {
    clearTimeout(timer)
    if (closed) return
    const next = await waiting().select('run_at').executeTakeFirst()
    if (!next || closed) return
    timer = setTimeout(nudge, Math.min(60 * 60 * 1000, Math.max(50, next.run_at - options.now())))
    timer.unref()
  }

  function nudge(): void {
    if (closed) return
    if (running) {
      again = true
      return
    }
    again = false
    running = runDue()
      .then(plan)
      .catch((error) => {
        options.log.error('jobs could not be run', { error: String(error) })
        clearTimeout(timer)
        if (closed) return
        timer = setTimeout(nudge, options.retryAfter ?? lookAgainAfter)
        timer.unref()
      })
      .finally(() => {
        running = undefined
        if (again) nudge()
      })
  }

  return {
    nudge,
    async idle() {
      while (running) await running
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
