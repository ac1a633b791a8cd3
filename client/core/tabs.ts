/**
 * What the tabs of one member tell each other. One of them leads: it holds a Web Lock for as long as it lives, and does
 * the sending, the receiving and the housekeeping for all; the others hand their work over through IndexedDB and a word
 * on a BroadcastChannel. When the leader closes, the lock passes on. A leader that is hidden makes room for a tab that
 * is looked at, because browsers slow the timers of hidden tabs down.
 */
import type { Refusal, Result } from '#shared/core/result.ts'
import type { Swap } from './copies.ts'
import type { Surroundings } from './surroundings.ts'

/** Among the tabs that have the same copy of a room. */
export type RoomMessage =
  /** I have this much of the document: send me what I lack. */
  | { type: 'hello'; room: string; vector: Uint8Array }
  | { type: 'catch-up'; room: string; to: string; update: Uint8Array; awareness: Uint8Array }
  /** Written by the sender into the log under `key`, unsent. */
  | { type: 'edit'; room: string; key: number; update: Uint8Array }
  /** Received from the server; the sender logs it. */
  | { type: 'remote'; room: string; update: Uint8Array }
  | { type: 'awareness'; room: string; update: Uint8Array }
  | { type: 'acknowledged'; room: string; keys: number[] }
  | { type: 'rekeyed'; room: string; gone: number[]; key?: number }
  | { type: 'link'; room: string; live: boolean; synced: boolean; sequence: number; refusal?: Refusal }

export type TabMessage =
  /** I lead now: tell me what you have open. */
  | { type: 'leader' }
  /** I am new here: how does the network stand? */
  | { type: 'joined' }
  | { type: 'leads-hidden' }
  | { type: 'visible' }
  | { type: 'outbox' }
  | { type: 'settled'; id: string; result: Result<unknown> }
  | { type: 'network'; online: boolean; syncing: boolean; readOnly: boolean }
  | { type: 'open'; room: string }
  | { type: 'close'; room: string }
  | (RoomMessage & { copy?: number })
  /** Another copy of the room took the place of the one that it held: see copies.ts. */
  | ({ type: 'reset'; room: string } & Swap)
  | { type: 'forgot'; room: string }

export interface Tabs {
  /** This tab's name. */
  readonly tab: string
  readonly leading: boolean
  post(message: TabMessage): void
  /** Takes part in the election from now on. */
  start(): void
  /** Calls back once the other tab is gone. */
  whenGone(tab: string, then: () => void): void
  close(): void
}

export interface TabsOptions {
  around: Surroundings
  /** Common to all tabs of this member. */
  name: string
  tab: string
  onMessage(message: TabMessage, from: string): void
  onLead(): void
  onFollow(): void
}

export function createTabs(options: TabsOptions): Tabs {
  const { around, name, tab } = options
  const channel = around.channel(name)
  let closed = false
  let resign: (() => void) | undefined
  let leaveLife = (): void => {}
  /** Nothing is said before this tab's own lock is held, or the leader would take it for gone. */
  let unsaid: TabMessage[] | undefined = []

  channel.addEventListener('message', (event) => {
    const { from, message } = event.data as { from: string; message: TabMessage }
    if (closed) return
    if (message.type === 'visible' && resign && !around.visible()) return stepDown()
    if (message.type === 'leads-hidden' && around.visible()) post({ type: 'visible' })
    options.onMessage(message, from)
  })

  function post(message: TabMessage): void {
    if (closed) return
    if (unsaid) unsaid.push(message)
    else channel.postMessage({ from: tab, message })
  }

  function queue(): void {
    void around.locks
      .request(`${name}:leader`, {}, async () => {
        if (closed) return
        await new Promise<void>((resolve) => {
          resign = resolve
          options.onLead()
          post({ type: 'leader' })
          if (!around.visible()) post({ type: 'leads-hidden' })
        })
      })
      // A tab that is being closed is refused its lock.
      .catch(() => {})
  }

  function stepDown(): void {
    const leave = resign
    if (!leave) return
    resign = undefined
    options.onFollow()
    leave()
    queue()
  }

  const stopWatching = around.on('show', () => {
    if (!resign) post({ type: 'visible' })
  })

  return {
    tab,
    get leading() {
      return resign !== undefined
    },
    post,
    start() {
      void around.locks
        .request(`${name}:tab:${tab}`, {}, async () => {
          if (closed) return
          const waiting = unsaid ?? []
          unsaid = undefined
          post({ type: 'joined' })
          for (const message of waiting) post(message)
          queue()
          await new Promise<void>((resolve) => {
            leaveLife = resolve
          })
        })
        .catch(() => {})
    },
    whenGone(other, then) {
      void around.locks
        .request(`${name}:tab:${other}`, {}, async () => {
          if (!closed) then()
        })
        .catch(() => {})
    },
    close() {
      closed = true
      stopWatching()
      channel.close()
      resign?.()
      resign = undefined
      leaveLife()
    },
  }
}
