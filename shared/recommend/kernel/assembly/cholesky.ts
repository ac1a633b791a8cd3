/**
 * Systems with a symmetric positive definite matrix, by A = UᵀU with U upper triangular (Golub and Van Loan, Matrix
 * Computations, §4.2). Only the upper half is read. The size is a multiple of 4: whoever has less pads with the
 * identity. The diagonal of U is kept as its reciprocals.
 */
import { sums, zero } from './lanes'

/** Solves A x = b: A becomes U, b becomes x. */
export function solve(matrix: usize, size: i32, stride: i32, rhs: usize): void {
  const step = <usize>stride << 2
  const width = <usize>size << 2
  factorise(matrix, width, step)
  forwards(matrix, width, step, rhs)
  backwards(matrix, width, step, rhs)
}

/** Four rows at a time: what the rows above take away, in registers, then the four among themselves. */
function factorise(matrix: usize, width: usize, step: usize): void {
  for (let i: usize = 0; i < width; i += 16) {
    const row = matrix + (i >> 2) * step
    for (let j = i; j < width; j += 16) {
      let a = v128.load(row + j)
      let b = v128.load(row + step + j)
      let c = v128.load(row + 2 * step + j)
      let d = v128.load(row + 3 * step + j)
      for (let above = matrix; above < row; above += step) {
        const values = v128.load(above + j)
        const factors = above + i
        a = f32x4.sub(a, f32x4.mul(v128.load32_splat(factors), values))
        b = f32x4.sub(b, f32x4.mul(v128.load32_splat(factors, 4), values))
        c = f32x4.sub(c, f32x4.mul(v128.load32_splat(factors, 8), values))
        d = f32x4.sub(d, f32x4.mul(v128.load32_splat(factors, 12), values))
      }
      if (j === i) {
        // The four on the diagonal come first and leave their reciprocals, which the tiles beside them use.
        const first: f32 = <f32>1 / sqrt<f32>(f32x4.extract_lane(a, 0))
        a = f32x4.mul(a, f32x4.splat(first))
        b = f32x4.sub(b, f32x4.mul(f32x4.splat(f32x4.extract_lane(a, 1)), a))
        c = f32x4.sub(c, f32x4.mul(f32x4.splat(f32x4.extract_lane(a, 2)), a))
        d = f32x4.sub(d, f32x4.mul(f32x4.splat(f32x4.extract_lane(a, 3)), a))
        const second: f32 = <f32>1 / sqrt<f32>(f32x4.extract_lane(b, 1))
        b = f32x4.mul(b, f32x4.splat(second))
        c = f32x4.sub(c, f32x4.mul(f32x4.splat(f32x4.extract_lane(b, 2)), b))
        d = f32x4.sub(d, f32x4.mul(f32x4.splat(f32x4.extract_lane(b, 3)), b))
        const third: f32 = <f32>1 / sqrt<f32>(f32x4.extract_lane(c, 2))
        c = f32x4.mul(c, f32x4.splat(third))
        d = f32x4.sub(d, f32x4.mul(f32x4.splat(f32x4.extract_lane(c, 3)), c))
        const fourth: f32 = <f32>1 / sqrt<f32>(f32x4.extract_lane(d, 3))
        a = f32x4.replace_lane(a, 0, first)
        b = f32x4.replace_lane(b, 1, second)
        c = f32x4.replace_lane(c, 2, third)
        d = f32x4.replace_lane(d, 3, fourth)
      } else {
        const own = row + i
        a = f32x4.mul(a, v128.load32_splat(own))
        b = f32x4.sub(b, f32x4.mul(v128.load32_splat(own, 4), a))
        c = f32x4.sub(c, f32x4.mul(v128.load32_splat(own, 8), a))
        d = f32x4.sub(d, f32x4.mul(v128.load32_splat(own, 12), a))
        b = f32x4.mul(b, v128.load32_splat(own + step, 4))
        c = f32x4.sub(c, f32x4.mul(v128.load32_splat(own + step, 8), b))
        d = f32x4.sub(d, f32x4.mul(v128.load32_splat(own + step, 12), b))
        c = f32x4.mul(c, v128.load32_splat(own + 2 * step, 8))
        d = f32x4.sub(d, f32x4.mul(v128.load32_splat(own + 2 * step, 12), c))
        d = f32x4.mul(d, v128.load32_splat(own + 3 * step, 12))
      }
      v128.store(row + j, a)
      v128.store(row + step + j, b)
      v128.store(row + 2 * step + j, c)
      v128.store(row + 3 * step + j, d)
    }
  }
}

