/**
 * One side of an epoch of implicit alternating least squares (Rendle, Krichene, Zhang and Koren, "Revisiting the
 * Performance of iALS on Item Recommendation Benchmarks", 2021): every row's vector against the other side's, which
 * stay as they are and whose Gramian is diagonal. A device folds one history in by the same routine.
 *
 * Rows come as compressed sparse rows: `start` has rows + 1 offsets, of which the first is that of `index[0]`.
 */
import { solve } from './cholesky'
import { addGram } from './gram'
import { storeTransposed, zero } from './lanes'
import { scores } from './scores'

/** Pairs that are gathered at a time; the twin has the same, since it is part of the order of additions. */
const blockPairs: i32 = 64

/** Rows that a power of two lies between would compete for the same lines of the first-level cache. */
// @ts-ignore: decorator
@inline
function apart(width: i32): i32 {
  return width | 4
}

/**
 * @param held regularisation of each row
 * @param fixed the other side's vectors, `width` floats each, a multiple of 4
 * @param spectrum unobserved weight × eigenvalue, by dimension
 * @param room what `solveRoom` says
 */
export function solveRows(
  start: usize,
  index: usize,
  weight: usize,
  held: usize,
  rows: i32,
  fixed: usize,
  width: i32,
  spectrum: usize,
  out: usize,
  room: usize,
): void {
  const bytes = <usize>width << 2
  const diagonal = room
  const roots = diagonal + bytes
  const gathered = roots + (<usize>max(width, blockPairs) << 2)
  const system = gathered + ((<usize>max(width, blockPairs) * <usize>apart(width)) << 2)
  for (let row = 0; row < rows; row++) {
    const count = i32.load(start, 4) - i32.load(start)
    memory.fill(out, 0, bytes)
    if (count > 0) {
      const regularisation = f32x4.splat(f32.load(held))
      for (let k: usize = 0; k < bytes; k += 16) {
        v128.store(diagonal + k, f32x4.add(v128.load(spectrum + k), regularisation))
      }
      if (count < width) byPairs(index, weight, count, fixed, width, diagonal, roots, gathered, system, out)
      else byDimensions(index, weight, count, fixed, width, diagonal, roots, gathered, system, out)
    }
    index += <usize>count << 2
    weight += <usize>count << 2
    start += 4
    held += 4
    out += bytes
  }
}

/**
 * Woodbury. With rows T = root · vector · D^-½, the solution is D^-½ Tᵀ (I + TTᵀ)⁻¹ roots: a system as large as the
 * row has pairs. T is gathered by dimension.
 */
function byPairs(
  index: usize,
  weight: usize,
  count: i32,
  fixed: usize,
  width: i32,
  diagonal: usize,
  roots: usize,
  gathered: usize,
  system: usize,
  out: usize,
): void {
  const bytes = <usize>width << 2
  const size = (count + 3) & ~3
  const stride = apart(size)
  const step = <usize>stride << 2
  const one = f32x4.splat(1)
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(diagonal + k, f32x4.div(one, f32x4.sqrt(v128.load(diagonal + k))))
  }
  for (let r = 0; r < size; r++) {
    f32.store(roots + (<usize>r << 2), r < count ? sqrt<f32>(f32.load(weight + (<usize>r << 2))) : 0)
  }
  const last = <usize>(count - 1) << 2
  for (let r: usize = 0; r < <usize>size << 2; r += 16) {
    // Past the last pair its vector comes again, with a root of nought.
    const a = fixed + <usize>load<u32>(index + r) * bytes
    const b = fixed + <usize>load<u32>(index + min(r + 4, last)) * bytes
    const c = fixed + <usize>load<u32>(index + min(r + 8, last)) * bytes
    const d = fixed + <usize>load<u32>(index + min(r + 12, last)) * bytes
    const rootA = v128.load32_splat(roots + r)
    const rootB = v128.load32_splat(roots + r, 4)
    const rootC = v128.load32_splat(roots + r, 8)
    const rootD = v128.load32_splat(roots + r, 12)
    let to = gathered + r
    for (let k: usize = 0; k < bytes; k += 16) {
      const scale = v128.load(diagonal + k)
      storeTransposed(
        f32x4.mul(f32x4.mul(v128.load(a + k), scale), rootA),
        f32x4.mul(f32x4.mul(v128.load(b + k), scale), rootB),
        f32x4.mul(f32x4.mul(v128.load(c + k), scale), rootC),
        f32x4.mul(f32x4.mul(v128.load(d + k), scale), rootD),
        to,
        step,
      )
      to += 4 * step
    }
  }
  memory.fill(system, 0, <usize>size * step)
  for (let r = 0; r < size; r++) f32.store(system + <usize>r * (step + 4), 1)
  addGram(gathered, width, size, stride, system, stride)
  solve(system, size, stride, roots)
  scores(gathered, width, size, stride, roots, out)
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(out + k, f32x4.mul(v128.load(out + k), v128.load(diagonal + k)))
  }
}

