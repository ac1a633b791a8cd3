/**
 * The dense kernels of the trainer, in plain typed arrays. Most of the training time is spent in `addGram`, which
 * is why it works on four rows times two rows at once: eight sums in registers for six loads. Matrices are
 * row-major; symmetric ones keep their lower half.
 */

/**
 * Adds `t · tᵀ` to the lower half of `out`; blocks on the diagonal also touch up to three places above it, which
 * nobody reads.
 * @param t rows × length, row-major
 * @param out rows × rows, row-major
 */
export function addGram(t: Float64Array, rows: number, length: number, out: Float64Array): void {
  let i = 0
  for (; i + 3 < rows; i += 4) {
    const a = i * length
    const b = a + length
    const c = b + length
    const d = c + length
    for (let j = 0; j < i + 4; j += 2) {
      const e = j * length
      const f = e + length
      let ae = 0
      let af = 0
      let be = 0
      let bf = 0
      let ce = 0
      let cf = 0
      let de = 0
      let df = 0
      for (let k = 0; k < length; k++) {
        const x = t[e + k]!
        const y = t[f + k]!
        const p = t[a + k]!
        const q = t[b + k]!
        const r = t[c + k]!
        const s = t[d + k]!
        ae += p * x
        af += p * y
        be += q * x
        bf += q * y
        ce += r * x
        cf += r * y
        de += s * x
        df += s * y
      }
      let to = i * rows + j
      out[to]! += ae
      out[to + 1]! += af
      to += rows
      out[to]! += be
      out[to + 1]! += bf
      to += rows
      out[to]! += ce
      out[to + 1]! += cf
      to += rows
      out[to]! += de
      out[to + 1]! += df
    }
  }
  for (; i < rows; i++) {
    for (let j = 0; j <= i; j++) out[i * rows + j]! += dot(t, i * length, t, j * length, length)
  }
}

/** Scalar product of two runs. Four sums, so that no addition waits for the one before it. */
export function dot(left: Float64Array, a: number, right: Float64Array, b: number, length: number): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    first += left[a + k]! * right[b + k]!
    second += left[a + k + 1]! * right[b + k + 1]!
    third += left[a + k + 2]! * right[b + k + 2]!
    fourth += left[a + k + 3]! * right[b + k + 3]!
  }
  for (; k < length; k++) first += left[a + k]! * right[b + k]!
  return first + second + third + fourth
}
