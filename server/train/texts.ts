/** The texts that a model ships: the strongest directions of what items are about, eight bits each. */
import { mostTextDimensions } from '#shared/recommend/artefact.ts'
import { quantise } from '#shared/recommend/model.ts'
import type { TextVectors } from '#shared/recommend/text.ts'
import type { ContentVectors } from './content.ts'

/** Bytes of all texts together; in larger catalogues each gets fewer dimensions. */
const mostBytes = 8 * 1024 * 1024
/** With fewer directions than this, texts tell little more than tags do. */
const leastDimensions = 16

/**
 * @param bytes that all of them may take
 * @returns undefined when there is no text, or no room for enough of it
 */
export function textVectors(
  content: ContentVectors,
  most: number,
  bytes: number = mostBytes,
): TextVectors | undefined {
  const items = content.vectors.length / content.dimensions
  const room = Math.floor(bytes / (items || 1)) - 4
  const dimensions = Math.min(most, mostTextDimensions, content.dimensions, room)
  if (items === 0 || dimensions < Math.min(leastDimensions, content.dimensions)) return undefined
  const vectors = new Float64Array(items * dimensions)
  let known = false
  for (let row = 0; row < items; row++) {
    const from = row * content.dimensions
    const strongest = content.vectors.subarray(from, from + dimensions)
    const length = Math.hypot(...strongest)
    if (!(length > 1e-9)) continue
    known = true
    for (let k = 0; k < dimensions; k++) vectors[row * dimensions + k] = strongest[k]! / length
  }
  return known ? { dimensions, ...quantise(vectors, dimensions) } : undefined
}
