/**
 * Keeps the shelf in step with a device's database: rows as they come and go, and the texts of rooms as their copies
 * change. Nothing is stored: what is on the shelf is read again after a reload, a few milliseconds at a time, the
 * newest first.
 *
 * Before an answer leaves, the rows and copies that it rests on are asked for once more: what was withdrawn a moment ago
 * is in no answer, however far the shelf is behind.
 */
import { liveQuery, type Subscription } from 'dexie'
import * as Y from 'yjs'
import { Database, type StoredDoc, type StoredRow } from '#client/core/database.ts'
import { type Kind, kindOfRoom, kindOfTable, kinds, type Subject, subjects } from '#shared/search/subjects.ts'
import { createShelf } from './shelf.ts'
import type { Answer, Found, FoundHere, Question, Searcher } from './types.ts'

/** Characters that are held at most; texts beyond are found by their titles alone. */
const mostCharacters = 16_000_000
/** Milliseconds of reading texts before whoever asks has a turn. */
const turn = 12

type Row = Record<string, unknown>

export function createSearcher(): Searcher {
  let device: Device | undefined
  return {
    async open(name) {
      if (device?.name === name) return
      device?.close()
      device = name === '' ? undefined : createDevice(name)
      await device?.ready
    },
    search: async (question, now) => device?.search(question, now) ?? nothing(),
    state: () => device?.state() ?? { items: 0, characters: 0, waiting: 0 },
  }
}

const nothing = (): Answer<FoundHere> => ({ found: [], total: 0, tags: [], authors: [] })

interface Device {
  name: string
  /** The rows are on the shelf, and the texts that were here at first. */
  ready: Promise<void>
  search(question: Question, now: number): Promise<Answer<FoundHere>>
  state(): { items: number; characters: number; waiting: number }
  close(): void
}

/** Of a copy, what tells that it has changed. */
const markOf = (doc: StoredDoc): string => `${doc.copy ?? 0} ${doc.sequence} ${doc.bytes} ${doc.synced}`

