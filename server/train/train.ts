/**
 * One training run: read, choose settings, measure on what was held out, then learn from everything and write the
 * artefact. Pure: the same input, options and seed give the same bytes. It runs wherever it is called and yields to
 * the event loop between steps of up to some seconds; the server calls `trainInWorker` instead.
 */
import { fail, ok, type Result } from '#shared/core/result.ts'
import type { Against, GroupQuality, Measures } from '#shared/features/recommendation-models.ts'
import { decodeModel, encodeModel } from '#shared/recommend/artefact.ts'
import { nearest } from '#shared/recommend/clusters.ts'
import {
  type CatalogueItem,
  createModel,
  type EvaluationReport,
  type Model,
  type ModelParts,
} from '#shared/recommend/model.ts'
import { type Portrayed, portraitsOf, portraitVector } from '#shared/recommend/portrait.ts'
import { type HistoryEntry, scoresAlone } from '#shared/recommend/recommend.ts'
import { fadedWeight, weightCap } from '#shared/recommend/weights.ts'
import { contentFeatures, contentVectors } from './content.ts'
import { membersToAsk, modelQuality, popularityQuality } from './evaluate.ts'
import { type FitInput, type FitSettings, type FittedParts, fitContent, fitMembers, modelOf } from './fit.ts'
import { chooseForGiven, fitGiven, type GivenFactors, givenItems } from './given.ts'
import { holdOut } from './held-out.ts'
import type { Interactions } from './interactions.ts'
import { type Answers, compare, judge, type Question, qualityByGroup } from './judge.ts'
import { columnCounts, only, pairTimes, type SparseRows, sparseRows } from './matrix.ts'
import { createRandom } from './random.ts'
import { textVectors } from './texts.ts'
import { chooseSettings, type Trial } from './tune.ts'

export interface TrainItem extends CatalogueItem {
  /** Title, then on further lines summary or body, plain; read here, never shipped. */
  text: string
  /** Where it comes from, such as a school or a series; read here, never shipped. */
  home?: string[]
}

export interface TrainInput {
  /** The public catalogue: only what is in it can be recommended or learnt about. */
  items: TrainItem[]
  interactions: Interactions
  /** Numbers of the members of whom portraits may be made: those who share what they read. */
  portrayed?: Int32Array
  /** Trained elsewhere: taken instead of training, for the items that enough members met. */
  given?: GivenFactors
  /** What serves now, and until when it has learnt: the new model is held against it. */
  current?: { bytes: Uint8Array<ArrayBuffer>; until: number }
  /** Each member's group by number (-1: none): how well the model serves each is told. */
  tiers?: { names: string[]; of: Int16Array }
}

export interface TrainOptions {
  /** ms since 1970: interactions fade against it, and it is the model's training time. */
  now: number
  seed?: number
  /** Items met by fewer members are left out of training and served from their content. */
  minMembers?: number
  /** At most 512. */
  mostDimensions?: number
  epochs?: number
  /** Of the texts that the model may ship, where validation finds that they help; 0: none. */
  textDimensions?: number
  /** After which an interaction counts half. */
  halfLifeDays?: number
  /** Settings from an earlier choice; absent: chosen anew. */
  settings?: FitSettings
}

export interface TrainProgress {
  stage: 'reading' | 'tuning' | 'measuring' | 'training' | 'writing'
  /** 0…1 within the stage. */
  done: number
}

export interface TrainResult {
  bytes: Uint8Array<ArrayBuffer>
  version: string
  report: EvaluationReport
  /** Where there are enough who share. */
  groups?: Portrayed
  judged: Judged
}

/** On what was held out; nothing where there was too little to hold any out. */
export interface Judged {
  measures: Measures | null
  against: Against | null
  tiers: GroupQuality[]
  /** By group of readers, in the order of the portraits' groups, named by their first tags. */
  clusters: GroupQuality[]
}

/** `out_of_memory` only comes from `trainInWorker`, whose memory is bounded. */
export type TrainFault = 'cancelled' | 'out_of_memory'

export type TrainChoices = Required<Omit<TrainOptions, 'settings'>> & Pick<TrainOptions, 'settings'>

export const trainDefaults = {
  seed: 1,
  minMembers: 20,
  mostDimensions: 64,
  epochs: 4,
  textDimensions: 0,
  halfLifeDays: 180,
}

