/** A matrix times a vector: the scores of many items for one member, and the last step of every solution. */
import { sums, zero } from './lanes'

/**
 * out[r] = Σ matrix[r][c] · vector[c]
 * @param columns a multiple of 4
 * @param stride floats from one row to the next
 */
export function scores(
  matrix: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  vector: usize,
  out: usize,
): void {
  const step = <usize>stride << 2
  const length = <usize>columns << 2
  let row = 0
  // Four rows at once, so that no addition waits for the one before it.
  for (; row + 3 < rows; row += 4) {
    let a = zero()
    let b = zero()
    let c = zero()
    let d = zero()
    for (let at: usize = 0; at < length; at += 16) {
      const x = v128.load(vector + at)
      const from = matrix + at
      a = f32x4.add(a, f32x4.mul(v128.load(from), x))
      b = f32x4.add(b, f32x4.mul(v128.load(from + step), x))
      c = f32x4.add(c, f32x4.mul(v128.load(from + 2 * step), x))
      d = f32x4.add(d, f32x4.mul(v128.load(from + 3 * step), x))
    }
    v128.store(out, sums(a, b, c, d))
    out += 16
    matrix += 4 * step
  }
  for (; row < rows; row++) {
    let a = zero()
    for (let at: usize = 0; at < length; at += 16) {
      a = f32x4.add(a, f32x4.mul(v128.load(matrix + at), v128.load(vector + at)))
    }
    f32.store(out, f32x4.extract_lane(sums(a, a, a, a), 0))
    out += 4
    matrix += step
  }
}
