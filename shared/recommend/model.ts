/**
 * The model as every part of the recommender sees it: item vectors in the eigenbasis of their Gramian, what is
 * public about each item, and how it was measured. It holds nothing about members; a member's vector is computed
 * where the history lies (see fold-in.ts). artefact.ts turns it into bytes and back.
 */
import * as v from 'valibot'
import type { TextVectors } from './text.ts'

const share = v.pipe(v.number(), v.finite(), v.minValue(0))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** How a linear autoencoder evens out and holds down (see server/train/autoencoder.ts). */
const linearSchema = v.object({ memberExponent: share, itemExponent: share, ridge: share })

export const settingsSchema = v.object({
  dimensions: v.pipe(count, v.minValue(1), v.maxValue(512)),
  /** Weight of a pair that was not met, against 1 for one that was. */
  unobservedWeight: v.pipe(share, v.minValue(1e-9)),
  regularisation: v.pipe(share, v.minValue(1e-9)),
  frequencyExponent: share,
  /** Items that the eigenvalues stand for: those whose vectors were learnt from members. */
  learntItems: count,
  /** Standard deviations of popularity per standard deviation of personal score, as validation chose. */
  popularityShare: share,
  /** The same of likeness of texts, for a model that ships them; absent: 0. */
  textShare: v.optional(share),
  /** For a model with gains; its unobserved weight and regularisation then say nothing. */
  linear: v.optional(linearSchema),
})

const qualitySchema = v.object({ ndcg10: share, recall20: share, coverage10: share })

export const reportSchema = v.object({
  members: count,
  items: count,
  interactions: count,
  /** Interactions whose item is not in the public catalogue; nothing was learnt from them. */
  outsideCatalogue: count,
  /** Items met by fewer than `below` members: left out of training, served from their content, count not shipped. */
  suppressed: v.object({ below: count, items: count, interactions: count }),
  /** `content`: too little behaviour to learn from, so vectors come from text and tags alone. */
  source: v.picklist(['members', 'content']),
  /** What validation compared, on a part of the training data. */
  tried: v.array(
    v.object({
      dimensions: count,
      unobservedWeight: share,
      regularisation: share,
      linear: v.optional(linearSchema),
      ndcg10: share,
    }),
  ),
  /** How the held-out part was chosen and how large it is; null when there was too little to hold any out. */
  heldOut: v.nullable(v.object({ by: v.picklist(['time', 'chance']), members: count, interactions: count })),
  /** On the held-out part: scores alone, the list as shown (diversity, popularity penalty), and popularity. */
  scores: v.nullable(qualitySchema),
  list: v.nullable(qualitySchema),
  popularity: v.nullable(qualitySchema),
})

export type ModelSettings = v.InferOutput<typeof settingsSchema>
export type EvaluationReport = v.InferOutput<typeof reportSchema>
/** NDCG@10, Recall@20 and the share of the catalogue that turns up in anybody's first ten. */
export type Quality = v.InferOutput<typeof qualitySchema>

/** What is public about an item. `at`: published, in ms since 1970, 0 when unknown. */
export interface CatalogueItem {
  id: string
  kind: string
  tags: string[]
  at: number
}

export interface ModelParts {
  settings: ModelSettings
  /** When it was trained, in ms since 1970. */
  trainedAt: number
  items: CatalogueItem[]
  /** Members who met each item; 0 where too few did to say so. */
  popularity: Uint32Array
  /** 1 where the vector was predicted from text and tags instead of learnt from members. */
  fromContent: Uint8Array
  /** Of the Gramian of the learnt vectors, descending. */
  eigenvalues: Float64Array
  /** One float an item: vector = codes × scale. */
  scales: Float32Array
  /** items × dimensions. */
  codes: Int8Array
  /**
   * Of a linear model: how much each item, once met, adds of its vector to the member's. Absent: the member is folded
   * in (see fold-in.ts).
   */
  gains?: Float32Array | undefined
  /** Of length one each, or all zero; only where likeness of texts has a share. */
  text?: TextVectors | undefined
  report: EvaluationReport
}

export interface Model extends ModelParts {
  /** Hash of the content, in hex; '' for a model that was never written. */
  version: string
  /** items × dimensions, decoded. */
  vectors: Float32Array
  rowById: Map<string, number>
}

export function createModel(parts: ModelParts, version: string): Model {
  const { dimensions } = parts.settings
  const vectors = new Float32Array(parts.codes.length)
  for (let row = 0; row < parts.items.length; row++) {
    const scale = parts.scales[row]!
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) vectors[at] = parts.codes[at]! * scale
  }
  return { ...parts, version, vectors, rowById: new Map(parts.items.map((item, row) => [item.id, row])) }
}

/** Rounds each vector to 8 bits with a scale of its own; the error is at most half a 127th of its largest part. */
export function quantise(
  vectors: Float64Array,
  dimensions: number,
): { scales: Float32Array; codes: Int8Array } {
  const scales = new Float32Array(vectors.length / dimensions)
  const codes = new Int8Array(vectors.length)
  for (let row = 0; row < scales.length; row++) {
    let largest = 0
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) {
      largest = Math.max(largest, Math.abs(vectors[at]!))
    }
    if (largest === 0) continue
    scales[row] = largest / 127
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) {
      codes[at] = Math.round((vectors[at]! / largest) * 127)
    }
  }
  return { scales, codes }
}

/** Knows no item: with it, what the device itself knows is ranked by interests and newness alone. */
export function emptyModel(): Model {
  return createModel(
    {
      settings: {
        dimensions: 1,
        unobservedWeight: 1,
        regularisation: 1,
        frequencyExponent: 1,
        learntItems: 0,
        popularityShare: 0,
      },
      trainedAt: 0,
      items: [],
      popularity: new Uint32Array(0),
      fromContent: new Uint8Array(0),
      eigenvalues: new Float64Array(1),
      scales: new Float32Array(0),
      codes: new Int8Array(0),
      report: {
        members: 0,
        items: 0,
        interactions: 0,
        outsideCatalogue: 0,
        suppressed: { below: 0, items: 0, interactions: 0 },
        source: 'content',
        tried: [],
        heldOut: null,
        scores: null,
        list: null,
        popularity: null,
      },
    },
    '',
  )
}
