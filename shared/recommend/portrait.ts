/**
 * A member's portrait: where they stand among the groups of those who share what they read. A member is their vector of
 * the model, at its length one, and beside it how what they did divides into kinds (articles, threads, courses …). The
 * trainer makes the groups; the device of any member, who need not share anything, finds the nearest.
 */
import { chooseClusters, nearest, type Points } from './clusters.ts'
import { memberOf } from './fold-in.ts'
import type { Model } from './model.ts'
import type { HistoryEntry } from './recommend.ts'
import { fadedWeight, weightCap } from './weights.ts'

export const portraitKinds = ['article', 'thread', 'session', 'event', 'course', 'lesson'] as const
/** How much the kinds say beside the vector. */
const kindsShare = 0.4
/** Fewer known items than this say nothing of anybody. */
export const leastHistory = 3
/** Members in each group, at the least: no group may tell on one of them. */
export const leastMembers = 10
/** Of members, drawn by chance, when there are more. */
const mostMembers = 3_000
const [mostTags, mostItems] = [6, 5]

export interface PortraitGroup {
  centroid: number[]
  /** What its members meet more than others do, the most telling first. */
  tags: string[]
  items: string[]
}

/** For every member's device: it tells of groups, and of nobody. */
export interface Portraits {
  /** Of the model whose vectors these are. */
  version: string
  groups: PortraitGroup[]
  /** 1: always the same groups; 0: chance. */
  stability: number
}

/** Less than this, and groups are hardly more than chance: whoever looks at them is told. */
export const stableFrom = 0.6

/** For those who run the community. */
export interface PortraitReport {
  members: number
  /** In the order of the groups; members of smaller ones are in none. */
  sizes: number[]
  silhouette: number
  stability: number
}

export interface Portrayed {
  portraits: Portraits
  report: PortraitReport
}

/** Where a history stands; `undefined` when the model knows too little of it. */
export function portraitVector(
  model: Model,
  history: readonly HistoryEntry[],
  now: number,
): Float64Array | undefined {
  const weights = new Map<number, number>()
  for (const { item, weight, at } of history) {
    const row = model.rowById.get(item)
    if (row !== undefined && weight > 0)
      weights.set(row, Math.min(weightCap, (weights.get(row) ?? 0) + fadedWeight(weight, at, now)))
  }
  if (weights.size < leastHistory) return undefined
  const { dimensions } = model.settings
  const met = [...weights].map(([row, weight]) => ({
    row,
    vector: model.vectors.subarray(row * dimensions, (row + 1) * dimensions),
    weight,
  }))
  const { vector } = memberOf(model, met)
  const length = Math.hypot(...vector)
  if (length === 0) return undefined
  const point = new Float64Array(dimensions + portraitKinds.length)
  for (let i = 0; i < dimensions; i++) point[i] = vector[i]! / length
  let total = 0
  for (const weight of weights.values()) total += weight
  for (const [row, weight] of weights) {
    const kind = portraitKinds.indexOf(model.items[row]!.kind as (typeof portraitKinds)[number])
    if (kind >= 0) point[dimensions + kind]! += (kindsShare * weight) / total
  }
  return point
}

/**
 * Groups of those who share, described. @param histories of each of them
 * @returns undefined when there are too few of them for groups in which nobody stands out
 */
