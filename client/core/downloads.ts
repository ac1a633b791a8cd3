/**
 * Files that somebody asked to have on this device: films, recordings, attachments. They come in parts, so that a lost
 * connection costs one of them, and stay until they are dropped: unlike other copies they are never pushed out. What a
 * page plays is the parts put together as one Blob, which browsers read from disk as they need it, so that seeking works
 * without a network and without a service worker that would have to know whose the request is.
 *
 * Parts lie among the files without `usedAt`, which keeps them out of the order in which those go; what is known of
 * the whole lies in meta. So tabs with older shells keep working.
 */
import { type Accessor, createMemo, untrack } from 'solid-js'
import type { Database } from './database.ts'
import { readMeta } from './database.ts'
import { fileUrl } from './file-url.ts'
import type { Home } from './home.ts'
import { createLive } from './live.ts'
import type { Surroundings } from './surroundings.ts'

export interface DownloadOf {
  hash: string
  name: string
  type: string
  /** Bytes. */
  size: number
  /** What it belongs to, and goes with. */
  subject: string
}

export interface Download extends DownloadOf {
  /** Bytes that are here. */
  here: number
  at: number
}

/** `unreachable`: goes on where it is when asked again. */
export type DownloadEnd = 'whole' | 'stopped' | 'unreachable' | 'gone' | 'full'

export interface Downloads {
  /** All of them, also those that are not whole. `undefined` while they are read. */
  all: Accessor<Download[] | undefined>
  /** Goes on with what is here. */
  fetch(file: DownloadOf, options: { room: number; signal?: AbortSignal }): Promise<DownloadEnd>
  drop(hashes: readonly string[]): Promise<void>
  /** `undefined`: not here, or not whole. */
  blob(hash: string): Promise<Blob | undefined>
}

const prefix = 'download:'
const partBytes = 4 * 1_048_576

export function createDownloads(home: Accessor<Home>, around: Surroundings): Downloads {
  const found = createLive(() => {
    const { db } = home()
    return () => db.meta.where('key').startsWith(prefix).toArray()
  })
  const all = createMemo(() => found()?.map(({ value }) => value as Download))
  return {
    all,
    fetch: (file, options) => fetchDownload(untrack(home).db, around, file, options),
    drop: (hashes) => dropDownloads(untrack(home).db, hashes),
    blob: (hash) => downloadedBlob(untrack(home).db, hash),
  }
}

async function fetchDownload(
  db: Database,
  around: Surroundings,
  file: DownloadOf,
  { room, signal }: { room: number; signal?: AbortSignal },
): Promise<DownloadEnd> {
  const key = prefix + file.hash
  const known = await readMeta<Download>(db, key)
  const others = await db.meta.where('key').startsWith(prefix).toArray()
  const taken = others.reduce((sum, { value }) => {
    const { hash, size } = value as Download
    return hash === file.hash ? sum : sum + size
  }, 0)
  if (taken + file.size > room) return 'full'
  let here = known?.here ?? 0
  if (!known) await db.meta.put({ key, value: { ...file, here, at: around.now() } satisfies Download })
  while (here < file.size) {
    if (signal?.aborted) return 'stopped'
    const to = Math.min(file.size, here + partBytes) - 1
    const part = await fetchPart(around, file.hash, here, to, signal)
    if (!(part instanceof Blob)) return signal?.aborted ? 'stopped' : part
    try {
      here = await db.transaction('rw', db.files, db.meta, async () => {
        const now = await readMeta<Download>(db, key)
        // Dropped meanwhile, or fetched by another tab.
        if (!now || now.here !== here) return now?.here ?? Number.NaN
        await db.files.put({ hash: partKey(file.hash, here), blob: part, size: part.size })
        await db.meta.put({ key, value: { ...now, here: to + 1 } })
        return to + 1
      })
    } catch (error) {
      const { name, inner } = error as { name?: string; inner?: { name?: string } }
      if (name === 'QuotaExceededError' || inner?.name === 'QuotaExceededError') return 'full'
      throw error
    }
    if (Number.isNaN(here)) return 'stopped'
  }
  return 'whole'
}

async function fetchPart(
  around: Surroundings,
  hash: string,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Promise<Blob | 'unreachable' | 'gone'> {
  try {
    const response = await around.fetch(around.origin + fileUrl(hash), {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { range: `bytes=${from}-${to}` },
      ...(signal ? { signal } : {}),
    })
    if (response.status === 404 || response.status === 416) return 'gone'
    if (response.status !== 206) return 'unreachable'
    const blob = await response.blob()
    return blob.size === to - from + 1 ? blob : 'unreachable'
  } catch {
    return 'unreachable'
  }
}

async function dropDownloads(db: Database, hashes: readonly string[]): Promise<void> {
  await db.transaction('rw', db.files, db.meta, async () => {
    for (const hash of hashes) {
      await db.meta.delete(prefix + hash)
      await db.files.where('hash').startsWith(`${hash}:`).delete()
    }
  })
}

/** The copy that stays, if it is whole. */
export async function downloadedBlob(db: Database, hash: string): Promise<Blob | undefined> {
  const known = await readMeta<Download>(db, prefix + hash)
  if (!known || known.here < known.size) return undefined
  const parts = await db.files.where('hash').startsWith(`${hash}:`).sortBy('hash')
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  if (size !== known.size) return undefined
  return new Blob(
    parts.map(({ blob }) => blob),
    { type: known.type },
  )
}

/** Sorts as the parts lie. */
function partKey(hash: string, from: number): string {
  return `${hash}:${String(from).padStart(15, '0')}`
}
