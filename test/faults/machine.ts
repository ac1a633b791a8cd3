/**
 * Simulated time. Everything that a server or a device does is a task of its owner: an immediate, a timer, a message
 * that arrives. Tasks run one at a time in the order of their times, and all promises that one of them has moved
 * settle before the next begins. What such promises start belongs to the same owner. An owner that dies takes its
 * tasks with it, as a process does.
 *
 * Nothing real can move a history: timers, immediates, clocks and dice of the process are replaced (`installMachine`)
 * before the code under test is loaded, and what it awaits is either a task of ours or a promise.
 */
import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { createDice, type Dice } from './dice.ts'

export interface Owner {
  readonly name: string
  readonly dice: Dice
  alive: boolean
  /** Its immediates run in order, so none before this time. */
  busyUntil: number
  /** How much slower than others it is: the most that one immediate may take, in ms. */
  pace: number
}

export interface Machine {
  readonly now: number
  /** Whose task runs. */
  readonly current: Owner
  /** Of all that happened so far: two runs of one history have the same. */
  readonly trace: number
  readonly tasks: number
  owner(name: string): Owner
  /** What the running task does from here on is the owner's. */
  enter(owner: Owner): void
  /** Runs the work as the owner's, now and synchronously. */
  as<T>(owner: Owner, work: () => T): T
  after(milliseconds: number, owner: Owner, work: () => void): Task
  /** As soon as the owner gets round to it. */
  soon(owner: Owner, work: () => void): Task
  /** A task of its own. @returns what it returns, or never when the owner dies before */
  begin<T>(owner: Owner, work: () => T | Promise<T>): Promise<T>
  /** For whoever wants to read what happens. */
  tell(line: () => string): void
  /** Mixes something that happened into the trace. */
  note(value: number | string | Uint8Array): void
  /** Lets so much time pass. */
  run(milliseconds: number): Promise<void>
  /** The clocks jump, as when a lid was closed: what was due meanwhile is due now, once. */
  skip(milliseconds: number): void
}

export interface Task {
  at: number
  readonly order: number
  readonly owner: Owner
  work: (() => void) | undefined
}

/** Milliseconds that an immediate takes now and then. */
const hiccup = 3
const hiccups = 0.06
/**
 * Between two immediates of one turn of the real event loop, all that the first has moved settles, ticks and promises:
 * so each is one task, and a turn is not spent on every one of them.
 */
const stepsPerTurn = 16

/** Dexie puts its own promises in the place of these. */
const real = {
  setImmediate: globalThis.setImmediate,
  Date: globalThis.Date,
  Promise: globalThis.Promise,
  resolved: Promise.resolve(),
  // biome-ignore lint/suspicious/noThenProperty: it is kept, not offered
  then: Promise.prototype.then,
}

let machine: Machine | undefined
const startOfClock = Date.UTC(2026, 0)
let now = startOfClock
let current: Owner = createOwner('', 'nobody')

function createOwner(seed: string, name: string): Owner {
  return { name, dice: createDice(`${seed}/${name}`), alive: true, busyUntil: 0, pace: 0 }
}

/**
 * @param onThrown a task threw, or a promise that nobody waits for was rejected
 * @param hooks `onTask`: one has run, and all that it moved has settled; `say`: prints what happens
 */
