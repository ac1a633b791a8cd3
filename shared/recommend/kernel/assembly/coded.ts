/** The scores of items whose vectors are eight bits a part, on those codes: a quarter of the floats to read. */

// @ts-ignore: decorator
@inline
function sumsOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7))
}

/** Sixteen codes against as many whole numbers. */
// @ts-ignore: decorator
@inline
function products(codes: usize, low: v128, high: v128): v128 {
  const x = v128.load(codes)
  return i32x4.add(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), low),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), high),
  )
}

/**
 * out[r] = Σ codes[r][c] · whole[c] × step × scales[r], in doubles. The sums are of whole numbers, so no order of
 * adding changes them.
 * @param width bytes from one item to the next, a multiple of 16, at most 512: so far no sum overflows
 * @param whole i16
 */
export function codedScores(
  codes: usize,
  scales: usize,
  rows: i32,
  width: i32,
  whole: usize,
  step: f64,
  out: usize,
): void {
  const stride = <usize>width
  const unit = f64x2.splat(step)
  // Four items at once, so that what they share is loaded once.
  for (let row = 0; row < rows; row += 4) {
    const second = row + 1 < rows ? stride : 0
    const third = row + 2 < rows ? 2 * stride : 0
    const fourth = row + 3 < rows ? 3 * stride : 0
    let a = i32x4.splat(0)
    let b = i32x4.splat(0)
    let c = i32x4.splat(0)
    let d = i32x4.splat(0)
    for (let at: usize = 0; at < stride; at += 16) {
      const low = v128.load(whole + 2 * at)
      const high = v128.load(whole + 2 * at, 16)
      const from = codes + at
      a = i32x4.add(a, products(from, low, high))
      b = i32x4.add(b, products(from + second, low, high))
      c = i32x4.add(c, products(from + third, low, high))
      d = i32x4.add(d, products(from + fourth, low, high))
    }
    const sums = sumsOfFour(a, b, c, d)
    const scale = v128.load(scales)
    const left = f64x2.mul(f64x2.convert_low_i32x4_s(sums), unit)
    const right = f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(sums, sums, 2, 3, 2, 3)), unit)
    v128.store(out, f64x2.mul(left, f64x2.promote_low_f32x4(scale)))
    v128.store(
      out,
      f64x2.mul(right, f64x2.promote_low_f32x4(v128.shuffle<f32>(scale, scale, 2, 3, 2, 3))),
      16,
    )
    codes += 4 * stride
    scales += 16
    out += 32
  }
}
