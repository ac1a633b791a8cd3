/**
 * A model as one file, the same for everybody. All numbers are little-endian:
 *
 *     0   4  magic "LYRM"
 *     4   4  format, unsigned: 3 with gains, 2 with texts alone, else 1; a reader refuses every later one
 *     8   4  bytes in the whole file
 *    12  32  SHA-256 of everything after it; in hex it is the model's version
 *    44   4  bytes of the JSON part
 *    48   …  JSON, UTF-8: settings, training time, items (public catalogue only), evaluation report
 *     …   …  eigenvalues f64 × d, scales f32 × n, popularity u32 × n, from-content u8 × n, codes i8 × n × d
 *     …   …  with texts: their scales f32 × n, codes i8 × n × t
 *     …   …  with gains: f32 × n
 *
 * The vectors of an item take one byte a dimension and four: 1.0625 bytes per item and dimension at d = 64.
 *
 * Whoever reads one trusts nothing: a file that is too large, cut off, changed or from a newer version is refused
 * by name, and the reader keeps the model that it has. Every platform that runs this is little-endian, so the
 * blocks are copied, not converted.
 */
import * as v from 'valibot'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { createModel, type Model, type ModelParts, reportSchema, settingsSchema } from './model.ts'

export type ModelFault = 'damaged' | 'truncated' | 'too_large' | 'newer_format'

/** Enough for 400,000 items in 64 dimensions with their names. */
export const largestArtefact = 64 * 1024 * 1024

/** Beyond this a text's vector would outweigh everything else in the file. */
export const mostTextDimensions = 128

const magic = [0x4c, 0x59, 0x52, 0x4d]
const formats = { plain: 1, withTexts: 2, withGains: 3 }
const hashAt = 12
const bodyAt = 44
const jsonAt = 48

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const headerSchema = v.object({
  settings: settingsSchema,
  trainedAt: index,
  ids: v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(400))),
  kindNames: v.array(v.string()),
  kinds: v.array(index),
  tagNames: v.array(v.string()),
  tags: v.array(v.array(index)),
  times: v.array(index),
  text: v.optional(v.object({ dimensions: v.pipe(index, v.minValue(1), v.maxValue(mostTextDimensions)) })),
  gains: v.optional(v.literal(true)),
  report: reportSchema,
})

