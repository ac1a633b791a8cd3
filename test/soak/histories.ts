/**
 * `npm run soak -- histories [n] [--seed s] [--scale x] [--processes p] [--resume]`: n histories (100,000) from a seed on,
 * on all cores. Those that fail are shortened and printed as kept.ts keeps them. How far it came is written down, and
 * `--resume` goes on from there. With n = 1 plays just the seed: `--say` prints what happens, `--plan file` plays the one
 * that is in a file of JSON, `--planted name` plays with one of the bugs of planted.ts. `--hunt` looks for all of these
 * bugs, in at most n histories each (400), and says what finds them.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildProgram } from '../faults/build.ts'
import type { Plan } from '../faults/history.ts'
import { hunt } from '../faults/hunt.ts'
import { planted } from '../faults/planted.ts'
import { createPool, type Pool } from '../faults/pool.ts'
import { print, shrink } from '../faults/shrink.ts'

const shrinkAtMost = 5
const reportEvery = 30_000
const kept = join(import.meta.dirname, '../../node_modules/.cache/lyceum-histories.json')

/** How far it came. */
interface Progress {
  seed: string
  scale: number
  many: number
  /** All before this one have been played. */
  next: number
  failed: Plan[]
  tasks: number
  /** Milliseconds of CPU, and seconds by the clock. */
  cpu: number
  seconds: number
}

export async function run(args: string[]): Promise<number> {
  const option = (name: string): string | undefined => {
    const at = args.indexOf(`--${name}`)
    return at < 0 ? undefined : (args[at + 1] ?? '')
  }
  const many = Number(args.find((arg, i) => /^\d+$/.test(arg) && !takesValue(args[i - 1])) ?? 100_000)
  const seed = option('seed') ?? String(Date.now() % 1_000_000_000)
  const scale = Number(option('scale') ?? 2)
  const bug = option('planted')
  const hunts = args.includes('--hunt')
  const program = await buildProgram(hunts || bug !== undefined ? planted : [])
  const pool = createPool(program.entry, option('processes') ? Number(option('processes')) : undefined)
  try {
    if (hunts) return await huntAll(pool, many === 100_000 ? 400 : many)
    const file = option('plan')
    if (many === 1 || file !== undefined) {
      const plan = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Plan)
      return await playOne(pool, {
        ...(plan ? { plan } : { seed, scale }),
        ...(bug === undefined ? {} : { planted: bug }),
        say: args.includes('--say'),
      })
    }
    const begun = args.includes('--resume') ? readProgress() : undefined
    return await playAll(
      pool,
      begun ?? { seed, scale, many, next: 0, failed: [], tasks: 0, cpu: 0, seconds: 0 },
    )
  } finally {
    pool.close()
    program.remove()
  }
}

function takesValue(arg: string | undefined): boolean {
  return arg !== undefined && ['--seed', '--scale', '--processes', '--plan', '--planted'].includes(arg)
}

async function playOne(pool: Pool, job: Parameters<Pool['run']>[0]): Promise<number> {
  const { plan, problems, trace, tasks, cpu } = await pool.run(job)
  console.log(`seed ${plan.seed}: trace ${trace}, ${tasks} tasks, ${Math.round(cpu)} ms of CPU`)
  for (const problem of problems) console.log(`  ${problem}`)
  return problems.length === 0 ? 0 : 1
}

async function huntAll(pool: Pool, most: number): Promise<number> {
  const left = [...planted]
  let missed = 0
  const work = async (): Promise<void> => {
    for (let bug = left.shift(); bug; bug = left.shift()) {
      const { found } = await hunt(pool, bug, most)
      if (!found) missed++
      console.log(`${found ? `${found.plan.seed} finds` : `${most} histories do not find`}: ${bug.name}`)
    }
  }
  await Promise.all(Array.from({ length: pool.size }, work))
  console.log(`${planted.length} planted, ${planted.length - missed} found`)
  return missed === 0 ? 0 : 1
}

async function playAll(pool: Pool, progress: Progress): Promise<number> {
  const { seed, scale, many, failed } = progress
  const before = progress.seconds
  const began = Date.now()
  const from = progress.next
  const underWay = new Set<number>()
  let next = from
  console.log(`${many} histories from seed ${seed} on, in ${pool.size} processes, from the ${from}th`)

  function note(): void {
    progress.next = Math.min(next, ...underWay)
    progress.seconds = before + (Date.now() - began) / 1_000
    mkdirSync(dirname(kept), { recursive: true })
    writeFileSync(kept, JSON.stringify(progress))
  }

  const report = setInterval(() => {
    note()
    const rate = (progress.next - from) / ((Date.now() - began) / 1_000)
    const left = Math.round((many - progress.next) / rate / 60)
    console.log(
      `${progress.next} histories, ${failed.length} failed, ${rate.toFixed(1)}/s, ${left} minutes to go`,
    )
  }, reportEvery)
  try {
    const work = async (): Promise<void> => {
      while (next < many) {
        const n = next++
        underWay.add(n)
        const { plan, problems, tasks, cpu } = await pool.run({ seed: `${seed}.${n}`, scale })
        underWay.delete(n)
        progress.tasks += tasks
        progress.cpu += cpu
        if (problems.length === 0) continue
        if (!failed.some((other) => other.seed === plan.seed)) failed.push(plan)
        console.log(`seed ${plan.seed} fails:\n  ${problems.slice(0, 4).join('\n  ')}`)
      }
    }
    await Promise.all(Array.from({ length: pool.size }, work))
  } finally {
    clearInterval(report)
    note()
  }
  for (const plan of failed.slice(0, shrinkAtMost)) {
    const shorter = await shrink(pool, plan)
    const { problems } = await pool.run({ plan: shorter })
    const found = problems.slice(0, 3).join('\n  ')
    console.log(`\n${plan.seed} shortened to ${shorter.steps.length} steps:\n${print(shorter)}\n  ${found}`)
  }
  const each = `${Math.round(progress.tasks / many)} tasks and ${Math.round(progress.cpu / many)} ms of CPU`
  console.log(
    `${many} histories of ${each} in ${progress.seconds.toFixed(0)} s, ${failed.length} failed` +
      (failed.length > 0 ? `: ${failed.map((plan) => plan.seed).join(', ')}` : ''),
  )
  return failed.length === 0 ? 0 : 1
}

function readProgress(): Progress {
  if (!existsSync(kept)) throw new Error('there is nothing to go on with')
  return JSON.parse(readFileSync(kept, 'utf8')) as Progress
}
