/**
 * `npm run bench -- recommend mooc [--choose]`: real course enrolments (a MOOCCubeX sample beside the project): the file that a server would publish, trained
 * through the same door, ranks for members folded in from their training history, against popularity and against
 * scikit-learn's TruncatedSVD(10) of the same matrix. `--choose` has the trainer choose its settings, on a validation
 * part of the training data, as a server does; else those that were chosen before are used.
 */
import type { FitSettings } from '#server/train/fit.ts'
import { trainInWorker } from '#server/train/in-worker.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import type { BenchRow } from '../run.js'
import { sharedFolder } from './rig/files.ts'
import { readListsTask } from './rig/lists.ts'
import { judge, modelScorer, popularityScorer } from './rig/measure.ts'
import { svdPeer } from './rig/svd.ts'
import { interactionsOf } from './rig/task.ts'

const settings: FitSettings = {
  dimensions: 64,
  linear: { memberExponent: 0.5, itemExponent: 0.3, ridge: 0.4 },
  popularityShare: 0,
  unobservedWeight: 1,
  regularisation: 1,
  frequencyExponent: 0,
  epochs: 4,
  seed: 1,
}

export async function run(args: string[]): Promise<BenchRow[]> {
  const choose = args.includes('--choose')
  const task = readListsTask(sharedFolder('mooc'))
  const { items, train } = task
  const start = performance.now()
  const trained = await trainInWorker(
    { items, interactions: interactionsOf(train, items) },
    choose ? { now: 0 } : { now: 0, settings },
  )
  const seconds = (performance.now() - start) / 1000
  if (!trained.ok) throw new Error(`Training: ${trained.error}`)
  const { report, bytes } = trained.value
  const decoded = await decodeModel(bytes)
  if (!decoded.ok) throw new Error(`The model: ${decoded.error}`)
  const model = decoded.value
  console.log(
    `  Settings: ${JSON.stringify(model.settings)}; suppressed: ${JSON.stringify(report.suppressed)}.`,
  )
  const svd = svdPeer(train, 10)
  const scores = judge(task, modelScorer(model, task))
  const popularity = judge(task, popularityScorer(task))
  const size = `${train.rows}x${items.length}`
  const row = (work: string, value: number, peer: string, peerValue: number): BenchRow => {
    const ratio = value / peerValue
    return { bench: 'mooc', work: `${size} ${work}`, value, unit: '', peer, peerValue, ratio }
  }
  const aims = (least: number, found: BenchRow): BenchRow => ({
    ...found,
    aim: `>=${least}`,
    ok: found.ratio! >= least,
  })
  return [
    aims(1.22, row('ndcg@10', scores['ndcg@10']!, svd.name, judge(task, svd.scorer)['ndcg@10']!)),
    row('ndcg@10', scores['ndcg@10']!, 'popularity', popularity['ndcg@10']!),
    row('recall@20', scores['recall@20']!, 'popularity', popularity['recall@20']!),
    {
      bench: 'mooc',
      work: `${size} ${choose ? 'choose, ' : ''}measure, train, in a thread`,
      value: seconds,
      unit: 's',
    },
    { bench: 'mooc', work: `${size} model file`, value: bytes.length / 1000, unit: 'kB' },
  ]
}
