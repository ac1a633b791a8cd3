/**
 * The case that the project began with: 10,000 members, 1,000 courses, ten recommendations for each. Training and
 * everyone's ten best, against scikit-learn's TruncatedSVD(10) on the same matrix: rounds alternate, each side has
 * one core and its data in memory, medians count. The settings of our side are chosen beforehand, untimed, on a
 * validation part of the training data; the held-out interactions are only read to measure.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { alternate } from '#server/train/als.ts'
import { membersToAsk, modelQuality } from '#server/train/evaluate.ts'
import { bestForEveryone } from '#server/train/everyone.ts'
import { type FitInput, type FitSettings, fitMembers, modelOf } from '#server/train/fit.ts'
import { readLists } from '#server/train/formats.ts'
import { type SparseRows, sparseRows } from '#server/train/matrix.ts'
import { ndcg } from '#server/train/metrics.ts'
import { sampleCommunity } from '#server/train/sample.ts'
import { chooseSettings, lastOf } from '#server/train/tune.ts'
import { scoresAlone } from '#shared/recommend/recommend.ts'
import type { BenchRow } from '../run.js'
import { listsOf } from './rig/svd.ts'

const items = 1000
const rounds = 5
/** Enough to rank as TruncatedSVD(10) does. */
const quickDimensions = 12
const epochs = 1
/** Settings are compared nearer to where training would end, where they differ by less chance. */
const epochsToChoose = 4
const python = '/usr/bin/python3'
const data = join(import.meta.dirname, '../../../../shared/data/interactions/synthetic-10k-1k')

export async function run(): Promise<BenchRow[]> {
  const { train, test, from } = readCase()
  console.log(
    `Data: ${from}; ${train.index.length} interactions to learn from, ${test.index.length} held out.`,
  )
  const settings = settingsFor(train)
  const { dimensions, unobservedWeight, regularisation } = settings
  console.log(
    `Ours: ${dimensions} dimensions, unobserved weight ${unobservedWeight}, regularisation ${regularisation}, ` +
      `${epochs} epoch (chosen on validation).`,
  )
  const peer = await startPeer(train)
  try {
    const ours: Round[] = []
    const quick: Round[] = []
    const theirs: Round[] = []
    for (let round = 0; round <= rounds; round++) {
      const [a, b] = [peer && (await peer.round(round)), ourRound(train, settings, round + 1)]
      // The first round warms both sides up.
      if (round === 0) continue
      if (a !== undefined) theirs.push(a)
      ours.push(b)
      quick.push(ourRound(train, { ...settings, dimensions: quickDimensions }, round + 1))
    }
    const rows = rowsOf(train, test, settings, ours, theirs, peer?.name)
    if (peer === undefined) return rows
    const compared = (work: string, unit: string, measure: (round: Round) => number): BenchRow => ({
      bench: 'seed',
      work: `${train.rows}x${items}, ${quickDimensions} dimensions: ${work}`,
      value: median(quick.map(measure)),
      unit,
      peer: peer.name,
      peerValue: median(theirs.map(measure)),
      ratio: median(quick.map((round, i) => measure(round) / measure(theirs[i]!))),
    })
    const time = compared('train + top-10 for all', 'ms', ({ fit, rank }) => fit + rank)
    const quality = compared('ndcg@10', '', ({ best }) => meanGain(best, test))
    return [
      ...rows,
      { ...time, aim: '<1', ok: time.ratio! < 1 },
      { ...quality, aim: '>=1', ok: quality.ratio! >= 1 },
    ]
  } finally {
    peer?.stop()
  }
}

/** Milliseconds; `best` holds ten item numbers a member. */
interface Round {
  fit: number
  rank: number
  best: ArrayLike<number>
}

function ourRound(train: SparseRows, settings: FitSettings, seed: number): Round {
  const start = performance.now()
  const factors = lastOf(alternate(train, { ...settings, seed, threads: 1 }))
  const fitted = performance.now()
  const best = bestForEveryone(factors, train, 10)
  return { fit: fitted - start, rank: performance.now() - fitted, best }
}

function rowsOf(
  train: SparseRows,
  test: SparseRows,
  settings: FitSettings,
  ours: Round[],
  theirs: Round[],
  peer: string | undefined,
): BenchRow[] {
  const row = (
    work: string,
    unit: string,
    measure: (round: Round) => number,
    aim?: string,
    meets?: (ratio: number) => boolean,
  ): BenchRow => {
    const value = median(ours.map(measure))
    const found: BenchRow = { bench: 'seed', work: `${train.rows}x${items} ${work}`, value, unit }
    if (peer === undefined) return { ...found, peer: `scikit-learn absent under ${python}, not compared` }
    const ratio = median(ours.map((round, i) => measure(round) / measure(theirs[i]!)))
    const compared = { ...found, peer, peerValue: median(theirs.map(measure)), ratio }
    return aim === undefined || meets === undefined ? compared : { ...compared, aim, ok: meets(ratio) }
  }
  const gain = (round: Round): number => meanGain(round.best, test)
  const shipped = shippedGain(train, test, settings)
  const scores = row('ndcg@10', '', gain, '>=1.9', (ratio) => ratio >= 1.9)
  return [
    row('train', 'ms', ({ fit }) => fit),
    row('top-10 for all', 'ms', ({ rank }) => rank),
    row(
      'train + top-10 for all',
      'ms',
      ({ fit, rank }) => fit + rank,
      '<=1.5',
      (ratio) => ratio <= 1.5,
    ),
    scores,
    {
      ...scores,
      work: `${train.rows}x${items} ndcg@10 of the 8-bit model, folded in`,
      value: shipped,
      ratio: scores.peerValue === undefined ? undefined : shipped / scores.peerValue,
      aim: undefined,
      ok: undefined,
    },
  ]
}

