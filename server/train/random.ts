/** Seeded randomness for the trainer: the same seed gives the same model on every machine. */

/** Uniform numbers in [0, 1) from a 32-bit seed. Mulberry32 (Tommy Ettinger, public domain). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** `length` draws from a normal distribution with mean 0 and the given standard deviation (Box–Muller), into `draws`. */
export function normals(
  random: () => number,
  length: number,
  deviation: number,
  draws = new Float64Array(length),
): Float64Array {
  for (let i = 0; i < length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    draws[i] = radius * Math.cos(angle)
    if (i + 1 < length) draws[i + 1] = radius * Math.sin(angle)
  }
  return draws
}

/** Shuffles in place (Fisher–Yates) and returns the same array. */
export function shuffle<T extends Int32Array | number[]>(list: T, random: () => number): T {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const held = list[i]!
    list[i] = list[j]!
    list[j] = held
  }
  return list
}
