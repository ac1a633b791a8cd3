import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inverse, Matrix } from 'ml-matrix'
import { expect, test } from 'vitest'
import { createRandom } from '#server/train/random.ts'
import { compiledKernel } from '../../../test/kernel.js'
import { createKernel, type Kernel, padded, solveRoom } from './kernel.ts'
import { createTwin } from './twin.ts'

const bytes = 1 << 20
const kinds = [
  ['compiled', createKernel(bytes)!],
  ['shared', createKernel(bytes, { shared: true })!],
  ['twin', createTwin(bytes)],
] as const

test('the committed module is what its source compiles to', { timeout: 120_000 }, async () => {
  expect(await compiledKernel()).toBe(readFileSync(join(import.meta.dirname, 'module.ts'), 'utf8'))
})

test('what threads may share is shared, and nothing else', () => {
  expect(kinds.map(([, { buffer }]) => buffer instanceof SharedArrayBuffer)).toEqual([false, true, false])
})

test('no kernel where WebAssembly is absent, refused, or has no SIMD', () => {
  const original = globalThis.WebAssembly
  const refusing = {
    Memory: original.Memory,
    Module: class {
      constructor() {
        throw new original.CompileError('refused')
      }
    },
  }
  try {
    for (const instead of [undefined, refusing]) {
      Object.assign(globalThis, { WebAssembly: instead })
      expect(createKernel(bytes)).toBeUndefined()
    }
  } finally {
    Object.assign(globalThis, { WebAssembly: original })
  }
})

/** Hands out places in a kernel's memory, every one with what the twin and the kernel both get. */
function laidOut(kernel: Kernel) {
  let next = 16
  const place = (size: number): number => {
    const at = next
    next = 16 * Math.ceil((at + size) / 16)
    return at
  }
  return {
    kernel,
    room: place,
    floats(values: ArrayLike<number>): number {
      const at = place(4 * values.length)
      new Float32Array(kernel.buffer, at, values.length).set(values)
      return at
    },
    integers(values: ArrayLike<number>): number {
      const at = place(4 * values.length)
      new Int32Array(kernel.buffer, at, values.length).set(values)
      return at
    },
    bytes(values: Int8Array): number {
      const at = place(values.length)
      new Int8Array(kernel.buffer, at, values.length).set(values)
      return at
    },
    read: (at: number, length: number): Float32Array => new Float32Array(kernel.buffer, at, length).slice(),
  }
}

/** Runs the work on every kernel, expects the same bits of each, and returns them. */
function alike(work: (on: ReturnType<typeof laidOut>) => Float32Array | Float64Array): number[] {
  const [first, ...others] = kinds.map(([, kernel]) => {
    new Uint8Array(kernel.buffer).fill(0)
    return [...work(laidOut(kernel))]
  })
  for (const other of others) expect(other).toEqual(first)
  return first!
}

function drawn(length: number, seed: number, from = -1): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length }, () => from + (1 - from) * random())
}

/** `count` vectors of `dimensions`, filled up with zeros to the padded width. */
function vectorsOf(count: number, dimensions: number, seed: number): Float32Array {
  const width = padded(dimensions)
  return drawn(count * width, seed).map((value, at) => (at % width < dimensions ? value : 0))
}

test.each([
  [1, 4],
  [7, 12],
  [33, 64],
])('%i rows of %i times a vector', (rows, width) => {
  const matrix = drawn(rows * width, 1)
  const vector = drawn(width, 2)
  const scores = alike(({ kernel, floats, room, read }) => {
    const out = room(4 * rows)
    kernel.scores(floats(matrix), rows, width, width, floats(vector), out)
    return read(out, rows)
  })
  const exact = Matrix.from1DArray(rows, width, [...matrix]).mmul(Matrix.columnVector([...vector]))
  scores.forEach((score, row) => {
    expect(score).toBeCloseTo(exact.get(row, 0), 5)
  })
})

test.each([
  [1, 16],
  [6, 32],
  [8, 64],
  [3, 512],
])('%i rows of %i codes times a vector of whole numbers, exactly', (rows, width) => {
  const random = createRandom(13)
  // The largest that there are, in one row, so that nothing overflows; the other rows anything.
  const codes = Int8Array.from({ length: rows * width }, (_, at) =>
    at < width ? -128 : Math.floor(256 * random()) - 128,
  )
  const whole = Int16Array.from({ length: width }, () =>
    rows % 2 ? -32_767 : Math.round(32_767 * (2 * random() - 1)),
  )
  const scales = drawn(rows, 14, 0.1)
  const scores = alike(({ kernel, bytes, floats, room }) => {
    const out = room(8 * (rows + 3))
    const vector = bytes(new Int8Array(whole.buffer))
    kernel.codedScores(bytes(codes), floats([...scales, 0, 0, 0]), rows, width, vector, 0.3, out)
    return new Float64Array(kernel.buffer, out, rows).slice()
  })
  scores.forEach((score, row) => {
    let sum = 0
    for (let k = 0; k < width; k++) sum += codes[row * width + k]! * whole[k]!
    expect(score).toBe(sum * 0.3 * scales[row]!)
  })
})

