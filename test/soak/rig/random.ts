/** Dice with a seed: what failed once can be made to fail again. */
export interface Dice {
  /** 0 ≤ n < 1 */
  (): number
  /** 0 ≤ n < below, whole. */
  below(below: number): number
  pick<T>(from: readonly T[]): T
  /** Dice of their own, so that one who asks more often does not change what the others get. */
  fork(): Dice
}

/** mulberry32 (Tommy Ettinger): 32 bits of state are plenty for choosing moments. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return Object.assign(next, {
    below,
    pick: <T>(from: readonly T[]): T => from[below(from.length)]!,
    fork: () => createDice(below(2 ** 32)),
  })
}
