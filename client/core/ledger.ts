/**
 * Which edits the server has not acknowledged, and by which acknowledgement they will be covered. Every edit made here
 * is written to the log as unsent before another tab hears of it. The server acknowledges by count: `ack(n)` means that
 * the first n sync frames of this connection are durable. An unsent row is therefore given the number of the last
 * frame that had been sent when the row was written, which is at or after the frame that carried it. Until the provider
 * has answered the server's step 1 there is no such number: that answer (step 2) carries whatever the server lacks,
 * so it covers all rows whose content was in the document by then.
 *
 * The other side of the account: what the server is known to have, because it acknowledged or sent it. A server that
 * lacks some of that was restored from a backup.
 */
import * as Y from 'yjs'

export interface Ledger {
  /** Unsent rows that are known. */
  readonly size: number
  has(key: number): boolean
  /** What the server has, as far as it has said so: client → clock. */
  readonly known: ReadonlyMap<number, number>
  /**
   * What the log held when it was read, all of it in the document; rows that were settled while it was being read are
   * not unsent any more.
   */
  open(doc: Y.Doc, unsent: readonly { key: number; bytes: Uint8Array }[]): void
  /** @param frame the frame that covers the row; `undefined`: none on this connection so far */
  add(key: number, updates: readonly Uint8Array[], frame: number | undefined): void
  /** The server sent this. */
  know(update: Uint8Array): void
  /** This frame covers all rows that no frame has covered so far. */
  cover(frame: number): void
  /** A new connection: what earlier ones carried no longer counts. */
  uncover(): void
  /** Removes the rows covered by the first `frames` frames. @returns their keys */
  settle(frames: number): number[]
  /** The server has these rows. */
  remove(keys: readonly number[]): void
  /** These rows are no more; what was unsent of them lies under `key` now. */
  rekey(gone: readonly number[], key: number | undefined): void
}

interface Row {
  frame: number | undefined
  /** Where its clients stand with it. */
  to: Map<number, number>
}

export function createLedger(): Ledger {
  const rows = new Map<number, Row>()
  const known = new Map<number, number>()
  /** Removed before the log was read. */
  let early: Set<number> | undefined = new Set()

  function raise(clocks: ReadonlyMap<number, number>): void {
    for (const [client, clock] of clocks) known.set(client, Math.max(known.get(client) ?? 0, clock))
  }

  function acknowledged(key: number): boolean {
    const row = rows.get(key)
    if (row) raise(row.to)
    return rows.delete(key)
  }

  return {
    get size() {
      return rows.size
    },
    known,
    has: (key) => rows.has(key),
    open(doc, unsent) {
      const held = Y.decodeStateVector(Y.encodeStateVector(doc))
      // This tab's own edits are in no log yet.
      held.delete(doc.clientID)
      for (const { key, bytes } of unsent) {
        if (early?.has(key)) continue
        const { from, to } = Y.parseUpdateMeta(bytes)
        for (const [client, clock] of from) held.set(client, Math.min(held.get(client) ?? 0, clock))
        if (!rows.has(key)) rows.set(key, { frame: undefined, to })
      }
      raise(held)
      early = undefined
    },
    add(key, updates, frame) {
      const to = new Map<number, number>()
      for (const update of updates) {
        for (const [client, clock] of Y.parseUpdateMeta(update).to) to.set(client, clock)
      }
      rows.set(key, { frame, to })
    },
    know(update) {
      raise(Y.parseUpdateMeta(update).to)
    },
    cover(frame) {
      for (const row of rows.values()) row.frame ??= frame
    },
    uncover() {
      for (const row of rows.values()) row.frame = undefined
    },
    settle(frames) {
      const keys = [...rows].flatMap(([key, { frame }]) =>
        frame !== undefined && frame <= frames ? [key] : [],
      )
      for (const key of keys) acknowledged(key)
      return keys
    },
    remove(keys) {
      for (const key of keys) if (!acknowledged(key)) early?.add(key)
    },
    rekey(gone, key) {
      const to = new Map<number, number>()
      for (const each of gone) {
        for (const [client, clock] of rows.get(each)?.to ?? [])
          to.set(client, Math.max(to.get(client) ?? 0, clock))
        if (!rows.delete(each)) early?.add(each)
      }
      if (key !== undefined) rows.set(key, { frame: undefined, to })
    },
  }
}
