/**
 * What the device keeps at hand for reading offline. After the feed has moved, features name the rooms that a member
 * is likely to want; those that are absent or behind are fetched a few at a time, and the least wanted go when the
 * budget is spent. A room with unsent work is never dropped.
 */
import { type Accessor, createMemo } from 'solid-js'
import type { StoredDoc } from './database.ts'
import type { Home } from './home.ts'
import { createLive } from './live.ts'

export interface Library {
  /** Rooms whose content is on this device. */
  kept: Accessor<Set<string>>
  /** Bytes of documents on this device. */
  bytes: Accessor<number>
  /** All of them. */
  docs: Accessor<StoredDoc[] | undefined>
  /** The same of some rooms, as far as they are here. */
  bytesOf(rooms: readonly string[]): number
}

export function createLibrary(home: Accessor<Home>): Library {
  const docs = createLive(() => {
    const { db } = home()
    return () => db.docs.toArray()
  })
  const kept = createMemo(() => new Set(docs()?.flatMap((doc) => (doc.synced ? [doc.room] : []))))
  const bytes = createMemo(() => docs()?.reduce((sum, doc) => sum + doc.bytes, 0) ?? 0)
  const bytesByRoom = createMemo(() => new Map(docs()?.map((doc) => [doc.room, doc.bytes])))
  return {
    kept,
    bytes,
    docs,
    bytesOf(rooms) {
      const known = bytesByRoom()
      return rooms.reduce((sum, room) => sum + (known.get(room) ?? 0), 0)
    },
  }
}
