/**
 * One document in one tab: filled from the log, joined to the same document in other tabs, and, in the leading tab,
 * linked to the server. journal.ts writes it down, ledger.ts keeps account of what the server has not acknowledged.
 */
import {
  Awareness as AwarenessState,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import * as Y from 'yjs'
import { isTransient, type Refusal } from '#shared/core/result.ts'
import { closeCode } from '#shared/core/wire.ts'
import type { RefusedText } from './database.ts'
import type { DocState } from './docs.ts'
import { createJournal } from './journal.ts'
import { createLedger } from './ledger.ts'
import { createLink, type Link, lacks } from './link.ts'
import type { LiveRoom, RoomOptions } from './live-room.ts'
import type { SharedSocket } from './socket.ts'
import type { RoomMessage, TabMessage } from './tabs.ts'
import { fromLog, loadLog, markSent, shouldCompact, unsentRows } from './update-log.ts'

const compactEvery = 200

/** Origin of what other tabs sent. */
const fromTab = Symbol('tab')

export function createRoom(options: RoomOptions): LiveRoom {
  const { db, around, room, readOnly } = options
  const doc = new Y.Doc()
  const awareness = new AwarenessState(doc)
  awareness.setLocalState(null)
  const ledger = createLedger()
  let link: Link | undefined
  let cancelRelink = (): void => {}
  /** What the leader said of its link, in tabs that follow. */
  let leaders = { live: false, synced: false }
  let isLoaded = false
  /** Heard before the log was read. */
  const unheard: [TabMessage, string][] = []
  let everSynced = false
  let lost = false
  let sequence = 0
  let rows = 0
  let refused: RefusedText | undefined
  let closedBy: Refusal | undefined
  let closed = false
  let abandoned = false

  const journal = createJournal({
    db,
    around,
    room,
    holdEdit: (copy, update) => options.holdEdit({ room, copy, update }),
    onAdded(key, updates) {
      rows++
      for (const update of updates) post({ type: 'edit', room, key, update })
      track(key, updates)
      options.onChange()
    },
    async onWritten(batch) {
      if (batch.received.length > 0) rows++
      if (batch.sequence !== undefined) sequence = Math.max(sequence, batch.sequence)
      everSynced ||= batch.synced
      if (link && rows % compactEvery === 0) await compact(false)
      tellLink()
      options.onChange()
    },
    onReplaced: options.onReplaced,
  })

  function post(message: RoomMessage): void {
    options.post({ ...message, copy: journal.copy ?? 0 })
  }

  const loaded = load().catch((error: unknown) => {
    if (!closed) console.error(`${room} could not be read from this device`, error)
  })

  async function load(): Promise<void> {
    await options.inherited
    const found = await loadLog(db, room, doc)
    if (closed) return
    ledger.open(doc, found.unsent)
    rows = found.rows
    refused = found.refused
    sequence = Math.max(sequence, found.stored?.sequence ?? 0)
    everSynced ||= found.stored?.synced === 1
    lost ||= found.lost
    isLoaded = true
    journal.start(found.copy, found.epoch)
    post({ type: 'hello', room, vector: Y.encodeStateVector(doc) })
    for (const [message, from] of unheard.splice(0)) hear(message, from)
    options.onChange()
  }

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === fromLog || origin === fromTab || abandoned) return
    if (link && origin === link.provider) {
      ledger.know(update)
      journal.received(update)
      post({ type: 'remote', room, update })
    } else if (!readOnly) {
      journal.edit(update)
    }
    options.onChange()
  })

  awareness.on('update', (changes: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
    if (origin === fromTab || closed) return
    const clients = [...changes.added, ...changes.updated, ...changes.removed]
    if (clients.length === 0 || readOnly) return
    post({ type: 'awareness', room, update: encodeAwarenessUpdate(awareness, clients) })
  })

  /** A row is unsent, and its content is in the document. */
  function track(key: number, updates: readonly Uint8Array[]): void {
    ledger.add(key, updates, link?.replied ? link.count : undefined)
    settle()
  }

  /** Forgets rows that are covered by what the server has acknowledged. */
  function settle(): void {
    if (!link) return
    const keys = ledger.settle(link.acknowledged)
    if (keys.length === 0) return
    journal.settled(keys)
    // When it fails they are sent again with the next connection, which does no harm.
    journal.afterwards(() => markSent(db, keys).catch(() => {}))
    post({ type: 'acknowledged', room, keys })
    options.onChange()
  }

  async function compact(withUnsent: boolean): Promise<void> {
    const result = await journal.compact(withUnsent)
    if (!result) return
    ledger.rekey(result.gone, result.key)
    journal.settled(result.gone)
    rows = ledger.size + 1
    post({ type: 'rekeyed', room, ...result })
  }

  function tellLink(): void {
    if (!link && !closedBy) return
    const [live, synced] = [link?.replied ?? false, link?.synced ?? false]
    post({ type: 'link', room, live, synced, sequence, ...(closedBy ? { refusal: closedBy } : {}) })
  }

  function connect(socket: SharedSocket): void {
    cancelRelink()
    closedBy = undefined
    link = createLink({
      socket,
      room,
      epoch: () => journal.epoch,
      doc,
      awareness,
      readOnly,
      sequence,
      known: () => ledger.known,
      onOpen: ledger.uncover,
      onReplied(count) {
        ledger.cover(count)
        linkChanged()
      },
      onAcknowledged: settle,
      onRefused: (refusal) => refuse(socket, refusal),
      onPosition(epoch, reached) {
        journal.reached(epoch, reached)
        if (options.isAwaited()) void journal.flush()
        else journal.schedule()
      },
      onSynced(synced) {
        if (synced) journal.synced()
        linkChanged()
      },
      onDisconnected: linkChanged,
      onClosed: shut,
      onStale: options.onStale,
    })
    link.provider.connect()
  }

  function linkChanged(): void {
    tellLink()
    options.onChange()
  }

  function shut(code: number, reason: string): void {
    closedBy = {
      code: code === closeCode.gone ? 'gone' : 'forbidden',
      message: reason || `closed with ${code}`,
    }
    disconnect()
    options.onClosed(code)
    linkChanged()
  }

  function refuse(socket: SharedSocket, refusal: Refusal): void {
    if (closed || !link) return
    if (!isTransient(refusal.code)) {
      options.onRefused(refusal)
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
    if (!isLoaded) return void unheard.push([heard, from])
    // Said of a copy that is gone.
    const copy = ('copy' in heard ? heard.copy : undefined) ?? 0
    if (copy !== journal.copy && heard.type !== 'forgot') return
    switch (heard.type) {
      case 'edit':
        Y.applyUpdate(doc, heard.update, fromTab)
        track(heard.key, [heard.update])
        break
      case 'remote':
        Y.applyUpdate(doc, heard.update, fromTab)
        ledger.know(heard.update)
        break
      case 'catch-up':
        if (heard.to !== options.tab) return
        Y.applyUpdate(doc, heard.update, fromTab)
        applyAwarenessUpdate(awareness, heard.awareness, fromTab)
        break
      case 'hello': {
        const clients = [...awareness.getStates().keys()]
        const update = Y.encodeStateAsUpdate(doc, heard.vector)
        const presence = encodeAwarenessUpdate(awareness, clients)
        post({ type: 'catch-up', room, to: from, update, awareness: presence })
        tellLink()
        break
      }
      case 'awareness':
        applyAwarenessUpdate(awareness, heard.update, fromTab)
        break
      case 'acknowledged':
        ledger.remove(heard.keys)
        journal.settled(heard.keys)
        break
      case 'rekeyed':
        ledger.rekey(heard.gone, heard.key)
        journal.settled(heard.gone)
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

  async function recount(): Promise<void> {
    await loaded
    const { copy } = journal
    if (closed || abandoned || copy === undefined) return
    for (const { key, bytes } of await unsentRows(db, room, copy)) {
      if (closed || abandoned || ledger.has(key)) continue
      Y.applyUpdate(doc, bytes, fromTab)
      track(key, [bytes])
      post({ type: 'edit', room, key, update: bytes })
    }
    options.onChange()
  }

  function state(live: boolean, synced: boolean): DocState {
    if (refused || (closedBy && !readOnly)) return 'refused'
    if (!isLoaded) return 'loading'
    if (readOnly) return synced ? 'saved' : 'device'
    // Not stored yet: all that can be said is that it is under way, when this tab is the one that sends.
    if (journal.unstored > 0) return link?.replied ? 'sent' : 'storing'
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
    get copy() {
      return journal.copy
    },
    get lost() {
      return lost
    },
    lose() {
      lost = true
    },
    found() {
      lost = false
      options.onChange()
    },
    isWithin({ doc: present, epoch, sequence: reached }) {
      if (epoch !== journal.epoch || reached < sequence) return false
      return !lacks(Y.encodeStateVector(present), ledger.known)
    },
    get unsent() {
      return journal.unstored + ledger.size > 0
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
        closed: closedBy,
        sequence,
      }
    },
    hear,
    recount,
    link(socket) {
      if (closed || link) return
      const settled = shouldCompact(rows) ? compact(true).catch(() => {}) : Promise.resolve()
      void settled.then(() => {
        if (!closed && !abandoned && !link) connect(socket)
      })
    },
    unlink() {
      disconnect()
      options.onChange()
    },
    shut,
    attend(present) {
      if (readOnly) return
      if (present && awareness.getLocalState() === null) awareness.setLocalState({})
      if (!present && awareness.getLocalState() !== null) awareness.setLocalState(null)
    },
    forgiven() {
      refused = undefined
      options.onChange()
    },
    flush: journal.flush,
    get storing() {
      return journal.unstored > 0
    },
    get added() {
      return journal.added
    },
    unsaid: journal.unsaid,
    abandon() {
      abandoned = true
      disconnect()
      journal.abandon()
    },
    async close() {
      if (closed) return journal.flush()
      removeAwarenessStates(awareness, [doc.clientID], 'closed')
      const last = journal.flush()
      closed = true
      disconnect()
      await last
      doc.destroy()
    },
  }
}
