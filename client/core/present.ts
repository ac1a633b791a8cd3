/**
 * A room as the server has it at present, received into a document of its own: to be taken up in place of a local copy
 * of another history. Nothing is sent of anything.
 */
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { createLink } from './link.ts'
import type { SharedSocket } from './socket.ts'

export interface Present {
  doc: Y.Doc
  epoch: number
  sequence: number
}

export type Fetched = { ok: true; present: Present } | { ok: false; code: number; reason: string }

export interface Fetching {
  /** Undefined when it was cancelled. The document is the caller's to destroy. */
  result: Promise<Fetched | undefined>
  cancel(): void
}

/** However long it takes: the socket comes and goes. */
export function fetchPresent(socket: SharedSocket, room: string): Fetching {
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  awareness.setLocalState(null)
  let finish!: (fetched: Fetched | undefined) => void
  let finished = false
  const result = new Promise<Fetched | undefined>((resolve) => {
    finish = (fetched) => {
      if (finished) return
      finished = true
      link.close()
      awareness.destroy()
      if (!fetched?.ok) doc.destroy()
      resolve(fetched)
    }
  })
  const link = createLink({
    socket,
    room,
    epoch: () => undefined,
    doc,
    awareness,
    readOnly: true,
    sequence: 0,
    known: () => new Map(),
    onOpen() {},
    onReplied() {},
    onAcknowledged() {},
    onRefused() {},
    onPosition(epoch, sequence) {
      // The answer to our question ends with a position; others may come before it.
      if (link.synced) queueMicrotask(() => finish({ ok: true, present: { doc, epoch, sequence } }))
    },
    onSynced() {},
    onDisconnected() {},
    onClosed: (code, reason) => queueMicrotask(() => finish({ ok: false, code, reason })),
    onStale() {},
  })
  link.provider.connect()
  return { result, cancel: () => finish(undefined) }
}
