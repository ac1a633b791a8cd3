/**
 * From when to when each thing that was given holds, when several were given. Pure, and the same whatever order they
 * became known in: everything is laid out anew from all that is known.
 *
 * - A tier begins when what is there already of it, or of a higher one, ends. So renewals extend from the current end,
 *   and when one of them is taken back, those after it move up.
 * - A higher tier begins at once. What is unused of a lower one that was paid for (its money by the share of its time
 *   that is left) becomes more time of the higher one, at that one's price, and the lower one ends.
 * - What was taken back never was more than a time that has passed: nothing is converted from it or into it.
 * - A provider's own periods, gifts and things for good stand beside all others.
 */
import { endOf, type Term } from '#shared/features/membership-terms.ts'

export interface Line {
  id: string
  subject: string
  at: number
  /** Of a tier; undefined for single items. */
  rank: number | undefined
  term: Term | { kind: 'span'; from: number; until: number }
  /** The money behind it that has not gone back. */
  net: number
  /** What its term costs by the list: neither a coupon nor a refund makes anybody's old time worth more new time. */
  price: number
  currency: string | null
  /** When it was taken back as a whole. */
  reversedAt: number | undefined
}

export interface Span {
  from: number
  /** `null`: for good. */
  until: number | null
  /** What became more time of it. */
  extended: { by: string; days: number }[]
  /** The line that the rest of it went into. */
  convertedInto: { id: string; at: number } | undefined
}

interface Placed extends Line, Span {
  /** Money behind it, with what was converted into it. */
  worth: number
  empty: boolean
}

const dayLong = 86_400_000

export function layOut(lines: readonly Line[]): Map<string, Span> {
  const placed: Placed[] = []
  const inOrder = [...lines].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  for (const line of inOrder) placed.push(place(line, placed))
  return new Map(
    placed.map(({ id, from, until, extended, convertedInto }) => [
      id,
      { from, until, extended, convertedInto },
    ]),
  )
}

function place(line: Line, before: Placed[]): Placed {
  const blank = { ...line, extended: [], convertedInto: undefined, worth: line.net, empty: false }
  if (line.term.kind === 'span') return cut({ ...blank, from: line.term.from, until: line.term.until })
  const ends = before
    .filter((other) => !other.empty && covers(other, line) && other.until !== null)
    .map((other) => other.until!)
  const from = line.term.kind === 'until' ? line.at : Math.max(line.at, ...ends)
  const made: Placed = { ...blank, from, until: endOf(line.term, from) }
  if (line.reversedAt === undefined) convert(made, before)
  return cut(made)
}

/** Is whoever has `other` given nothing new by `line` until it ends? */
function covers(other: Line, line: Line): boolean {
  if (other.subject === line.subject) return true
  return other.rank !== undefined && line.rank !== undefined && other.rank >= line.rank
}

function convert(made: Placed, before: Placed[]): void {
  if (
    made.until === null ||
    made.net <= 0 ||
    made.price <= 0 ||
    (made.term.kind !== 'months' && made.term.kind !== 'days')
  )
    return
  const length = made.until - made.from
  for (const lower of before) {
    if (lower.empty || lower.until === null || lower.until <= made.at || lower.until === lower.from) continue
    if (lower.rank === undefined || made.rank === undefined || lower.rank >= made.rank) continue
    if (lower.term.kind === 'span' || lower.reversedAt !== undefined) continue
    if (lower.worth <= 0 || lower.currency !== made.currency) continue
    const ends = Math.max(lower.from, made.at)
    const unused = Math.floor((lower.worth * (lower.until - ends)) / (lower.until - lower.from))
    const more = Math.floor((unused * length) / made.price)
    lower.until = ends
    lower.worth -= unused
    lower.convertedInto = { id: made.id, at: made.at }
    lower.empty = lower.from >= made.at
    made.until += more
    made.worth += unused
    made.extended.push({ by: lower.id, days: Math.round(more / dayLong) })
  }
}

function cut(made: Placed): Placed {
  if (made.reversedAt === undefined) return made
  // Taken back before it began.
  if (made.reversedAt <= made.from)
    return { ...made, from: made.reversedAt, until: made.reversedAt, empty: true }
  return { ...made, until: made.until === null ? made.reversedAt : Math.min(made.until, made.reversedAt) }
}