export async function train(
  input: TrainInput,
  options: TrainOptions,
  onProgress: (progress: TrainProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<Result<TrainResult, TrainFault>> {
  const decoded = input.current && (await decodeModel(input.current.bytes))
  // A file that cannot be read is nothing to be held against.
  const current = decoded?.ok ? decoded.value : undefined
  const steps = trainingSteps(input, current, { ...trainDefaults, ...options })
  for (;;) {
    if (signal?.aborted === true) return fail('cancelled')
    const step = steps.next()
    if (step.done === true) {
      onProgress({ stage: 'writing', done: 0 })
      const { parts, question, answers, against } = step.value
      const written = await encodeModel(parts)
      const model = createModel(parts, written.version)
      const histories = portrayedHistories(input)
      const groups = groupsOf(histories, model, { ...trainDefaults, ...options })
      const judged: Judged = {
        measures: answers?.measures ?? null,
        // Both have learnt from most of what is asked, the old one as well as the new: that is fair as well.
        against: against ?? (current && question && compare(model, current, question, 'seen')) ?? null,
        tiers: answers && question && input.tiers ? tierQuality(answers, question, input.tiers) : [],
        clusters:
          answers && question && groups
            ? clusterQuality(answers, question, model, groups, histories, options.now)
            : [],
      }
      onProgress({ stage: 'writing', done: 1 })
      return ok({ ...written, report: parts.report, judged, ...(groups ? { groups } : {}) })
    }
    onProgress(step.value)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Fewer than this and text says more than members do. */
const least = { pairs: 50, members: 5, items: 5 }
const mostAsked = 2000
const heldShare = 0.2
/** More directions tell more items apart, and cost as their square. */
const contentDimensions = { few: 200, many: 64, manyFrom: 20_000 }
const contentOnlyDimensions = 32

/** Fewer members with something that came after the serving model had learnt do not decide about the next. */
const leastUnseen = 50

interface Trained {
  parts: ModelParts
  question?: Question
  answers?: Answers
  against?: Against | undefined
}

function* trainingSteps(
  input: TrainInput,
  current: Model | undefined,
  options: TrainChoices,
): Generator<TrainProgress, Trained, void> {
  yield { stage: 'reading', done: 0 }
  const { met, times, outside } = readInput(input, options)
  const items = input.items.map(({ id, kind, tags, at }) => ({ id, kind, tags, at }))
  const counts = columnCounts(met)
  const { given } = input
  const has = given && givenItems(given, items)
  const learnt = Uint8Array.from(counts, (count, row) =>
    count >= options.minMembers && (has === undefined || has[row] === 1) ? 1 : 0,
  )
  const known = usable(met, learnt)
  const byMembers = known.pairs >= least.pairs && known.members >= least.members && known.items >= least.items
  const features = contentFeatures(input.items)
  const most = items.length < contentDimensions.manyFrom ? contentDimensions.few : contentDimensions.many
  const width = byMembers ? most : contentOnlyDimensions
  const content = contentVectors(features, width, options.seed)
  const text = options.textDimensions > 0 ? textVectors(content, options.textDimensions) : undefined
  const fitInput: FitInput = { met, items, learnt, content, text }
  yield { stage: 'reading', done: 1 }

  const split = holdOut(met, times, heldShare, options.seed)
  const asked = membersToAsk(split.held, mostAsked, options.seed)
  const learntPart = { ...fitInput, met: split.learnt }
  let settings = byMembers ? options.settings : undefined
  let tried: Trial[] = []
  if (byMembers && settings === undefined) {
    const choosing = given
      ? chooseForGiven(learntPart, given, options.seed)
      : chooseSettings(learntPart, options)
    let step = choosing.next()
    for (; step.done !== true; step = choosing.next()) yield { stage: 'tuning', done: step.value }
    settings = step.value.settings
    tried = step.value.tried
  }

  const measured = modelOf(yield* fitSteps(learntPart, settings, 'measuring', given))
  const report: EvaluationReport = {
    members: met.rows,
    items: items.length,
    interactions: met.index.length,
    outsideCatalogue: outside,
    suppressed: {
      below: options.minMembers,
      items: learnt.length - known.items,
      interactions: met.index.length - known.pairs,
    },
    source: byMembers ? 'members' : 'content',
    tried,
    heldOut: null,
    scores: null,
    list: null,
    popularity: null,
  }
  const question: Question = { members: asked, learnt: split.learnt, held: split.held, items }
  let answers: Answers | undefined
  if (asked.length > 0) {
    report.heldOut = { by: split.by, members: split.members, interactions: split.held.index.length }
    report.scores = modelQuality(measured, split.learnt, split.held, asked, scoresAlone)
    answers = judge(measured, question)
    const { ndcg10, recall20, coverage10 } = answers.measures
    report.list = { ndcg10, recall20, coverage10 }
    report.popularity = popularityQuality(columnCounts(split.learnt), split.learnt, split.held, asked)
  }
  yield { stage: 'measuring', done: 1 }
  let against: Against | undefined
  const since = current && times && newerPairs(met, times, input.current!.until)
  const unseen = since && membersToAsk(since.held, mostAsked, options.seed)
  if (current && since && unseen!.length >= leastUnseen) {
    // Neither has met these: the serving model came before them, and this one is fitted without them.
    const fitted = yield* fitSteps({ ...fitInput, met: since.learnt }, settings, 'measuring', given)
    against = compare(modelOf(fitted), current, { ...since, members: unseen!, items }, 'unseen')
  }
  const parts = yield* fitSteps(fitInput, settings, 'training', given)
  const trained = { parts: { ...parts, trainedAt: options.now, report }, against }
  return answers ? { ...trained, question, answers } : trained
}

/** What came later than `until`, of members who had met something before. */
function newerPairs(met: SparseRows, times: Float64Array, until: number): Pick<Question, 'learnt' | 'held'> {
  const before = new Uint8Array(met.rows)
  const rowOf = new Int32Array(met.index.length)
  for (let row = 0; row < met.rows; row++)
    for (let at = met.start[row]!; at < met.start[row + 1]!; at++) {
      rowOf[at] = row
      if (times[at]! <= until) before[row] = 1
    }
  const isHeld = (at: number): boolean => times[at]! > until && before[rowOf[at]!] === 1
  return { learnt: only(met, (at) => !isHeld(at)), held: only(met, isHeld) }
}

function* fitSteps(
  input: FitInput,
  settings: FitSettings | undefined,
  stage: 'measuring' | 'training',
  given: GivenFactors | undefined,
): Generator<TrainProgress, FittedParts, void> {
  if (settings === undefined) return fitContent(input)
  if (given) return fitGiven(input, given, settings)
  const fitting = fitMembers(input, settings)
  let step = fitting.next()
  for (; step.done !== true; step = fitting.next()) yield { stage, done: step.value / settings.epochs }
  return step.value
}

/** Of those who share, by number: only of them groups are made. */
function portrayedHistories({ interactions, portrayed }: TrainInput): Map<number, HistoryEntry[]> {
  const histories = new Map<number, HistoryEntry[]>([...(portrayed ?? [])].map((member) => [member, []]))
  if (histories.size === 0) return histories
  interactions.member.forEach((member, i) => {
    const at = interactions.at[i]!
    histories.get(member)?.push({
      item: interactions.itemIds[interactions.item[i]!]!,
      weight: interactions.weight[i]!,
      ...(Number.isNaN(at) ? {} : { at }),
    })
  })
  return histories
}

function groupsOf(
  histories: ReadonlyMap<number, HistoryEntry[]>,
  model: Model,
  { now, seed }: TrainChoices,
): Portrayed | undefined {
  if (histories.size === 0) return undefined
  return portraitsOf(model, [...histories.values()], now, createRandom(seed))
}

function tierQuality(
  answers: Answers,
  { members }: Question,
  { names, of }: NonNullable<TrainInput['tiers']>,
): GroupQuality[] {
  return qualityByGroup(
    answers,
    members.map((member) => of[member] ?? -1),
    names,
  )
}

/** Each of those who share is counted with the group that they are nearest to, as their own device would say. */
function clusterQuality(
  answers: Answers,
  { members }: Question,
  model: Model,
  { portraits: { groups } }: Portrayed,
  histories: ReadonlyMap<number, HistoryEntry[]>,
  now: number,
): GroupQuality[] {
  const groupOf = members.map((member) => {
    const point = portraitVector(model, histories.get(member) ?? [], now)
    if (!point) return -1
    const distances = groups.map(({ centroid }) => nearest(centroid, point.length, point).distance)
    return distances.indexOf(Math.min(...distances))
  })
  return qualityByGroup(
    answers,
    groupOf,
    groups.map(({ tags }) => tags.slice(0, 3).join(' · ')),
  )
}

/** Faded and added up, restricted to the catalogue, in the catalogue's order. */
export function readInput(
  { items, interactions }: Pick<TrainInput, 'items' | 'interactions'>,
  { now, halfLifeDays }: Pick<Required<TrainOptions>, 'now' | 'halfLifeDays'>,
): { met: SparseRows; times: Float64Array | undefined; outside: number } {
  const place = new Map(items.map(({ id }, row) => [id, row]))
  const placeOf = interactions.itemIds.map((id) => place.get(id) ?? -1)
  const known: number[] = []
  interactions.item.forEach((item, i) => {
    if (placeOf[item]! >= 0) known.push(i)
  })
  const member = Int32Array.from(known, (i) => interactions.member[i]!)
  const item = Int32Array.from(known, (i) => placeOf[interactions.item[i]!]!)
  const at = Float64Array.from(known, (i) => interactions.at[i]!)
  const weight = Float32Array.from(known, (i) =>
    fadedWeight(interactions.weight[i]!, interactions.at[i], now, halfLifeDays),
  )
  const met = sparseRows(interactions.members, items.length, member, item, weight, weightCap)
  return { met, times: pairTimes(met, member, item, at), outside: interactions.item.length - known.length }
}

function usable(met: SparseRows, learnt: Uint8Array): { pairs: number; members: number; items: number } {
  let pairs = 0
  let members = 0
  for (let row = 0; row < met.rows; row++) {
    let own = 0
    for (let at = met.start[row]!; at < met.start[row + 1]!; at++) own += learnt[met.index[at]!]!
    pairs += own
    if (own > 0) members += 1
  }
  return { pairs, members, items: learnt.reduce((sum, one) => sum + one, 0) }
}
