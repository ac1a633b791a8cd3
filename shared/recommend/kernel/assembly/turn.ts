/** Vectors into another basis, where they lie. */
import { zero } from './lanes'

/**
 * vectors[r] = vectors[r] · basis
 * @param width a multiple of 4
 * @param basis width × width, row-major
 * @param room width floats
 */
export function turn(vectors: usize, rows: i32, width: i32, basis: usize, room: usize): void {
  const step = <usize>width << 2
  for (let row = 0; row < rows; row++) {
    memory.copy(room, vectors, step)
    let to: usize = 0
    for (; to + 48 < step; to += 64) turn16(room, basis + to, step, vectors + to)
    for (; to < step; to += 16) turn4(room, basis + to, step, vectors + to)
    vectors += step
  }
}

// @ts-ignore: decorator
@inline
function turn16(vector: usize, basis: usize, step: usize, to: usize): void {
  let a = zero()
  let b = zero()
  let c = zero()
  let d = zero()
  for (const end = vector + step; vector < end; vector += 4) {
    const factor = v128.load32_splat(vector)
    a = f32x4.add(a, f32x4.mul(factor, v128.load(basis)))
    b = f32x4.add(b, f32x4.mul(factor, v128.load(basis, 16)))
    c = f32x4.add(c, f32x4.mul(factor, v128.load(basis, 32)))
    d = f32x4.add(d, f32x4.mul(factor, v128.load(basis, 48)))
    basis += step
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}

// @ts-ignore: decorator
@inline
function turn4(vector: usize, basis: usize, step: usize, to: usize): void {
  let a = zero()
  for (const end = vector + step; vector < end; vector += 4) {
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(vector), v128.load(basis)))
    basis += step
  }
  v128.store(to, a)
}
