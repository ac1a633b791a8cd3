/**
 * What the device may open without the server: the bodies of items that are sold or for groups, while a lease holds
 * (shared/core/lease.ts). A lease comes with every answer about the session and is asked for again every few hours.
 *
 * Time is the server's when it last spoke, and what has passed on the device's clock since. So a clock that is ten years
 * wrong changes nothing; put back, it takes nothing off what has passed; put forward it ends the lease, and the next word
 * of the server's puts that right. What remains is whoever puts the clock back by as much as passes, every time before
 * opening the app: nothing on the device could tell.
 *
 * It guards what pages show. What is stored on the device is plain text, and one's own work is never under a lease.
 */
import { type Accessor, createComputed, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js'
import { covers, type Lease, leaseGrace, type SignedLease, stateOf } from '#shared/core/lease.ts'
import { type Opening, openTo } from '#shared/core/opening.ts'
import type { Session } from './session.ts'
import type { Surroundings } from './surroundings.ts'

export interface Leases {
  /**
   * May the item's body be opened now? Only asked of bodies whose row is there.
   * @param item `article:<id>`
   */
  opens(rule: Opening, item: string): boolean
  /** `asking`: still being checked, for a moment. `none`: the server gave none, or it was tampered with. */
  state: Accessor<'asking' | 'holds' | 'grace' | 'ended' | 'none'>
  /** Milliseconds until everything that needs a lease locks. */
  left: Accessor<number>
  /** Asks the server for a new one. */
  renew(): Promise<void>
}

export interface LeaseOptions {
  around: Surroundings
  session: Session
  online: Accessor<boolean>
}

/** Milliseconds. */
const renewEvery = 3 * 3_600_000
const askAtMostEvery = 300_000
/** How long a new one is awaited before a text that the old one no longer opens is shown as locked. */
const patience = 1_500

export function createLeases({ around, session, online }: LeaseOptions): Leases {
  const clock = createLeaseClock(around)
  const [time, setTime] = createSignal(clock.read())
  const [checked, setChecked] = createSignal<{ of: SignedLease; lease: Lease | undefined }>()
  const [waited, setWaited] = createSignal(false)
  let askedAt = Number.NEGATIVE_INFINITY
  let cancel = (): void => {}

  const signed = createMemo(() => session.info().lease ?? undefined)
  createComputed(() => {
    const of = signed()
    if (!of) return
    void verified(of).then((lease) => {
      if (untrack(signed) === of) setChecked({ of, lease })
    })
  })
  /** The former one counts until the next has been checked. */
  const lease = createMemo(() => {
    const found = checked()?.lease
    const { member } = session.info()
    return signed() && found && found.member === member?.id ? found : undefined
  })

  // The server has spoken: whatever the device thought of the time, that is the time.
  createComputed(
    on(session.confirmed, (info) => {
      if (info) {
        clock.set(info.now)
        askedAt = around.now()
      }
      look()
    }),
  )

  function look(): void {
    cancel()
    const now = clock.read()
    setTime(now)
    const known = untrack(lease)
    const ends = known ? nextEnd(known, now) - now : renewEvery
    cancel = around.after(Math.min(renewEvery, Math.max(ends, 1_000)), look)
    if (!untrack(online) || untrack(session.info).member === null) return
    const since = Math.abs(around.now() - askedAt)
    if (since > askAtMostEvery && (!known || now - known.issuedAt >= renewEvery)) {
      askedAt = around.now()
      void session.refresh()
    }
  }
  createComputed(on([lease, online], look))
  const stopShowing = around.on('show', look)
  onCleanup(() => {
    cancel()
    stopShowing()
  })

  void session.asked.then(() => setWaited(true))
  const stopWaiting = around.after(patience, () => setWaited(true))
  onCleanup(stopWaiting)
  const state = createMemo(() => {
    if (signed() && !checked()) return 'asking'
    const known = lease()
    const standing = known ? stateOf(known, time()) : 'none'
    return waited() || standing === 'holds' || standing === 'grace' ? standing : 'asking'
  })

  const left = createMemo(() => {
    const known = lease()
    return known ? Math.max(0, known.until + leaseGrace - time()) : 0
  })

  return {
    opens(rule, item) {
      if (rule.to === 'public') return true
      if (rule.to === 'members') return session.info().member !== null
      const known = lease()
      return known !== undefined && covers(known, openTo(rule, item), time())
    },
    state,
    left,
    renew: () => session.refresh({ urgent: true }),
  }
}

/** When something that the lease opens locks by itself, or its state changes. */
function nextEnd(lease: Lease, now: number): number {
  const ends = [lease.until, lease.until + leaseGrace, ...Object.values(lease.audiences)]
  return Math.min(...ends.filter((end): end is number => end !== null && end > now))
}

interface LeaseClock {
  read(): number
  set(serverTime: number): void
}

const clockKey = 'lyceum.lease-clock'

/**
 * Kept beside the session, for all tabs: what the time was, by the server's clock, when the device's showed so much. Where
 * that is lost, it is so late that nothing holds, until the server speaks again.
 */
function createLeaseClock(around: Surroundings): LeaseClock {
  let last = { time: Number.MAX_SAFE_INTEGER, device: around.now() }

  function stored(): typeof last {
    try {
      const found = JSON.parse(around.shelf.getItem(clockKey) ?? 'null') as typeof last | null
      if (Number.isFinite(found?.time) && Number.isFinite(found?.device)) return found!
    } catch {
      // Tampered with, or no room was left: what this tab knows counts.
    }
    return last
  }

  function store(next: typeof last): void {
    last = next
    try {
      around.shelf.setItem(clockKey, JSON.stringify(next))
    } catch {
      // The next one may find room.
    }
  }

  return {
    read() {
      const device = around.now()
      const from = stored()
      store({ time: from.time + Math.max(0, device - from.device), device })
      return last.time
    },
    set: (time) => store({ time, device: around.now() }),
  }
}

/** @returns undefined for one that is not as the server signed it */
async function verified({ text, signature, key }: SignedLease): Promise<Lease | undefined> {
  try {
    // Without a secure context there is no app without the server either (nothing serves its shell).
    if (!crypto.subtle) return JSON.parse(text) as Lease
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const imported = await crypto.subtle.importKey('spki', bytesOf(key), algorithm, false, ['verify'])
    const data = new TextEncoder().encode(text)
    const isOurs = await crypto.subtle.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      imported,
      bytesOf(signature),
      data,
    )
    return isOurs ? (JSON.parse(text) as Lease) : undefined
  } catch {
    return undefined
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}
