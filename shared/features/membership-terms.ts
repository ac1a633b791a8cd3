/** How long something is given for, and where that ends in the calendar. */
import * as v from 'valibot'

export type Term =
  | { kind: 'months'; count: number }
  | { kind: 'days'; count: number }
  /** To a date, whenever it was bought. */
  | { kind: 'until'; at: number }
  | { kind: 'forever' }

const count = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most))

export const term = v.variant('kind', [
  v.strictObject({ kind: v.literal('months'), count: count(120) }),
  v.strictObject({ kind: v.literal('days'), count: count(3_650) }),
  v.strictObject({ kind: v.literal('until'), at: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.strictObject({ kind: v.literal('forever') }),
])

export const day = 86_400_000

/** Where a term that begins at `from` ends; `null`: nowhere. A month from 31 January is the last day of February. */
export function endOf(term: Term, from: number): number | null {
  switch (term.kind) {
    case 'months':
      return addMonths(from, term.count)
    case 'days':
      return from + term.count * day
    case 'until':
      return term.at
    case 'forever':
      return null
  }
}

function addMonths(from: number, months: number): number {
  const date = new Date(from)
  const dayOfMonth = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(dayOfMonth, last))
  return date.getTime()
}
