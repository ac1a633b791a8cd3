/**
 * What uploaded bytes are, by how they begin and never by what their name says: only what is known to play is a film or
 * a recording, and all that is not known is a download without a type.
 */
import { pictureType } from './pictures.ts'

export const mediaTypes = [
  'video/mp4',
  'video/webm',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'audio/flac',
] as const
export type MediaType = (typeof mediaTypes)[number]

/** Longest text that opens on the page, in bytes. */
export const longestText = 200_000

const films = new Set([
  'isom',
  'iso2',
  'iso3',
  'iso4',
  'iso5',
  'iso6',
  'mp41',
  'mp42',
  'avc1',
  'dash',
  'M4V ',
])

export function isMedia(type: string): type is MediaType {
  return (mediaTypes as readonly string[]).includes(type)
}

/** What plays; `undefined` for all else. */
export function mediaType(head: Uint8Array): MediaType | undefined {
  if (wordAt(head, 4, 4) === 'ftyp') {
    const brand = wordAt(head, 8, 4)
    if (brand === 'M4A ' || brand === 'M4B ') return 'audio/mp4'
    return films.has(brand) ? 'video/mp4' : undefined
  }
  if (starts(head, 0, 0x1a, 0x45, 0xdf, 0xa3)) {
    return wordAt(head, 0, 64).includes('webm') ? 'video/webm' : undefined
  }
  if (wordAt(head, 0, 4) === 'OggS') return wordAt(head, 0, 64).includes('theora') ? undefined : 'audio/ogg'
  if (wordAt(head, 0, 4) === 'fLaC') return 'audio/flac'
  if (wordAt(head, 0, 4) === 'RIFF' && wordAt(head, 8, 4) === 'WAVE') return 'audio/wav'
  return wordAt(head, 0, 3) === 'ID3' || isMp3Frame(head) ? 'audio/mpeg' : undefined
}

/**
 * The type under which a file is served.
 * @param head its first part; all of it, where it is a text
 */
export function fileType(head: Uint8Array, size: number): string {
  const shown = mediaType(head) ?? pictureType(head)
  if (shown) return shown
  if (wordAt(head, 0, 5) === '%PDF-') return 'application/pdf'
  if (starts(head, 0, 0x50, 0x4b, 3, 4)) return 'application/zip'
  if (!isText(head, size)) return 'application/octet-stream'
  return isCaptions(head) ? 'text/vtt' : 'text/plain; charset=utf-8'
}

export function isTextType(type: string): boolean {
  return type.startsWith('text/')
}

/** The header of WebVTT, on a line of its own. */
export function isCaptions(head: Uint8Array): boolean {
  const begin = starts(head, 0, 0xef, 0xbb, 0xbf) ? 3 : 0
  return wordAt(head, begin, 6) === 'WEBVTT' && [undefined, 10, 13, 32, 9].includes(head[begin + 6])
}

function isText(head: Uint8Array, size: number): boolean {
  if (size > longestText || head.byteLength < size || head.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head)
    return true
  } catch {
    return false
  }
}

/** MPEG audio, layer III, with a bit rate and a sampling rate that exist. */
function isMp3Frame(head: Uint8Array): boolean {
  const [sync = 0, kind = 0, rates = 0] = head
  const isLayer3 = sync === 0xff && (kind & 0xe6) === 0xe2 && (kind & 0x18) !== 0x08
  return isLayer3 && (rates & 0xf0) !== 0xf0 && (rates & 0xf0) !== 0 && (rates & 0x0c) !== 0x0c
}

function starts(bytes: Uint8Array, at: number, ...expected: number[]): boolean {
  return expected.every((byte, index) => bytes[at + index] === byte)
}

function wordAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
