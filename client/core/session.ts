/**
 * Who is signed in. The last answer is remembered, so that the app opens as the same member without a network; a
 * session that the server ended pauses everything that is sent, and takes nothing from the device.
 */
import { type Accessor, createMemo, createSignal } from 'solid-js'
import type { Result } from '#shared/core/result.ts'
import { guest, type Viewer } from '#shared/core/viewer.ts'
import type { SessionInfo } from '#shared/features/accounts.ts'
import { postJson, requestJson, resultOf } from './http.ts'
import { backoff, type Shelf, type Surroundings } from './surroundings.ts'

export type SessionPath =
  | '/api/session'
  | '/api/sign-up'
  | '/api/setup'
  | '/api/password/forgot'
  | '/api/password/reset'
  | '/api/password'
  | '/api/own/leave'

export interface Session {
  info: Accessor<SessionInfo>
  /** For the pure rules of contracts. */
  viewer: Accessor<Viewer>
  /** The server no longer knows this session: what waits is kept until the member signs in again. */
  ended: Accessor<boolean>
  /** Settles once the server has been asked since this tab opened, whether it answered or could not be reached. */
  asked: Promise<void>
  /** The server's newest answer, of this tab; `undefined` before there is one. */
  confirmed: Accessor<SessionInfo | undefined>
  /** Server time minus device time, ms, as last measured. */
  clockOffset: Accessor<number>
  /** Then the member's own database is in place. */
  post(path: SessionPath, body: unknown): Promise<Result<unknown>>
  /**
   * Asks the server again; the remembered answer stays when it cannot be reached. Asked often, it waits; `urgent`: the
   * first time at once.
   */
  refresh(how?: { urgent: boolean }): Promise<void>
  /** `keep`: what is unsent stays on the device until the same member signs in again. Works offline. */
  signOut(how: { unsent: 'keep' | 'discard' }): Promise<void>
}

const infoKey = 'lyceum.session'
/** Set while the member has signed out here and the server has not heard of it yet. */
const leavingKey = 'lyceum.leaving'
const nobody: SessionInfo = { member: null, community: null, ready: true, now: 0 }
/** A session that the server refuses and confirms by turns must not make us ask without end. */
const confirmAtMostEvery = 5_000

export function rememberedInfo(shelf: Shelf): SessionInfo {
  try {
    const info = JSON.parse(shelf.getItem(infoKey) ?? 'null') as SessionInfo | null
    return info ?? nobody
  } catch {
    return nobody
  }
}

export interface SessionOptions {
  around: Surroundings
  /** Who we are; `ended`: the server does not know it yet, or no longer, so nothing may be sent as them. */
  onConfirmed(memberId: string | null, ended: boolean): Promise<void>
  /** What this member has on the device is to be deleted. */
  onDiscard(memberId: string): Promise<void>
}