export function createMachine(
  seed: string,
  start: number,
  onThrown: (error: unknown, owner: Owner) => void,
  hooks: { onTask?(owner: Owner): void; say?: ((line: string) => void) | undefined } = {},
): Machine {
  const heap: Task[] = []
  let orders = 0
  let tasks = 0
  let trace = 0
  const nobody = createOwner(seed, 'nobody')
  now = start
  current = nobody

  function push(task: Task): Task {
    let i = heap.push(task) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!isBefore(task, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = task
    return task
  }

  function pop(): void {
    const last = heap.pop()!
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
  }

  /** @returns false when there is none before the end. */
  function runNext(end: number): boolean {
    for (;;) {
      const task = heap[0]
      if (!task || task.at > end) return false
      pop()
      const { work, owner } = task
      if (!work || !owner.alive) continue
      task.work = undefined
      now = Math.max(now, task.at)
      current = owner
      tasks++
      trace = Math.imul(trace ^ (task.order + (now | 0)), 16_777_619)
      try {
        work()
      } catch (error) {
        onThrown(error, owner)
      }
      return true
    }
  }

  const self: Machine = {
    get now() {
      return now
    },
    get current() {
      return current
    },
    get trace() {
      return trace >>> 0
    },
    get tasks() {
      return tasks
    },
    owner: (name) => createOwner(seed, name),
    enter(owner) {
      current = owner
    },
    as(owner, work) {
      const before = current
      current = owner
      try {
        return work()
      } finally {
        current = before
      }
    },
    after: (milliseconds, owner, work) =>
      push({ at: now + Math.max(0, milliseconds), order: orders++, owner, work }),
    soon(owner, work) {
      let at = Math.max(now, owner.busyUntil)
      if (owner.pace > 0) at += owner.dice.next() * owner.pace
      else if (owner.dice.chance(hiccups)) at += owner.dice.next() * hiccup
      owner.busyUntil = at
      return push({ at, order: orders++, owner, work })
    },
    begin: (owner, work) =>
      new real.Promise((resolve, reject) => {
        self.after(0, owner, () => void (async () => work())().then(resolve, reject))
      }),
    tell(line) {
      hooks.say?.(`${((now - start) / 1000).toFixed(4)} ${current.name}: ${line()}`)
    },
    note(value) {
      if (typeof value === 'number') trace = Math.imul(trace ^ value, 16_777_619)
      else
        for (let i = 0; i < value.length; i++) {
          const item = value[i]!
          trace = Math.imul(trace ^ (typeof item === 'string' ? item.charCodeAt(0) : item), 16_777_619)
        }
    },
    run(milliseconds) {
      const end = now + milliseconds
      return new real.Promise((resolve, reject) => {
        let ran = false
        let over = false
        const step = (): void => {
          if (over) return
          try {
            if (ran) hooks.onTask?.(current)
            ran = runNext(end)
          } catch (error) {
            over = true
            reject(error)
            return
          }
          if (ran) return
          over = true
          current = nobody
          now = end
          resolve()
        }
        const turn = (): void => {
          for (let i = 1; i < stepsPerTurn; i++) real.setImmediate(step)
          real.setImmediate(() => {
            step()
            if (!over) turn()
          })
        }
        turn()
      })
    },
    skip(milliseconds) {
      now += milliseconds
    },
  }
  machine = self
  thrown = onThrown
  return self
}

let thrown: (error: unknown, owner: Owner) => void = (error) => {
  throw error
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** What `setTimeout` gives in Node, as far as anybody uses it. */
class Timer {
  task: Task | undefined
  unref(): this {
    return this
  }
  ref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
}

function start(work: () => void, milliseconds: number, again: boolean): Timer {
  const timer = new Timer()
  const owner = current
  const wait = Math.max(1, Number(milliseconds) || 0)
  const arm = (): void => {
    timer.task = machine?.after(wait, owner, () => {
      if (again) arm()
      work()
    })
  }
  arm()
  return timer
}

function stop(timer: unknown): void {
  if (timer instanceof Timer && timer.task) timer.task.work = undefined
  else if (typeof timer === 'object' && timer !== null && 'work' in timer) timer.work = undefined
}

/** Node's own makes an error with a stack for each abort, of which live queries have thousands. */
class LightAbortController {
  readonly signal = new LightAbortSignal()
  abort(): void {
    this.signal.end()
  }
}

class LightAbortSignal {
  aborted = false
  private listeners: (() => void)[] = []
  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.push(listener)
  }
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners = this.listeners.filter((each) => each !== listener)
  }
  end(): void {
    if (this.aborted) return
    this.aborted = true
    for (const listener of this.listeners.splice(0)) listener()
  }
}

const { createHash } = nodeCrypto

function signatureOf(data: Uint8Array): Buffer {
  return createHash('sha256').update('signed').update(data).digest()
}

/** Real ones differ each time, and are made and checked by threads. */
const signatures = {
  generateKeyPairSync: () => ({ privateKey: signatures.createPrivateKey() }),
  createPrivateKey: () => ({ export: () => Buffer.from('private') }),
  createPublicKey: () => ({ export: () => Buffer.from('public') }),
  sign: (_algorithm: string, data: Uint8Array) => signatureOf(data),
}

const subtle = {
  digest: async (algorithm: string, data: Uint8Array) => {
    const digest = createHash(algorithm.replace('-', '').toLowerCase()).update(data).digest()
    return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.byteLength)
  },
  importKey: async () => ({}),
  verify: async (_algorithm: object, _key: object, signature: Uint8Array, data: Uint8Array) =>
    signatureOf(data).equals(signature),
}

/** Replaces what the process offers. Before anything else is loaded: some modules keep what they find. */
export function installMachine(): void {
  class SimulatedDate extends real.Date {
    constructor(...given: []) {
      if (given.length === 0) super(Math.floor(now))
      else super(...given)
    }
    static override now(): number {
      return Math.floor(now)
    }
  }
  const dice = (): Dice => current.dice
  const random = <T extends ArrayBufferView>(view: T): T => {
    dice().fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    return view
  }
  const replaced = {
    Date: SimulatedDate,
    setTimeout: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      start(() => work(...args), ms, false),
    setInterval: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      start(() => work(...args), ms, true),
    setImmediate: (work: (...args: unknown[]) => void, ...args: unknown[]) =>
      machine?.soon(current, () => work(...args)),
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: stop,
    // Dexie and lib0 would talk between devices through it.
    BroadcastChannel: undefined,
    AbortController: LightAbortController,
    // Node's own makes an async resource each time.
    queueMicrotask: (work: () => void) => void real.then.call(real.resolved, work),
  }
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  Object.defineProperty(performance, 'now', { value: () => now - startOfClock, configurable: true })
  Math.random = () => dice().next()
  Object.defineProperty(nodeCrypto.webcrypto, 'getRandomValues', { value: random, configurable: true })
  const inNoHistory = (): never => {
    throw new Error('no history may depend on this')
  }
  Object.defineProperty(nodeCrypto.webcrypto, 'subtle', { value: subtle, configurable: true })
  Object.assign(nodeCrypto, {
    ...signatures,
    randomBytes: (size: number) => random(Buffer.alloc(size)),
    randomUUID: inNoHistory,
    randomInt: inNoHistory,
    randomFillSync: inNoHistory,
    randomFill: inNoHistory,
    scrypt: inNoHistory,
    pbkdf2: inNoHistory,
  })
  syncBuiltinESMExports()
  Error.stackTraceLimit = 0
  process.on('unhandledRejection', (error) => thrown(error, current))
  process.setMaxListeners(0)
}
