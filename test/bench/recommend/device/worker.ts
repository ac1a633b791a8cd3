/** Runs in a browser's worker: our ranking and ml-matrix's of the same histories, in turns. */
import { expose } from 'comlink'
import { createKernel } from '#shared/recommend/kernel/kernel.ts'
import { createKernelScorer } from '#shared/recommend/kernel-scorer.ts'
import { recommend, shownList } from '#shared/recommend/recommend.ts'
import { plainScorer } from '#shared/recommend/scorer.ts'
import { rankByCodes } from './codes.ts'
import { rankByMatrices } from './matrices.ts'
import { sampleHistories, sampleModel } from './sample.ts'

const ways = ['kernel', 'matrices', 'matricesSmaller', 'plain', 'list'] as const
export type Way = (typeof ways)[number]

export interface Measured {
  /** Whether WebAssembly was to be had. */
  kernel: boolean
  /** ms of one ranking, batch by batch: of each, the median of its turns. */
  times: Record<Way, number[]>
  /** Histories of which all gave the same first ten. */
  identical: number
  histories: number
}

export interface Plan {
  items: number
  batches: number
  /** In each batch. */
  turns: number
  /** Rankings in a turn: so many that turns last about equally long, and what else runs here meets all alike. */
  runs: Record<Way, number>
}

const shown = 10

function measure({ items, batches, turns, runs }: Plan): Measured {
  const model = sampleModel(items)
  const histories = sampleHistories(items, 20)
  const scorer = createKernelScorer()
  const ranking: Record<Way, (met: number[], count: number) => unknown[]> = {
    kernel: rankByCodes(model, scorer),
    plain: rankByCodes(model, plainScorer),
    matrices: rankByMatrices(model, 'dimensions'),
    matricesSmaller: rankByMatrices(model, 'pairs'),
    list: (met: number[], count: number) => {
      const history = met.map((row) => ({ item: model.items[row]!.id, weight: 1 }))
      const input = { history, interests: ['tag-3'], hidden: new Set<string>(), notTags: [], now: 1, count }
      return recommend(model, { ...input, seed: 'a member' }, shownList, scorer)
    },
  }
  let identical = 0
  for (const met of histories) {
    const lists = ways.filter((way) => way !== 'list').map((way) => ranking[way](met, shown).join())
    if (lists[0]!.split(',').length === shown && lists.every((list) => list === lists[0])) identical += 1
  }
  let next = 0
  const timed = (way: Way): number => {
    const rank = ranking[way]
    const start = performance.now()
    for (let i = 0; i < runs[way]; i++) rank(histories[next++ % histories.length]!, shown)
    return (performance.now() - start) / runs[way]
  }
  const times: Measured['times'] = { kernel: [], matrices: [], matricesSmaller: [], plain: [], list: [] }
  // The first batch warms up and is not counted.
  for (let batch = 0; batch <= batches; batch++) {
    const found: Measured['times'] = { kernel: [], matrices: [], matricesSmaller: [], plain: [], list: [] }
    for (let turn = 0; turn < turns; turn++) for (const way of ways) found[way].push(timed(way))
    if (batch > 0) for (const way of ways) times[way].push(median(found[way]))
  }
  return { kernel: createKernel(64) !== undefined, times, identical, histories: histories.length }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

const device = { measure }
export type Device = typeof device
expose(device)