function meanGain(best: ArrayLike<number>, test: SparseRows): number {
  let sum = 0
  let members = 0
  for (let member = 0; member < test.rows; member++) {
    const targets = new Set(test.index.subarray(test.start[member]!, test.start[member + 1]!))
    if (targets.size === 0) continue
    members += 1
    sum += ndcg(
      Array.from({ length: 10 }, (_, place) => best[10 * member + place]!),
      targets,
      10,
    )
  }
  return sum / members
}

/** The same settings as every device would see them: eight bits, vectors folded in from the history. */
function shippedGain(train: SparseRows, test: SparseRows, settings: FitSettings): number {
  const model = modelOf(lastOf(fitMembers(fitInput(train), settings)))
  const asked = membersToAsk(test, test.rows, 1)
  return modelQuality(model, train, test, asked, scoresAlone).ndcg10
}

function settingsFor(train: SparseRows): FitSettings {
  const { settings } = lastOf(
    chooseSettings(fitInput(train), { mostDimensions: 32, epochs: epochsToChoose, seed: 1, linear: false }),
  )
  return { ...settings, popularityShare: 0, epochs }
}

function fitInput(met: SparseRows): FitInput {
  const catalogue = Array.from({ length: items }, (_, item) => ({
    id: `${item}`,
    kind: 'course',
    tags: [],
    at: 0,
  }))
  const content = { dimensions: 1, vectors: new Float64Array(items) }
  return { met, items: catalogue, learnt: new Uint8Array(items).fill(1), content }
}

/** The shared data when it lies beside the project, else the same kind of community, made here. */
function readCase(): { train: SparseRows; test: SparseRows; from: string } {
  if (existsSync(data)) {
    const [train, test] = ['train.txt', 'test.txt'].map((file) => {
      const { interactions } = readLists(readFileSync(join(data, file), 'utf8'))
      const column = interactions.item.map((place) => Number(interactions.itemIds[place]))
      const { members, member, weight } = interactions
      return sparseRows(members, items, member, column, weight, 1)
    })
    return { train: train!, test: test!, from: 'interactions/synthetic-10k-1k' }
  }
  const { lists } = sampleCommunity({ members: 10_000, items, seed: 20_260_701 })
  const part = (cut: (list: Int32Array, held: number) => Int32Array): SparseRows => {
    const some = lists.map((list) => cut(list, Math.round(list.length / 5)))
    const member = Int32Array.from(some.flatMap((list, row) => Array.from(list, () => row)))
    const column = Int32Array.from(some.flatMap((list) => [...list]))
    return sparseRows(lists.length, items, member, column, new Float32Array(member.length).fill(1), 1)
  }
  const train = part((list, held) => list.slice(held))
  return { train, test: part((list, held) => list.slice(0, held)), from: 'generated here with seed 20260701' }
}

interface Peer {
  name: string
  round(state: number): Promise<Round>
  stop(): void
}

/** Undefined, and said so, where Debian's python3-sklearn is not installed. */
async function startPeer(train: SparseRows): Promise<Peer | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'seed-case-'))
  const lists = join(folder, 'train.txt')
  writeFileSync(lists, listsOf(train))
  const one = Object.fromEntries(
    ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].map((name) => [name, '1']),
  )
  const script = join(import.meta.dirname, 'seed.py')
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, [script, lists, String(items)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...one },
  })
  child.on('error', () => {}) // no python at all: its output ends too, which is what is asked below
  child.stdin.on('error', () => {})
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Record<string, unknown> | undefined> => {
    const { value, done } = await answers.next()
    return done === true ? undefined : JSON.parse(value)
  }
  const stop = (): void => {
    child.stdin.end()
    rmSync(folder, { recursive: true, force: true })
  }
  const hello = await next()
  if (hello === undefined) {
    stop()
    console.log(`${python} has no scikit-learn (Debian: python3-sklearn), so nothing is compared.`)
    return undefined
  }
  return {
    name: `scikit-learn ${hello.version} TruncatedSVD(10)`,
    async round(state) {
      child.stdin.write(`${state}\n`)
      const answer = await next()
      if (answer === undefined) throw new Error('scikit-learn ended in the middle of a round')
      const { fit, rank, best } = answer as { fit: number; rank: number; best: number[][] }
      return { fit: 1000 * fit, rank: 1000 * rank, best: best.flat() }
    },
    stop,
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