/** The normal equation as it stands: D plus the weighted Gramian of what was met. */
function byDimensions(
  index: usize,
  weight: usize,
  count: i32,
  fixed: usize,
  width: i32,
  diagonal: usize,
  roots: usize,
  gathered: usize,
  system: usize,
  out: usize,
): void {
  const bytes = <usize>width << 2
  const stride = apart(width)
  const step = <usize>stride << 2
  memory.fill(system, 0, <usize>width * step)
  for (let k: usize = 0; k < <usize>width; k++) {
    f32.store(system + k * (step + 4), f32.load(diagonal + (k << 2)))
  }
  for (let from = 0; from < count; from += blockPairs) {
    const pairs = min(blockPairs, count - from)
    for (let r: usize = 0; r < <usize>pairs; r++) {
      const root = sqrt<f32>(f32.load(weight + (r << 2)))
      f32.store(roots + (r << 2), root)
      const vector = fixed + <usize>load<u32>(index + (r << 2)) * bytes
      const to = gathered + r * step
      const factor = f32x4.splat(root)
      for (let k: usize = 0; k < bytes; k += 16) {
        v128.store(to + k, f32x4.mul(v128.load(vector + k), factor))
      }
    }
    addGram(gathered, pairs, width, stride, system, stride)
    for (let k: usize = 0; k < bytes; k += 16) {
      let sum = zero()
      let at = gathered + k
      for (let r: usize = 0; r < <usize>pairs << 2; r += 4) {
        sum = f32x4.add(sum, f32x4.mul(v128.load(at), v128.load32_splat(roots + r)))
        at += step
      }
      v128.store(out + k, f32x4.add(v128.load(out + k), sum))
    }
    index += <usize>pairs << 2
    weight += <usize>pairs << 2
  }
  solve(system, width, stride, out)
}

/** For each row the sum of the vectors of what it met, times the row's factor: sparse times dense. */
export function sumRows(
  start: usize,
  index: usize,
  factor: usize,
  rows: i32,
  fixed: usize,
  width: i32,
  out: usize,
): void {
  const bytes = <usize>width << 2
  for (let row = 0; row < rows; row++) {
    const end = index + (<usize>(i32.load(start, 4) - i32.load(start)) << 2)
    const scale = v128.load32_splat(factor)
    let k: usize = 0
    for (; k + 16 < bytes; k += 32) {
      let low = zero()
      let high = zero()
      for (let at = index; at < end; at += 4) {
        const from = fixed + <usize>load<u32>(at) * bytes + k
        low = f32x4.add(low, v128.load(from))
        high = f32x4.add(high, v128.load(from, 16))
      }
      v128.store(out + k, f32x4.mul(low, scale))
      v128.store(out + k, f32x4.mul(high, scale), 16)
    }
    if (k < bytes) {
      let low = zero()
      for (let at = index; at < end; at += 4) {
        low = f32x4.add(low, v128.load(fixed + <usize>load<u32>(at) * bytes + k))
      }
      v128.store(out + k, f32x4.mul(low, scale))
    }
    index = end
    start += 4
    factor += 4
    out += bytes
  }
}
