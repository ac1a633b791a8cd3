/** Runs in a browser's worker: our ranking and ml-matrix's of the same histories, in turns. */
import { expose } from 'comlink'
import { foldIn } from '#shared/recommend/fold-in.ts'
import { createKernel } from '#shared/recommend/kernel/kernel.ts'
import { createKernelScorer } from '#shared/recommend/kernel-scorer.ts'
import type { Model } from '#shared/recommend/model.ts'
import { bestRows } from '#shared/recommend/ranking.ts'
import { recommend, shownList } from '#shared/recommend/recommend.ts'
import { exactScore, plainScorer, type Scorer } from '#shared/recommend/scorer.ts'
import { rankByMatrices } from './matrices.ts'
import { dimensions, sampleHistories, sampleModel } from './sample.ts'

export interface Measured {
  /** Whether WebAssembly was to be had. */
  kernel: boolean
  /** ms of one ranking, batch by batch. */
  kernelTimes: number[]
  plainTimes: number[]
  matrixTimes: number[]
  /** The whole list as the page asks for it, with its reasons. */
  listTimes: number[]
  /** Histories of which all gave the same first ten. */
  identical: number
  histories: number
}

export interface Plan {
  items: number
  batches: number
  /** Rankings in a batch, of each. */
  runs: { kernel: number; plain: number; matrix: number; list: number }
}

const shown = 10

function rankByCodes(model: Model, scorer: Scorer): (met: number[], count: number) => number[] {
  return (met, count) => {
    const vectors = met.map((row) => ({
      vector: model.vectors.subarray(row * dimensions, (row + 1) * dimensions),
      weight: 1,
    }))
    const member = foldIn(model.settings, model.eigenvalues, vectors).vector
    const scores = scorer(model, member)
    for (const row of met) scores[row] = Number.NEGATIVE_INFINITY
    // As `rankRows` does: the few that may be shown once more, exactly.
    const pool = bestRows(scores, count + 5)
    for (const row of pool) scores[row] = exactScore(model, row, member)
    return pool.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count)
  }
}

function measure({ items, batches, runs }: Plan): Measured {
  const model = sampleModel(items)
  const histories = sampleHistories(items, 20)
  const scorer = createKernelScorer()
  const ways = {
    kernel: rankByCodes(model, scorer),
    plain: rankByCodes(model, plainScorer),
    matrix: rankByMatrices(model),
    list: (met: number[], count: number) => {
      const history = met.map((row) => ({ item: model.items[row]!.id, weight: 1 }))
      const input = { history, interests: ['tag-3'], hidden: new Set<string>(), notTags: [], now: 1, count }
      return recommend(model, { ...input, seed: 'a member' }, shownList, scorer)
    },
  }
  let identical = 0
  for (const met of histories) {
    const lists = [ways.kernel, ways.plain, ways.matrix].map((rank) => rank(met, shown).join())
    if (lists[0]!.split(',').length === shown && lists.every((list) => list === lists[0])) identical += 1
  }
  const timed = (way: keyof typeof ways): number => {
    const rank = ways[way]
    const start = performance.now()
    for (let i = 0; i < runs[way]; i++) rank(histories[i % histories.length]!, shown)
    return (performance.now() - start) / runs[way]
  }
  const times = { kernel: [], plain: [], matrix: [], list: [] } as Record<keyof typeof ways, number[]>
  // The first batch warms up and is not counted.
  for (let batch = 0; batch <= batches; batch++) {
    for (const way of ['kernel', 'matrix', 'plain', 'list'] as const) {
      const time = timed(way)
      if (batch > 0) times[way].push(time)
    }
  }
  return {
    kernel: createKernel(64) !== undefined,
    kernelTimes: times.kernel,
    plainTimes: times.plain,
    matrixTimes: times.matrix,
    listTimes: times.list,
    identical,
    histories: histories.length,
  }
}

const device = { measure }
export type Device = typeof device
expose(device)
