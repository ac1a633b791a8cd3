/**
 * A million members, a hundred thousand items, twenty million interactions: eight epochs by two threads, and the
 * same with a tenth of everything. Each size is a process of its own, so that its memory is its own; their epochs
 * alternate, and what an interaction costs is compared in processor time, which other work on the machine hardly
 * changes. `--quick` takes a tenth of both sizes.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { BenchRow } from '../run.js'
import type { Answer, Order } from './rig/scale-work.ts'

const full = { members: 1_000_000, items: 100_000, seed: 1 }
const dimensions = 64
const epochs = 8
const threads = 2
const mostMegabytes = 512
const mostGrowth = 1.3

export async function run(args: string[] = []): Promise<BenchRow[]> {
  const share = args.includes('--quick') ? 0.1 : 1
  const large = await start(share)
  const small = await start(share / 10)
  try {
    const costs: Record<'large' | 'small', number[]> = { large: [], small: [] }
    let seconds = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      const [a, b] = [await large.epoch(), await small.epoch()]
      seconds += a.wall / 1000
      costs.large.push((1e6 * a.processor) / large.pairs)
      costs.small.push((1e6 * b.processor) / small.pairs)
    }
    const cost = median(costs.large)
    const tenth = median(costs.small)
    const growth = cost / tenth
    const megabytes = await large.megabytes()
    const work = `${large.size} d=${dimensions}`
    const row = (what: string, more: Omit<BenchRow, 'bench' | 'work'>): BenchRow => ({
      bench: 'scale',
      work: `${work} ${what}`,
      ...more,
    })
    return [
      row(`${epochs} epochs, ${threads} threads`, { value: seconds, unit: 's' }),
      row('memory at most', {
        value: megabytes,
        unit: 'MB',
        aim: `<=${mostMegabytes}`,
        ok: megabytes <= mostMegabytes,
      }),
      row('processor time of an interaction, an epoch', {
        value: cost,
        unit: 'ns',
        peer: `the same of ${small.size}`,
        peerValue: tenth,
        ratio: growth,
        aim: `<=${mostGrowth}`,
        ok: growth <= mostGrowth,
      }),
    ]
  } finally {
    large.stop()
    small.stop()
  }
}

async function start(share: number) {
  const size = {
    members: Math.round(full.members * share),
    items: Math.round(full.items * share),
    seed: full.seed,
  }
  const child = fork(join(import.meta.dirname, 'rig/scale-work.ts'), { execArgv: ['--import', 'tsx'] })
  const { pairs } = await ask(child, { begin: { ...size, dimensions, epochs, threads } })
  return {
    pairs: pairs!,
    size: `${size.members}x${size.items}x${(pairs! / 1e6).toFixed(1)}M`,
    async epoch(): Promise<{ wall: number; processor: number }> {
      const { took } = await ask(child, 'epoch')
      return took!
    },
    async megabytes(): Promise<number> {
      return (await ask(child, 'memory')).megabytes!
    },
    stop: () => child.kill(),
  }
}

async function ask(child: ChildProcess, order: Order): Promise<Answer> {
  const heard = new AbortController()
  const { signal } = heard
  child.send(order)
  const [answer] = await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })])
  heard.abort()
  if (typeof answer !== 'object' || answer === null)
    throw new Error(`A training process ended with ${answer}`)
  return answer as Answer
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
