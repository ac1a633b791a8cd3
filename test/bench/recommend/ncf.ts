/**
 * `npm run bench -- recommend ncf [--choose]`: MovieLens 1M in the split and with the 99 negatives that the Neural
 * Collaborative Filtering paper published, against the best published rows. Every model is measured as a device has
 * it: from the bytes of its file, members folded in from their history.
 *
 * `--choose[=squares|linear|small]` leaves one training item of each member out and takes, of each grid below, the
 * setting that ranks it best; it is given the training data alone. Where the settings that are measured come from is
 * said beside each: they are older than the grids, and not their answer.
 */
import { brotliCompressSync } from 'node:zlib'
import { alternate } from '#server/train/als.ts'
import {
  aroundFactors,
  type FitInput,
  type FitSettings,
  type FittedParts,
  fitMembers,
  modelOf,
} from '#server/train/fit.ts'
import { columnCounts, onlyColumns } from '#server/train/matrix.ts'
import { lastOf } from '#server/train/tune.ts'
import { decodeModel, encodeModel } from '#shared/recommend/artefact.ts'
import { emptyModel } from '#shared/recommend/model.ts'
import type { BenchRow } from '../run.js'
import { sharedFolder } from './rig/files.ts'
import { chooseByLeavingOneOut } from './rig/leave-one-out.ts'
import { factorScorer, judge, modelScorer, popularityScorer, type Scorer } from './rig/measure.ts'
import { readNcfTask } from './rig/ncf.ts'
import { svdPeer } from './rig/svd.ts'
import type { Task } from './rig/task.ts'

const usual = { popularityShare: 0, seed: 1 }
const squares = { ...usual, frequencyExponent: 1, unobservedWeight: 0.3 }
const linear = { ...usual, frequencyExponent: 0, unobservedWeight: 1, regularisation: 1, epochs: 1 }

interface Setting {
  its: FitSettings
  /** Items met by fewer members have no vector of their own. */
  minMembers: number
}

const named = {
  squares: 'alternating least squares',
  linear: 'linear autoencoder',
  small: 'alternating least squares, small file',
}
type Name = keyof typeof named
const names = Object.keys(named) as Name[]

const chosen: Record<Name, Setting> = {
  // As the authors of the method publish them for this data, with their code: google-research/ials. Their epochs begin
  // from noise, ours from singular directions, which comes to several times as many.
  squares: { its: { ...squares, dimensions: 192, regularisation: 0.007, epochs: 12 }, minMembers: 1 },
  // By a prototype's validation, in the same manner on training data but with other draws: the best of about ten, and
  // few of them were further from it than chance.
  linear: {
    its: { ...linear, dimensions: 192, linear: { memberExponent: 0.75, itemExponent: 0.2, ridge: 1.9 } },
    minMembers: 1,
  },
  // By hand, before its row of the test was seen: 80 dimensions fit in the file. 84 fit too and did better there
  // (.7272/.4486, one seed), which is why they are not taken: that was tried afterwards.
  small: { its: { ...squares, dimensions: 80, regularisation: 0.005, epochs: 12 }, minMembers: 20 },
}

const grids: Record<Name, Setting[]> = {
  small: [
    { dimensions: 64, minMembers: 1 },
    { dimensions: 76, minMembers: 20 },
    { dimensions: 84, minMembers: 20 },
  ].flatMap(({ dimensions, minMembers }) =>
    [0.004, 0.008].flatMap((regularisation) =>
      [3, 8].map((epochs) => ({ its: { ...squares, dimensions, regularisation, epochs }, minMembers })),
    ),
  ),
  squares: [
    ...[0.004, 0.008].flatMap((regularisation) => [3, 6].map((epochs) => ({ regularisation, epochs }))),
    // What google-research/ials publishes for this data.
    { regularisation: 0.007, epochs: 12 },
  ].map((its) => ({ its: { ...squares, dimensions: 192, ...its }, minMembers: 1 })),
  linear: [0.2, 0.3].flatMap((itemExponent) =>
    [1, 2].map((ridge) => ({
      its: { ...linear, dimensions: 192, linear: { memberExponent: 0.75, itemExponent, ridge } },
      minMembers: 1,
    })),
  ),
}

const seeds = [1, 2, 3]
const published = { hr: 0.735, ndcg: 0.457 }
const slim = { hr: 0.7162, ndcg: 0.4468 }
const largestSmall = 256
/** What is chosen by is a little smaller than what is made from all of the training data. */
const margin = 0.98

