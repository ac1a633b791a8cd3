/**
 * Groups of similar points: k-means from k-means++ beginnings (Arthur and Vassilvitskii, 2007), the best of several; how
 * many groups is what the silhouette says (Rousseeuw, 1987); and whether they are more than chance is what becomes of
 * them when the points are drawn anew: the mean adjusted Rand index (Hubert and Arabie, 1985). Seeded: the same points
 * give the same groups on every machine.
 */

export interface Points {
  /** Row by row. */
  values: Float64Array
  width: number
}

export interface Clustering {
  k: number
  /** k × width. */
  centroids: Float64Array
  /** Of each point. */
  labels: Int32Array
  /** Sum of squared distances. */
  inertia: number
}

export interface ChosenClustering extends Clustering {
  /** −1…1: how much nearer points are to their own group than to the next. */
  silhouette: number
  /** Mean adjusted Rand index against groups of points drawn anew: 1 is always the same groups, 0 is chance. */
  stability: number
  sizes: Int32Array
}

const restarts = 6
const mostSteps = 50
/** Points that silhouettes are measured on: it compares all with all. */
const mostMeasured = 500
const draws = 8

export const countOf = ({ values, width }: Points): number => values.length / width

/** The best of several beginnings. `undefined` when there are fewer points than groups. */
export function kMeans(points: Points, k: number, random: () => number): Clustering | undefined {
  if (countOf(points) < k) return undefined
  let best: Clustering | undefined
  for (let i = 0; i < restarts; i++) {
    const found = settled(points, k, beginnings(points, k, random))
    if (best === undefined || found.inertia < best.inertia) best = found
  }
  return best
}

/** So little more silhouette is not worth another group. */
const nearlyAsGood = 0.05
/** Of the points, those that must lie in groups that are large enough. */
const leastCovered = 0.6

/**
 * Groups, as many as suit the points: the fewest of nearly the best silhouette. Two or more are of at least `least`, and most points are in those; what to do with
 * smaller ones is the caller's.
 * @returns undefined when no number of groups gives that
 */
export function chooseClusters(
  points: Points,
  { fewest = 3, most = 8, least }: { fewest?: number; most?: number; least: number },
  random: () => number,
): ChosenClustering | undefined {
  const measured = sampleOf(points, mostMeasured, random)
  const found: (Clustering & { silhouette: number; sizes: Int32Array })[] = []
  for (let k = fewest; k <= most && k * least <= countOf(points); k++) {
    const groups = kMeans(points, k, random)
    if (!groups) break
    const sizes = sizesOf(groups.labels, k)
    const large = sizes.filter((size) => size >= least)
    const covered = large.reduce((sum, size) => sum + size, 0)
    if (large.length < 2 || covered < leastCovered * countOf(points)) continue
    found.push({ ...groups, silhouette: silhouetteOf(points, groups.labels, k, measured), sizes })
  }
  const best = Math.max(...found.map(({ silhouette }) => silhouette))
  const chosen = found.find(({ silhouette }) => silhouette >= best - nearlyAsGood)
  return chosen && { ...chosen, stability: stabilityOf(points, chosen, random) }
}

/** The nearest centroid. */
export function nearest(
  centroids: ArrayLike<number>,
  width: number,
  point: ArrayLike<number>,
): { label: number; distance: number } {
  let [label, distance] = [0, Number.POSITIVE_INFINITY]
  for (let c = 0; c * width < centroids.length; c++) {
    let sum = 0
    for (let i = 0; i < width; i++) sum += (centroids[c * width + i]! - point[i]!) ** 2
    if (sum < distance) [label, distance] = [c, sum]
  }
  return { label, distance: Math.sqrt(distance) }
}

