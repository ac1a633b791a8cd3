/**
 * Texts of versions: asked of the server when one is opened, and kept on the device from then on, so that it can be
 * looked at and brought back without a network. They go with the rows: what was thinned out or erased leaves the device.
 */
import { type Accessor, createEffect, createSignal, on } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'

/** Version id → its text, and when it was opened. */
export type Bodies = Record<string, { body: string; at: number }>

/** Of one session's notes, on one device. */
const bounds = { count: 12, size: 1_500_000 }

/** Those opened last stay, as many as there is room for. Pure. */
export function withBody(bodies: Bodies, id: string, body: string, at: number): Bodies {
  const all = Object.entries({ ...bodies, [id]: { body, at } }).sort((a, b) => b[1].at - a[1].at)
  let size = 0
  return Object.fromEntries(
    all.filter(([, kept], i) => {
      size += kept.body.length
      return i === 0 || (i < bounds.count && size <= bounds.size)
    }),
  )
}

function keyOf(sessionId: string): string {
  return `notes.versions:${sessionId}`
}

/** One after the other: each reads what the one before has written. */
let last: Promise<unknown> = Promise.resolve()

function change(core: Core, sessionId: string, next: (bodies: Bodies) => Bodies | undefined): Promise<void> {
  const run = async (): Promise<void> => {
    const bodies = next((await core.local.get<Bodies>(keyOf(sessionId))) ?? {})
    if (bodies) await core.local.set(keyOf(sessionId), bodies)
  }
  const done = last.then(run)
  last = done.catch(() => {})
  return done
}

/** Keeps a version's text on this device. */
export function keepBody(core: Core, sessionId: string, id: string, body: string): Promise<void> {
  return change(core, sessionId, (bodies) => withBody(bodies, id, body, Date.now()))
}

/** Lets texts go whose versions are not there any more. */
function dropBodies(core: Core, sessionId: string, present: readonly string[]): Promise<void> {
  return change(core, sessionId, (bodies) => {
    const left = Object.entries(bodies).filter(([id]) => present.includes(id))
    return left.length === Object.keys(bodies).length ? undefined : Object.fromEntries(left)
  })
}

/** Keeps that in step with the rows, wherever a session's notes are open. */
export function usePresentBodies(
  sessionId: Accessor<string>,
  versions: Accessor<readonly { id: string }[] | undefined>,
): void {
  const core = useCore()
  createEffect(() => {
    const present = versions()?.map((version) => version.id)
    if (present && core.feed.ready()) void dropBodies(core, sessionId(), present)
  })
}

/** `absent`: not on this device, and the server cannot be reached. `gone`: not kept any more. */
export type Found = { body: string } | 'absent' | 'gone'

export async function findBody(core: Core, sessionId: string, id: string): Promise<Found> {
  const kept = (await core.local.get<Bodies>(keyOf(sessionId)))?.[id]
  if (kept) return kept
  const asked = await core.queries.ask('notes.version', { sessionId, id })
  if (!asked.ok) return ['not_found', 'gone'].includes(asked.error.code) ? 'gone' : 'absent'
  if (!asked.value) return 'gone'
  // A full disk is no reason not to show it.
  await keepBody(core, sessionId, id, asked.value.body).catch(() => {})
  return asked.value
}

/** The text of a version; `undefined` while it is looked for. Looked for again when the network is back. */
export function useBody(
  sessionId: Accessor<string>,
  id: Accessor<string | undefined>,
): { found: Accessor<Found | undefined>; retry: () => void } {
  const core = useCore()
  const [found, setFound] = createSignal<Found>()
  let asked = 0
  const look = async (session: string, version: string): Promise<void> => {
    const mine = ++asked
    const answer = await findBody(core, session, version)
    if (mine === asked) setFound(answer)
  }
  createEffect(
    on([sessionId, id], ([session, version]) => {
      asked++
      setFound(undefined)
      if (version !== undefined) void look(session, version)
    }),
  )
  const retry = (): void => {
    const version = id()
    if (version !== undefined) void look(sessionId(), version)
  }
  createEffect(
    on(
      () => core.connection().online,
      (online) => {
        if (online && found() === 'absent') retry()
      },
      { defer: true },
    ),
  )
  return { found, retry }
}
