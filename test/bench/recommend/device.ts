/**
 * Ranking on a member's own device: fold-in of 40 items, scores of the whole catalogue and the first ten, in a worker
 * of a real Chromium under the server's own policy, beside ml-matrix doing the same in the same worker, in turns. Fails
 * when the two do not name the same ten in the same order.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { securityHeaders } from '#server/core/page.ts'
import { encodeModel } from '#shared/recommend/artefact.ts'
import { createKernelScorer } from '#shared/recommend/kernel-scorer.ts'
import { launchChromium } from '../../support/chromium.ts'
import { servePage } from '../../support/page.ts'
import type { BenchRow } from '../run.js'
import { rankByCodes } from './device/codes.ts'
import { rankByMatrices } from './device/matrices.ts'
import { dimensions, historyLength, sampleHistories, sampleModel } from './device/sample.ts'
import type { Measured, Plan, Way } from './device/worker.ts'

const root = join(import.meta.dirname, '../../..')
const { version } = JSON.parse(readFileSync(join(root, 'node_modules/ml-matrix/package.json'), 'utf8')) as {
  version: string
}
const batches = 5
const plans: (Plan & { aim: number })[] = [
  {
    items: 10_000,
    batches,
    turns: 15,
    runs: { kernel: 12, matrices: 1, matricesSmaller: 1, plain: 2, list: 1 },
    aim: 15,
  },
  {
    items: 100_000,
    batches,
    turns: 9,
    runs: { kernel: 30, matrices: 1, matricesSmaller: 1, plain: 2, list: 1 },
    aim: 40,
  },
]

/** CPU time of this process in ms, garbage collection included: it says the same on a busy machine. */
function cpuRows({ items }: Plan): BenchRow[] {
  const model = sampleModel(items)
  const histories = sampleHistories(items, 20)
  const ours = rankByCodes(model, createKernelScorer())
  const matrices = rankByMatrices(model, 'dimensions')
  const spent = (rank: (met: number[], count: number) => unknown, runs: number): number => {
    const start = process.cpuUsage()
    for (let i = 0; i < runs; i++) rank(histories[i % histories.length]!, 10)
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000 / runs
  }
  const peerRuns = Math.ceil(300_000 / items)
  const found = Array.from({ length: batches + 1 }, () => [
    spent(ours, 20 * peerRuns),
    spent(matrices, peerRuns),
  ])
  const [own, peer] = [0, 1].map((way) => median(found.slice(1).map((batch) => batch[way]!)))
  return [
    {
      bench: 'recommend',
      work: `device ${items}x${dimensions}, ${historyLength} met: first ten, kernel, in Node, CPU time`,
      value: own!,
      unit: 'ms',
      peer: `ml-matrix ${version}`,
      peerValue: peer!,
      ratio: median(found.slice(1).map(([a, b]) => b! / a!)),
    },
  ]
}

export async function run(): Promise<BenchRow[]> {
  const policy = securityHeaders['content-security-policy']!
  const page = await servePage('test/bench/recommend/device/page.ts', policy)
  const browser = await launchChromium()
  const rows: BenchRow[] = []
  try {
    const tab = await browser.newPage()
    await tab.goto(page.url)
    await tab.waitForFunction(() => 'device' in window)
    for (const { aim, ...plan } of plans) {
      const found = await tab.evaluate((asked) => window.device.measure(asked), plan)
      rows.push(...timesOf(plan, found, aim), ...cpuRows(plan), ...(await modelBytes(plan.items)))
    }
  } finally {
    await browser.close()
    await page.close()
  }
  return [...rows, ...(await workerBytes())]
}

function timesOf(
  { items }: Plan,
  { kernel, times, identical, histories }: Measured,
  aim: number,
): BenchRow[] {
  if (!kernel) throw new Error('The browser refused the kernel.')
  if (identical !== histories) {
    throw new Error(`Only ${identical} of ${histories} histories have the same first ten.`)
  }
  const row = (work: string, way: Way, other: 'matrices' | 'matricesSmaller' = 'matrices'): BenchRow => ({
    bench: 'recommend',
    work: `device ${items}x${dimensions}, ${historyLength} met: ${work}`,
    value: median(times[way]),
    unit: 'ms',
    peer: `ml-matrix ${version}${other === 'matrices' ? '' : ', the smaller system'}`,
    peerValue: median(times[other]),
    ratio: median(times[other].map((time, batch) => time / times[way][batch]!)),
  })
  const ranked = row(`first ten, kernel, same in ${identical} histories`, 'kernel')
  return [
    { ...ranked, aim: `>=${aim}`, ok: ranked.ratio! >= aim },
    row('first ten, kernel', 'kernel', 'matricesSmaller'),
    row('first ten, where WebAssembly is refused', 'plain'),
    row('list with diversity, chance and reasons', 'list'),
  ]
}

async function modelBytes(items: number): Promise<BenchRow[]> {
  const model = sampleModel(items)
  const { bytes } = await encodeModel(model)
  const perDimension = (model.codes.byteLength + model.scales.byteLength) / (items * dimensions)
  return [
    ...sizes(`device model of ${items} items`, bytes),
    {
      bench: 'recommend',
      work: `device model of ${items} items: vectors per item and dimension`,
      value: perDimension,
      unit: 'B',
      ratio: perDimension,
      aim: '<=1.1',
      ok: perDimension <= 1.1,
    },
  ]
}

/** The product's own worker, as it is built and served. */
async function workerBytes(): Promise<BenchRow[]> {
  const built = await servePage('client/worker/index.ts', '')
  await built.close()
  const [code] = [...built.files.values()].filter((file) => file.length > 0)
  if (built.files.size !== 1 || code === undefined) throw new Error('The worker is not one chunk.')
  return sizes('device worker code', typeof code === 'string' ? new TextEncoder().encode(code) : code)
}

function sizes(work: string, bytes: Uint8Array): BenchRow[] {
  const row = (how: string, length: number): BenchRow => ({
    bench: 'recommend',
    work: `${work}, ${how}`,
    value: length / 1000,
    unit: 'kB',
  })
  return [
    row('as it is', bytes.length),
    row('gzip', gzipSync(bytes).length),
    row('brotli', brotliCompressSync(bytes).length),
  ]
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}
