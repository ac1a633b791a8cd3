/** What the commands of events take. */
import * as v from 'valibot'
import { line } from '../core/line.ts'
import { opening } from '../core/opening.ts'
import { isZone } from './zones.ts'

export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(60))
export const uuid = v.pipe(v.string(), v.uuid())
/** Of `ticketHash`. */
export const ticket = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
export const rating = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5))

/** 2000 to 2100. */
const instant = v.pipe(v.number(), v.integer(), v.minValue(946_684_800_000), v.maxValue(4_102_444_800_000))
const words = (length: number) => v.pipe(v.string(), v.trim(), v.maxLength(length))
const address = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(500),
  v.url(),
  v.check((url) => /^https?:/i.test(url), 'a web address'),
)

export const capacity = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)))

export const answers = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(60)), v.pipe(v.string(), v.maxLength(1_000))),
  v.check((given) => Object.keys(given).length <= 20, 'too many answers'),
)

const question = v.pipe(
  v.strictObject({
    id,
    text: line(300),
    kind: v.picklist(['text', 'choice']),
    options: v.pipe(v.array(line(100)), v.maxLength(20)),
    required: v.boolean(),
  }),
  v.check(({ kind, options }) => kind === 'text' || options.length > 1, 'a choice needs two options'),
)

/** All that makes an event; which fields depend on each other the server checks, since an edit brings only some. */
export const eventFields = v.strictObject({
  title: line(200),
  description: words(20_000),
  start: instant,
  end: instant,
  timeZone: v.pipe(v.string(), v.maxLength(60), v.check(isZone, 'a time zone')),
  online: v.boolean(),
  place: words(300),
  /** Where to go online: only those who go learn it. */
  link: v.nullable(address),
  url: v.nullable(address),
  opening: v.pipe(
    opening,
    v.check(({ to }) => to !== 'groups', 'events are open to all, members, tiers or who bought them'),
  ),
  capacity,
  questions: v.pipe(
    v.array(question),
    v.maxLength(10),
    v.check(
      (all) => new Set(all.map((one) => one.id)).size === all.length,
      'questions need ids of their own',
    ),
  ),
  offerHours: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(168)),
  priorityTiers: v.pipe(v.array(id), v.maxLength(20)),
})
export type EventFields = v.InferOutput<typeof eventFields>

export const sessionFields = v.strictObject({
  title: line(200),
  abstract: words(5_000),
  start: instant,
  end: instant,
  room: words(100),
  persons: v.pipe(v.array(line(80)), v.maxLength(20)),
  capacity,
})
