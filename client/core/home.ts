/**
 * One member's life on this device: their database, and, in the tab that leads, the machinery that keeps it in step
 * with the server. Nothing is sent or received before the server has confirmed that this browser's session is that
 * member's (`permit`): rows of one member must never end up in the database of another.
 */
import { liveQuery } from 'dexie'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { closeCode, parseRoom } from '#shared/core/wire.ts'
import { type Database, type OutboxRow, openDatabase, type SortKeys, sortKeysOf } from './database.ts'
import { pruneDone } from './done.ts'
import type { ClientRegistry } from './feature.ts'
import { fetchLibrary } from './holdings.ts'
import { createInheritance } from './inherit.ts'
import { createIntake, type Intake } from './intake.ts'
import { offerOf } from './offers.ts'
import {
  discard,
  enqueue,
  isUnacknowledged,
  type NewCommand,
  resend,
  roomsAwaited,
  tryAgain,
  waiveRoom,
} from './outbox.ts'
import { roomOf } from './overlays.ts'
import { createParting } from './parting.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { createSender, type Sender } from './sender.ts'
import { createSocket, type SharedSocket } from './socket.ts'
import type { Surroundings } from './surroundings.ts'
import { createTabs, type TabMessage } from './tabs.ts'
import { carriedBy, type Withdrawal } from './withdrawal.ts'

export interface Network {
  online: boolean
  syncing: boolean
  readOnly: boolean
  leader: boolean
}

export interface Home {
  readonly memberId: string | null
  readonly db: Database
  readonly keys: SortKeys
  readonly rooms: Rooms
  readonly network: Network
  /** @returns a function that ends it. */
  onNetwork(listener: () => void): () => void
  send(command: NewCommand): Promise<void>
  settled(id: string): Promise<Result<unknown>>
  resend(id: string, input: unknown): Promise<string>
  discard(id: string): Promise<void>
  /** The server has confirmed (or no longer confirms) that this browser's session is this member's. */
  permit(allowed: boolean): void
  /** Resolves once everything is written; the database is closed. */
  close(): Promise<void>
}

export interface HomeOptions {
  around: Surroundings
  registry: ClientRegistry
  memberId: string | null
  newId(): string
  /** The server refused this session: ask who we are. */
  onUnauthenticated(): void
}

const libraryAfter = 2_000
const resultsKept = 100
/** What was refused after a restore for want of what others have not sent again yet. */
const againEvery = 6 * 3_600_000

