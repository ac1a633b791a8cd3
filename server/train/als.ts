/**
 * Implicit alternating least squares with the objective of Rendle, Krichene, Zhang and Koren, "Revisiting the
 * Performance of iALS on Item Recommendation Benchmarks" (2021): every pair that was met wants a score of 1 with its
 * weight, every pair at all wants 0 with the unobserved weight, and each vector is held down in proportion to
 * (how often it occurs + unobserved weight × how many it could have met) to the power of `frequencyExponent`.
 *
 * Both sides live in the eigenbasis of the other side's Gramian, where the part of each normal equation that comes
 * from the unobserved pairs is diagonal. A row with fewer pairs than dimensions then needs only a system of the
 * size of its pairs (Woodbury); the solution is the same one, exactly. What is done to each row is in the kernel
 * (shared/recommend/kernel); this file is the order in which it is done.
 */
import { availableParallelism } from 'node:os'
import { type Eigenbasis, eigenbasis } from './eigenbasis.ts'
import { itemLists, memberLists, type Pairs } from './lists.ts'
import { createRandom, normals } from './random.ts'
import { createTeam, type Operation } from './team.ts'
import { createWorkspace } from './workspace.ts'

export interface AlsOptions {
  dimensions: number
  /** Weight of a pair that was not met, against 1 for one that was. */
  unobservedWeight: number
  regularisation: number
  /** 0: the same regularisation for every vector; 1: in proportion to how often it occurs. */
  frequencyExponent: number
  epochs: number
  seed: number
  /** The result is the same with any number; absent: as many as the work is worth, and one core left for others. */
  threads?: number
  /** Does without WebAssembly, as where there is none: the same result, slower, by one thread. */
  plain?: boolean
}

export interface AlsFactors {
  dimensions: number
  /** members × dimensions; solved last, against these very item factors. */
  members: Float32Array
  /** items × dimensions, in the eigenbasis of their own Gramian. */
  items: Float32Array
  /** Of the items' Gramian, descending. */
  eigenvalues: Float64Array
}

const powerSteps = 3

/**
 * Yields the number of each epoch when it is done, and fractions on the way through a long one, so that the caller
 * can report or stop; returns the factors.
 */
