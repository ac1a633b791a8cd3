/**
 * How one document of one tab gets into the log: what is made here and what arrives is gathered for a moment, so that
 * fast typing becomes few rows. Edits are asked to be stored at once when the page may be going, and held as last words
 * (parting.ts) until they are. What cannot be stored stays in memory and is tried again.
 */

import type { Database } from './database.ts'
import type { Surroundings } from './surroundings.ts'
import { addEdits, appendToLog, type Compacted, compactLog, type Entry } from './update-log.ts'

const batchFor = 50
const retryAfter = 5_000

export interface JournalOptions {
  db: Database
  around: Surroundings
  room: string
  /** See `RoomOptions`. */
  holdEdit(copy: number | undefined, update: Uint8Array): () => void
  /** These edits lie in the log under the key, unsent. */
  onAdded(key: number, updates: readonly Uint8Array[]): void
  /** What was received is stored, up to where the batch says. */
  onWritten(batch: Entry): Promise<void>
  /** The log holds another copy of the room by now. */
  onReplaced(): void
}

export interface Journal {
  /** Nothing is stored before the log was read: it says which copy of the room this is. */
  start(copy: number, epoch: number | undefined): void
  readonly copy: number | undefined
  /** Of the server's room; undefined while nothing of it is here. */
  readonly epoch: number | undefined
  /** Edits that are not stored yet. */
  readonly unstored: number
  edit(update: Uint8Array): void
  received(update: Uint8Array): void
  reached(epoch: number, sequence: number): void
  synced(): void
  /** Soon. */
  schedule(): void
  /** Now. Never rejects. */
  flush(): Promise<void>
  /** In turn with what is written. */
  afterwards(work: () => Promise<void>): void
  compact(withUnsent: boolean): Promise<Compacted | undefined>
  /** The server has these rows, or they are part of others: they need not be carried into another copy. */
  settled(keys: readonly number[]): void
  /** Rows that this tab has added, and that are unsent. */
  readonly added: number[]
  /** This tab's edits that are not in these rows. */
  unsaid(gone: readonly number[]): Uint8Array[]
  /** Nothing is written any more: another copy takes over. */
  abandon(): void
}

/** Made here, and not stored yet. */
interface Edit {
  update: Uint8Array
  stored(): void
}

export function createJournal(options: JournalOptions): Journal {
  const { db, around, room } = options
  let copy: number | undefined
  let epoch: number | undefined
  let local: Edit[] = []
  /** Batches that IndexedDB has been asked to store. */
  const adding = new Set<Edit[]>()
  /** Rows that this tab has added, while they are unsent. */
  const own = new Map<number, Uint8Array[]>()
  let edited = 0
  let remote: Uint8Array[] = []
  let sequence: number | undefined
  let isSynced = false
  let writing: Promise<void> = Promise.resolve()
  let cancelFlush: (() => void) | undefined
  let abandoned = false

  function schedule(): void {
    if (!abandoned) cancelFlush ??= around.after(batchFor, () => void flush())
  }

  function flush(): Promise<void> {
    cancelFlush?.()
    cancelFlush = undefined
    // At once, not in turn: this may be the last that the page does.
    const edits = add()
    writing = writing
      .then(() => Promise.all([edits, write()]))
      .then(
        () => {},
        (error: unknown) => {
          if (abandoned) return
          // Kept in memory and tried again; the state goes on saying that it is not stored.
          console.error(`${room} could not be written to this device`, error)
          cancelFlush ??= around.after(retryAfter, () => void flush())
        },
      )
    return writing
  }

  async function add(): Promise<void> {
    if (abandoned || copy === undefined || local.length === 0) return
    const batch = local
    const updates = batch.map(({ update }) => update)
    local = []
    adding.add(batch)
    let key: number
    try {
      key = await addEdits(db, room, copy, updates, around.now())
    } catch (error) {
      adding.delete(batch)
      if (abandoned) for (const { stored } of batch) stored()
      else local = [...batch, ...local]
      throw error
    }
    adding.delete(batch)
    for (const { stored } of batch) stored()
    // It has been carried over into another copy meanwhile.
    if (abandoned) return db.updates.delete(key)
    own.set(key, updates)
    for (const update of updates) edited += update.byteLength
    options.onAdded(key, updates)
  }

  async function write(): Promise<void> {
    // Of which epoch the server's part is, is known as soon as it has told where the log stands.
    const isKnown = epoch !== undefined
    const batch: Entry = {
      edited,
      received: isKnown ? remote : [],
      synced: isKnown && isSynced,
      ...(sequence === undefined ? {} : { sequence }),
      ...(epoch === undefined ? {} : { epoch }),
    }
    if (abandoned || copy === undefined) return
    if (edited + batch.received.length === 0 && !batch.synced && sequence === undefined) return
    edited = 0
    sequence = undefined
    if (isKnown) {
      remote = []
      isSynced = false
    }
    try {
      if (!(await appendToLog(db, room, copy, batch, around.now()))) return options.onReplaced()
    } catch (error) {
      edited += batch.edited
      remote = [...batch.received, ...remote]
      sequence ??= batch.sequence
      isSynced ||= batch.synced
      throw error
    }
    await options.onWritten(batch)
  }

  return {
    start(number, of) {
      copy = number
      epoch = of
      if (local.length + remote.length > 0) schedule()
    },
    get copy() {
      return copy
    },
    get epoch() {
      return epoch
    },
    get unstored() {
      return local.length + adding.size
    },
    edit(update) {
      if (abandoned) return
      local.push({ update, stored: options.holdEdit(copy, update) })
      schedule()
    },
    received(update) {
      if (abandoned) return
      remote.push(update)
      schedule()
    },
    reached(of, to) {
      epoch = of
      sequence = Math.max(sequence ?? 0, to)
    },
    synced() {
      isSynced = true
      schedule()
    },
    schedule,
    flush,
    afterwards(work) {
      writing = writing.then(work)
    },
    compact: (withUnsent) => compactLog(db, around.locks, room, withUnsent, around.now()),
    settled(keys) {
      for (const key of keys) own.delete(key)
    },
    get added() {
      return [...own.keys()]
    },
    unsaid(gone) {
      const rows = [...own].flatMap(([key, updates]) => (gone.includes(key) ? [] : updates))
      return [...rows, ...[...adding, local].flatMap((batch) => batch.map(({ update }) => update))]
    },
    abandon() {
      if (abandoned) return
      abandoned = true
      cancelFlush?.()
      for (const { stored } of local) stored()
      local = []
      remote = []
    },
  }
}
