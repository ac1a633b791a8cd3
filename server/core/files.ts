/**
 * Files: blobs by the hash of their bytes, readable by whoever may read a row that refers to them. A hash never changes
 * its meaning, so devices and browsers keep a file for good. Only picture and media types that cannot carry scripts
 * are shown inline; everything else is a download. Large files lie in parts (file-parts.ts) and are never whole in
 * memory; those browsers ask for each time, so that what somebody may no longer see does not play from their cache.
 */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from './db.ts'
import { readParts } from './file-parts.ts'
import type { CoreTables } from './tables.ts'

const inlineTypes = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'audio/flac',
  'video/mp4',
  'video/webm',
])

export async function storeFile(
  database: Database,
  bytes: Uint8Array,
  type: string,
  name: string,
  now: number,
): Promise<string> {
  const hash = await insertFile(database.kysely, bytes, type, name, now)
  database.durability.committed()
  await database.durability.settled()
  return hash
}

/** @returns the hash of the bytes; a file that is there already stays as it is. */
export async function insertFile(
  kysely: Kysely<CoreTables>,
  bytes: Uint8Array,
  type: string,
  name: string,
  now: number,
): Promise<string> {
  const hash = createHash('sha256').update(bytes).digest('hex')
  await kysely
    .insertInto('file')
    .values({ hash, type, name, size: bytes.byteLength, bytes, at: now, store: null })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
  return hash
}

/** Answers a GET or HEAD for a file that the viewer may read; `undefined` when there is none. */
export async function serveFile(
  database: Database,
  hash: string,
  request: Request,
): Promise<Response | undefined> {
  const file = await database.kysely
    .selectFrom('file')
    .select(['type', 'size', 'store'])
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (!file) return undefined
  const etag = `"${hash}"`
  const headers = new Headers({
    etag,
    'content-type': file.type,
    'accept-ranges': 'bytes',
    'cache-control': file.store === null ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  if (!inlineTypes.has(file.type)) headers.set('content-disposition', 'attachment')
  if (isKnown(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  const since = request.headers.get('if-range')
  const asked = request.method === 'HEAD' || (since !== null && since !== etag) ? null : 'range'
  const range = parseRange(asked && request.headers.get(asked), file.size)
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${file.size}`)
    return new Response(null, { status: 416, headers })
  }
  const { from, to } = range ?? { from: 0, to: file.size - 1 }
  headers.set('content-length', String(to - from + 1))
  if (range) headers.set('content-range', `bytes ${from}-${to}/${file.size}`)
  const body =
    request.method === 'HEAD'
      ? null
      : file.store === null
        ? await bytesOf(database, hash, from, to)
        : readParts(database, file.store, from, to)
  return new Response(body, { status: range ? 206 : 200, headers })
}

async function bytesOf(
  { kysely }: Database,
  hash: string,
  from: number,
  to: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await kysely.selectFrom('file').select('bytes').where('hash', '=', hash).executeTakeFirst()
  return found ? new Uint8Array(found.bytes).subarray(from, to + 1) : null
}

function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

/** One range of RFC 9110 §14; anything else is ignored, as the RFC allows. */
export function parseRange(
  header: string | null,
  size: number,
): { from: number; to: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  if (match[1] === '') {
    const last = Math.min(size, Number(match[2]))
    return last === 0 ? 'unsatisfiable' : { from: size - last, to: size - 1 }
  }
  const from = Number(match[1])
  const to = match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  if (from >= size) return 'unsatisfiable'
  return to < from ? undefined : { from, to }
}
