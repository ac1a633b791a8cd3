/**
 * One chunk of a pass of the trainer, and how threads share a pass out among themselves. Plain JavaScript, so that a
 * helping thread starts without the loader that runs TypeScript, and in a few megabytes.
 *
 * A pass is one operation on one side, cut into chunks that do not depend on each other and do not depend on the
 * number of threads, so neither does the result. Chunks are numbered on from pass to pass, and a number is taken
 * once: a thread that comes late finds none of an old pass, and a thread that never comes is not missed.
 * @typedef {import('./workspace.ts').Plan} Plan
 * @typedef {import('#shared/recommend/kernel/kernel.ts').Routines} Routines
 */

/** What is done to a chunk of rows. */
export const operations = {
  /** The sum of the other side's vectors that each row names. */
  sum: 0,
  /** The same over the root of how many there are. */
  sumShrunk: 1,
  /** Each row's vector, solved against the other side's. */
  solve: 2,
  /** A part of the Gramian. */
  gramian: 3,
  /** Into the basis that lies ready. */
  turn: 4,
}

/** Where in `control` things are. `pass` is odd while a new pass is written down. */
export const places = {
  pass: 0,
  next: 1,
  finished: 2,
  first: 3,
  end: 4,
  operation: 5,
  side: 6,
  chunk: 7,
  pair: 8,
  stop: 9,
  failed: 10,
}

/**
 * @typedef {object} Pass
 * @property {number} number
 * @property {number} first of its numbers; `end` is after the last
 * @property {number} end
 * @property {number} operation
 * @property {number} side
 * @property {number} chunk the side's chunk that the first number stands for
 * @property {number} pair the number of the pair that the side's lists begin with
 */

/**
 * @param {Int32Array} control
 * @returns {Pass}
 */
export function currentPass(control) {
  for (;;) {
    const number = Atomics.load(control, places.pass)
    /** @param {number} place */
    const read = (place) => Atomics.load(control, place)
    const pass = {
      number,
      first: read(places.first),
      end: read(places.end),
      operation: read(places.operation),
      side: read(places.side),
      chunk: read(places.chunk),
      pair: read(places.pair),
    }
    if (number % 2 === 0 && Atomics.load(control, places.pass) === number) return pass
    Atomics.wait(control, places.pass, number, 1)
  }
}

/**
 * @param {Int32Array} control
 * @param {Pass} pass
 * @returns {number} a chunk of the side that nobody else has, or -1 when all are taken
 */
export function takeChunk(control, { first, end, chunk }) {
  for (;;) {
    const next = Atomics.load(control, places.next)
    if (next < first || next >= end) return -1
    if (Atomics.compareExchange(control, places.next, next, next + 1) === next) return chunk + next - first
  }
}

/** @param {Int32Array} control */
export function finishChunk(control) {
  Atomics.add(control, places.finished, 1)
  Atomics.notify(control, places.finished)
}

/**
 * @param {Routines} routines
 * @param {ArrayBufferLike} buffer
 * @param {Plan} plan
 * @param {number} thread
 * @returns {(pass: Pass, chunk: number) => void}
 */
export function chunkWorker(routines, buffer, plan, thread) {
  const { width, settings } = plan
  const room = plan.rooms + thread * plan.roomBytes
  const { startAt, indexAt, weightAt, factorAt } = plan.lists
  const starts = new Int32Array(buffer, room + startAt, plan.most.rows + 1)
  const indices = new Int32Array(buffer, room + indexAt, plan.most.pairs)
  const weights = new Float32Array(buffer, room + weightAt, plan.most.pairs)
  const factors = new Float32Array(buffer, room + factorAt, plan.most.rows)

  return ({ operation, side, pair }, chunk) => {
    const own = plan.sides[side === 0 ? 0 : 1]
    const other = plan.sides[side === 0 ? 1 : 0]
    if (operation === operations.gramian) {
      const [from, to] = part(own.rows, chunk, plan.slots)
      const out = plan.gramians + chunk * 8 * width * width
      routines.gramian(own.vectors + 4 * width * from, to - from, width, out, room)
      return
    }
    if (operation === operations.turn) {
      const [from, to] = part(own.rows, chunk, plan.slots)
      routines.turn(own.vectors + 4 * width * from, to - from, width, plan.basis, room)
      return
    }
    const from = own.bounds[chunk] ?? 0
    const to = own.bounds[chunk + 1] ?? 0
    const rows = to - from
    starts.set(own.start.subarray(from, to + 1))
    const first = own.start[from] ?? 0
    const last = own.start[to] ?? 0
    indices.set(own.index.subarray(first - pair, last - pair))
    for (let row = 0; row < rows; row++) {
      const count = (starts[row + 1] ?? 0) - (starts[row] ?? 0)
      factors[row] = factor(operation, count, other.rows, settings)
    }
    const out = own.vectors + 4 * width * from
    if (operation === operations.solve) {
      weights.set(own.weight.subarray(first - pair, last - pair))
      routines.solveRows(
        room + startAt,
        room + indexAt,
        room + weightAt,
        room + factorAt,
        rows,
        other.vectors,
        width,
        plan.spectrum,
        out,
        room,
      )
    } else {
      routines.sumRows(room + startAt, room + indexAt, room + factorAt, rows, other.vectors, width, out)
    }
  }
}

/**
 * What multiplies a row's sum, or holds its solution down.
 * @param {number} operation
 * @param {number} count
 * @param {number} columns
 * @param {Plan['settings']} settings
 */
function factor(operation, count, columns, { regularisation, unobservedWeight, frequencyExponent }) {
  if (operation === operations.sum) return 1
  if (operation === operations.sumShrunk) return 1 / Math.sqrt(count || 1)
  return regularisation * (count + unobservedWeight * columns) ** frequencyExponent
}

/**
 * @param {number} rows
 * @param {number} slot
 * @param {number} slots
 * @returns {[from: number, to: number]}
 */
function part(rows, slot, slots) {
  return [Math.floor((rows * slot) / slots), Math.floor((rows * (slot + 1)) / slots)]
}
