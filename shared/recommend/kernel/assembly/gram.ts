/**
 * XᵀX, where nearly all of the training time goes. Each tile of four by eight results stays in registers while the
 * rows pass by once: eight sums for two loads and four broadcasts (the register blocking of Goto and van de Geijn,
 * "Anatomy of High-Performance Matrix Multiplication", 2008).
 */
import { zero } from './lanes'

/**
 * Adds XᵀX to the upper half of `out`; tiles on the diagonal also touch places below it, which nobody reads.
 * @param columns a multiple of 4
 * @param stride floats from one row of X to the next; `outStride` likewise
 */
export function addGram(
  x: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  out: usize,
  outStride: i32,
): void {
  const step = <usize>stride << 2
  const outStep = <usize>outStride << 2
  const end = x + <usize>rows * step
  const width = <usize>columns << 2
  for (let i: usize = 0; i < width; i += 16) {
    const to = out + (i >> 2) * outStep
    let j = i
    for (; j + 16 < width; j += 32) addTile8(x, end, step, i, j, to + j, outStep)
    if (j < width) addTile4(x, end, step, i, j, to + j, outStep)
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value))
}

// @ts-ignore: decorator
@inline
function addTile8(x: usize, end: usize, step: usize, i: usize, j: usize, to: usize, outStep: usize): void {
  let a = zero()
  let b = zero()
  let c = zero()
  let d = zero()
  let e = zero()
  let f = zero()
  let g = zero()
  let h = zero()
  let left = x + i
  let right = x + j
  for (; left < end; left += step) {
    const low = v128.load(right)
    const high = v128.load(right, 16)
    let factor = v128.load32_splat(left)
    a = f32x4.add(a, f32x4.mul(factor, low))
    b = f32x4.add(b, f32x4.mul(factor, high))
    factor = v128.load32_splat(left, 4)
    c = f32x4.add(c, f32x4.mul(factor, low))
    d = f32x4.add(d, f32x4.mul(factor, high))
    factor = v128.load32_splat(left, 8)
    e = f32x4.add(e, f32x4.mul(factor, low))
    f = f32x4.add(f, f32x4.mul(factor, high))
    factor = v128.load32_splat(left, 12)
    g = f32x4.add(g, f32x4.mul(factor, low))
    h = f32x4.add(h, f32x4.mul(factor, high))
    right += step
  }
  addTo(to, a)
  addTo(to + 16, b)
  addTo(to + outStep, c)
  addTo(to + outStep + 16, d)
  addTo(to + 2 * outStep, e)
  addTo(to + 2 * outStep + 16, f)
  addTo(to + 3 * outStep, g)
  addTo(to + 3 * outStep + 16, h)
}

// @ts-ignore: decorator
@inline
function addTile4(x: usize, end: usize, step: usize, i: usize, j: usize, to: usize, outStep: usize): void {
  let a = zero()
  let b = zero()
  let c = zero()
  let d = zero()
  let left = x + i
  let right = x + j
  for (; left < end; left += step) {
    const low = v128.load(right)
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(left), low))
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(left, 4), low))
    c = f32x4.add(c, f32x4.mul(v128.load32_splat(left, 8), low))
    d = f32x4.add(d, f32x4.mul(v128.load32_splat(left, 12), low))
    right += step
  }
  addTo(to, a)
  addTo(to + outStep, b)
  addTo(to + 2 * outStep, c)
  addTo(to + 3 * outStep, d)
}

/** Rows summed in single precision before they are added to doubles: their sum then loses no small part. */
const blockRows: i32 = 64

/**
 * The Gramian of many vectors, in doubles, upper half.
 * @param out width × width doubles
 * @param room width × width floats
 */
export function gramian(vectors: usize, rows: i32, width: i32, out: usize, room: usize): void {
  const size = <usize>width * <usize>width
  memory.fill(out, 0, size << 3)
  for (let from = 0; from < rows; from += blockRows) {
    const count = min(blockRows, rows - from)
    memory.fill(room, 0, size << 2)
    addGram(vectors, count, width, width, room, width)
    vectors += (<usize>count * <usize>width) << 2
    for (let at: usize = 0; at < size; at += 2) {
      const to = out + (at << 3)
      const block = f64x2.promote_low_f32x4(v128.load64_zero(room + (at << 2)))
      v128.store(to, f64x2.add(v128.load(to), block))
    }
  }
}
