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

/** However long it takes: the socket comes and goes, and the room may be re-based meanwhile, which begins it again. */
export function fetchPresent(socket: SharedSocket, room: string): Fetching {
  let resolve!: (fetched: Fetched | undefined) => void
  let finished = false
  let end = begin()
  const result = new Promise<Fetched | undefined>((settle) => {
    resolve = settle
  })

  function finish(fetched: Fetched | undefined): void {
    if (finished) return
    finished = true
    end(fetched?.ok === true)
    resolve(fetched)
  }

  /** @returns a function that ends it, and keeps the document or not */
  function begin(): (keep: boolean) => void {
    const doc = new Y.Doc()
    const awareness = new Awareness(doc)
    awareness.setLocalState(null)
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
      onStale() {
        if (finished) return
        end(false)
        end = begin()
      },
    })
    link.provider.connect()
    return (keep) => {
      link.close()
      awareness.destroy()
      if (!keep) doc.destroy()
    }
  }

  return { result, cancel: () => finish(undefined) }
}
