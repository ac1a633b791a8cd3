/**
 * A device in a history: an IndexedDB, a shelf, cookies, a clock that may be wrong, a line to the server, and tabs, each
 * of which runs the app's whole core. Tabs share locks and channels; one that is killed leaves nothing behind but what
 * the storage has.
 */
import { type Core, createCore } from '#client/core/core.ts'
import type { ClientRegistry } from '#client/core/feature.ts'
import type { Locks, Surroundings, TabChannel } from '#client/core/surroundings.ts'
import type { Machine, Owner } from './machine.ts'
import type { DeviceLine, Network } from './network.ts'
import { belongsTo, createStorage, type Storage, type StoredDatabases } from './storage.ts'

export interface Device {
  readonly name: string
  readonly line: DeviceLine
  readonly cookies: Map<string, string>
  readonly tabs: Tab[]
  /** Milliseconds by which its clock is wrong. */
  offset: number
  open(): Tab
  /** All that lies in a store of one of its databases. */
  records(database: string, store: string): unknown[]
  /** What it holds, for another to begin with. */
  contents(): DeviceContents
  /** All that sites store here is wiped, but for cookies. */
  evict(): void
}

export interface DeviceContents {
  databases: StoredDatabases
  shelf: ReadonlyMap<string, string>
}

export interface Tab {
  readonly name: string
  readonly owner: Owner
  readonly alive: boolean
  /** Once it has opened. */
  core: (Core & { close(): Promise<void> }) | undefined
  emit(event: 'online' | 'offline' | 'hide' | 'show'): void
  /** @param politely the page hears that it is going */
  kill(politely: boolean): void
}

interface Shared {
  channels: Map<string, Set<{ owner: Owner; hear(message: unknown): void }>>
  queues: Map<string, { owner: Owner; go(): void }[]>
  shelf: Map<string, string>
}

export function createDevice(
  machine: Machine,
  network: Network,
  options: {
    name: string
    origin: string
    registry: ClientRegistry
    cookie: string
    contents?: DeviceContents
  },
): Device {
  const shared: Shared = { channels: new Map(), queues: new Map(), shelf: new Map(options.contents?.shelf) }
  let storage: Storage = createStorage(options.contents?.databases)
  const [cookie = '', value = ''] = options.cookie.split('=', 2)
  let opened = 0
  const device: Device = {
    name: options.name,
    line: network.line(),
    cookies: new Map(cookie ? [[cookie, value]] : []),
    tabs: [],
    offset: 0,
    open() {
      const owner = machine.owner(`${options.name}.${++opened}`)
      belongsTo(storage, owner)
      const listeners = new Map<string, Set<() => void>>()
      const around = createSurroundings(machine, network, device, shared, owner, listeners, options.origin)
      let alive = true
      const mine = storage
      const tab: Tab = {
        name: owner.name,
        owner,
        core: undefined,
        get alive() {
          return alive
        },
        emit(event) {
          for (const listener of [...(listeners.get(event) ?? [])]) listener()
        },
        kill(politely) {
          if (!alive) return
          alive = false
          device.tabs.splice(device.tabs.indexOf(tab), 1)
          const die = (): void => {
            if (mine.isOpening(owner)) return void machine.after(3, owner, die)
            if (politely) tab.emit('hide')
            owner.alive = false
            mine.cut(owner)
            for (const members of shared.channels.values()) {
              for (const each of members) if (each.owner === owner) members.delete(each)
            }
            freeLocks(machine, shared, owner)
            network.drop(owner)
            // What is left of it may go on for a moment, and reaches nothing; its subscriptions end.
            void tab.core?.close().catch(() => {})
          }
          machine.after(0, owner, die)
        },
      }
      device.tabs.push(tab)
      machine.after(0, owner, () => {
        void createCore(options.registry, around).then((core) => {
          tab.core = core
        })
      })
      return tab
    },
    records: (database, store) => storage.records(database, store),
    contents: () => ({ databases: storage.copy(), shelf: new Map(shared.shelf) }),
    evict() {
      storage = createStorage()
      shared.shelf.clear()
    },
  }
  return device
}

function createSurroundings(
  machine: Machine,
  network: Network,
  device: Device,
  shared: Shared,
  owner: Owner,
  listeners: Map<string, Set<() => void>>,
  origin: string,
): Surroundings {
  const sender = { name: owner.name, owner, line: device.line, origin, cookies: device.cookies }
  const { shelf } = shared
  return {
    origin,
    fetch: (url, init) => network.fetch(sender, url, init),
    connect: (url) => network.connect(sender, url),
    now: () => Math.floor(machine.now) + device.offset,
    random: () => owner.dice.next(),
    after(milliseconds, work) {
      const task = machine.after(Math.max(1, milliseconds), owner, work)
      return () => {
        task.work = undefined
      }
    },
    locks: createLocks(machine, shared, owner),
    channel: (name) => createChannel(machine, shared, owner, name),
    shelf: {
      get length() {
        return shelf.size
      },
      key: (index) => [...shelf.keys()][index] ?? null,
      getItem: (key) => shelf.get(key) ?? null,
      setItem: (key, value) => void (owner.alive && shelf.set(key, value)),
      removeItem: (key) => void (owner.alive && shelf.delete(key)),
    },
    persist: () => {},
    visible: () => true,
    on(event, listener) {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listener))
      return () => void all.delete(listener)
    },
  }
}

function createLocks(machine: Machine, shared: Shared, owner: Owner): Locks {
  return {
    async request(name, options, work) {
      const queue = shared.queues.get(name) ?? []
      shared.queues.set(name, queue)
      if (options.ifAvailable && queue.length > 0) return work(null)
      const own = { owner, go: (): void => {} }
      machine.tell(() => `${owner.name} wants ${name}`)
      const turn = new Promise<void>((resolve) => {
        own.go = resolve
      })
      queue.push(own)
      if (queue[0] === own) machine.soon(owner, own.go)
      await turn
      machine.tell(() => `${owner.name} has ${name}`)
      try {
        return await work({})
      } finally {
        machine.tell(() => `${owner.name} frees ${name}`)
        // A dead tab's locks were freed when it died.
        if (owner.alive && queue[0] === own) {
          queue.shift()
          const next = queue[0]
          if (next) machine.soon(next.owner, next.go)
        }
      }
    },
  }
}

function freeLocks(machine: Machine, shared: Shared, owner: Owner): void {
  for (const queue of shared.queues.values()) {
    const first = queue[0]
    for (const each of queue.filter((waiting) => waiting.owner === owner))
      queue.splice(queue.indexOf(each), 1)
    const next = queue[0]
    if (next && next !== first) machine.soon(next.owner, next.go)
  }
}

function createChannel(machine: Machine, shared: Shared, owner: Owner, name: string): TabChannel {
  const heard = new Set<(event: MessageEvent) => void>()
  const members = shared.channels.get(name) ?? new Set()
  shared.channels.set(name, members)
  const own = {
    owner,
    hear(message: unknown) {
      for (const listener of heard) listener({ data: message } as MessageEvent)
    },
  }
  members.add(own)
  return {
    postMessage(message) {
      if (!owner.alive) return
      machine.tell(() => `${owner.name} says ${JSON.stringify(message).slice(0, 200)} on ${name}`)
      for (const other of members) {
        if (other === own) continue
        const copy: unknown = structuredClone(message)
        machine.soon(other.owner, () => members.has(other) && other.hear(copy))
      }
    },
    addEventListener: (_type, listener) => void heard.add(listener),
    close: () => void members.delete(own),
  }
}