export async function run(args: string[]): Promise<BenchRow[]> {
  const task = readNcfTask(sharedFolder('ml-1m-ncf'))
  const choose = args.find((arg) => arg.startsWith('--choose'))
  if (choose !== undefined) {
    const [, only] = choose.split('=')
    for (const name of names) if (only === undefined || only === name) await showChoice(task, name)
    return []
  }
  const rows: BenchRow[] = []
  const popular = judge(task, popularityScorer(task))
  const svd = svdPeer(task.train, 10)
  const theirs = judge(task, svd.scorer)
  rows.push(...bothRows('most popular', popular['hr@10']!, popular['ndcg@10']!))
  rows.push(...bothRows(svd.name, theirs['hr@10']!, theirs['ndcg@10']!))
  const how = args.includes('--one-seed') ? seeds.slice(0, 1) : seeds
  for (const name of names) {
    const { its, minMembers } = chosen[name]
    const { hr, ndcg, raw, sent } = await meanOf(task, chosen[name], how)
    const fewest = minMembers > 1 ? `, items of ${minMembers} members and more` : ''
    const work = `${named[name]}, d=${its.dimensions}${fewest}, seeds ${how}`
    rows.push(...bothRows(work, hr, ndcg, name === 'small' ? slim : published))
    const size = (value: number): BenchRow => ({ bench: 'ncf', work: '', value, unit: 'kB' })
    rows.push({ ...size(raw), work: `${work}: file` })
    const aim = { aim: `<=${largestSmall}`, ok: sent <= largestSmall }
    rows.push({ ...size(sent), work: `${work}: as sent (brotli)`, ...(name === 'small' ? aim : {}) })
  }
  return rows
}

function bothRows(work: string, hr: number, ndcg: number, aim?: { hr: number; ndcg: number }): BenchRow[] {
  const row = (measure: string, value: number, least?: number): BenchRow => ({
    bench: 'ncf',
    work: `${work}: ${measure}`,
    value,
    unit: '',
    ...(least === undefined ? {} : { aim: `>=${least}`, ok: value >= least }),
  })
  return [row('HR@10', hr, aim?.hr), row('NDCG@10', ndcg, aim?.ndcg)]
}

async function meanOf(
  task: Task,
  { its, minMembers }: Setting,
  used: number[],
): Promise<{ hr: number; ndcg: number; raw: number; sent: number }> {
  const mean = { hr: 0, ndcg: 0, raw: 0, sent: 0 }
  for (const seed of used) {
    const start = performance.now()
    const parts = lastOf(fitMembers(inputOf(task, minMembers), { ...its, seed }))
    const trained = (performance.now() - start) / 1000
    const bytes = await bytesOf(parts)
    const decoded = await decodeModel(bytes)
    if (!decoded.ok) throw new Error(`The model: ${decoded.error}`)
    const found = judge(task, modelScorer(decoded.value, task))
    console.log(
      `  ${its.dimensions} dimensions, seed ${seed}: ${JSON.stringify(found)}, trained in ${trained.toFixed(0)} s`,
    )
    mean.hr += found['hr@10']! / used.length
    mean.ndcg += found['ndcg@10']! / used.length
    mean.raw += bytes.length / 1000 / used.length
    mean.sent += brotliCompressSync(bytes).length / 1000 / used.length
  }
  return mean
}

async function bytesOf(parts: FittedParts): Promise<Uint8Array<ArrayBuffer>> {
  return (await encodeModel({ ...parts, trainedAt: 0, report: emptyModel().report })).bytes
}

function inputOf({ items, train }: Pick<Task, 'items' | 'train'>, minMembers: number): FitInput {
  const learnt = columnCounts(train)
  return {
    met: train,
    items,
    learnt: Uint8Array.from(learnt, (count) => (count >= minMembers ? 1 : 0)),
    content: { dimensions: 1, vectors: new Float64Array(items.length) },
  }
}

/** Said, not used: whoever finds better settings writes them down above. */
async function showChoice({ items, train }: Task, name: Name): Promise<void> {
  const { best, tried } = await chooseByLeavingOneOut(
    { items, train },
    grids[name],
    async (validation, setting) => {
      const { parts, scorer } = quicklyFitted(validation, setting)
      const found = judge(validation, scorer)
      const sent = brotliCompressSync(await bytesOf(parts)).length / 1000
      const fits = name !== 'small' || sent <= margin * largestSmall
      console.log(
        `  ${JSON.stringify(setting)}: ${JSON.stringify(found)}, ${sent.toFixed(0)} kB${fits ? '' : ', too large'}`,
      )
      return fits ? found['ndcg@10']! : 0
    },
    1,
  )
  console.log(`  Chosen of ${tried.length} for ${named[name]}: ${JSON.stringify(best)}`)
}

/**
 * Members as training left them, which is where they are folded in too but for the eighth bit: a choice among dozens
 * of settings would take an hour of folding in.
 */
function quicklyFitted(
  validation: Task,
  { its, minMembers }: Setting,
): { parts: FittedParts; scorer: Scorer } {
  const input = inputOf(validation, minMembers)
  if (its.linear) {
    const parts = lastOf(fitMembers(input, its))
    return { parts, scorer: modelScorer(modelOf(parts), validation) }
  }
  const { members, items, eigenvalues } = lastOf(alternate(onlyColumns(input.met, input.learnt), its))
  const parts = aroundFactors(input, items, eigenvalues, its)
  return { parts, scorer: factorScorer(members, modelOf(parts).vectors, its.dimensions) }
}