export function portraitsOf(
  model: Model,
  histories: readonly (readonly HistoryEntry[])[],
  now: number,
  random: () => number,
): Portrayed | undefined {
  const known = histories.flatMap((history) => {
    const point = portraitVector(model, history, now)
    return point ? [{ history, point }] : []
  })
  while (known.length > mostMembers) known.splice(Math.floor(random() * known.length), 1)
  if (known.length === 0) return undefined
  const width = known[0]!.point.length
  const points: Points = { values: new Float64Array(known.length * width), width }
  for (const [i, { point }] of known.entries()) points.values.set(point, i * width)
  const chosen = chooseClusters(points, { least: leastMembers }, random)
  if (!chosen) return undefined
  // A smaller group would tell on its members, by its size as by its middle: nothing of it leaves this.
  const order = [...chosen.sizes.keys()]
    .filter((c) => chosen.sizes[c]! >= leastMembers)
    .sort((a, b) => chosen.sizes[b]! - chosen.sizes[a]!)
  const groups = order.map((c): PortraitGroup => {
    const inside = known.filter((_, i) => chosen.labels[i] === c).map(({ history }) => history)
    const outside = known.filter((_, i) => chosen.labels[i] !== c).map(({ history }) => history)
    const centroid = [...chosen.centroids.subarray(c * width, (c + 1) * width)]
    return { centroid: centroid.map((part) => Number(part.toFixed(5))), ...described(model, inside, outside) }
  })
  return {
    portraits: { version: model.version, groups, stability: chosen.stability },
    report: {
      members: known.length,
      sizes: order.map((c) => chosen.sizes[c]!),
      silhouette: chosen.silhouette,
      stability: chosen.stability,
    },
  }
}

/** What is met by a larger share of those inside than outside; of those inside, by enough that it tells on nobody. */
function described(
  model: Model,
  inside: readonly (readonly HistoryEntry[])[],
  outside: readonly (readonly HistoryEntry[])[],
): Pick<PortraitGroup, 'tags' | 'items'> {
  const best = (named: (item: string) => readonly string[], most: number): string[] => {
    const [here, there] = [sharesOf(inside, named), sharesOf(outside, named)]
    const telling = [...here].filter(([, { members }]) => members >= leastMembers / 2)
    return telling
      .map(([name, { share }]) => ({ name, lead: share - (there.get(name)?.share ?? 0) }))
      .filter(({ lead }) => lead > 0)
      .sort((a, b) => b.lead - a.lead || (a.name < b.name ? -1 : 1))
      .slice(0, most)
      .map(({ name }) => name)
  }
  const rowOf = (item: string): number | undefined => model.rowById.get(item)
  const tagsOf = (item: string): readonly string[] => {
    const row = rowOf(item)
    return row === undefined ? [] : model.items[row]!.tags
  }
  return {
    tags: best(tagsOf, mostTags),
    items: best((item) => (rowOf(item) === undefined ? [] : [item]), mostItems),
  }
}

function sharesOf(
  histories: readonly (readonly HistoryEntry[])[],
  named: (item: string) => readonly string[],
): Map<string, { members: number; share: number }> {
  const counts = new Map<string, number>()
  for (const history of histories) {
    const met = new Set(history.flatMap(({ item }) => named(item)))
    for (const name of met) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Map(
    [...counts].map(([name, members]) => [name, { members, share: members / Math.max(1, histories.length) }]),
  )
}

export interface OwnPortrait {
  /** Of the portraits' groups. */
  group: number
  /** Tags of the group that the member's own history bears, strongest first. */
  why: string[]
  /** Of the groups, how near each is: they sum to one. */
  nearness: number[]
}

/** Where the device's member stands; `undefined` when their history says too little, or the model is another. */
export function ownPortrait(
  model: Model,
  portraits: Portraits,
  history: readonly HistoryEntry[],
  now: number,
): OwnPortrait | undefined {
  if (portraits.version !== model.version || portraits.groups.length === 0) return undefined
  const point = portraitVector(model, history, now)
  if (!point) return undefined
  const distances = portraits.groups.map(({ centroid }) => nearest(centroid, point.length, point).distance)
  const group = distances.indexOf(Math.min(...distances))
  const soft = distances.map((distance) => Math.exp(-4 * (distance - distances[group]!)))
  const sum = soft.reduce((all, one) => all + one, 0)
  const weightOf = new Map<string, number>()
  for (const { item, weight } of history) {
    const row = model.rowById.get(item)
    for (const tag of row === undefined ? [] : model.items[row]!.tags)
      weightOf.set(tag, (weightOf.get(tag) ?? 0) + weight)
  }
  const why = portraits.groups[group]!.tags.filter((tag) => weightOf.has(tag)).sort(
    (a, b) => weightOf.get(b)! - weightOf.get(a)!,
  )
  return { group, why, nearness: soft.map((one) => one / sum) }
}