/** Uᵀ y = b */
function forwards(matrix: usize, width: usize, step: usize, rhs: usize): void {
  for (let i: usize = 0; i < width; i += 16) {
    const row = matrix + (i >> 2) * step
    const own = row + i
    const to = rhs + i
    const a = f32.load(to) * f32.load(own)
    const b = (f32.load(to, 4) - f32.load(own, 4) * a) * f32.load(own + step, 4)
    const c =
      (f32.load(to, 8) - f32.load(own, 8) * a - f32.load(own + step, 8) * b) * f32.load(own + 2 * step, 8)
    const d =
      (f32.load(to, 12) -
        f32.load(own, 12) * a -
        f32.load(own + step, 12) * b -
        f32.load(own + 2 * step, 12) * c) *
      f32.load(own + 3 * step, 12)
    f32.store(to, a)
    f32.store(to, b, 4)
    f32.store(to, c, 8)
    f32.store(to, d, 12)
    for (let j = i + 16; j < width; j += 16) {
      const from = row + j
      let left = v128.load(rhs + j)
      left = f32x4.sub(left, f32x4.mul(v128.load(from), f32x4.splat(a)))
      left = f32x4.sub(left, f32x4.mul(v128.load(from + step), f32x4.splat(b)))
      left = f32x4.sub(left, f32x4.mul(v128.load(from + 2 * step), f32x4.splat(c)))
      left = f32x4.sub(left, f32x4.mul(v128.load(from + 3 * step), f32x4.splat(d)))
      v128.store(rhs + j, left)
    }
  }
}

/** U x = y */
function backwards(matrix: usize, width: usize, step: usize, rhs: usize): void {
  for (let i = width; i > 0; ) {
    i -= 16
    const row = matrix + (i >> 2) * step
    const own = row + i
    const to = rhs + i
    let e = zero()
    let f = zero()
    let g = zero()
    let h = zero()
    for (let j = i + 16; j < width; j += 16) {
      const x = v128.load(rhs + j)
      const from = row + j
      e = f32x4.add(e, f32x4.mul(v128.load(from), x))
      f = f32x4.add(f, f32x4.mul(v128.load(from + step), x))
      g = f32x4.add(g, f32x4.mul(v128.load(from + 2 * step), x))
      h = f32x4.add(h, f32x4.mul(v128.load(from + 3 * step), x))
    }
    const left = f32x4.sub(v128.load(to), sums(e, f, g, h))
    const d = f32x4.extract_lane(left, 3) * f32.load(own + 3 * step, 12)
    const c = (f32x4.extract_lane(left, 2) - f32.load(own + 2 * step, 12) * d) * f32.load(own + 2 * step, 8)
    const b =
      (f32x4.extract_lane(left, 1) - f32.load(own + step, 12) * d - f32.load(own + step, 8) * c) *
      f32.load(own + step, 4)
    const a =
      (f32x4.extract_lane(left, 0) - f32.load(own, 12) * d - f32.load(own, 8) * c - f32.load(own, 4) * b) *
      f32.load(own)
    f32.store(to, a)
    f32.store(to, b, 4)
    f32.store(to, c, 8)
    f32.store(to, d, 12)
  }
}