/** 1 where two groupings are the same but for names, 0 where they agree as by chance. */
export function adjustedRand(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pairs = (n: number): number => (n * (n - 1)) / 2
  const [both, ofA, ofB] = [new Map<string, number>(), new Map<number, number>(), new Map<number, number>()]
  const count = <K>(map: Map<K, number>, key: K): unknown => map.set(key, (map.get(key) ?? 0) + 1)
  for (let i = 0; i < a.length; i++) {
    count(both, `${a[i]} ${b[i]}`)
    count(ofA, a[i]!)
    count(ofB, b[i]!)
  }
  const sum = (map: Map<unknown, number>): number => [...map.values()].reduce((all, n) => all + pairs(n), 0)
  const [together, first, second] = [sum(both), sum(ofA), sum(ofB)]
  const expected = (first * second) / Math.max(1, pairs(a.length))
  const most = (first + second) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

/** k-means++: each next beginning is likelier the farther it lies from those before. */
function beginnings(points: Points, k: number, random: () => number): Float64Array {
  const { values, width } = points
  const count = countOf(points)
  const centroids = new Float64Array(k * width)
  const take = (c: number, row: number): void =>
    centroids.set(values.subarray(row * width, (row + 1) * width), c * width)
  take(0, Math.floor(random() * count))
  const far = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  for (let c = 1; c < k; c++) {
    let total = 0
    for (let row = 0; row < count; row++) {
      far[row] = Math.min(far[row]!, squared(values, row, centroids, c - 1, width))
      total += far[row]!
    }
    let left = random() * total
    let row = 0
    while (row < count - 1 && left > far[row]!) left -= far[row++]!
    take(c, row)
  }
  return centroids
}

function squared(
  values: Float64Array,
  row: number,
  centroids: Float64Array,
  c: number,
  width: number,
): number {
  let sum = 0
  for (let i = 0; i < width; i++) sum += (values[row * width + i]! - centroids[c * width + i]!) ** 2
  return sum
}

/** Lloyd's steps, until nothing moves. */
function settled(points: Points, k: number, centroids: Float64Array): Clustering {
  const { values, width } = points
  const count = countOf(points)
  const labels = new Int32Array(count).fill(-1)
  let inertia = 0
  for (let step = 0; step < mostSteps; step++) {
    let moved = false
    inertia = 0
    for (let row = 0; row < count; row++) {
      const { label, distance } = nearest(centroids, width, values.subarray(row * width, (row + 1) * width))
      inertia += distance ** 2
      if (labels[row] !== label) moved = true
      labels[row] = label
    }
    if (!moved) break
    const sizes = sizesOf(labels, k)
    const sums = new Float64Array(k * width)
    for (let row = 0; row < count; row++)
      for (let i = 0; i < width; i++) sums[labels[row]! * width + i]! += values[row * width + i]!
    // A group that has lost all its points stays where it was.
    for (let c = 0; c < k; c++)
      if (sizes[c]! > 0)
        for (let i = 0; i < width; i++) centroids[c * width + i] = sums[c * width + i]! / sizes[c]!
  }
  return { k, centroids, labels, inertia }
}

function sizesOf(labels: Int32Array, k: number): Int32Array {
  const sizes = new Int32Array(k)
  for (const label of labels) sizes[label]! += 1
  return sizes
}

function sampleOf(points: Points, most: number, random: () => number): Int32Array {
  const rows = Int32Array.from({ length: countOf(points) }, (_, row) => row)
  for (let i = 0; i < Math.min(most, rows.length); i++) {
    const j = i + Math.floor(random() * (rows.length - i))
    ;[rows[i], rows[j]] = [rows[j]!, rows[i]!]
  }
  return rows.subarray(0, most)
}

function silhouetteOf({ values, width }: Points, labels: Int32Array, k: number, rows: Int32Array): number {
  let total = 0
  for (const row of rows) {
    const sums = new Float64Array(k)
    const counts = new Float64Array(k)
    for (const other of rows) {
      if (other === row) continue
      sums[labels[other]!]! += Math.sqrt(squared(values, row, values, other, width))
      counts[labels[other]!]! += 1
    }
    const own = labels[row]!
    if (counts[own] === 0) continue
    let next = Number.POSITIVE_INFINITY
    for (let c = 0; c < k; c++) if (c !== own && counts[c]! > 0) next = Math.min(next, sums[c]! / counts[c]!)
    const inner = sums[own]! / counts[own]!
    if (next < Number.POSITIVE_INFINITY) total += (next - inner) / Math.max(next, inner, Number.MIN_VALUE)
  }
  return rows.length === 0 ? 0 : total / rows.length
}

/** Groups of points drawn with replacement say of all points where they belong; how much that agrees with ours. */
function stabilityOf(points: Points, ours: Clustering, random: () => number): number {
  const { values, width } = points
  const count = countOf(points)
  let sum = 0
  for (let draw = 0; draw < draws; draw++) {
    const drawn = new Float64Array(values.length)
    for (let row = 0; row < count; row++) {
      const from = Math.floor(random() * count)
      drawn.set(values.subarray(from * width, (from + 1) * width), row * width)
    }
    const { centroids } = kMeans({ values: drawn, width }, ours.k, random)!
    const labels = Int32Array.from(
      { length: count },
      (_, row) => nearest(centroids, width, values.subarray(row * width, (row + 1) * width)).label,
    )
    sum += adjustedRand(ours.labels, labels)
  }
  return sum / draws
}
