/** Processes that run histories, as many as there are cores. */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome, Plan } from './history.ts'

/** What a process is asked to run: a plan, or the one that a seed gives. */
export interface Job {
  seed?: string
  /** Of the seed's plan: 1 = short ones, for tests. */
  scale?: number
  plan?: Plan
  /** A bug that is switched on. */
  planted?: string
  /** Print what happens. */
  say?: boolean
}

export interface Answer extends Outcome {
  plan: Plan
  /** Milliseconds of CPU that it took. */
  cpu: number
}

export interface Pool {
  readonly size: number
  /** @throws when the program cannot run at all */
  run(job: Job): Promise<Answer>
  close(): void
}

/** Real time that a history may take; one that takes longer goes round in circles. */
const patience = 120_000

interface Worker {
  process: ChildProcess
  take(answer: Answer): void
}

interface Waiting {
  go(worker: Worker): void
  fail(error: Error): void
}

export function createPool(entry: string, size = availableParallelism()): Pool {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'lyceum-faults-'))
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const waiting: Waiting[] = []
  let broken: Error | undefined
  let closed = false

  function start(): void {
    const child = fork(entry, [], {
      execArgv: ['--max-semi-space-size=32'],
      env: { ...process.env, TZ: 'UTC', NODE_OPTIONS: '', FAULTS_DISK: folder },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const worker: Worker = { process: child, take: () => {} }
    let isReady = false
    all.add(worker)
    child.on('message', (message: Answer | 'ready') => {
      isReady = true
      if (message !== 'ready') worker.take(message)
      const next = waiting.shift()
      if (next) next.go(worker)
      else idle.push(worker)
    })
    child.on('exit', (code) => {
      all.delete(worker)
      if (closed) return
      if (!isReady) {
        broken = new Error(`the program that runs histories does not start (${code})`)
        for (const each of waiting.splice(0)) each.fail(broken)
        return
      }
      worker.take({
        plan: { seed: '', devices: [], steps: [] },
        problems: [`the process ended (${code})`],
        trace: 0,
        tasks: 0,
        cpu: 0,
      })
      start()
    })
  }

  for (let i = 0; i < size; i++) start()

  return {
    size,
    async run(job) {
      if (broken) throw broken
      const worker = idle.pop() ?? (await new Promise<Worker>((go, fail) => void waiting.push({ go, fail })))
      const answer = await new Promise<Answer>((resolve) => {
        const late = setTimeout(() => worker.process.kill('SIGKILL'), patience)
        worker.take = (given) => {
          clearTimeout(late)
          worker.take = () => {}
          resolve(given)
        }
        worker.process.send(job)
      })
      if (answer.plan.seed !== '') return answer
      return { ...answer, plan: job.plan ?? { ...answer.plan, seed: job.seed ?? '' } }
    },
    close() {
      closed = true
      for (const { process: child } of all) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
