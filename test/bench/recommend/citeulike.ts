/**
 * Members with ten papers each in a catalogue of 26,000: factors alone know too little, so texts join in. Three scores,
 * each in its deviations: the factors, the likeness of an item's text to what the member met, and what members met
 * whose texts are alike. Without tags by default, since these tags were given by the very members who are asked about;
 * with them as a second row. `--choose` repeats the choice of the shares, on split 2; split 1 is what is reported.
 */
import { alternate } from '#server/train/als.ts'
import { contentFeatures } from '#server/train/content.ts'
import type { SparseRows } from '#server/train/matrix.ts'
import { recall } from '#server/train/metrics.ts'
import { lastOf } from '#server/train/tune.ts'
import { bestRows } from '#shared/recommend/ranking.ts'
import type { BenchRow } from '../run.js'
import { readCiteulikeTask } from './rig/citeulike.ts'
import { sharedFolder } from './rig/files.ts'
import { factorScorer, judge, type Measures, type Scorer } from './rig/measure.ts'
import type { Task } from './rig/task.ts'
import { blended, readersScorer, standardised, textScorer } from './rig/texts.ts'

const settings = {
  dimensions: 128,
  unobservedWeight: 0.002,
  regularisation: 0.05,
  frequencyExponent: 1,
  epochs: 8,
  seed: 1,
}
const readers = { sharpness: 2, fairness: 0.3 }

interface Shares {
  factors: number
  text: number
  readers: number
}

/** Those of the texts from trials on split 2, which `--choose` repeats; with tags the same ones, not chosen apart. */
const chosen: { text: Shares; tags: Shares } = {
  text: { factors: 0.7, text: 1, readers: 0.7 },
  tags: { factors: 0.7, text: 1, readers: 0.7 },
}
const offered: Shares[] = [
  { factors: 1, text: 1, readers: 0 },
  { factors: 0.7, text: 1, readers: 0.35 },
  { factors: 0.5, text: 1, readers: 0.5 },
  { factors: 0.7, text: 1, readers: 0.7 },
  { factors: 1, text: 1, readers: 0.7 },
]

/** The best published ones (ItemKNN-CFCBF at 50 and 100, CVAE at 300), from the RecSys 2019 reproducibility study. */
const published = { 'recall@50': 0.2311, 'recall@100': 0.2997, 'recall@300': 0.4407 }
const least = 1.15

export async function run(args: string[] = []): Promise<BenchRow[]> {
  if (args.includes('--choose')) choose()
  const task = readCiteulikeTask(sharedFolder('citeulike-t'), 1)
  const factors = factorsOf(task)
  return [
    ...rowsOf(
      'factors, text, readers',
      judge(task, blended(partsOf(task, factors, 'text', chosen.text))),
      true,
    ),
    ...rowsOf('the same with tags', judge(task, blended(partsOf(task, factors, 'tags', chosen.tags)))),
  ]
}

function rowsOf(how: string, found: Measures, judged = false): BenchRow[] {
  return Object.entries(published).map(([name, peerValue]) => {
    const ratio = found[name]! / peerValue
    const row = { bench: 'citeulike', work: `split 1 ${name}, ${how}`, value: found[name]!, unit: '' }
    const aimed = judged && name !== 'recall@100' ? { aim: `>=${least}`, ok: ratio >= least } : {}
    return { ...row, peer: 'best published', peerValue, ratio, ...aimed }
  })
}

/** Each member's three scores are worked out once for all shares on offer. */
function choose(): void {
  const task = readCiteulikeTask(sharedFolder('citeulike-t'), 2)
  const factors = factorsOf(task)
  for (const kind of ['text', 'tags'] as const) {
    const parts = partsOf(task, factors, kind, { factors: 1, text: 1, readers: 1 })
    const found = offered.map(() => ({ at50: 0, at300: 0 }))
    let asked = 0
    for (let member = 0; member < task.held.rows; member++) {
      const targets = new Set(rowOf(task.held, member))
      if (targets.size === 0) continue
      asked += 1
      const scores = parts.map(({ scorer }) => standardised(scorer(member)))
      offered.forEach((shares, i) => {
        const each = [shares.factors, shares.text, shares.readers]
        const sum = scores[0]!.map((_, item) =>
          each.reduce((all, share, part) => all + share * scores[part]![item]!, 0),
        )
        for (const item of rowOf(task.train, member)) sum[item] = Number.NEGATIVE_INFINITY
        const ranked = bestRows(sum, 300)
        found[i]!.at50 += recall(ranked, targets, 50)
        found[i]!.at300 += recall(ranked, targets, 300)
      })
    }
    const ratios = found.map(({ at50, at300 }) =>
      Math.min(at50 / asked / published['recall@50'], at300 / asked / published['recall@300']),
    )
    offered.forEach((shares, i) => {
      const [at50, at300] = [found[i]!.at50 / asked, found[i]!.at300 / asked]
      console.log(`  split 2, ${kind}: ${JSON.stringify(shares)} ${at50.toFixed(4)} ${at300.toFixed(4)}`)
    })
    chosen[kind] = offered[ratios.indexOf(Math.max(...ratios))]!
  }
}

function rowOf(met: SparseRows, row: number): Int32Array {
  return met.index.subarray(met.start[row]!, met.start[row + 1]!)
}

function factorsOf({ train }: Task): Scorer {
  const { members, items } = lastOf(alternate(train, settings))
  return factorScorer(members, items, settings.dimensions)
}

function partsOf(
  { items, train }: Task,
  factors: Scorer,
  kind: 'text' | 'tags',
  shares: Shares,
): { scorer: Scorer; share: number }[] {
  const features = contentFeatures(kind === 'tags' ? items : items.map(({ text }) => ({ text, tags: [] })))
  const alike = readersScorer(features, train, readers.sharpness, readers.fairness)
  return [
    { scorer: factors, share: shares.factors },
    { scorer: textScorer(features, train), share: shares.text },
    { scorer: alike, share: shares.readers },
  ]
}
