/**
 * Everything that the core takes from the browser, in one value, so that tests drive the clock, the dice, the network
 * and the other tabs by hand, and so that Node can run it.
 */

import type { Line } from './holdings-plan.ts'

/** The part of BroadcastChannel that we use. */
export interface TabChannel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  close(): void
}

/** The part of navigator.locks that we use. */
export interface Locks {
  request<T>(
    name: string,
    options: { ifAvailable?: boolean },
    work: (lock: unknown) => Promise<T>,
  ): Promise<T>
}

/** The part of WebSocket that we use. */
export interface Wire {
  binaryType: string
  readyState: number
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  onerror: ((event: Event) => void) | null
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

/** The part of localStorage that we use. */
export interface Shelf {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface Surroundings {
  /** Without a trailing slash. */
  origin: string
  fetch(url: string, init?: RequestInit): Promise<Response>
  connect(url: string): Wire
  /** Epoch milliseconds. */
  now(): number
  /** 0 ≤ n < 1 */
  random(): number
  /** @returns a function that cancels. */
  after(milliseconds: number, work: () => void): () => void
  locks: Locks
  channel(name: string): TabChannel
  shelf: Shelf
  /** Asks the browser not to evict what is stored. */
  persist(): void
  /** How much the network may be asked for; unknown is good. */
  line?(): Line
  /** Is this tab on screen? */
  visible(): boolean
  /** Browser events that say: look again (`online`, `offline`), the tab is going (`hide`), it is back (`show`). */
  on(event: 'online' | 'offline' | 'hide' | 'show', listener: () => void): () => void
}

const browserEvents = {
  online: [['window', 'online']],
  offline: [['window', 'offline']],
  hide: [
    ['window', 'pagehide'],
    ['document', 'visibilitychange'],
  ],
  show: [
    ['window', 'pageshow'],
    ['document', 'visibilitychange'],
  ],
} as const

/** The real ones. */
export function browserSurroundings(): Surroundings {
  return {
    origin: location.origin,
    fetch: (url, init) => fetch(url, init),
    connect: (url) => new WebSocket(url),
    now: () => Date.now(),
    random: () => Math.random(),
    after(milliseconds, work) {
      const timer = setTimeout(work, milliseconds)
      return () => clearTimeout(timer)
    },
    locks: {
      request: (name, options, work) => navigator.locks.request(name, options, work) as Promise<never>,
    },
    channel: (name) => new BroadcastChannel(name),
    shelf: localStorage,
    persist() {
      void navigator.storage?.persisted?.().then((kept) => kept || navigator.storage.persist())
    },
    line() {
      const { saveData, effectiveType } =
        (navigator as Navigator & { connection?: { saveData?: boolean; effectiveType?: string } })
          .connection ?? {}
      if (saveData || effectiveType === 'slow-2g' || effectiveType === '2g') return 'frugal'
      return effectiveType === '3g' ? 'fair' : 'good'
    },
    visible: () => document.visibilityState === 'visible',
    on(event, listener) {
      const undo = browserEvents[event].map(([target, type]) => {
        const source = target === 'window' ? window : document
        const heard = (): void => {
          if (type === 'visibilitychange' && (document.visibilityState === 'visible') !== (event === 'show'))
            return
          listener()
        }
        source.addEventListener(type, heard)
        return () => source.removeEventListener(type, heard)
      })
      return () => {
        for (const remove of undo) remove()
      }
    },
  }
}

/**
 * How long to wait before an attempt: at most 1 s, 2 s, 4 s … 60 s, anywhere in that (full jitter, which spreads many
 * that failed together best: aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter), but for its first tenth.
 */
export function backoff(attempt: number, random: number, base = 1_000, most = 60_000): number {
  return Math.min(most, base * 2 ** Math.max(0, attempt - 1)) * (0.1 + 0.9 * random)
}
