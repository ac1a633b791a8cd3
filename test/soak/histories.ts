/**
 * `npm run soak -- histories [n] [--seed s] [--scale x] [--say]`: n histories (100,000) from a seed on, on all cores. Those that fail are
 * shortened and printed as kept.ts keeps them. With `--say` and n = 1 prints what happens; `--plan file` plays the one
 * that is in a file of JSON.
 */
import { readFileSync } from 'node:fs'
import { buildProgram } from '../faults/build.ts'
import type { Plan } from '../faults/history.ts'
import { type Answer, createPool } from '../faults/pool.ts'
import { print, shrink } from '../faults/shrink.ts'

const shrinkAtMost = 5

export async function run(args: string[]): Promise<number> {
  const option = (name: string): string | undefined => {
    const at = args.indexOf(`--${name}`)
    return at < 0 ? undefined : (args[at + 1] ?? '')
  }
  const many = Number(args.find((arg, i) => /^\d+$/.test(arg) && !args[i - 1]?.startsWith('--')) ?? 100_000)
  const seed = option('seed') ?? String(Date.now() % 1_000_000_000)
  const scale = Number(option('scale') ?? 2)
  const say = args.includes('--say')
  const file = option('plan')
  const plan = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Plan)
  const program = await buildProgram()
  const pool = createPool(program.entry)
  const failed: Answer[] = []
  const began = Date.now()
  let done = 0
  let tasks = 0
  let cpu = 0
  console.log(`${many} histories from seed ${seed} on, in ${pool.size} processes`)
  const report = setInterval(() => {
    const rate = done / ((Date.now() - began) / 1000)
    console.log(`${done} histories, ${failed.length} failed, ${rate.toFixed(1)}/s`)
  }, 30_000)
  try {
    let next = 0
    const work = async (): Promise<void> => {
      while (next < many) {
        const name = many === 1 ? seed : `${seed}.${next}`
        next++
        const answer = await pool.run({ ...(plan ? { plan } : { seed: name, scale }), say })
        done++
        tasks += answer.tasks
        cpu += answer.cpu
        if (answer.problems.length === 0) continue
        failed.push(answer)
        console.log(`seed ${name} fails:\n  ${answer.problems.slice(0, 4).join('\n  ')}`)
      }
    }
    await Promise.all(Array.from({ length: pool.size }, work))
    for (const { plan } of failed.slice(0, shrinkAtMost)) {
      const shorter = await shrink(pool, plan)
      const { problems } = await pool.run({ plan: shorter })
      console.log(
        `\nshortened to ${shorter.steps.length} steps:\n${print(shorter)}\n  ${problems.slice(0, 3).join('\n  ')}`,
      )
    }
  } finally {
    clearInterval(report)
    pool.close()
    program.remove()
  }
  const seconds = (Date.now() - began) / 1000
  const each = `${Math.round(tasks / done)} tasks and ${Math.round(cpu / done)} ms of CPU`
  console.log(`${done} histories of ${each} in ${seconds.toFixed(0)} s, ${failed.length} failed`)
  return failed.length === 0 ? 0 : 1
}
