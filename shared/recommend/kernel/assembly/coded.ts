/** The scores of items whose vectors are eight bits a part, on those codes: a quarter of the floats to read. */

// @ts-ignore: decorator
@inline
function sumsOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7))
}

/** Sixteen codes against as many halves of 15 bits. */
// @ts-ignore: decorator
@inline
function products(low: v128, high: v128, halves: usize): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(low, v128.load(halves)),
    i32x4.dot_i16x8_s(high, v128.load(halves, 16)),
  )
}

/**
 * out[r] = Σ codes[r][c] · whole[c] × step × scales[r], in doubles. All sums are of whole numbers, so no order of
 * adding changes them.
 * @param width bytes from one item to the next, a multiple of 16
 * @param halves whole numbers below 2²⁹ in two halves each: `width` upper ones (>> 15), then `width` lower ones, i16
 */
export function codedScores(
  codes: usize,
  scales: usize,
  rows: i32,
  width: i32,
  halves: usize,
  step: f64,
  out: usize,
): void {
  const stride = <usize>width
  const lower = halves + 2 * stride
  const unit = f64x2.splat(step)
  const half = f64x2.splat(32768)
  const zero = i32x4.splat(0)
  // Four items at once, so that each half is loaded once for all of them.
  let row = 0
  for (; row < rows; row += 4) {
    const b = row + 1 < rows ? stride : 0
    const c = row + 2 < rows ? 2 * stride : 0
    const d = row + 3 < rows ? 3 * stride : 0
    let aHigh = zero
    let bHigh = zero
    let cHigh = zero
    let dHigh = zero
    let aLow = zero
    let bLow = zero
    let cLow = zero
    let dLow = zero
    for (let at: usize = 0; at < stride; at += 16) {
      const upperAt = halves + 2 * at
      const lowerAt = lower + 2 * at
      const from = codes + at
      let x = v128.load(from)
      let x0 = i16x8.extend_low_i8x16_s(x)
      let x1 = i16x8.extend_high_i8x16_s(x)
      aHigh = i32x4.add(aHigh, products(x0, x1, upperAt))
      aLow = i32x4.add(aLow, products(x0, x1, lowerAt))
      x = v128.load(from + b)
      x0 = i16x8.extend_low_i8x16_s(x)
      x1 = i16x8.extend_high_i8x16_s(x)
      bHigh = i32x4.add(bHigh, products(x0, x1, upperAt))
      bLow = i32x4.add(bLow, products(x0, x1, lowerAt))
      x = v128.load(from + c)
      x0 = i16x8.extend_low_i8x16_s(x)
      x1 = i16x8.extend_high_i8x16_s(x)
      cHigh = i32x4.add(cHigh, products(x0, x1, upperAt))
      cLow = i32x4.add(cLow, products(x0, x1, lowerAt))
      x = v128.load(from + d)
      x0 = i16x8.extend_low_i8x16_s(x)
      x1 = i16x8.extend_high_i8x16_s(x)
      dHigh = i32x4.add(dHigh, products(x0, x1, upperAt))
      dLow = i32x4.add(dLow, products(x0, x1, lowerAt))
    }
    const high = sumsOfFour(aHigh, bHigh, cHigh, dHigh)
    const low = sumsOfFour(aLow, bLow, cLow, dLow)
    const scale = v128.load(scales)
    const first = f64x2.add(
      f64x2.mul(f64x2.convert_low_i32x4_s(high), half),
      f64x2.convert_low_i32x4_s(low),
    )
    const second = f64x2.add(
      f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(high, high, 2, 3, 2, 3)), half),
      f64x2.convert_low_i32x4_s(v128.shuffle<i32>(low, low, 2, 3, 2, 3)),
    )
    v128.store(out, f64x2.mul(f64x2.mul(first, unit), f64x2.promote_low_f32x4(scale)))
    v128.store(
      out,
      f64x2.mul(
        f64x2.mul(second, unit),
        f64x2.promote_low_f32x4(v128.shuffle<f32>(scale, scale, 2, 3, 2, 3)),
      ),
      16,
    )
    codes += 4 * stride
    scales += 16
    out += 32
  }
}
