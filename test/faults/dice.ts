/**
 * Dice of the simulator: a stream of numbers for each name under a seed, so that what one device draws does not shift
 * when another draws more often, and a history stays much the same when one of its operations is taken out.
 */
export interface Dice {
  /** 0 ≤ n < 1 */
  next(): number
  /** A whole number, 0 ≤ n < below. */
  below(below: number): number
  /** from ≤ n < to */
  between(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  fill(bytes: Uint8Array): void
}

/** sfc32 (PractRand), seeded through cyrb128. */
export function createDice(seed: string): Dice {
  let [a, b, c, d] = mix(seed)

  function word(): number {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }

  for (let i = 0; i < 12; i++) word()
  const next = (): number => word() / 4_294_967_296
  return {
    next,
    below: (below) => Math.floor(next() * below),
    between: (from, to) => from + next() * (to - from),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    fill(bytes) {
      for (let i = 0; i < bytes.length; i++) bytes[i] = word()
    },
  }
}

function mix(text: string): [number, number, number, number] {
  let [a, b, c, d] = [1_779_033_703, 3_144_134_277, 1_013_904_242, 2_773_480_762]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = b ^ Math.imul(a ^ code, 597_399_067)
    b = c ^ Math.imul(b ^ code, 2_869_860_233)
    c = d ^ Math.imul(c ^ code, 951_274_213)
    d = a ^ Math.imul(d ^ code, 2_716_044_179)
  }
  a = Math.imul(c ^ (a >>> 18), 597_399_067)
  b = Math.imul(d ^ (b >>> 22), 2_869_860_233)
  c = Math.imul(a ^ (c >>> 17), 951_274_213)
  d = Math.imul(b ^ (d >>> 19), 2_716_044_179)
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a]
}
