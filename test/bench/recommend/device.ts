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
import { launchChromium } from '../../support/chromium.ts'
import { servePage } from '../../support/page.ts'
import type { BenchRow } from '../run.js'
import { dimensions, historyLength, sampleModel } from './device/sample.ts'
import type { Measured, Plan } from './device/worker.ts'

const root = join(import.meta.dirname, '../../..')
const { version } = JSON.parse(readFileSync(join(root, 'node_modules/ml-matrix/package.json'), 'utf8')) as {
  version: string
}
const batches = 5
const plans: (Plan & { aim: number })[] = [
  { items: 10_000, batches, runs: { kernel: 200, plain: 40, matrix: 20, list: 10 }, aim: 15 },
  { items: 100_000, batches, runs: { kernel: 40, plain: 5, matrix: 4, list: 3 }, aim: 40 },
]

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
      rows.push(...timesOf(plan, found, aim), ...(await modelBytes(plan.items)))
    }
  } finally {
    await browser.close()
    await page.close()
  }
  return [...rows, ...(await workerBytes())]
}

function timesOf({ items }: Plan, found: Measured, aim: number): BenchRow[] {
  if (!found.kernel) throw new Error('The browser refused the kernel.')
  if (found.identical !== found.histories) {
    throw new Error(`Only ${found.identical} of ${found.histories} histories have the same first ten.`)
  }
  const peer = `ml-matrix ${version}`
  const peerValue = median(found.matrixTimes)
  const row = (work: string, times: number[]): BenchRow => {
    const value = median(times)
    const named = `device ${items}x${dimensions}, ${historyLength} met: ${work}`
    return { bench: 'recommend', work: named, value, unit: 'ms', peer, peerValue, ratio: peerValue / value }
  }
  const ranked = row(`first ten, kernel, same in ${found.identical} histories`, found.kernelTimes)
  return [
    { ...ranked, aim: `>=${aim}`, ok: ranked.ratio! >= aim },
    row('first ten, where WebAssembly is refused', found.plainTimes),
    row('list with diversity, chance and reasons', found.listTimes),
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
