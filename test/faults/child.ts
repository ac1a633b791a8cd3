/** A process that runs histories, one after the other, as it is asked to. */
import { planOf, play } from './history.ts'
import { createTemplate } from './house.ts'
import type { Answer, Job } from './pool.ts'

const { log } = console
const template = await createTemplate()

process.on('message', (job: Job) => void answer(job))
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function answer({ seed, scale, plan: given, planted, say }: Job): Promise<void> {
  const plan = given ?? planOf(seed ?? '0', scale)
  Object.assign(globalThis, { planted })
  const before = process.cpuUsage()
  const outcome = await play(template, plan, say ? log : undefined)
  const { user, system } = process.cpuUsage(before)
  process.send?.({ ...outcome, plan, cpu: (user + system) / 1_000 } satisfies Answer)
}