export function createSession(options: SessionOptions): Session & { close(): void } {
  const { around } = options
  const [info, setInfo] = createSignal<SessionInfo>(rememberedInfo(around.shelf))
  const [ended, setEnded] = createSignal(false)
  const [clockOffset, setClockOffset] = createSignal(0)
  const [confirmed, setConfirmed] = createSignal<SessionInfo>()
  const viewer = createMemo<Viewer>(
    () => {
      const { member } = info()
      return member ? { id: member.id, role: member.role } : guest
    },
    guest,
    { equals: (a, b) => a.id === b.id && a.role === b.role },
  )
  // All tabs share one cookie: when one signs in or out, the others must follow at once.
  const channel = around.channel('lyceum')
  let refreshing: Promise<void> | undefined
  /** Counts what has been done since: an answer to a question that was asked before it is out of date. */
  let done = 0
  let confirming: Promise<void> = Promise.resolve()
  let misses = 0
  let askedAt = Number.NEGATIVE_INFINITY
  let urgentAt = Number.NEGATIVE_INFINITY
  let cancelRetry = (): void => {}
  let closed = false
  let settleAsked!: () => void
  const asked = new Promise<void>((resolve) => {
    settleAsked = resolve
  })

  channel.addEventListener('message', (event) => void adopt(event.data as SessionInfo))
  const stopListening = around.on('online', () => {
    if (misses > 0) void refresh()
  })

  /** What another tab has done. */
  async function adopt(next: SessionInfo): Promise<void> {
    overtake()
    setInfo(next)
    setEnded(false)
    await confirm(next.member?.id ?? null, true)
    await refresh()
  }

  /** Whatever is being asked at the moment may hang for long: its answer is not waited for. */
  function overtake(): void {
    done++
    refreshing = undefined
    cancelRetry()
  }

  /** In turn. */
  function confirm(memberId: string | null, lost: boolean): Promise<void> {
    confirming = confirming.catch(() => {}).then(() => options.onConfirmed(memberId, lost))
    return confirming
  }

  function remember(next: SessionInfo): void {
    around.shelf.setItem(infoKey, JSON.stringify(next))
    setInfo(next)
  }

  function refresh(): Promise<void> {
    if (refreshing) return refreshing
    const asking = ask().finally(() => {
      if (refreshing !== asking) return
      refreshing = undefined
      settleAsked()
    })
    refreshing = asking
    return asking
  }

  async function ask(): Promise<void> {
    cancelRetry()
    const before = done
    if (around.shelf.getItem(leavingKey) !== null) {
      const left = await requestJson(around, '/api/session', { method: 'DELETE' })
      if (before !== done) return
      if (left.kind === 'unreachable') return retry()
      around.shelf.removeItem(leavingKey)
    }
    askedAt = around.now()
    const answer = await requestJson(around, '/api/session')
    if (closed || before !== done) return
    if (answer.kind !== 'ok') return retry(answer.kind === 'refused' ? answer.retryAfter : undefined)
    misses = 0
    const next = answer.body as SessionInfo
    setClockOffset(next.now - around.now())
    const { member } = info()
    // The session ended by itself: what is on this device stays, until this member or another signs in.
    const lost = member !== null && next.member === null
    setEnded(lost)
    // A lease goes with the session.
    remember(lost ? { ...next, member } : next)
    setConfirmed(next)
    await confirm(info().member?.id ?? null, lost)
  }

  /** @param least milliseconds that the server asked for. */
  function retry(least = 0): void {
    if (closed) return
    misses++
    const wait = least + backoff(misses, around.random(), 2_000, 30_000)
    cancelRetry = around.after(wait, () => void refresh())
  }

  return {
    info,
    viewer,
    ended,
    asked,
    confirmed,
    clockOffset,
    async post(path, body) {
      const answer = await postJson(around, path, body)
      if (answer.kind === 'ok') {
        around.shelf.removeItem(leavingKey)
        overtake()
        await refresh()
        channel.postMessage(info())
      }
      return resultOf(answer)
    },
    async refresh({ urgent } = { urgent: false }) {
      // What is under way may have been answered before that of which we have heard.
      if (urgent) await refreshing
      const since = urgent ? urgentAt : askedAt
      if (urgent) urgentAt = around.now()
      const wait = since + confirmAtMostEvery - around.now()
      // Longer than that, and the clock was put back meanwhile.
      if (wait <= 0 || wait > confirmAtMostEvery || refreshing) return refresh()
      cancelRetry()
      cancelRetry = around.after(wait, () => void refresh())
    },
    async signOut({ unsent }) {
      const { member, lease: _, ...rest } = info()
      if (!member) return
      around.shelf.setItem(leavingKey, '1')
      overtake()
      remember({ ...rest, member: null })
      setEnded(false)
      channel.postMessage(info())
      await confirm(null, true)
      if (unsent === 'discard') await options.onDiscard(member.id)
      await refresh()
    },
    close() {
      closed = true
      cancelRetry()
      stopListening()
      channel.close()
    },
  }
}