test.each([
  [5, 4],
  [200, 20],
  [130, 64],
])('the Gramian of %i vectors of %i', (rows, width) => {
  const vectors = drawn(rows * width, 3)
  const gram = alike(({ kernel, floats, room }) => {
    const out = room(8 * width * width)
    kernel.gramian(floats(vectors), rows, width, out, room(4 * width * width))
    const all = new Float64Array(kernel.buffer, out, width * width)
    return all.map((value, at) => (at % width < Math.floor(at / width) ? 0 : value))
  })
  const matrix = Matrix.from1DArray(rows, width, [...vectors])
  const exact = matrix.transpose().mmul(matrix)
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) expect(gram[i * width + j]).toBeCloseTo(exact.get(i, j), 4)
  }
})

test.each([
  [3, 4],
  [9, 20],
  [17, 64],
])('%i vectors of %i in another basis', (rows, width) => {
  const vectors = drawn(rows * width, 4)
  const basis = drawn(width * width, 5)
  const turned = alike(({ kernel, floats, room, read }) => {
    const at = floats(vectors)
    kernel.turn(at, rows, width, floats(basis), room(4 * width))
    return read(at, rows * width)
  })
  const exact = Matrix.from1DArray(rows, width, [...vectors]).mmul(
    Matrix.from1DArray(width, width, [...basis]),
  )
  turned.forEach((value, at) => {
    expect(value).toBeCloseTo(exact.get(Math.floor(at / width), at % width), 4)
  })
})

test.each([4, 8, 20, 64])('a system of %i', (size) => {
  const stride = size + 4
  const some = Matrix.from1DArray(size, size, [...drawn(size * size, 6)])
  const matrix = some.mmul(some.transpose()).add(Matrix.eye(size, size, size))
  const rhs = drawn(size, 7)
  const laid = new Float32Array(size * stride)
  for (let i = 0; i < size; i++) laid.set(matrix.getRow(i), i * stride)
  const solution = alike(({ kernel, floats, read }) => {
    const at = floats(rhs)
    kernel.solve(floats(laid), size, stride, at)
    return read(at, size)
  })
  const exact = inverse(matrix).mmul(Matrix.columnVector([...rhs]))
  solution.forEach((value, k) => {
    expect(value).toBeCloseTo(exact.get(k, 0), 5)
  })
})

test.each([2, 12, 30, 64])(
  'rows are solved against fixed vectors of %i dimensions, few pairs or many',
  (dimensions) => {
    const width = padded(dimensions)
    const counts = [0, 1, 3, 4, 7, dimensions - 1, dimensions, dimensions + 1, 90, 200]
    const start = [0]
    for (const count of counts) start.push(start.at(-1)! + count)
    const pairs = start.at(-1)!
    const fixed = vectorsOf(200, dimensions, 8)
    const index = Int32Array.from({ length: pairs }, (_, at) => (at * 37) % 200)
    const weight = drawn(pairs, 9, 0.1)
    const held = drawn(counts.length, 10, 0.5)
    const spectrum = drawn(width, 11, 0.1)
    const solved = alike((on) => {
      const out = on.room(4 * counts.length * width)
      // Offsets need not begin at nought: chunks of a longer list are solved as they are.
      const offsets = on.integers(start.map((at) => at + 1000))
      const lists = [on.integers(index), on.floats(weight), on.floats(held)] as const
      const side = [on.floats(fixed), width, on.floats(spectrum)] as const
      on.kernel.solveRows(offsets, ...lists, counts.length, ...side, out, on.room(solveRoom(width)))
      return on.read(out, counts.length * width)
    })
    const vectors = Matrix.from1DArray(200, width, [...fixed])
    counts.forEach((_, row) => {
      const system = Matrix.eye(width, width, held[row])
      const rhs = Matrix.zeros(width, 1)
      for (let k = 0; k < width; k++) system.set(k, k, system.get(k, k) + spectrum[k]!)
      for (let at = start[row]!; at < start[row + 1]!; at++) {
        const column = vectors.getRowVector(index[at]!).transpose()
        system.add(column.mmul(column.transpose()).mul(weight[at]!))
        rhs.add(Matrix.mul(column, weight[at]!))
      }
      const exact = inverse(system).mmul(rhs)
      for (let k = 0; k < width; k++) expect(solved[row * width + k]).toBeCloseTo(exact.get(k, 0), 4)
    })
  },
)

test.each([4, 20, 64])('vectors of %i are summed over what each row names', (width) => {
  const start = [0, 0, 3, 10]
  const index = Int32Array.from({ length: 10 }, (_, at) => (at * 3) % 10)
  const factor = Float32Array.of(1, 0.5, 2)
  const fixed = drawn(10 * width, 12)
  const sums = alike(({ kernel, integers, floats, room, read }) => {
    const out = room(4 * 3 * width)
    kernel.sumRows(integers(start), integers(index), floats(factor), 3, floats(fixed), width, out)
    return read(out, 3 * width)
  })
  for (let row = 0; row < 3; row++) {
    for (let k = 0; k < width; k++) {
      let sum = 0
      for (let at = start[row]!; at < start[row + 1]!; at++) sum += fixed[index[at]! * width + k]!
      expect(sums[row * width + k]).toBeCloseTo(sum * factor[row]!, 4)
    }
  }
})
