/**
 * A map of a member's own, `me/<memberId>/<kind>`: their devices share it, unless this one shares nothing; then, and for
 * as long as the room is not here yet, it lies on this device. All parts of a page have one and the same.
 */
import {
  type Accessor,
  createEffect,
  createMemo,
  createRoot,
  createSignal,
  getOwner,
  onCleanup,
} from 'solid-js'
import type * as Y from 'yjs'
import { type Core, useCore } from '#client/core/core.ts'
import { isMark, isSaved } from '#shared/features/library.ts'
import { useOwnScope } from './own-scope.ts'

const kinds = { library: 'saved', highlights: 'marks' } as const
/** What is none is left out, and left alone. */
const isOne: Record<OwnKind, (value: unknown) => boolean> = { library: isSaved, highlights: isMark }
export type OwnKind = keyof typeof kinds

export interface OwnMap<V> {
  /** `undefined` while loading. */
  entries: Accessor<ReadonlyMap<string, V> | undefined>
  /** `null` takes it out. */
  set(key: string, value: V | null): void
}

/** On this device: in use when nothing is shared, else on its way into the room. `null`: to be taken out there. */
type Kept<V> = Record<string, V | null>

interface Instance {
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks for a kind knows what lies in it
  map: OwnMap<any>
  users: number
  dispose(): void
}

const instances = new WeakMap<Core, Map<OwnKind, Instance>>()

const keyOf = (kind: OwnKind): string => `${kind}.own`
/** What the map held last, for whoever must know without opening a room: also the library, which looks at `keep.`. */
const mirrorOf = (kind: OwnKind): string => `keep.${kind}`

export function useOwnMap<V>(kind: OwnKind): OwnMap<V> {
  const core = useCore()
  const known = instances.get(core) ?? new Map<OwnKind, Instance>()
  instances.set(core, known)
  let instance = known.get(kind)
  if (!instance) {
    instance = createRoot((dispose) => ({ map: createOwnMap<V>(core, kind), users: 0, dispose }), getOwner())
    known.set(kind, instance)
  }
  const used = instance
  used.users++
  onCleanup(() => {
    used.users--
    // The next page is likely to want it again.
    setTimeout(() => {
      if (used.users > 0 || known.get(kind) !== used) return
      known.delete(kind)
      used.dispose()
    }, 3_000)
  })
  return used.map
}

/** As it was when a page last showed it; for what goes on in the background. */
export function useMirror<V>(kind: OwnKind): Accessor<Record<string, V> | undefined> {
  return useCore().local.live<Record<string, V>>(mirrorOf(kind))
}

/** For those who have no owner to follow it in. */
export const mirrorKey = mirrorOf

function createOwnMap<V>(core: Core, kind: OwnKind): OwnMap<V> {
  const memberId = createMemo(() => core.session.viewer().id)
  const { scope } = useOwnScope()
  const here = createMemo(() => scope() === 'nothing')
  const kept = core.local.live<Kept<V>>(keyOf(kind))
  const [isRead, setRead] = createSignal(false)
  void core.local.get(keyOf(kind)).then(() => setRead(true))
  const handle = core.docs.use(() =>
    scope() === undefined || here() ? undefined : `me/${memberId()}/${kind}`,
  )
  const [entries, setEntries] = createSignal<ReadonlyMap<string, V>>()
  const mapIn = (doc: Y.Doc): Y.Map<V> => doc.getMap<V>(kinds[kind])

  createEffect(() => {
    if (scope() === undefined) return void setEntries(undefined)
    if (here()) {
      const own = kept()
      return void setEntries(own || isRead() ? withoutNull(own ?? {}) : undefined)
    }
    const open = handle()
    if (!open?.loaded()) return void setEntries(undefined)
    const map = mapIn(open.doc)
    const waiting = Object.entries(kept() ?? {})
    if (waiting.length > 0) {
      open.doc.transact(() => {
        for (const [key, value] of waiting) put(map, key, value)
      })
      void change<V>(core, kind, (now) =>
        Object.fromEntries(
          Object.entries(now).filter(([key, value]) =>
            waiting.every(([done, was]) => done !== key || JSON.stringify(was) !== JSON.stringify(value)),
          ),
        ),
      )
    }
    const read = (): void => {
      setEntries(new Map([...map.entries()].filter(([, value]) => isOne[kind](value))))
    }
    read()
    map.observe(read)
    onCleanup(() => map.unobserve(read))
  })

  createEffect(() => {
    const now = entries()
    if (now) void mirror(core, kind, Object.fromEntries(now))
  })

  return {
    entries,
    set(key, value) {
      const open = here() ? undefined : handle()
      if (open?.loaded()) put(mapIn(open.doc), key, value)
      else void change<V>(core, kind, (now) => ({ ...now, [key]: value }))
    },
  }
}

function put<V>(map: Y.Map<V>, key: string, value: V | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}

function withoutNull<V>(kept: Kept<V>): ReadonlyMap<string, V> {
  return new Map(Object.entries(kept).filter((entry): entry is [string, V] => entry[1] !== null))
}

async function mirror(core: Core, kind: OwnKind, now: object): Promise<void> {
  const before = await core.local.get(mirrorOf(kind))
  if (JSON.stringify(before) !== JSON.stringify(now)) await core.local.set(mirrorOf(kind), now)
}

let last: Promise<unknown> = Promise.resolve()

/** One after the other, so that none writes over another's. */
function change<V>(core: Core, kind: OwnKind, work: (now: Kept<V>) => Kept<V>): Promise<void> {
  const done = last.then(async () =>
    core.local.set(keyOf(kind), work((await core.local.get<Kept<V>>(keyOf(kind))) ?? {})),
  )
  last = done.catch(() => {})
  return done
}

/** All that the member's devices share of it is kept on this one, and taken from the others and the server. */
export async function takeOwnHome(core: Core, memberId: string): Promise<void> {
  for (const kind of Object.keys(kinds) as OwnKind[]) {
    const open = core.docs.open(`me/${memberId}/${kind}`)
    await new Promise<void>((resolve) => {
      createRoot((dispose) => {
        createEffect(() => {
          if (!open.loaded()) return
          resolve()
          dispose()
        })
      })
    })
    const map = open.doc.getMap(kinds[kind])
    const shared = map.toJSON() as Record<string, unknown>
    await change(core, kind, (now) => ({ ...shared, ...now }))
    open.doc.transact(() => map.clear())
    open.close()
  }
}
