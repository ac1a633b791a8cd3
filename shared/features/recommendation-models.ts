/**
 * The recommender's models as those who run the community see them: which versions there are, why each was published
 * or refused, how well it serves whom, what acts weigh. What is told of a group of members is told of at least ten.
 */
import * as v from 'valibot'
import { actWeights } from '../recommend/weights.ts'

/** Acts that can be weighed. `read` stands for all that devices share: opened, noted, bookmarked. */
export const weighedActs = [
  'read',
  'reaction',
  'post',
  'question',
  'accepted',
  'rsvp',
  'attended',
  'enrolled',
  'completed',
  'purchased',
] as const
export type WeighedAct = (typeof weighedActs)[number]

export interface WeightSettings {
  acts: Record<WeighedAct, number>
  /** Days after which an act counts half. */
  halfLifeDays: number
}

/** As the trainer's own table has them. */
export const usualWeights: WeightSettings = {
  acts: Object.fromEntries(weighedActs.map((act) => [act, actWeights[act]])) as Record<WeighedAct, number>,
  halfLifeDays: 180,
}

/** 0: the act does not count; the most is what all acts on one item come to together. */
export const weightBounds = { least: 0, most: 5 } as const
export const halfLifeBounds = { least: 7, most: 1_095 } as const

const weight = v.pipe(v.number(), v.minValue(weightBounds.least), v.maxValue(weightBounds.most))

export const weightSettings = v.strictObject({
  acts: v.strictObject(
    Object.fromEntries(weighedActs.map((act) => [act, weight])) as Record<WeighedAct, typeof weight>,
  ),
  halfLifeDays: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(halfLifeBounds.least),
    v.maxValue(halfLifeBounds.most),
  ),
})

/** On what was held out; each is defined in words on the models' page. */
export interface Measures {
  ndcg10: number
  recall20: number
  /** Share of the catalogue that turns up in anybody's first ten. */
  coverage10: number
  /** How unequally places in the first ten fall to items: 0 all alike, 1 all to one. */
  gini: number
  /** Mean popularity of what is shown over that of what members met by themselves. */
  popularityLift: number
  /** Share of the first ten that falls to the four fifths of items that are met least. */
  tailShare: number
}

export interface GroupQuality {
  name: string
  /** Members asked, never fewer than `leastGroup`. */
  members: number
  ndcg10: number
  recall20: number
}

/** No figure is told of fewer members. */
export const leastGroup = 10

/** The new model and the one that served, asked the same of the same members, over the items that both know. */
export interface Against {
  version: string
  /** `unseen`: what came after the serving model had learnt, and neither knew; `seen`: both had learnt from most of it. */
  on: 'unseen' | 'seen'
  members: number
  items: number
  /** What the serving model had learnt from. */
  source: 'members' | 'content'
  candidate: Measures
  current: Measures
}

/** What the gate found wanting; each names the figure and what it would have had to be. */
export const gateReasons = ['ndcg', 'recall', 'coverage', 'tail', 'size', 'popularity'] as const
export type GateReason = (typeof gateReasons)[number]

export interface Verdict {
  passed: boolean
  found: { reason: GateReason; is: number; bound: number }[]
  /** There was no model before, or too little to compare the two on. */
  compared: 'nothing' | 'too_little' | 'yes'
}

export type AskedBy = 'first' | 'night' | 'hour' | 'demand' | 'command_line'

/** How the vectors came about: two ways of learning from members, texts alone, or trained elsewhere. */
export type ModelMethod = 'squares' | 'linear' | 'texts' | 'given'

/** What validation compared of one method, and the best it came to. */
export interface MethodTried {
  method: 'squares' | 'linear'
  settings: number
  ndcg10: number
}

/** Row id: the version. */
export interface ModelVersionRow {
  version: string
  at: number
  /** A refresh takes new items into a training's model. */
  made: 'training' | 'refresh'
  /** Of a refresh: the training that it goes by. */
  basis: string | null
  asked: AskedBy
  state: 'published' | 'kept' | 'refused'
  /** Its file is still here, so that it can serve again. */
  here: boolean
  verdict: Verdict
  items: number
  /** Items whose vectors come from texts and tags alone, for too few members met them. */
  fromContent: number
  members: number
  interactions: number
  dimensions: number
  bytes: number
  source: 'members' | 'content'
  heldOut: { by: 'time' | 'chance'; members: number } | null
  measures: Measures | null
  ndcgOfPopularity: number | null
  against: Against | null
  tiers: GroupQuality[]
  clusters: GroupQuality[]
  cost: { seconds: number; megabytes: number }
  weights: WeightSettings
  /** Absent in rows from before it was told. */
  method?: ModelMethod
  tried?: MethodTried[]
}

export const trainingStages = ['waiting', 'reading', 'tuning', 'measuring', 'training', 'writing'] as const
export type TrainingStage = (typeof trainingStages)[number]

export interface RunState {
  what: 'training' | 'refresh' | 'trial'
  startedAt: number
  stage: TrainingStage
  /** 0…1, of all stages together. */
  done: number
  cancelling: boolean
}

/** How the last run ended. */
export interface Outcome {
  what: RunState['what']
  at: number
  how:
    | 'published'
    | 'kept'
    | 'refused'
    | 'unchanged'
    | 'tried'
    | 'cancelled'
    | 'out_of_memory'
    | 'empty_catalogue'
    | 'too_few_given'
    | 'failed'
  version: string | null
}

/** The one row of `model_states` and of `model_trials`. */
export const modelStateId = 'now'

export interface ModelStateRow {
  /** What devices have; `null`: nothing yet. */
  serving: string | null
  /** An owner chose it: training goes on beside it and does not replace it. */
  pinned: string | null
  weights: WeightSettings
  run: RunState | null
  outcome: Outcome | null
}

/** What other weights would change; nothing of it serves. */
export interface ModelTrialRow {
  at: number
  weights: WeightSettings
  before: Measures | null
  after: Measures | null
  /** Of made-up members who met what is most typical of a group of readers, or of a tag. */
  lists: { of: string[]; met: string[]; before: string[]; after: string[] }[]
}

export const aVersion = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
