/**
 * Pictures that members put into what they write: stored once by the hash of their bytes, and shown to whoever may read
 * something that refers to them. Whoever uploaded one has a row of it; that row alone lets nobody else see anything.
 */
import * as v from 'valibot'
import { command, defineContract, row } from '../core/contract.ts'

export const pictureTypes = ['image/webp', 'image/jpeg', 'image/png'] as const
export type PictureType = (typeof pictureTypes)[number]

/** Bytes of a picture, its longer side in pixels, and how many a member may add within a day. */
export const pictureBounds = { bytes: 720_000, side: 2_000, aDay: 100 } as const

/** Its member alone sees it. Row id: `pictureId`. */
export interface PictureRow {
  type: PictureType
  /** Bytes. */
  size: number
  at: number
}

export function pictureId(hash: string, memberId: string): string {
  return `${hash}.${memberId}`
}

export const pictures = defineContract({
  name: 'pictures',
  always: true,
  commands: {
    /** Travels like any other act, so that a picture that was added without a network arrives before what shows it. */
    add: command(
      v.strictObject({
        hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
        type: v.picklist(pictureTypes),
        /** Base64. */
        bytes: v.pipe(v.string(), v.maxLength(Math.ceil((pictureBounds.bytes * 4) / 3) + 4), v.base64()),
      }),
      (input) => `picture:${input.hash}`,
    ),
  },
  rows: { pictures: row<PictureRow>() },
  documents: {},
  queries: {},
  facts: {},
})

const shown = /\/api\/files\/([0-9a-f]{64})/g

/** Hashes of the files that a Markdown text shows, each once. */
export function filesIn(text: string): string[] {
  return [...new Set([...text.matchAll(shown)].map((match) => match[1]!))]
}

/** What the bytes are, by how they begin; `undefined` for all else. */
export function pictureType(bytes: Uint8Array): PictureType | undefined {
  const starts = (at: number, ...expected: number[]): boolean =>
    expected.every((byte, index) => bytes[at + index] === byte)
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (starts(0, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp'
  return undefined
}

interface Rows {
  rows<R>(table: string, ids?: readonly string[]): Promise<{ id: string; data: R }[]>
}

/** Of the files that a text shows those that one of its writers added: a name alone must open nothing to others. */
export async function addedBy(reader: Rows, text: string, memberIds: readonly string[]): Promise<string[]> {
  const wanted = filesIn(text).flatMap((hash) => memberIds.map((memberId) => pictureId(hash, memberId)))
  if (wanted.length === 0) return []
  const found = await reader.rows<PictureRow>('pictures', wanted)
  return [...new Set(found.map(({ id }) => id.slice(0, id.indexOf('.'))))]
}
