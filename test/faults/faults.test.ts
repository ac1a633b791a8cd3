/**
 * What must hold whatever happens: played in simulated time over the real server and the real client core. See
 * machine.ts for how time is simulated, operations.ts for what can happen, witness.ts and compare.ts for what must hold.
 *
 * A seed is a history, on any machine and beside any load: what fails once fails always, and nothing is tried again.
 * `FAULTS=50 FAULTS_SEED=mine npx vitest run test/faults` plays fewer, or others.
 */
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildProgram, type Program } from './build.ts'
import { hunt } from './hunt.ts'
import { kept } from './kept.ts'
import { planted } from './planted.ts'
import { type Answer, createPool, type Job, type Pool } from './pool.ts'
import { print, shrink } from './shrink.ts'

const histories = Number(process.env.FAULTS ?? 240)
const seed = process.env.FAULTS_SEED ?? 'test'
const minutes = 60_000
/** Histories in which a planted bug must be found, when the one that found it does so no more. */
const huntAtMost = 400
const common = planted.filter(({ foundBy }) => foundBy !== undefined)
/** When so many have failed, the rest is not played. */
const enough = 3

let program: Program
let pool: Pool

beforeAll(async () => {
  program = await buildProgram()
  pool = createPool(program.entry)
})

afterAll(() => {
  pool.close()
  program.remove()
})

async function failuresOf(jobs: readonly Job[]): Promise<Answer[]> {
  const failed: Answer[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < jobs.length && failed.length < enough) {
      const answer = await pool.run(jobs[next++]!)
      if (answer.problems.length > 0) failed.push(answer)
    }
  }
  await Promise.all(Array.from({ length: pool.size }, work))
  return failed
}

/** For kept.ts. */
async function explain(answer: Answer): Promise<string> {
  const shorter = await shrink(pool, answer.plan)
  const { problems } = await pool.run({ plan: shorter })
  return `${problems.slice(0, 3).join('\n')}\nshortened, as kept.ts keeps it:\n${print(shorter)}`
}

function nameOf({ plan, problems }: Answer): string {
  return `seed ${plan.seed}: ${problems.slice(0, 3).join('\n')}`
}

/** Threads that do nothing, as fast as they can. */
function beBusy(threads: number): () => Promise<unknown> {
  const all = Array.from({ length: threads }, () => new Worker('for (;;) Math.sqrt(2)', { eval: true }))
  return () => Promise.all(all.map((thread) => thread.terminate()))
}

type Trace = [seed: string, trace: number, tasks: number]

async function tracesOf(from: Pool, seeds: readonly string[]): Promise<Trace[]> {
  const answers = await Promise.all(seeds.map((each) => from.run({ seed: each })))
  return answers.map(({ plan, trace, tasks }) => [plan.seed, trace, tasks])
}

test(
  'a seed is the same history alone in a new process, and beside others on a busy machine after many',
  async () => {
    const seeds = Array.from({ length: 10 }, (_, i) => `same.${i}`)
    const alone: Trace[] = []
    // One that is the first of its process, and those that are not.
    for (const some of [seeds.slice(0, 1), seeds.slice(1, 2), seeds.slice(2)]) {
      const fresh = createPool(program.entry, 1)
      alone.push(...(await tracesOf(fresh, some)))
      fresh.close()
    }
    const rest = beBusy(3)
    const beside = await tracesOf(pool, seeds.toReversed())
    await rest()
    expect(beside.toReversed()).toEqual(alone)
    expect(new Set(alone.map(([, trace]) => trace)).size).toBe(seeds.length)
  },
  2 * minutes,
)

test(
  `${histories} histories of seed "${seed}" end well`,
  async () => {
    const failed = await failuresOf(Array.from({ length: histories }, (_, i) => ({ seed: `${seed}.${i}` })))
    const first = await Promise.all(failed.slice(0, 1).map(explain))
    expect([...failed.map(nameOf), ...first]).toEqual([])
  },
  12 * minutes,
)

test.each(Object.entries(kept))(
  'not again: %s',
  async (_, plan) => {
    expect((await pool.run({ plan })).problems).toEqual([])
  },
  minutes,
)

test(
  `${common.length} bugs were planted, and each is found`,
  async () => {
    const infested = await buildProgram(planted)
    const hunters = createPool(infested.entry)
    try {
      const missed: string[] = []
      const left = [...common]
      const work = async (): Promise<void> => {
        for (let bug = left.shift(); bug; bug = left.shift()) {
          const { after } = await hunt(hunters, bug, huntAtMost)
          if (after === undefined) missed.push(bug.name)
        }
      }
      await Promise.all(Array.from({ length: hunters.size }, work))
      expect(common.length).toBeGreaterThanOrEqual(25)
      expect(missed).toEqual([])
    } finally {
      hunters.close()
      infested.remove()
    }
  },
  10 * minutes,
)
