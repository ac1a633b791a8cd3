/**
 * Rows of the feed, as pages see them: live from IndexedDB, with what waits in the outbox laid over them. Rows and
 * outbox are read in one transaction, so that an overlay and the row that replaces it swap without a flicker.
 * intake.ts is the machinery that brings rows in.
 */
import type { Accessor } from 'solid-js'
import type { Row, TableName } from '#shared/features/index.ts'

export interface Stored<T> {
  id: string
  data: T
  /** A waiting command changed or made it. */
  pending: boolean
}

export interface Range<R> {
  /** One of the contract's sort keys; without it rows come in the order of their ids. Rows that lack the field are left out. */
  by?: keyof R & string
  /** Only rows of which `by` is this. */
  equals?: unknown
  /** Inclusive. */
  from?: unknown
  /** Inclusive. */
  to?: unknown
  reverse?: boolean
  limit?: number
}

export interface Feed {
  /**
   * Live rows with overlays merged in; `undefined` while loading. Rows keep their identity between changes, so `<For>`
   * draws again only what changed. A range of `undefined` waits.
   */
  rows<T extends TableName>(
    table: T,
    range?: () => Range<Row<T>> | undefined,
  ): Accessor<Stored<Row<T>>[] | undefined>
  /** `undefined` while loading or without an id; `null`: not there. */
  row<T extends TableName>(
    table: T,
    id: () => string | undefined,
  ): Accessor<Stored<Row<T>> | null | undefined>
  /** As the server last said; overlays are not in it. */
  get<T extends TableName>(table: T, id: string): Promise<Row<T> | undefined>
  /** As the server last said; overlays are not in it. */
  all<T extends TableName>(table: T): Promise<{ id: string; data: Row<T> }[]>
  /** The first catch-up has completed once on this device. */
  ready: Accessor<boolean>
}
