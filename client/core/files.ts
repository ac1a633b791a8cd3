/**
 * Files by the hash of their bytes: immutable, so a copy on the device never goes stale. Kept by the library's
 * budget, the least recently used go first.
 */
import { type Accessor, createComputed, createSignal, onCleanup, untrack } from 'solid-js'
import { type Database, whileOpen } from './database.ts'
import { downloadedBlob } from './downloads.ts'
import { fileUrl } from './file-url.ts'
import type { Home } from './home.ts'
import type { Surroundings } from './surroundings.ts'

export interface Files {
  /** Where the server has it. */
  url(hash: string): string
  /** An object URL of the device's copy, fetched and kept when there is none; the server's address if that fails. */
  live(hash: () => string | undefined): Accessor<string | undefined>
  /** Keeps what this device made, before any server has it. */
  keep(hash: string, blob: Blob): Promise<void>
  /** The bytes, from the device or else the network; `undefined` when neither has them. */
  get(hash: string): Promise<Blob | undefined>
}

const budget = 100 * 1_048_576
const largest = 8 * 1_048_576

export function createFiles(home: Accessor<Home>, around: Surroundings): Files {
  return {
    url: fileUrl,
    live(hash) {
      const [url, setUrl] = createSignal<string>()
      createComputed(() => {
        const wanted = hash()
        const { db } = home()
        setUrl(undefined)
        if (wanted === undefined) return
        let made: string | undefined
        let over = false
        void keepFile(db, around, wanted).then((blob) => {
          if (over) return
          made = blob && URL.createObjectURL(blob)
          setUrl(made ?? fileUrl(wanted))
        })
        onCleanup(() => {
          over = true
          if (made !== undefined) URL.revokeObjectURL(made)
        })
      })
      return url
    },
    keep: (hash, blob) => storeFile(untrack(home).db, hash, blob, around.now()),
    get: (hash) => keepFile(untrack(home).db, around, hash),
  }
}

/** The device's copy, fetched first when there is none; `undefined` when it cannot be had. */
export async function keepFile(db: Database, around: Surroundings, hash: string): Promise<Blob | undefined> {
  const known = await whileOpen(db.files.get(hash), undefined)
  if (known) {
    await whileOpen(db.files.update(hash, { usedAt: around.now() }), 0)
    return known.blob
  }
  const downloaded = await whileOpen(downloadedBlob(db, hash), undefined)
  if (downloaded) return downloaded
  try {
    const response = await around.fetch(around.origin + fileUrl(hash), { credentials: 'same-origin' })
    if (!response.ok) return undefined
    const blob = await response.blob()
    if (blob.size <= largest) await storeFile(db, hash, blob, around.now())
    return blob
  } catch {
    return undefined
  }
}

async function storeFile(db: Database, hash: string, blob: Blob, now: number): Promise<void> {
  await db.transaction('rw', db.files, async () => {
    await db.files.put({ hash, blob, size: blob.size, usedAt: now })
    let bytes = 0
    const excess: string[] = []
    await db.files
      .orderBy('usedAt')
      .reverse()
      .each((file) => {
        bytes += file.size
        if (bytes > budget) excess.push(file.hash)
      })
    await db.files.bulkDelete(excess)
  })
}

/** Files that a Markdown text shows. */
export function filesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\/api\/files\/([0-9a-f]{64})/g)].map((match) => match[1]!))]
}