export function* alternate(met: Pairs, options: AlsOptions): Generator<number, AlsFactors, void> {
  const { dimensions, epochs, seed, unobservedWeight, plain = false } = options
  const threads = plain ? 1 : (options.threads ?? usualThreads(met, options))
  const sides = [memberLists(met, threads > 1), itemLists(met, threads > 1)] as const
  const workspace = createWorkspace(sides, options, threads, plain)
  const { kernel, plan } = workspace
  const { width } = plan
  const team = createTeam(kernel, plan, kernel.compiled === undefined ? 1 : threads)
  const slots = { chunk: 0, chunks: plan.slots, pair: 0 }

  /** Yields the share done, now and then. */
  function* pass(operation: Operation, side: 0 | 1): Generator<number, void, void> {
    const lists = sides[side]
    const chunks = lists.bounds.length - 1
    const turn = chunksATurn(met, width, chunks)
    for (const run of lists.runs) {
      lists.layOut(run)
      let taken = 0
      for (const done of team.run(operation, { ...run, side })) {
        taken += 1
        const share = (run.chunk + done * run.chunks) / chunks
        if (share < 1 && taken % turn === 0) yield share
      }
    }
  }

  function whole(operation: 'gramian' | 'turn', side: 0 | 1): void {
    for (const _ of team.run(operation, { ...slots, side }));
  }

  function basisOf(side: 0 | 1): Eigenbasis {
    whole('gramian', side)
    const gram = new Float64Array(width * width)
    workspace.gramians.forEach((value, at) => {
      gram[at % gram.length]! += value
    })
    return eigenbasis(gram, dimensions, width)
  }

  /** Turns a side's vectors into their eigenbasis and stretches them along it. */
  function turnInto({ basis }: Eigenbasis, side: 0 | 1, stretch: (k: number) => number): void {
    for (let k = 0; k < dimensions; k++) {
      for (let to = 0; to < dimensions; to++) {
        workspace.basis[k * width + to] = basis[k * dimensions + to]! * stretch(to)
      }
    }
    whole('turn', side)
  }

  function faceUnobserved(eigenvalues: Float64Array): void {
    // What only fills up to the width must not be divided by nought.
    workspace.spectrum.fill(1)
    workspace.spectrum.set(eigenvalues.map((value) => unobservedWeight * value))
  }

  /**
   * Where to begin: members by the strongest singular directions of who-met-what, from power iteration on noise; a
   * long history is brought down by its root, and lengths are 1 on average. An epoch from here does what three to six
   * do from noise.
   */
  function* firstMembers(): Generator<number, void, void> {
    drawInto(workspace.vectorsOf(1), dimensions, width, seed)
    for (let step = 0; step < powerSteps; step++) {
      yield* pass('sum', 0)
      yield* pass('sum', 1)
      const found = basisOf(1)
      const least = 1e-9 * found.eigenvalues[0]!
      const lengths = found.eigenvalues.map((value) => (value > least ? 1 / Math.sqrt(value) : 0))
      turnInto(found, 1, (k) => lengths[k]!)
    }
    yield* pass('sumShrunk', 0)
  }

  try {
    for (const _ of firstMembers()) yield 0
    let eigenvalues: Float64Array = new Float64Array(dimensions)
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const memberBasis = basisOf(0)
      const squares = memberBasis.eigenvalues.reduce((sum, value) => sum + value, 0)
      const length = epoch === 1 ? Math.sqrt(squares / met.rows) || 1 : 1
      turnInto(memberBasis, 0, () => 1 / length)
      faceUnobserved(memberBasis.eigenvalues.map((value) => value / length ** 2))
      for (const done of pass('solve', 1)) yield epoch - 1 + done / 2
      const itemBasis = basisOf(1)
      eigenvalues = itemBasis.eigenvalues
      turnInto(itemBasis, 1, () => 1)
      faceUnobserved(eigenvalues)
      for (const done of pass('solve', 0)) yield epoch - 0.5 + done / 2
      yield epoch
    }
    const [members, items] = ([0, 1] as const).map((side) =>
      narrowed(workspace.vectorsOf(side), width, dimensions),
    )
    return { dimensions, members: members!, items: items!, eigenvalues }
  } finally {
    team.close()
  }
}

/** Noise by item; a few at a time, so that no second copy of the vectors is needed. */
function drawInto(vectors: Float32Array, dimensions: number, width: number, seed: number): void {
  const random = createRandom(seed)
  const rows = 2 * Math.ceil(4096 / dimensions)
  const draws = new Float64Array(rows * dimensions)
  for (let from = 0; from < vectors.length; from += rows * width) {
    const count = Math.min(rows, (vectors.length - from) / width)
    normals(random, count * dimensions, 1, draws)
    for (let row = 0; row < count; row++) {
      vectors.set(draws.subarray(row * dimensions, (row + 1) * dimensions), from + row * width)
    }
  }
}

/** Without what only fills up to the width. */
function narrowed(vectors: Float32Array, width: number, dimensions: number): Float32Array {
  if (width === dimensions) return vectors
  const rows = vectors.length / width
  const narrow = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    narrow.set(vectors.subarray(row * width, row * width + dimensions), row * dimensions)
  }
  return narrow
}

/** Multiplications that take about a tenth of a second. */
const turnSize = 2e8

/** Chunks after which others get a turn: none of a small pass, lest reporting cost more than the work. */
function chunksATurn(met: Pairs, width: number, chunks: number): number {
  return Math.max(1, Math.round((turnSize * chunks) / ((met.index.length * width * width) / 2 + 1)))
}

/** Below this a helper has hardly started when all is done. */
const worthHelp = 1e8
const mostThreads = 4

function usualThreads(met: Pairs, { dimensions, epochs }: AlsOptions): number {
  if (met.index.length * dimensions * epochs < worthHelp) return 1
  return Math.max(1, Math.min(mostThreads, availableParallelism() - 1))
}
