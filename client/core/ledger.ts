/**
 * Which edits the server has not acknowledged, and by which acknowledgement they will be covered. Every edit made here
 * is written to the log as unsent before another tab hears of it. The server acknowledges by count: `ack(n)` means that
 * the first n sync frames of this connection are durable. An unsent row is therefore given the number of the last
 * frame that had been sent when the row was written, which is at or after the frame that carried it. Until the provider
 * has answered the server's step 1 there is no such number: that answer (step 2) carries whatever the server lacks,
 * so it covers all rows whose content was in the document by then.
 */
export interface Ledger {
  /** Unsent rows that are known. */
  readonly size: number
  /** The rows that the log held when it was read; those settled while it was being read are not unsent any more. */
  open(keys: readonly number[]): void
  /** @param frame the frame that covers the row; `undefined`: none on this connection so far */
  add(key: number, frame: number | undefined): void
  /** This frame covers all rows that no frame has covered so far. */
  cover(frame: number): void
  /** A new connection: what earlier ones carried no longer counts. */
  uncover(): void
  /** Removes the rows covered by the first `frames` frames. @returns their keys */
  settle(frames: number): number[]
  remove(keys: readonly number[]): void
}

export function createLedger(): Ledger {
  const framesByKey = new Map<number, number | undefined>()
  /** Removed before the log was read. */
  let early: Set<number> | undefined = new Set()

  return {
    get size() {
      return framesByKey.size
    },
    open(keys) {
      for (const key of keys) if (!early?.has(key) && !framesByKey.has(key)) framesByKey.set(key, undefined)
      early = undefined
    },
    add(key, frame) {
      framesByKey.set(key, frame)
    },
    cover(frame) {
      for (const [key, covering] of framesByKey) if (covering === undefined) framesByKey.set(key, frame)
    },
    uncover() {
      for (const key of framesByKey.keys()) framesByKey.set(key, undefined)
    },
    settle(frames) {
      const keys = [...framesByKey].flatMap(([key, frame]) =>
        frame !== undefined && frame <= frames ? [key] : [],
      )
      for (const key of keys) framesByKey.delete(key)
      return keys
    },
    remove(keys) {
      for (const key of keys) if (!framesByKey.delete(key)) early?.add(key)
    },
  }
}
