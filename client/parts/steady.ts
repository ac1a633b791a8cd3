/**
 * A list that is being read stays as it is: what sync brings waits behind "N new", and what leaves goes. Rows change in
 * place, and the reader's own appear at once.
 */
import { type Accessor, createComputed, createMemo, createSignal, on, untrack } from 'solid-js'

export interface SteadyRow {
  id: string
}

export interface Steady<R> {
  /** In the order in which they were shown; undefined as long as nothing is. */
  rows: Accessor<R[] | undefined>
  /** How many are new, or would stand further up. */
  news: Accessor<number>
  /** Shows the list as it is now. */
  refresh(): void
}

export interface SteadyOptions<R> {
  /** Before, everything moves: a device that is filling for the first time has nothing to keep in place. */
  holds: Accessor<boolean>
  /** The reader's own doing: no surprise, shown where it belongs. */
  isOwn(row: R): boolean
  /** What puts a row further up when it grows; without it only rows that were not there are new. */
  rank?(row: R): number
  /** Another question has another answer: when it changes, the list is a new one. */
  question?: Accessor<unknown>
}

export function createSteady<R extends SteadyRow>(
  given: Accessor<readonly R[] | undefined>,
  options: SteadyOptions<R>,
): Steady<R> {
  /** The order that is shown, and what each row's rank was then: rows change in place. */
  const [kept, setKept] = createSignal<ReadonlyMap<string, number>>()
  const rankOf = (row: R): number => options.rank?.(row) ?? 0
  const take = (): void => {
    const rows = untrack(given)
    setKept(rows && new Map(untrack(() => rows.map((row) => [row.id, rankOf(row)]))))
  }
  const isNews = (row: R): boolean => {
    const before = kept()?.get(row.id)
    return before === undefined || rankOf(row) > before
  }
  const waiting = createMemo(() => (kept() ? (given() ?? []).filter(isNews) : []))

  if (options.question) createComputed(on(options.question, take, { defer: true }))
  createComputed(() => {
    const rows = given()
    if (!rows) return
    const isFirst = untrack(kept) === undefined
    if (isFirst || !options.holds() || untrack(waiting).some(options.isOwn)) take()
  })

  const rows = createMemo((): R[] | undefined => {
    const order = kept()
    const now = given()
    if (!order || !now) return undefined
    const byId = new Map(now.map((row) => [row.id, row]))
    return [...order.keys()].flatMap((id) => byId.get(id) ?? [])
  })
  return { rows, news: () => waiting().length, refresh: take }
}
