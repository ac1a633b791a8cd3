/**
 * IndexedDB of simulated devices. Each has a factory of its own, whatever its databases are called; what a tab asks of
 * it belongs to that tab, and when the tab dies its open transactions are rolled back, but for those that were told to
 * commit. Dexie's word that something was stored goes to the tabs of the same device only, and to the other tabs as a
 * task of theirs, as through a BroadcastChannel.
 */
import Dexie from 'dexie'
import { IDBFactory, IDBKeyRange, IDBTransaction } from 'fake-indexeddb'
import type { Machine, Owner } from './machine.ts'

export interface Storage {
  readonly factory: IDBFactory
  /** All records of a store, without asking. */
  records(database: string, store: string): unknown[]
  /** A copy of what it holds, to begin another with. */
  copy(): StoredDatabases
  /** Is it about to open or make a database? A death in the middle of that is not simulated. */
  isOpening(owner: Owner): boolean
  /** What this tab had under way is rolled back; it can ask nothing more. */
  cut(owner: Owner): void
}

/** By name. */
export type StoredDatabases = ReadonlyMap<string, object>

interface RawDatabase {
  rawObjectStores: Map<string, { records: { values(): Iterable<{ value: unknown }> } }>
  transactions: RawTransaction[]
  processTransactions(): void
}
interface RawConnection {
  _rawDatabase: RawDatabase
  _closePending: boolean
  _closed: boolean
}
interface RawTransaction {
  db: RawConnection
  _started: boolean
  _state: 'active' | 'inactive' | 'committing' | 'finished'
  _abort(name: string | null): void
  _start(): void
}
type Heard = (parts: unknown) => void

const owners = new WeakMap<object, Owner>()
const storages = new WeakMap<Owner, Storage>()
let machine: Machine
let everAlive: Owner
let heard: { owner: Owner; listener: Heard }[] = []

const start = (IDBTransaction.prototype as unknown as RawTransaction)._start
;(IDBTransaction.prototype as unknown as RawTransaction)._start = function (this: RawTransaction) {
  const owner = owners.get(this.db)
  machine.enter(owner?.alive ? owner : everAlive)
  start.call(this)
}

Object.assign(Dexie.on.storagemutated, {
  subscribe(listener: Heard) {
    heard.push({ owner: machine.current, listener })
  },
  unsubscribe(listener: Heard) {
    heard = heard.filter((each) => each.listener !== listener)
  },
  fire(parts: unknown) {
    const { current } = machine
    const storage = storages.get(current)
    for (const { owner, listener } of [...heard]) {
      if (owner === current) listener(parts)
      else if (storages.get(owner) === storage) machine.soon(owner, () => listener(parts))
    }
  },
})

Object.defineProperties(Dexie.dependencies, {
  indexedDB: { get: () => storages.get(machine.current)?.factory },
  IDBKeyRange: { value: IDBKeyRange },
})

/** Databases belong to this history from now on. */
export function useMachine(given: Machine): void {
  machine = given
  everAlive = given.owner('storage')
  heard = []
}

/** @param content what it holds at first; copied */
export function createStorage(content: StoredDatabases = new Map()): Storage {
  const connections: { connection: RawConnection; owner: Owner }[] = []
  const opening = new Map<Owner, number>()

  class DeviceFactory extends IDBFactory {
    override open(...asked: Parameters<IDBFactory['open']>): ReturnType<IDBFactory['open']> {
      const owner = machine.current
      const request = super.open(...asked)
      opening.set(owner, (opening.get(owner) ?? 0) + 1)
      const opened = (): void => void opening.set(owner, opening.get(owner)! - 1)
      request.addEventListener('success', opened)
      request.addEventListener('error', opened)
      const claim = (): void => {
        const connection = request.result as unknown as RawConnection
        if (owners.has(connection)) return
        owners.set(connection, owner)
        spareTasks(connection._rawDatabase)
        connections.push({ connection, owner })
      }
      request.addEventListener('upgradeneeded', claim)
      request.addEventListener('success', claim)
      return request
    }
  }

  const factory = new DeviceFactory()
  const { _databases: databases } = factory as unknown as { _databases: Map<string, object> }
  for (const [name, database] of content) databases.set(name, copyDatabase(database))

  return {
    factory,
    records(name, store) {
      const database = databases.get(name) as RawDatabase | undefined
      return [...(database?.rawObjectStores.get(store)?.records.values() ?? [])].map(({ value }) => value)
    },
    copy: () => new Map([...databases].map(([name, database]) => [name, copyDatabase(database)])),
    isOpening: (owner) => (opening.get(owner) ?? 0) > 0,
    cut(owner) {
      heard = heard.filter((each) => each.owner !== owner)
      for (const { connection } of connections.filter((each) => each.owner === owner)) {
        connection._closePending = true
        connection._closed = true
        const raw = connection._rawDatabase
        for (const transaction of raw.transactions.filter(({ db }) => db === connection)) {
          // Told to commit, it does so without its page, whose tasks will not come any more.
          if (transaction._state === 'committing') {
            if (transaction._started) machine.soon(everAlive, () => transaction._start())
            continue
          }
          if (transaction._state !== 'finished') transaction._abort(null)
          raw.transactions.splice(raw.transactions.indexOf(transaction), 1)
        }
        machine.as(everAlive, () => raw.processTransactions())
      }
    },
  }
}

/** After each transaction it would look for another in a task of its own, also when there is none. */
function spareTasks(database: RawDatabase): void {
  if (spared.has(database)) return
  spared.add(database)
  const original = database.processTransactions
  database.processTransactions = () => {
    if (database.transactions.some(({ _started, _state }) => !_started && _state !== 'finished')) original()
  }
}

const spared = new WeakSet<RawDatabase>()

export function belongsTo(storage: Storage, owner: Owner): void {
  storages.set(owner, storage)
}

/** With nobody connected to it. */
function copyDatabase(original: object): object {
  const { prototype } = original.constructor as { prototype: RawDatabase }
  const copy = Object.create(prototype) as RawDatabase
  const copies = new Map<unknown, unknown>([[original, copy]])
  for (const [name, value] of Object.entries(original)) {
    if (!(name in notCopied)) Object.assign(copy, { [name]: copyOf(value, copies) })
  }
  return Object.assign(copy, {
    connections: [],
    transactions: [],
    processTransactions: prototype.processTransactions.bind(copy),
  })
}

const notCopied = { connections: 0, transactions: 0, processTransactions: 0 }

/** Records are not changed once they are stored, so they are shared. */
function copyOf(original: unknown, copies: Map<unknown, unknown>): unknown {
  if (typeof original !== 'object' || original === null || ('key' in original && 'value' in original))
    return original
  if (copies.has(original)) return copies.get(original)
  if (Array.isArray(original)) return original.map((each) => copyOf(each, copies))
  if (original instanceof Map)
    return new Map([...original].map(([key, value]) => [key, copyOf(value, copies)]))
  const copy: object = Object.create(Object.getPrototypeOf(original) as object)
  copies.set(original, copy)
  for (const [name, value] of Object.entries(original)) Object.assign(copy, { [name]: copyOf(value, copies) })
  return copy
}
