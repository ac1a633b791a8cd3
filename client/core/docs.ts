/**
 * Yjs documents, as pages see them: opened by room, from this device first, kept in step with the server and with the
 * other tabs. rooms.ts is the machinery.
 */
import { type Accessor, createComputed, createSignal, onCleanup, untrack } from 'solid-js'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import { type RefusedText, readMeta } from './database.ts'
import type { Home } from './home.ts'
import type { RoomStatus } from './live-room.ts'
import type { RoomHandle } from './rooms.ts'
import { refusedKey } from './update-log.ts'

/**
 * Of this device's own edits: all `saved`; under way (`sent`); only here (`device`); being stored here, so that nothing
 * can be promised yet (`storing`, for a moment); or `refused`.
 * Rooms that the server writes: `saved` when they agree with the server, else `device`.
 */
export type DocState = 'loading' | 'storing' | 'device' | 'sent' | 'saved' | 'refused'

export interface DocHandle {
  readonly room: string
  /** Another one after the server refused edits: read it where it is tracked, or through `docs.use`. */
  readonly doc: Y.Doc
  readonly awareness: Awareness
  state: Accessor<DocState>
  /** The server's state has been received on this connection. */
  synced: Accessor<boolean>
  /** What the device holds is in the document. */
  loaded: Accessor<boolean>
  /** Loaded, and it was synced once or has content: there is something to show. */
  present: Accessor<boolean>
  /** Why edits were refused, or why the room cannot be had. */
  refusal: Accessor<Refusal | undefined>
  /** The latter alone. */
  closed: Accessor<Refusal | undefined>
  /** Log sequence that the device's copy has reached. */
  sequence: Accessor<number>
  close(): void
}

export interface Docs {
  /** Reference counted: `close()` when done. */
  open(room: string): DocHandle
  /** Closes with the owner, or when the room changes. Gives a new handle when the document had to be replaced. */
  use(room: () => string | undefined): Accessor<DocHandle | undefined>
  /** A member's text that the server refused, kept until `forget`. */
  refused(room: string): Promise<RefusedText | undefined>
  /** For good; so goes what was typed for an open document that is `closed` to us. */
  forget(room: string): Promise<void>
}

export function createDocs(home: Accessor<Home>): Docs {
  return {
    open: (room) => toHandle(untrack(home).rooms.open(room)),
    use(room) {
      const [handle, setHandle] = createSignal<DocHandle>()
      createComputed(() => {
        const name = room()
        const { rooms } = home()
        if (name === undefined) return setHandle(undefined)
        const opened = rooms.open(name)
        let live = opened.live()
        setHandle(toHandle(opened))
        opened.onChange(() => {
          if (opened.live() === live) return
          live = opened.live()
          setHandle(toHandle(opened))
        })
        onCleanup(() => opened.close())
      })
      return handle
    },
    refused: (room) => readMeta<RefusedText>(untrack(home).db, refusedKey(room)),
    forget: (room) => untrack(home).rooms.forget(room),
  }
}

function toHandle(opened: RoomHandle): DocHandle {
  const [live, setLive] = createSignal(opened.live())
  const [status, setStatus] = createSignal(opened.live().status(), { equals: isSame })
  opened.onChange(() => {
    setLive(opened.live())
    setStatus(opened.live().status())
  })
  return {
    room: opened.room,
    get doc() {
      return live().doc
    },
    get awareness() {
      return live().awareness
    },
    state: () => status().state,
    synced: () => status().synced,
    loaded: () => status().loaded,
    present: () => status().present,
    refusal: () => status().refusal,
    closed: () => status().closed,
    sequence: () => status().sequence,
    close: () => opened.close(),
  }
}

function isSame(a: RoomStatus, b: RoomStatus): boolean {
  return (Object.keys(a) as (keyof RoomStatus)[]).every((key) => a[key] === b[key])
}