/** Writes a model. The same model gives the same bytes and so the same version. */
export async function encodeModel(
  model: ModelParts,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; version: string }> {
  const kindNames = namesOf(model.items.map(({ kind }) => kind))
  const tagNames = namesOf(model.items.flatMap(({ tags }) => tags))
  const header: v.InferOutput<typeof headerSchema> = {
    settings: model.settings,
    trainedAt: model.trainedAt,
    ids: model.items.map(({ id }) => id),
    kindNames: [...kindNames.keys()],
    kinds: model.items.map(({ kind }) => kindNames.get(kind)!),
    tagNames: [...tagNames.keys()],
    tags: model.items.map(({ tags }) => tags.map((tag) => tagNames.get(tag)!)),
    times: model.items.map(({ at }) => at),
    ...(model.text ? { text: { dimensions: model.text.dimensions } } : {}),
    ...(model.gains ? { gains: true } : {}),
    report: model.report,
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const texts = model.text ? [model.text.scales, model.text.codes] : []
  const blocks = [
    ...[model.eigenvalues, model.scales, model.popularity, model.fromContent, model.codes],
    ...texts,
    ...(model.gains ? [model.gains] : []),
  ].map((block) => new Uint8Array(block.buffer, block.byteOffset, block.byteLength))
  const length = blocks.reduce((sum, block) => sum + block.length, jsonAt + json.length)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(4, formatOf(model), true)
  view.setUint32(8, length, true)
  view.setUint32(bodyAt, json.length, true)
  bytes.set(json, jsonAt)
  let at = jsonAt + json.length
  for (const block of blocks) {
    bytes.set(block, at)
    at += block.length
  }
  const hash = await hashOf(bytes)
  bytes.set(hash, hashAt)
  return { bytes, version: hex(hash) }
}

/**
 * Reads a model, or says what is wrong with it.
 * @param limit bytes; anything longer is refused unread
 */
export async function decodeModel(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number = largestArtefact,
): Promise<Result<Model, ModelFault>> {
  if (bytes.length > limit) return fail('too_large')
  const known = Math.min(bytes.length, magic.length)
  if (magic.some((byte, i) => i < known && bytes[i] !== byte)) return fail('damaged')
  if (bytes.length < jsonAt) return fail('truncated')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const itsFormat = view.getUint32(4, true)
  if (itsFormat > formats.withGains) return fail('newer_format')
  if (itsFormat < formats.plain) return fail('damaged')
  const length = view.getUint32(8, true)
  if (length > bytes.length) return fail('truncated')
  if (length < bytes.length) return fail('damaged')
  const hash = await hashOf(bytes)
  if (hash.some((byte, i) => bytes[hashAt + i] !== byte)) return fail('damaged')
  const parts = readParts(bytes, view.getUint32(bodyAt, true))
  const fits = parts !== undefined && formatOf(parts) === itsFormat
  return !fits ? fail('damaged') : ok(createModel(parts, hex(hash)))
}

function formatOf({ text, gains }: ModelParts): number {
  if (gains) return formats.withGains
  return text ? formats.withTexts : formats.plain
}

/** The body; undefined when its parts do not fit together, which only a faulty or hostile writer brings about. */
function readParts(bytes: Uint8Array<ArrayBuffer>, jsonLength: number): ModelParts | undefined {
  const header = readHeader(bytes.subarray(jsonAt, jsonAt + jsonLength))
  if (header === undefined) return undefined
  const { settings, ids, kinds, kindNames, tags, tagNames, times } = header
  const count = ids.length
  if (new Set(ids).size !== count) return undefined
  if ([kinds, tags, times].some((list) => list.length !== count)) return undefined
  if (kinds.some((kind) => kind >= kindNames.length)) return undefined
  if (tags.some((list) => list.some((tag) => tag >= tagNames.length))) return undefined

  const { dimensions } = settings
  const extra = (header.text ? 4 + header.text.dimensions : 0) + (header.gains ? 4 : 0)
  let at = jsonAt + jsonLength
  if (bytes.length - at !== 8 * dimensions + count * (4 + 4 + 1 + dimensions + extra)) return undefined
  const take = (length: number): ArrayBuffer => {
    at += length
    return bytes.slice(at - length, at).buffer
  }
  const parts: ModelParts = {
    settings,
    trainedAt: header.trainedAt,
    items: ids.map((id, row) => ({
      id,
      kind: kindNames[kinds[row]!]!,
      tags: tags[row]!.map((tag) => tagNames[tag]!),
      at: times[row]!,
    })),
    eigenvalues: new Float64Array(take(8 * dimensions)),
    scales: new Float32Array(take(4 * count)),
    popularity: new Uint32Array(take(4 * count)),
    fromContent: new Uint8Array(take(count)),
    codes: new Int8Array(take(dimensions * count)),
    report: header.report,
  }
  if (header.text) {
    const { dimensions: itsDimensions } = header.text
    parts.text = {
      dimensions: itsDimensions,
      scales: new Float32Array(take(4 * count)),
      codes: new Int8Array(take(itsDimensions * count)),
    }
  }
  if (header.gains) parts.gains = new Float32Array(take(4 * count))
  const sound = (value: number): boolean => Number.isFinite(value) && value >= 0
  const numbers = [parts.eigenvalues, parts.scales, parts.text?.scales, parts.gains]
  return numbers.every((block) => block?.every(sound) ?? true) ? parts : undefined
}

function readHeader(json: Uint8Array): v.InferOutput<typeof headerSchema> | undefined {
  try {
    const parsed = v.safeParse(
      headerSchema,
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)),
    )
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined // neither UTF-8 nor JSON
  }
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.subarray(bodyAt)))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function namesOf(words: string[]): Map<string, number> {
  return new Map([...new Set(words)].sort().map((word, i) => [word, i]))
}
