/**
 * Files by the hash of their bytes: immutable, so a copy on the device never goes stale. Kept by the library's
 * budget, the least recently used go first.
 */
import type { Accessor } from 'solid-js'

export interface Files {
  /** Where the server has it. */
  url(hash: string): string
  /** An object URL of the device's copy, fetched and kept when there is none; the server's address if that fails. */
  live(hash: () => string | undefined): Accessor<string | undefined>
  /** The bytes, from the device or else the network; `undefined` when neither has them. */
  get(hash: string): Promise<Blob | undefined>
}
