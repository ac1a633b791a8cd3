/**
 * What a Yjs update has to be before it touches a document. Reading it first costs microseconds; applying one that is
 * broken costs the document, which is then rebuilt from its log. The bounds are coarse: beyond them a single update
 * could keep the process busy for seconds, or leave a document that cannot be written out any more.
 */
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { limits } from '#shared/core/wire.ts'

const bounds = { clients: 1_000, depth: 64, roots: 256 }

export class UnusableUpdate extends Error {
  /** Updates before it are missing. */
  readonly gap: boolean
  readonly tooLarge: boolean
  constructor(message: string, kind: { gap?: boolean; tooLarge?: boolean } = {}) {
    super(message)
    this.gap = kind.gap ?? false
    this.tooLarge = kind.tooLarge ?? false
  }
}

/** What the updates of one tick bring, in their order, on top of a document. */
export interface Inspection {
  /** @throws UnusableUpdate when this update cannot follow those before it. */
  add(update: Uint8Array): void
}

/** @param doc must not change meanwhile. */
export function inspect(doc: Y.Doc): Inspection {
  const clocks = new Map<number, number>()
  return {
    add(update) {
      for (const [client, { from, to }] of spansOf(update)) {
        const known = clocks.get(client) ?? Y.getState(doc.store, client)
        if (from > known) throw missing()
        clocks.set(client, Math.max(known, to))
      }
    },
  }
}

/** Which clocks of which clients the update brings. @throws UnusableUpdate */
function spansOf(update: Uint8Array): Map<number, { from: number; to: number }> {
  if (update.byteLength > limits.update)
    throw new UnusableUpdate('the update is too large', { tooLarge: true })
  const spans = new Map<number, { from: number; to: number }>()
  for (const struct of structsOf(update)) {
    const { client, clock } = struct.id
    const to = clock + struct.length
    const span = spans.get(client)
    if (span) span.to = to
    else spans.set(client, { from: clock, to })
    if (struct instanceof Y.Item && isTooDeep(struct.content)) {
      throw new UnusableUpdate('a value is nested too deep')
    }
  }
  return spans
}

function structsOf(update: Uint8Array): ReturnType<typeof Y.decodeUpdate>['structs'] {
  try {
    if (decoding.readVarUint(decoding.createDecoder(update)) <= bounds.clients) {
      return Y.decodeUpdate(update).structs
    }
  } catch {
    throw new UnusableUpdate('not a Yjs update')
  }
  throw new UnusableUpdate('the update has too many clients')
}

function isTooDeep(content: object): boolean {
  const { arr, embed, value } = content as { arr?: unknown[]; embed?: unknown; value?: unknown }
  return isDeeper(arr ?? embed ?? value, bounds.depth)
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1))
}

/** @throws UnusableUpdate; the document is then spoilt. */
export function applyInspected(doc: Y.Doc, update: Uint8Array): void {
  try {
    Y.applyUpdate(doc, update)
  } catch {
    throw new UnusableUpdate('not a Yjs update')
  }
  if (doc.share.size > bounds.roots) throw new UnusableUpdate('the document would have too many roots')
  // Kept structs that wait for others would be sent to everybody who joins, and never be seen by anyone.
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw missing()
}

export function onlyDeletes(update: Uint8Array): boolean {
  return update[0] === 0
}

function missing(): UnusableUpdate {
  return new UnusableUpdate('updates before this one are missing', { gap: true })
}
