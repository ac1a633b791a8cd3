/** Shortens a history that fails while it goes on failing: fewer steps, fewer devices, less waiting. */
import type { Plan } from './history.ts'
import type { Step } from './operations.ts'
import type { Job, Pool } from './pool.ts'

const attempts = 250

export async function shrink(pool: Pool, failing: Plan, job: Omit<Job, 'plan' | 'seed'> = {}): Promise<Plan> {
  let best = failing
  let left = attempts

  async function fails(plan: Plan): Promise<boolean> {
    if (left <= 0) return false
    left--
    const { problems } = await pool.run({ ...job, plan })
    return problems.length > 0
  }

  /** Tries several at once, and takes the first that fails. */
  async function firstFailing(plans: readonly Plan[]): Promise<Plan | undefined> {
    for (let i = 0; i < plans.length; i += pool.size) {
      const some = plans.slice(i, i + pool.size)
      const found = await Promise.all(some.map(fails))
      const which = found.indexOf(true)
      if (which >= 0) return some[which]
    }
    return undefined
  }

  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (;;) {
      const shorter = await firstFailing(withoutRuns(best, size))
      if (!shorter) break
      best = shorter
    }
  }
  const fewer = best.devices.map((_, i) => ({
    ...best,
    devices: best.devices.filter((_device, j) => j !== i),
  }))
  best = (await firstFailing(fewer.filter((plan) => plan.devices.length > 0))) ?? best
  const quicker = best.steps.map((_, i) => ({
    ...best,
    steps: best.steps.map((step, j) => (j === i ? calmer(step) : step)),
  }))
  for (const plan of quicker) if (await fails(plan)) best = plan
  return best
}

function withoutRuns(plan: Plan, size: number): Plan[] {
  const plans: Plan[] = []
  for (let from = 0; from < plan.steps.length; from += size) {
    plans.push({ ...plan, steps: [...plan.steps.slice(0, from), ...plan.steps.slice(from + size)] })
  }
  return plans
}

function calmer(step: Step): Step {
  return { ...step, wait: Math.min(step.wait, 10) }
}

/** As kept.ts keeps it. */
export function print(plan: Plan): string {
  const steps = plan.steps.map((step) => `    ${JSON.stringify(step)},`).join('\n')
  return `{\n  seed: ${JSON.stringify(plan.seed)},\n  devices: ${JSON.stringify(plan.devices)},\n  steps: [\n${steps}\n  ],\n}`
}
