/**
 * One document in one tab: filled from the log, joined to the same document in other tabs, and, in the leading tab,
 * linked to the server. ledger.ts keeps account of what the server has not acknowledged.
 */
import {
  type Awareness,
  Awareness as AwarenessState,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import * as Y from 'yjs'
import { isTransient, type Refusal } from '#shared/core/result.ts'
import { closeCode } from '#shared/core/wire.ts'
import type { Database, RefusedText } from './database.ts'
import type { DocState } from './docs.ts'
import { createLedger } from './ledger.ts'
import { createLink, type Link } from './link.ts'
import type { SharedSocket } from './socket.ts'
import type { Surroundings } from './surroundings.ts'
import type { TabMessage } from './tabs.ts'
import { addEdits, appendToLog, compactLog, fromLog, loadLog, markSent, shouldCompact } from './update-log.ts'

const batchFor = 50
const retryAfter = 5_000
const compactEvery = 200

/** Origin of what other tabs sent. */
const fromTab = Symbol('tab')

export interface RoomStatus {
  state: DocState
  synced: boolean
  loaded: boolean
  present: boolean
  refusal: Refusal | undefined
  sequence: number
}

export interface RoomOptions {
  db: Database
  around: Surroundings
  room: string
  tab: string
  /** Only the server writes it. */
  readOnly: boolean
  /** What earlier pages could not store any more has been stored. */
  inherited: Promise<void>
  /** An edit was made that is not stored yet. @returns call it once it is, or need not be */
  holdEdit(room: string, update: Uint8Array): () => void
  post(message: TabMessage): void
  onChange(): void
  /** The server refused edits (`refusal`), or the local copy is not of this history any more (none). */
  onUnusable(refusal: Refusal | undefined): void
  /** The server closed the room for good. */
  onClosed(code: number): void
  /** Is a saved command waiting for this room's next position? */
  isAwaited(): boolean
}

/** Made here, and not asked to be stored yet. */
interface Edit {
  update: Uint8Array
  stored(): void
}

export interface LiveRoom {
  readonly room: string
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly loaded: Promise<void>
  readonly everSynced: boolean
  /** Edits that the server has not acknowledged, here or in the log. */
  readonly unsent: boolean
  readonly linked: boolean
  status(): RoomStatus
  hear(message: TabMessage, from: string): void
  /** Connects, in the leading tab. */
  link(socket: SharedSocket): void
  unlink(): void
  /** Is somebody here looking at it? Only then others see this tab's presence. */
  attend(present: boolean): void
  forgiven(): void
  flush(): Promise<void>
  /** Nothing of it is written or sent any more. */
  abandon(): void
  close(): Promise<void>
}

export function createRoom(options: RoomOptions): LiveRoom {
  const { db, around, room, readOnly } = options
  const doc = new Y.Doc()
  const awareness = new AwarenessState(doc)
  awareness.setLocalState(null)
  const ledger = createLedger()
  let local: Edit[] = []
  /** Batches of edits that IndexedDB has been asked to store. */
  let adding = 0
  let edited = 0
  let remote: Uint8Array[] = []
  let position: number | undefined
  let syncedNow = false
  let writing: Promise<void> = Promise.resolve()
  let cancelFlush: (() => void) | undefined
  let link: Link | undefined
  let cancelRelink = (): void => {}
  /** What the leader said of its link, in tabs that follow. */
  let leaders = { live: false, synced: false }
  let isLoaded = false
  let everSynced = false
  let sequence = 0
  let rows = 0
  let refused: RefusedText | undefined
  let closedBy: Refusal | undefined
  let closed = false
  let abandoned = false

  const loaded = load().catch((error: unknown) => {
    if (!closed) console.error(`${room} could not be read from this device`, error)
  })

  async function load(): Promise<void> {
    await options.inherited
    const found = await loadLog(db, room, doc)
    if (closed) return
    ledger.open(found.unsent)
    rows = found.rows
    refused = found.refused
    sequence = Math.max(sequence, found.stored?.sequence ?? 0)
    everSynced ||= found.stored?.synced === 1
    isLoaded = true
    options.post({ type: 'hello', room, vector: Y.encodeStateVector(doc) })
    options.onChange()
  }

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === fromLog || origin === fromTab || abandoned) return
    if (link && origin === link.provider) {
      remote.push(update)
      options.post({ type: 'remote', room, update })
    } else if (!readOnly) {
      local.push({ update, stored: options.holdEdit(room, update) })
    }
    schedule()
    options.onChange()
  })

  awareness.on('update', (changes: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
    if (origin === fromTab || closed) return
    const clients = [...changes.added, ...changes.updated, ...changes.removed]
    if (clients.length === 0 || readOnly) return
    options.post({ type: 'awareness', room, update: encodeAwarenessUpdate(awareness, clients) })
  })

  function schedule(): void {
    cancelFlush ??= around.after(batchFor, () => void flush())
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
          // Kept in memory and tried again; the state goes on saying that it is not saved.
          console.error(`${room} could not be written to this device`, error)
          if (!closed) cancelFlush ??= around.after(retryAfter, () => void flush())
        },
      )
    return writing
  }

  async function add(): Promise<void> {
    if (abandoned || local.length === 0) return
    const batch = local
    local = []
    adding++
    try {
      const updates = batch.map(({ update }) => update)
      const key = await addEdits(db, room, updates)
      rows++
      for (const { stored } of batch) stored()
      for (const update of updates) {
        edited += update.byteLength
        options.post({ type: 'edit', room, key, update })
      }
      track(key)
    } catch (error) {
      local = [...batch, ...local]
      throw error
    } finally {
      adding--
    }
    options.onChange()
  }

  async function write(): Promise<void> {
    const batch = {
      edited,
      received: remote,
      synced: syncedNow,
      ...(position === undefined ? {} : { sequence: position }),
    }
    if (abandoned || (edited + remote.length === 0 && !syncedNow && position === undefined)) return
    edited = 0
    remote = []
    syncedNow = false
    position = undefined
    try {
      await appendToLog(db, room, batch, around.now())
    } catch (error) {
      edited += batch.edited
      remote = [...batch.received, ...remote]
      position ??= batch.sequence
      syncedNow ||= batch.synced
      throw error
    }
    if (batch.received.length > 0) rows++
    if (batch.sequence !== undefined) sequence = Math.max(sequence, batch.sequence)
    everSynced ||= batch.synced
    if (link && rows % compactEvery === 0) await compact(false)
    tellLink()
    options.onChange()
  }

  /** A row is unsent, and its content is in the document. */
  function track(key: number): void {
    ledger.add(key, link?.replied ? link.count : undefined)
    settle()
  }

  /** Forgets rows that are covered by what the server has acknowledged. */
  function settle(): void {
    if (!link) return
    const keys = ledger.settle(link.acknowledged)
    if (keys.length === 0) return
    writing = writing
      .then(() => markSent(db, keys))
      .catch(() => {
        // They are sent again with the next connection, which does no harm.
      })
    options.post({ type: 'acknowledged', room, keys })
    options.onChange()
  }

  async function compact(withUnsent: boolean): Promise<void> {
    const result = await compactLog(db, around.locks, room, withUnsent)
    if (!result) return
    rekey(result.gone, result.key)
    rows = ledger.size + 1
    options.post({ type: 'rekeyed', room, ...result })
  }

  function rekey(gone: readonly number[], key: number | undefined): void {
    ledger.remove(gone)
    if (key !== undefined) ledger.add(key, undefined)
  }

  function tellLink(): void {
    if (!link && !closedBy) return
    const [live, synced] = [link?.replied ?? false, link?.synced ?? false]
    options.post({ type: 'link', room, live, synced, sequence, ...(closedBy ? { refusal: closedBy } : {}) })
  }

  function connect(socket: SharedSocket): void {
    cancelRelink()
    closedBy = undefined
    link = createLink({
      socket,
      room,
      doc,
      awareness,
      readOnly,
      sequence,
      onOpen: ledger.uncover,
      onReplied(count) {
        ledger.cover(count)
        linkChanged()
      },
      onAcknowledged: settle,
      onRefused: (refusal) => refuse(socket, refusal),
      onPosition(reached) {
        position = Math.max(position ?? 0, reached)
        if (options.isAwaited()) void flush()
        else schedule()
      },
      onSynced(synced) {
        if (synced) {
          syncedNow = true
          schedule()
        }
        linkChanged()
      },
      onDisconnected: linkChanged,
      onClosed(code, reason) {
        closedBy = {
          code: code === closeCode.gone ? 'gone' : 'forbidden',
          message: reason || `closed with ${code}`,
        }
        disconnect()
        options.onClosed(code)
        linkChanged()
      },
      onDiverged: () => options.onUnusable(undefined),
    })
    link.provider.connect()
  }

  function linkChanged(): void {
    tellLink()
    options.onChange()
  }

  function refuse(socket: SharedSocket, refusal: Refusal): void {
    if (closed || !link) return
    if (!isTransient(refusal.code)) {
      options.onUnusable(refusal)
      return
    }
    disconnect()
    const wait = Number(refusal.params?.seconds) * 1000 || 5_000
    cancelRelink = around.after(wait + around.random() * 2_000, () => {
      if (!closed && !link) connect(socket)
    })
  }

  function disconnect(): void {
    cancelRelink()
    const former = link
    link = undefined
    leaders = { live: false, synced: false }
    former?.close()
    ledger.uncover()
  }

  function hear(heard: TabMessage, from: string): void {
    switch (heard.type) {
      case 'edit':
        Y.applyUpdate(doc, heard.update, fromTab)
        track(heard.key)
        break
      case 'remote':
        Y.applyUpdate(doc, heard.update, fromTab)
        break
      case 'catch-up':
        if (heard.to !== options.tab) return
        Y.applyUpdate(doc, heard.update, fromTab)
        applyAwarenessUpdate(awareness, heard.awareness, fromTab)
        break
      case 'hello': {
        if (!isLoaded) return
        const clients = [...awareness.getStates().keys()]
        const update = Y.encodeStateAsUpdate(doc, heard.vector)
        const presence = encodeAwarenessUpdate(awareness, clients)
        options.post({ type: 'catch-up', room, to: from, update, awareness: presence })
        tellLink()
        break
      }
      case 'awareness':
        applyAwarenessUpdate(awareness, heard.update, fromTab)
        break
      case 'acknowledged':
        ledger.remove(heard.keys)
        break
      case 'rekeyed':
        rekey(heard.gone, heard.key)
        break
      case 'link':
        leaders = heard
        sequence = Math.max(sequence, heard.sequence)
        everSynced ||= heard.synced
        closedBy = heard.refusal
        break
      case 'forgot':
        refused = undefined
        break
      default:
        return
    }
    options.onChange()
  }

  function state(live: boolean, synced: boolean): DocState {
    if (refused || (closedBy && !readOnly)) return 'refused'
    if (!isLoaded) return 'loading'
    if (readOnly) return synced ? 'saved' : 'device'
    // Not stored yet: all that can be said is that it is under way, when this tab is the one that sends.
    if (local.length + adding > 0) return link?.replied ? 'sent' : 'storing'
    if (ledger.size === 0) return 'saved'
    return live ? 'sent' : 'device'
  }

  return {
    room,
    doc,
    awareness,
    loaded,
    get everSynced() {
      return everSynced
    },
    get unsent() {
      return local.length + adding + ledger.size > 0
    },
    get linked() {
      return link !== undefined
    },
    status() {
      const live = link ? link.replied : leaders.live
      const synced = link ? link.synced : leaders.synced
      return {
        state: state(live, synced),
        synced,
        loaded: isLoaded,
        present: isLoaded && (everSynced || doc.store.clients.size > 0),
        refusal: closedBy ?? refused?.refusal,
        sequence,
      }
    },
    hear,
    link(socket) {
      if (closed || link) return
      const settled = shouldCompact(rows) ? compact(true).catch(() => {}) : Promise.resolve()
      void settled.then(() => {
        if (!closed && !link) connect(socket)
      })
    },
    unlink() {
      disconnect()
      options.onChange()
    },
    attend(present) {
      if (readOnly) return
      if (present && awareness.getLocalState() === null) awareness.setLocalState({})
      if (!present && awareness.getLocalState() !== null) awareness.setLocalState(null)
    },
    forgiven() {
      refused = undefined
      options.onChange()
    },
    flush,
    abandon() {
      abandoned = true
      for (const { stored } of local) stored()
      local = []
      remote = []
      disconnect()
    },
    async close() {
      if (closed) return writing
      removeAwarenessStates(awareness, [doc.clientID], 'closed')
      const last = flush()
      closed = true
      disconnect()
      await last
      doc.destroy()
    },
  }
}
