/**
 * A browser for tests: tabs that share locks, channels and a shelf, a clock that only the test moves, and a network
 * that the test plugs in. Timers fire in order when the clock is advanced.
 */
import type { Locks, Shelf, Surroundings, TabChannel, Wire } from '../surroundings.ts'

export interface TestClock {
  now: number
  /** Fires what is due, giving promises room in between. */
  advance(milliseconds: number): Promise<void>
}

export interface TestBrowser {
  clock: TestClock
  shelf: Shelf
  /** What answers requests; none: no network. */
  fetch: ((url: string, init?: RequestInit) => Promise<Response>) | undefined
  /** What answers sockets; none: they fail. */
  connect: ((url: string) => Wire) | undefined
  tab(): TestTab
}

export interface TestTab extends Surroundings {
  isVisible: boolean
  emit(event: 'online' | 'offline' | 'hide' | 'show'): void
  /** The tab dies: its locks are freed, its timers and channels fall silent, its sockets close. */
  kill(): void
}

interface Timer {
  at: number
  work(): void
}

/** Lets everything that is ready run, IndexedDB included. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await new Promise<void>((resolve) => setTimeout(resolve, 0))
}

export function createTestBrowser(): TestBrowser {
  const timers = new Set<Timer>()
  const channels = new Map<string, Set<(message: unknown) => void>>()
  const queues = new Map<string, (() => void)[]>()
  const shelfValues = new Map<string, string>()

  const clock: TestClock = {
    now: Date.UTC(2026, 10, 22, 9),
    async advance(milliseconds) {
      const end = clock.now + milliseconds
      await settle()
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due)
        clock.now = Math.max(clock.now, due.at)
        due.work()
        await settle()
      }
      clock.now = end
    },
  }

  const browser: TestBrowser = {
    clock,
    fetch: undefined,
    connect: undefined,
    shelf: {
      get length() {
        return shelfValues.size
      },
      key: (index) => [...shelfValues.keys()][index] ?? null,
      getItem: (key) => shelfValues.get(key) ?? null,
      setItem: (key, value) => void shelfValues.set(key, value),
      removeItem: (key) => void shelfValues.delete(key),
    },
    tab: () => createTab(browser, timers, channels, queues),
  }
  return browser
}

function createTab(
  browser: TestBrowser,
  timers: Set<Timer>,
  channels: Map<string, Set<(message: unknown) => void>>,
  queues: Map<string, (() => void)[]>,
): TestTab {
  let dead = false
  const deaths = new Set<() => void>()
  const listeners = new Map<string, Set<() => void>>()
  let seed = 0.5

  const locks: Locks = {
    async request(name, options, work) {
      const queue = queues.get(name) ?? []
      queues.set(name, queue)
      if (options.ifAvailable && queue.length > 0) return work(null)
      const turn = new Promise<void>((resolve) => queue.push(resolve))
      if (queue.length === 1) queue[0]!()
      await turn
      const release = (): void => {
        if (!deaths.delete(release)) return
        queue.shift()
        queue[0]?.()
      }
      deaths.add(release)
      if (dead) release()
      try {
        return await work({})
      } finally {
        release()
      }
    },
  }

  function channel(name: string): TabChannel {
    const heard = new Set<(event: MessageEvent) => void>()
    const members = channels.get(name) ?? new Set()
    channels.set(name, members)
    const receive = (message: unknown): void => {
      for (const listener of heard) listener({ data: message } as MessageEvent)
    }
    members.add(receive)
    deaths.add(() => members.delete(receive))
    return {
      postMessage(message) {
        if (dead) return
        const copy = structuredClone(message)
        for (const other of members)
          if (other !== receive) queueMicrotask(() => members.has(other) && other(copy))
      },
      addEventListener: (_type, listener) => void heard.add(listener),
      close: () => void members.delete(receive),
    }
  }

  const tab: TestTab = {
    origin: 'http://test.example',
    isVisible: true,
    async fetch(url, init) {
      if (dead || !browser.fetch) throw new TypeError('no network')
      return browser.fetch(url, init)
    },
    connect(url) {
      const wire = dead || !browser.connect ? refusedWire() : browser.connect(url)
      deaths.add(() => wire.close())
      return wire
    },
    now: () => browser.clock.now,
    // Always the same dice, thrown differently.
    random: () => (seed = (seed * 16_807 + 0.137) % 1),
    after(milliseconds, work) {
      const timer: Timer = { at: browser.clock.now + milliseconds, work: () => !dead && work() }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    locks,
    channel,
    shelf: browser.shelf,
    persist: () => {},
    visible: () => tab.isVisible,
    on(event, listener) {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listener))
      return () => void all.delete(listener)
    },
    emit(event) {
      for (const listener of listeners.get(event) ?? []) listener()
    },
    kill() {
      dead = true
      for (const death of [...deaths]) death()
    },
  }
  return tab
}

function refusedWire(): Wire {
  const wire: Wire = {
    binaryType: 'arraybuffer',
    readyState: 0,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send() {},
    close() {},
  }
  queueMicrotask(() => wire.onclose?.({ code: 1006, reason: '' } as CloseEvent))
  return wire
}
