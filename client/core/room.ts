/**
 * One document in one tab: filled from the log, joined to the same document in other tabs, and, in the leading tab,
 * linked to the server.
 *
 * Honest accounts. Every edit made here is written to the log as unsent before another tab hears of it. The server
 * acknowledges by count: `ack(n)` means that the first n sync frames of this connection are durable. An unsent row is
 * therefore given the number of the last frame that had been sent when the row was written, which is at or after the
 * frame that carried it. Until the provider has answered the server's step 1 there is no such number: that answer
 * (step 2) carries whatever the server lacks, so it covers all rows whose content was in the document by then.
 */
import * as decoding from 'lib0/decoding'
import {
  type Awareness,
  Awareness as AwarenessState,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { isTransient, type Refusal } from '#shared/core/result.ts'
import { closeCode, message } from '#shared/core/wire.ts'
import type { Database, RefusedText } from './database.ts'
import type { DocState } from './docs.ts'
import type { SharedSocket } from './socket.ts'
import type { Surroundings } from './surroundings.ts'
import type { TabMessage } from './tabs.ts'
import { appendToLog, compactLog, fromLog, loadLog, markSent, shouldCompact } from './update-log.ts'

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
  post(message: TabMessage): void
  onChange(): void
  /** The server refused edits (`refusal`), or the local copy is not of this history any more (none). */
  onUnusable(refusal: Refusal | undefined): void
  /** The server closed the room for good. */
  onClosed(code: number): void
  /** Is a saved command waiting for this room's next position? */
  isAwaited(): boolean
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

interface Link {
  provider: WebsocketProvider
  /** Sync frames sent on this connection. */
  count: number
  acknowledged: number
  /** The provider has answered the server's step 1 on this connection. */
  replied: boolean
  synced: boolean
}

export function createRoom(options: RoomOptions): LiveRoom {
  const { db, around, room, readOnly } = options
  const doc = new Y.Doc()
  const awareness = new AwarenessState(doc)
  awareness.setLocalState(null)
  /** Keys of unsent rows → the frame that covers each, once there is one. */
  const unsent = new Map<number, number | undefined>()
  /** Acknowledged or replaced while the log was still being read. */
  const settledEarly = new Set<number>()
  let local: Uint8Array[] = []
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
    const found = await loadLog(db, room, doc)
    if (closed) return
    for (const key of found.unsent) if (!settledEarly.has(key)) unsent.set(key, undefined)
    settledEarly.clear()
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
      local.push(update)
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
    writing = writing.then(write).catch((error: unknown) => {
      // Kept in memory and tried again; the state goes on saying that it is not saved.
      console.error(`${room} could not be written to this device`, error)
      if (!closed) cancelFlush ??= around.after(retryAfter, () => void flush())
    })
    return writing
  }

  async function write(): Promise<void> {
    const batch = {
      local,
      remote,
      synced: syncedNow,
      ...(position === undefined ? {} : { sequence: position }),
    }
    if (abandoned || (local.length + remote.length === 0 && !syncedNow && position === undefined)) return
    local = []
    remote = []
    syncedNow = false
    position = undefined
    let key: number | undefined
    try {
      key = await appendToLog(db, room, batch, around.now())
    } catch (error) {
      local = [...batch.local, ...local]
      remote = [...batch.remote, ...remote]
      position ??= batch.sequence
      syncedNow ||= batch.synced
      throw error
    }
    rows++
    if (batch.sequence !== undefined) sequence = Math.max(sequence, batch.sequence)
    everSynced ||= batch.synced
    if (key !== undefined) {
      for (const update of batch.local) options.post({ type: 'edit', room, key, update })
      track(key)
    }
    if (link && rows % compactEvery === 0) await compact(false)
    tellLink()
    options.onChange()
  }

  /** A row is unsent, and its content is in the document. */
  function track(key: number): void {
    unsent.set(key, link?.replied ? link.count : undefined)
    settle()
  }

  /** Forgets rows that are covered by what the server has acknowledged. */
  function settle(): void {
    if (!link) return
    const { acknowledged } = link
    const keys = [...unsent]
      .filter(([, frame]) => frame !== undefined && frame <= acknowledged)
      .map(([key]) => key)
    if (keys.length === 0) return
    for (const key of keys) unsent.delete(key)
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
    rows = unsent.size + 1
    options.post({ type: 'rekeyed', room, ...result })
  }

  function rekey(gone: readonly number[], key: number | undefined): void {
    for (const former of gone) {
      if (!unsent.delete(former) && !isLoaded) settledEarly.add(former)
    }
    if (key !== undefined) unsent.set(key, undefined)
  }

  function tellLink(): void {
    if (!link && !closedBy) return
    const [live, synced] = [link?.replied ?? false, link?.synced ?? false]
    options.post({ type: 'link', room, live, synced, sequence, ...(closedBy ? { refusal: closedBy } : {}) })
  }

  function connect(socket: SharedSocket): void {
    cancelRelink()
    closedBy = undefined
    let vector: Uint8Array = new Uint8Array()
    const own: Link = {
      provider: undefined as unknown as WebsocketProvider,
      count: 0,
      acknowledged: 0,
      replied: false,
      synced: false,
    }
    const polyfill = socket.polyfill(room, {
      readOnly,
      onOpen() {
        Object.assign(own, { count: 0, acknowledged: 0, replied: false })
        vector = Y.encodeStateVector(doc)
        for (const key of unsent.keys()) unsent.set(key, undefined)
      },
      onFrame(count, kind) {
        own.count = count
        if (kind !== 1) return
        own.replied = true
        for (const [key, frame] of unsent) if (frame === undefined) unsent.set(key, count)
        tellLink()
        options.onChange()
      },
    })
    const provider = new WebsocketProvider('room:', room, doc, {
      WebSocketPolyfill: polyfill,
      disableBc: true,
      connect: false,
      awareness,
    })
    own.provider = provider
    link = own
    const readSync = provider.messageHandlers[message.sync]!
    provider.messageHandlers[message.sync] = (encoder, decoder, ...rest) => {
      if (readOnly) {
        const start = decoder.pos
        const kind = decoding.readVarUint(decoder)
        const diverged = kind === 0 && isAhead(vector, decoding.readVarUint8Array(decoder))
        decoder.pos = start
        if (diverged) return queueMicrotask(() => options.onUnusable(undefined))
      }
      readSync(encoder, decoder, ...rest)
    }
    provider.messageHandlers[message.ack] = (_, decoder) => {
      own.acknowledged = Math.max(own.acknowledged, decoding.readVarUint(decoder))
      settle()
    }
    provider.messageHandlers[message.nack] = (_, decoder) => {
      decoding.readVarUint(decoder)
      const refusal = JSON.parse(decoding.readVarString(decoder)) as Refusal
      queueMicrotask(() => refuse(socket, refusal))
    }
    provider.messageHandlers[message.position] = (_, decoder) => {
      position = Math.max(position ?? 0, decoding.readVarUint(decoder))
      if (options.isAwaited()) void flush()
      else schedule()
    }
    provider.on('sync', (synced: boolean) => {
      own.synced = synced
      if (synced) {
        syncedNow = true
        schedule()
      }
      tellLink()
      options.onChange()
    })
    provider.on('status', ({ status }: { status: string }) => {
      if (status !== 'disconnected') return
      own.replied = false
      tellLink()
      options.onChange()
    })
    provider.on('closed', ({ code, reason }: { code: number; reason: string }) => {
      closedBy = {
        code: code === closeCode.gone ? 'gone' : 'forbidden',
        message: reason || `closed with ${code}`,
      }
      disconnect()
      tellLink()
      options.onClosed(code)
      options.onChange()
    })
    provider.connect()
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
    former?.provider.destroy()
    for (const key of unsent.keys()) unsent.set(key, undefined)
  }

  function hear(heard: TabMessage, from: string): void {
    switch (heard.type) {
      case 'edit':
        Y.applyUpdate(doc, heard.update, fromTab)
        if (isLoaded || link) track(heard.key)
        else unsent.set(heard.key, undefined)
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
        for (const key of heard.keys) if (!unsent.delete(key) && !isLoaded) settledEarly.add(key)
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
    if (local.length === 0 && unsent.size === 0) return 'saved'
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
      return local.length > 0 || unsent.size > 0
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

/** Does the first state vector know something that the second does not? */
function isAhead(own: Uint8Array, other: Uint8Array): boolean {
  const others = Y.decodeStateVector(other)
  return [...Y.decodeStateVector(own)].some(([client, clock]) => clock > (others.get(client) ?? 0))
}
