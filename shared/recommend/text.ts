/**
 * What items' texts say of them, a short vector of eight bits each, for models that ship it: an item that few have
 * met can then be near what a member reads although nobody's behaviour says so. Cosines of these vectors stand in for
 * those of the texts' TF-IDF vectors, whose strongest directions they are (see server/train/content.ts).
 */
import type { ModelParts } from './model.ts'
import type { CodedVectors, Scorer } from './scorer.ts'

export interface TextVectors extends CodedVectors {
  dimensions: number
}

export interface TextTaste {
  /** The likeness of every item of the model to the profile; 0 where the item has no text. */
  scores: Float64Array
  /** 1 where the item has a text to compare. */
  comparable: Uint8Array
  /** What each met item adds to the likeness of `target`, less what it adds to the middle of what is allowed. */
  contributions(target: number): Float64Array
}

/** `undefined` when the model ships no texts, gives them no weight, or has none of anything that was met. */
export function textTaste(
  model: Pick<ModelParts, 'text' | 'settings'>,
  met: readonly { row: number; weight: number }[],
  allowed: Uint8Array,
  scorer: Scorer,
): TextTaste | undefined {
  const { text } = model
  if (text === undefined || !((model.settings.textShare ?? 0) > 0)) return undefined
  const { dimensions, codes, scales } = text
  const known = met.map(({ row, weight }) => ((scales[row] ?? 0) > 0 ? weight : 0))
  const total = known.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return undefined
  const profile = new Float64Array(dimensions)
  known.forEach((weight, i) => {
    if (weight > 0) addRow(text, met[i]!.row, weight / total, profile)
  })
  let usual: Float64Array | undefined
  return {
    scores: scorer({ codes, scales }, profile),
    comparable: Uint8Array.from(scales, (scale) => (scale > 0 ? 1 : 0)),
    contributions(target) {
      usual ??= middle(text, allowed)
      const apart = usual.map((value) => -value)
      if (target < scales.length) addRow(text, target, 1, apart)
      return Float64Array.from(known, (weight, i) =>
        weight > 0 ? (weight / total) * rowProduct(text, met[i]!.row, apart) : 0,
      )
    },
  }
}

function middle(text: TextVectors, allowed: Uint8Array): Float64Array {
  const mean = new Float64Array(text.dimensions)
  let count = 0
  for (let row = 0; row < text.scales.length; row++) {
    if (allowed[row] === 0 || text.scales[row] === 0) continue
    count += 1
    addRow(text, row, 1, mean)
  }
  return mean.map((sum) => sum / (count || 1))
}

function addRow({ dimensions, codes, scales }: TextVectors, row: number, by: number, to: Float64Array): void {
  const factor = scales[row]! * by
  for (let k = 0; k < dimensions; k++) to[k]! += codes[row * dimensions + k]! * factor
}

function rowProduct({ dimensions, codes, scales }: TextVectors, row: number, vector: Float64Array): number {
  let sum = 0
  for (let k = 0; k < dimensions; k++) sum += codes[row * dimensions + k]! * vector[k]!
  return sum * scales[row]!
}
