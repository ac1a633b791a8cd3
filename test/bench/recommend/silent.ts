/**
 * Members who send nothing: a fifth of all, never trained on, are folded in from their own history as on their
 * device. How good are their lists when a fifth of the community shares what it meets, against when four fifths do?
 * The smaller community is part of the larger one. `--choose` repeats the choice of the settings, which sees only
 * what those who share met.
 */
import { type ContentVectors, contentFeatures, contentVectors } from '#server/train/content.ts'
import { membersToAsk, modelQuality } from '#server/train/evaluate.ts'
import { type FitInput, type FitSettings, fitMembers, modelOf } from '#server/train/fit.ts'
import { columnCounts, rowsOf, type SparseRows } from '#server/train/matrix.ts'
import { createRandom, shuffle } from '#server/train/random.ts'
import type { TrainItem } from '#server/train/train.ts'
import { chooseSettings, lastOf } from '#server/train/tune.ts'
import { scoresAlone } from '#shared/recommend/recommend.ts'
import type { BenchRow } from '../run.js'
import { sharedFolder } from './rig/files.ts'
import { readListsTask } from './rig/lists.ts'

const seeds = [1, 2, 3]
const epochs = 4
const minMembers = 20
const shares = ['80%', '20%'] as const
type Share = (typeof shares)[number]
type Chosen = Pick<FitSettings, 'dimensions' | 'unobservedWeight' | 'regularisation' | 'popularityShare'>

/** From `--choose`, on the first seed's sharing members. */
const chosen: Record<string, Record<Share, Chosen>> = {
  mooc: {
    '80%': { dimensions: 64, unobservedWeight: 0.1, regularisation: 0.01, popularityShare: 0 },
    '20%': { dimensions: 64, unobservedWeight: 0.1, regularisation: 0.01, popularityShare: 0 },
  },
  synthetic: {
    '80%': { dimensions: 16, unobservedWeight: 0.1, regularisation: 0.01, popularityShare: 0 },
    '20%': { dimensions: 16, unobservedWeight: 0.1, regularisation: 0.01, popularityShare: 0 },
  },
}

interface Case {
  name: string
  items: TrainItem[]
  content: ContentVectors
  met: SparseRows
  held: SparseRows
}

export async function run(args: string[] = []): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const read of [readMooc, readSynthetic]) {
    const data = read()
    if (args.includes('--choose')) choose(data)
    const [many, few] = shares.map((share) => {
      const found = seeds.map((seed) => qualityFor(data, share, seed))
      return found.reduce((sum, ndcg10) => sum + ndcg10, 0) / seeds.length
    })
    const ratio = few! / many!
    rows.push({
      bench: 'silent',
      work: `${data.name} ndcg@10 of members who sent nothing, 20% opt in`,
      value: few!,
      unit: '',
      peer: '80% opt in',
      peerValue: many!,
      ratio,
      ...(data.name === 'mooc' ? { aim: '>=0.95', ok: ratio >= 0.95 } : {}),
    })
  }
  return rows
}

function choose(data: Case): void {
  for (const share of shares) {
    const limits = { mostDimensions: 64, epochs, seed: 1 }
    const { settings } = lastOf(chooseSettings(inputFor(data, share, seeds[0]!), limits))
    console.log(`${data.name} ${share}: ${JSON.stringify(settings)}`)
    const { dimensions, unobservedWeight, regularisation, popularityShare } = settings
    chosen[data.name]![share] = { dimensions, unobservedWeight, regularisation, popularityShare }
  }
}

function qualityFor(data: Case, share: Share, seed: number): number {
  const settings = { ...chosen[data.name]![share], frequencyExponent: 1, epochs, seed }
  const model = modelOf(lastOf(fitMembers(inputFor(data, share, seed), settings)))
  const { silent } = parted(data.met, seed)
  const held = rowsOf(data.held, silent)
  const asked = membersToAsk(held, held.rows, seed)
  const { ndcg10 } = modelQuality(model, rowsOf(data.met, silent), held, asked, scoresAlone)
  console.log(`${data.name} ${share} seed ${seed}: ndcg@10 ${ndcg10.toFixed(4)} of ${asked.length} members`)
  return ndcg10
}

function inputFor(data: Case, share: Share, seed: number): FitInput {
  const met = rowsOf(data.met, parted(data.met, seed)[share])
  return {
    met,
    items: data.items,
    learnt: Uint8Array.from(columnCounts(met), (count) => (count >= minMembers ? 1 : 0)),
    content: data.content,
  }
}

function parted(met: SparseRows, seed: number): Record<Share | 'silent', Int32Array> {
  const order = shuffle(
    Int32Array.from({ length: met.rows }, (_, row) => row),
    createRandom(seed),
  )
  const fifth = Math.round(met.rows / 5)
  return { silent: order.slice(0, fifth), '20%': order.slice(fifth, 2 * fifth), '80%': order.slice(fifth) }
}

function readMooc(): Case {
  const { items, train, held } = readListsTask(sharedFolder('mooc'))
  const content = contentVectors(contentFeatures(items), 200, 1)
  return { name: 'mooc', items, content, met: train, held }
}

function readSynthetic(): Case {
  const { items, train, held } = readListsTask(sharedFolder('synthetic-10k-1k'))
  const content = contentVectors(contentFeatures(items), 1, 1)
  return { name: 'synthetic', items, content, met: train, held }
}