function createDevice(name: string): Device {
  const db = new Database(name)
  const shelf = createShelf()
  const tables = new Map<string, Map<string, Row>>()
  /** Room → mark of the copy that is on the shelf. */
  const shelved = new Map<string, string>()
  const waiting = new Map<string, StoredDoc>()
  const subscriptions: Subscription[] = []
  let reading: Promise<void> | undefined
  let closed = false
  /** Times that something was taken off the shelf, or another took its place. */
  let losses = 0

  const row = ({ table, id }: { table: string; id: string }): Row | null => tables.get(table)?.get(id) ?? null
  const relatedTo = (subject: Subject, data: Row): (Row | null)[] =>
    (subject.related?.(data as never) ?? []).map(row)

  function takeRows(table: string, rows: readonly StoredRow[]): void {
    const before = tables.get(table) ?? new Map<string, Row>()
    tables.set(table, new Map(rows.map(({ id, data }) => [id, data])))
    const kind = kindOfTable.get(table)
    if (kind) {
      for (const id of before.keys()) if (!tables.get(table)!.has(id)) remove(kind, id)
      for (const { id, data } of rows) {
        const former = before.get(id)
        if (former && JSON.stringify(former) === JSON.stringify(data)) continue
        if (former) losses++
        putHead(kind, id, data)
      }
      // Texts whose row was not there before can be shelved now.
      for (const doc of known.values()) if (isOf(doc.room, kind)) want(doc)
    }
    for (const [ground, other] of grounds)
      if (ground === table) for (const doc of known.values()) if (isOf(doc.room, other)) want(doc)
    // Titles and addresses may rest on these rows.
    for (const dependent of dependents.get(table) ?? [])
      for (const [id, data] of tables.get(subjects[dependent].table) ?? []) putHead(dependent, id, data)
    void readTexts()
  }

  function putHead(kind: Kind, id: string, data: Row): void {
    const head = subjects[kind].head(data as never, relatedTo(subjects[kind], data))
    if (head) shelf.put(kind, id, head)
    else remove(kind, id)
  }

  function remove(kind: Kind, id: string): void {
    losses++
    shelf.remove(kind, id)
    for (const room of roomsOf(id)) shelved.delete(room)
  }

  const known = new Map<string, StoredDoc>()

  function takeDocs(docs: readonly StoredDoc[]): void {
    const rooms = new Set(docs.map(({ room }) => room))
    for (const room of [...known.keys()]) if (!rooms.has(room)) drop(room)
    for (const doc of docs) {
      known.set(doc.room, doc)
      want(doc)
    }
    void readTexts()
  }

  function want(doc: StoredDoc): void {
    const found = kindOfRoom.has(doc.room.split('/', 1)[0]!)
    if (found && (!isOpen(doc.room) || shelved.get(doc.room) !== markOf(doc))) waiting.set(doc.room, doc)
  }

  function drop(room: string): void {
    known.delete(room)
    waiting.delete(room)
    unshelve(room)
  }

  function unshelve(room: string): void {
    if (!shelved.delete(room)) return
    losses++
    const { kind, id } = ownerOf(room)
    shelf.setParts(kind, id, room, undefined)
  }

  /** Is the row there that opens the room? */
  function isOpen(room: string): boolean {
    const { kind, id } = ownerOf(room)
    const ground = subjects[kind].room!.ground
    return row({ table: ground, id }) !== null && row({ table: subjects[kind].table, id }) !== null
  }

  /** One text after another, so that a question waits for one at most. */
  function readTexts(): Promise<void> {
    reading ??= (async () => {
      let began = performance.now()
      for (;;) {
        const next = waiting.values().next().value
        if (!next || closed) return
        await shelve(next)
        if (performance.now() - began < turn) continue
        await new Promise((resolve) => setTimeout(resolve))
        began = performance.now()
      }
    })()
      .catch((error: unknown) => {
        if (!closed) console.error(error)
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }

  async function shelve(doc: StoredDoc): Promise<void> {
    const { room } = doc
    waiting.delete(room)
    if (!isOpen(room)) return unshelve(room)
    if (shelved.get(room) === markOf(doc)) return
    if (!shelved.has(room) && shelf.size().characters > mostCharacters) return
    const rows = await db.updates.where('room').equals(room).toArray()
    const { kind, id } = ownerOf(room)
    if (!isOpen(room) || !known.has(room)) return unshelve(room)
    const read = new Y.Doc()
    try {
      read.transact(() => {
        for (const { bytes, copy } of rows) if ((copy ?? 0) === (doc.copy ?? 0)) Y.applyUpdate(read, bytes)
      })
      if (shelved.has(room)) losses++
      shelf.setParts(kind, id, room, subjects[kind].room!.parts(read))
      shelved.set(room, markOf(doc))
    } finally {
      read.destroy()
    }
  }

  /** @returns false when the shelf had to be put right, and should be asked again. */
  async function isRight(found: readonly Found[]): Promise<boolean> {
    const wanted = found.flatMap(({ kind, id }) => {
      const { table, room } = subjects[kind]
      return [{ table, id }, ...(room ? [{ table: room.ground, id }] : [])]
    })
    const there = await db.rows.bulkGet(wanted.map(({ table, id }): [string, string] => [table, id]))
    let right = true
    for (const [i, { table, id }] of wanted.entries()) {
      if (there[i] !== undefined || row({ table, id }) === null) continue
      tables.get(table)!.delete(id)
      const kind = kindOfTable.get(table)
      for (const room of roomsOf(id)) unshelve(room)
      if (kind) remove(kind, id)
      right = false
    }
    const rooms = found.flatMap(({ id }) => roomsOf(id))
    const docs = await db.docs.bulkGet(rooms)
    for (const [i, room] of rooms.entries()) {
      const doc = docs[i]
      if (doc && shelved.get(room) === markOf(doc)) continue
      if (doc) {
        known.set(room, doc)
        await shelve(doc)
      } else drop(room)
      right = false
    }
    return right
  }

  const roomsOf = (id: string): string[] => [...shelved.keys()].filter((room) => ownerOf(room).id === id)

  function here(found: Found): FoundHere[] {
    const { kind, id } = found
    const subject = subjects[kind]
    const data = row({ table: subject.table, id })
    if (!data) return []
    const related = relatedTo(subject, data)
    const path = subject.path(id, data as never, related)
    const lock = found.fromBody || found.onlyBody ? subject.lock?.(data as never, related) : undefined
    const anchored = found.number !== undefined && found.number > 1 ? `${path}#p${found.number}` : path
    return [{ ...found, path: anchored, lock }]
  }

  const started = start()

  async function start(): Promise<void> {
    db.on('versionchange', () => close())
    const first = [...followed].map((table) =>
      follow(
        () => rowsOf(db, table),
        (rows) => takeRows(table, rows),
      ),
    )
    await Promise.all(first)
    await follow(
      () => db.docs.toArray(),
      (docs) => takeDocs(newestFirst(docs)),
    )
  }

  function follow<T>(query: () => Promise<T>, take: (value: T) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const subscription = liveQuery(query).subscribe({
        next(value) {
          if (!closed) take(value)
          resolve()
        },
        error: reject,
      })
      subscriptions.push(subscription)
    })
  }

  function close(): void {
    closed = true
    for (const subscription of subscriptions) subscription.unsubscribe()
    shelf.clear()
    tables.clear()
    known.clear()
    shelved.clear()
    waiting.clear()
    db.close()
  }

  return {
    name,
    ready: started,
    async search(question, now) {
      for (let tries = 0; ; tries++) {
        const before = losses
        const answer = shelf.search(question, now)
        if (closed) return nothing()
        const right = await isRight(answer.found)
        if (right && losses === before) return { ...answer, found: answer.found.flatMap(here) }
        if (tries > 5) return nothing()
      }
    },
    state: () => ({ ...shelf.size(), waiting: waiting.size + (reading ? 1 : 0) }),
    close,
  }
}

function ownerOf(room: string): { kind: Kind; id: string } {
  const [kind, id] = room.split('/', 2) as [string, string]
  return { kind: kindOfRoom.get(kind)!, id }
}

function isOf(room: string, kind: Kind): boolean {
  return kindOfRoom.get(room.split('/', 1)[0]!) === kind
}

const grounds: readonly (readonly [string, Kind])[] = kinds.flatMap((kind) => {
  const { room, table } = subjects[kind]
  return room && room.ground !== table ? [[room.ground, kind] as const] : []
})
const followed = new Set([...kindOfTable.keys(), ...grounds.map(([table]) => table)])

/** Table → kinds whose titles or addresses rest on it. */
const dependents: ReadonlyMap<string, readonly Kind[]> = new Map([
  ['courses', ['lesson']],
  ['events', ['session', 'notes']],
  ['sessions', ['notes']],
])

function rowsOf(db: Database, table: string): Promise<StoredRow[]> {
  return db.rows.where('[table+id]').between([table, ''], [table, '\uffff']).toArray()
}

function newestFirst(docs: StoredDoc[]): StoredDoc[] {
  return docs.sort((a, b) => b.openedAt - a.openedAt || (a.room < b.room ? 1 : -1))
}