export function createHome(options: HomeOptions): Home {
  const { around, registry, memberId } = options
  const db = openDatabase(memberId)
  const keys = sortKeysOf(registry.contracts)
  const network: Network = { online: false, syncing: false, readOnly: false, leader: false }
  const listeners = new Set<() => void>()
  const results = new Map<string, Result<unknown>>()
  const waiters = new Map<string, Set<(result: Result<unknown>) => void>>()
  const busy = { sender: false, intake: false }
  /** Who has heard that the server takes no changes. */
  let readOnly = { sender: false, feed: false }
  let awaited = new Map<string, number>()
  let permitted = false
  let closed = false
  let machinery: { socket: SharedSocket; sender: Sender; intake: Intake; stop(): void } | undefined
  let cancelLibrary = (): void => {}
  let cancelAgain = (): void => {}
  const documents = new Map(
    Object.values(registry.contracts).flatMap((contract) => Object.entries(contract.documents)),
  )

  const tabs = createTabs({
    around,
    name: db.name,
    tab: options.newId(),
    onMessage: hear,
    onLead: lead,
    onFollow: follow,
  })

  const parting = createParting(around.shelf, db.name, tabs.tab)
  const inheritance = createInheritance({
    db,
    around,
    tabs,
    hear: (message) => rooms.hear(message, tabs.tab),
    recount: () => rooms.recount(),
    report,
  })

  const rooms: Rooms = createRooms({
    db,
    around,
    tab: tabs.tab,
    inherited: inheritance.first,
    holdEdit: parting.edit,
    post: tabs.post,
    whenGone(tab, then) {
      tabs.whenGone(tab, () => {
        then()
        inheritance.again()
      })
    },
    isReadOnly: (room) => documents.get(parseRoom(room)?.kind ?? '')?.writers === 'server',
    isCreating,
    told: () => machinery?.intake.told() ?? Promise.resolve(),
    isOwn: (room) => room.startsWith('me/'),
    // Guests have nothing that the server would take.
    offer: (lost) => (memberId === null ? undefined : offerOf(registry, lost, options.newId)),
    isAwaited: (room) => awaited.has(room),
    onClosed(room, code) {
      void waiveRoom(db, room, around.now()).catch(report)
      if (code === closeCode.ended && memberId !== null) options.onUnauthenticated()
    },
  })

  const withdrawal: Withdrawal = {
    carried: carriedBy(registry.contracts),
    isOpen: (room) => rooms.holding.has(room),
  }

  function setNetwork(change: Partial<Network>): void {
    if (Object.entries(change).every(([key, value]) => network[key as keyof Network] === value)) return
    Object.assign(network, change)
    if (tabs.leading) tellNetwork()
    for (const listener of [...listeners]) listener()
  }

  function tellNetwork(): void {
    const { online, syncing, readOnly } = network
    tabs.post({ type: 'network', online, syncing, readOnly })
  }

  function setBusy(change: Partial<typeof busy>): void {
    Object.assign(busy, change)
    setNetwork({ syncing: busy.sender || busy.intake })
  }

  function hear(message: TabMessage, from: string): void {
    if (message.type === 'joined') {
      if (tabs.leading) tellNetwork()
    } else if (message.type === 'outbox') machinery?.sender.poke()
    else if (message.type === 'settled') settle(message.id, message.result)
    else if (message.type === 'network') {
      if (!tabs.leading)
        setNetwork({ online: message.online, syncing: message.syncing, readOnly: message.readOnly })
    } else rooms.hear(message, from)
  }

  function setReadOnly(said: typeof readOnly): void {
    readOnly = said
    setNetwork({ readOnly: said.sender || said.feed })
  }

  async function isCreating(room: string): Promise<boolean> {
    const entries = await db.outbox.toArray()
    return entries.some((entry) => isUnacknowledged(entry) && roomOf(registry, entry) === room)
  }

  function lead(): void {
    setNetwork({ leader: true })
    const sender = createSender({
      db,
      around,
      memberId,
      told: () => intake.told(),
      onSettled,
      onUnauthenticated: unauthenticated,
      onReachable: (online) => setNetwork({ online: online || socket.open }),
      onReadOnly: (is) => setReadOnly({ ...readOnly, sender: is }),
      onBusy: (sending) => setBusy({ sender: sending }),
      onError: report,
    })
    const intake = createIntake({
      db,
      around,
      keys,
      withdrawal,
      memberId,
      askFrom: (cursor) => socket.askFeed(cursor),
      onBusy: (reading) => setBusy({ intake: reading }),
      onMoved: scheduleLibrary,
      onRestored: rooms.restart,
      onReachable(online) {
        setNetwork({ online: online || socket.open })
        if (online) sender.poke(true)
      },
      onReadOnly(is) {
        if (is === readOnly.feed) return
        setReadOnly(is ? { ...readOnly, feed: true } : { sender: false, feed: false })
        if (!is) sender.poke(true)
      },
      onUnauthenticated: unauthenticated,
      onBroken(error) {
        report(error)
        socket.restart()
      },
    })
    const socket = createSocket({
      around,
      memberId,
      onOpen() {
        setNetwork({ online: true })
        intake.socketOpened()
        sender.poke(true)
      },
      onClosed() {
        intake.socketClosed()
        void intake.poll()
      },
      onEnded() {
        intake.socketClosed()
        setNetwork({ online: false })
        unauthenticated()
      },
      onFeed: (text) => intake.receive(text),
      onSilence: () => void intake.askAgain(),
    })
    const outbox = liveQuery(() => db.outbox.toArray()).subscribe({
      next: (entries) => void watchOutbox(entries).catch(report),
      error: report,
    })
    // What its member decided of this device, and what pages found that they may want.
    let isFirst = true
    const keeping = liveQuery(() => db.meta.where('key').startsWith('local:keep.').toArray()).subscribe({
      next() {
        if (!isFirst) scheduleLibrary()
        isFirst = false
      },
      error: report,
    })
    const nudge = (): void => socket.nudge()
    const undo = [around.on('online', nudge), around.on('offline', nudge), around.on('show', nudge)]
    machinery = {
      socket,
      sender,
      intake,
      stop() {
        outbox.unsubscribe()
        keeping.unsubscribe()
        for (const each of undo) each()
        cancelLibrary()
        sender.stop()
        socket.stop()
      },
    }
    rooms.lead(socket)
    inheritance.again()
    lookAfterDone()
    if (permitted) startMachinery()
  }

  function lookAfterDone(): void {
    void pruneDone(db, around.now())
      .then(() => tryAgain(db, options.newId))
      .catch(report)
    cancelAgain()
    cancelAgain = around.after(againEvery, lookAfterDone)
  }

  function follow(): void {
    cancelAgain()
    machinery?.stop()
    machinery = undefined
    awaited = new Map()
    rooms.follow()
    setNetwork({ leader: false, syncing: false })
  }

  function startMachinery(): void {
    machinery?.socket.start()
    // Guests have nothing to send that the server would take.
    if (memberId !== null) machinery?.sender.start()
  }

  function unauthenticated(): void {
    machinery?.sender.stop()
    machinery?.socket.stop()
    options.onUnauthenticated()
  }

  async function watchOutbox(entries: OutboxRow[]): Promise<void> {
    if (entries.some((entry) => entry.state === 'device')) machinery?.sender.poke()
    const before = awaited
    awaited = await roomsAwaited(db)
    for (const [room, sequence] of awaited) {
      if ((before.get(room) ?? -1) >= sequence) continue
      void rooms.visit(room, (live) => live.status().sequence >= sequence, { urgent: true })
    }
    rooms.retry()
  }

  function onSettled(entries: OutboxRow[]): void {
    for (const entry of entries) {
      const result = resultOf(entry)!
      settle(entry.id, result)
      tabs.post({ type: 'settled', id: entry.id, result })
    }
  }

  function settle(id: string, result: Result<unknown>): void {
    results.set(id, result)
    if (results.size > resultsKept) results.delete(results.keys().next().value!)
    for (const resolve of waiters.get(id) ?? []) resolve(result)
    waiters.delete(id)
  }

  function scheduleLibrary(): void {
    cancelLibrary()
    cancelLibrary = around.after(libraryAfter, () => {
      void fetchLibrary({
        db,
        around,
        registry,
        rooms,
        withdrawal,
        isLeading: () => machinery !== undefined,
      }).catch(report)
    })
  }

  function report(error: unknown): void {
    if (!closed) console.error(error)
  }

  const stopHiding = around.on('hide', () => {
    void rooms.flush()
    parting.write()
  })
  tabs.start()

  return {
    memberId,
    db,
    keys,
    rooms,
    network,
    onNetwork(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async send(command) {
      const at = around.now()
      const stored = parting.command({ ...command, at })
      await enqueue(db, command, at).finally(stored)
      machinery?.sender.poke()
      tabs.post({ type: 'outbox' })
    },
    async settled(id) {
      const known = results.get(id)
      if (known) return known
      const answer = new Promise<Result<unknown>>((resolve) => {
        waiters.set(id, (waiters.get(id) ?? new Set()).add(resolve))
      })
      const entry = await db.outbox.where('id').equals(id).first()
      // Answered before we asked: an entry that is gone has landed.
      return entry ? (resultOf(entry) ?? answer) : (results.get(id) ?? ok(undefined))
    },
    async resend(id, input) {
      const next = await resend(db, id, input, options.newId)
      machinery?.sender.poke()
      tabs.post({ type: 'outbox' })
      return next
    },
    async discard(id) {
      onSettled(await discard(db, id))
    },
    permit(allowed) {
      permitted = allowed
      if (allowed) startMachinery()
      else {
        machinery?.sender.stop()
        machinery?.socket.stop()
        setNetwork({ online: false, syncing: false })
      }
    },
    async close() {
      if (closed) return
      closed = true
      cancelAgain()
      inheritance.close()
      machinery?.stop()
      await rooms.close()
      stopHiding()
      machinery = undefined
      tabs.close()
      db.close()
    },
  }
}

function resultOf(entry: OutboxRow): Result<unknown> | undefined {
  if (entry.state === 'saved' || entry.state === 'held') return ok(entry.data)
  return entry.state === 'refused' && entry.refusal ? fail(entry.refusal) : undefined
}
