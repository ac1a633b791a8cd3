/**
 * Rows of the feed, as pages see them: live from IndexedDB, with what waits in the outbox laid over them. Rows and
 * outbox are read in one transaction, so that an overlay and the row that replaces it swap without a flicker.
 * intake.ts is the machinery that brings rows in.
 */
import { type Accessor, untrack } from 'solid-js'
import type { Row, TableName } from '#shared/features/index.ts'
import { type FeedMeta, readMeta, whileOpen } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import type { Home } from './home.ts'
import { createLive, createLiveList } from './live.ts'
import type { Bounds } from './overlays.ts'
import { readRow, readRows, readRowsOf, type Shelves } from './rows.ts'

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
   * draws again only what changed: what is read of them must be read where it is tracked. A range of `undefined` waits.
   */
  rows<T extends TableName>(
    table: T,
    range?: () => Range<Row<T>> | undefined,
  ): Accessor<Stored<Row<T>>[] | undefined>
  /**
   * All rows of a table, live, as plain values to compute over: everything that reads them runs again when any changes,
   * and they are not for changing. Ten thousand of them cost little, where `rows` follows each field of each.
   */
  table<T extends TableName>(table: T): Accessor<readonly Stored<Row<T>>[] | undefined>
  /** `undefined` while loading or without an id; `null`: not there. */
  row<T extends TableName>(
    table: T,
    id: () => string | undefined,
  ): Accessor<Stored<Row<T>> | null | undefined>
  /**
   * Those of `ids` that are there, as `rows` has them; one query for all: each follows the outbox, too, and a page that
   * shows hundreds of people would ask hundreds of times with every act.
   */
  rowsOf<T extends TableName>(table: T, ids: () => readonly string[]): Accessor<Stored<Row<T>>[] | undefined>
  /** As the server last said; overlays are not in it. */
  get<T extends TableName>(table: T, id: string): Promise<Row<T> | undefined>
  /** As the server last said; overlays are not in it. */
  all<T extends TableName>(table: T): Promise<{ id: string; data: Row<T> }[]>
  /** The first catch-up has completed once on this device. */
  ready: Accessor<boolean>
}

export function createFeed(home: Accessor<Home>, registry: ClientRegistry): Feed {
  function shelves(): Shelves {
    const { db, keys, memberId } = home()
    return { db, registry, keys, memberId: memberId ?? '' }
  }
  const ready = createLive(() => {
    const { db } = home()
    return async () => (await readMeta<FeedMeta>(db, 'feed'))?.ready ?? false
  })

  return {
    rows: <T extends TableName>(table: T, range: () => Range<Row<T>> | undefined = () => ({})) =>
      createLiveList(
        () => {
          const bounds = range()
          const at = shelves()
          return bounds && (() => readRows(at, table, bounds as Bounds))
        },
        { scope: home },
      ) as Accessor<Stored<Row<T>>[] | undefined>,
    table: <T extends TableName>(table: T) =>
      createLive(
        () => {
          const at = shelves()
          return () => readRows(at, table, {})
        },
        { scope: home },
      ) as Accessor<readonly Stored<Row<T>>[] | undefined>,
    row: <T extends TableName>(table: T, id: () => string | undefined) => {
      const found = createLiveList(
        () => {
          const wanted = id()
          const at = shelves()
          return wanted === undefined
            ? undefined
            : async () => [await readRow(at, table, wanted)].filter((row) => row !== null)
        },
        { forget: true },
      )
      return (() => {
        const rows = found()
        return rows && (rows[0] ?? null)
      }) as Accessor<Stored<Row<T>> | null | undefined>
    },
    rowsOf: <T extends TableName>(table: T, ids: () => readonly string[]) =>
      createLiveList(
        () => {
          const wanted = ids()
          const at = shelves()
          return () => readRowsOf(at, table, wanted)
        },
        { scope: home },
      ) as Accessor<Stored<Row<T>>[] | undefined>,
    get: async (table, id) =>
      (await whileOpen(untrack(home).db.rows.get([table, id]), undefined))?.data as never,
    async all(table) {
      const asked = untrack(home)
        .db.rows.where('[table+id]')
        .between([table, ''], [table, '\uffff'])
        .toArray()
      const rows = await whileOpen(asked, [])
      return rows.map(({ id, data }) => ({ id, data: data as never }))
    },
    ready: () => ready() ?? false,
  }
}
