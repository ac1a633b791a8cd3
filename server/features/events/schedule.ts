/**
 * `schedule.json` as frab, pretalx and the voc hub write it, read with care: what is sound becomes an event and its
 * sessions, what is not is named with its reason. Ids come from the file's own, so that reading it again finds the
 * same sessions. Sessions belong to the day of the programme under which they stand, which often ends after midnight.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { slugify } from '#shared/core/text.ts'
import type { SessionRow } from '#shared/features/events.ts'
import { dayAt, instantOf, isZone } from '#shared/features/zones.ts'
import { asMarkdown } from './markup.ts'
import type { EventDetails } from './programme.ts'

interface Note {
  what: string
  why: string
}

export interface Schedule {
  event: EventDetails
  sessions: SessionRow[]
  skipped: Note[]
  remarks: Note[]
}

const text = v.nullish(v.union([v.string(), v.number()]))
const list = v.nullish(v.array(v.unknown()))
const named = v.looseObject({ name: v.string() })
const conferenceShape = v.looseObject({
  title: v.pipe(v.string(), v.trim(), v.minLength(1)),
  acronym: text,
  start: text,
  end: text,
  time_zone_name: text,
  url: text,
  description: text,
  tracks: list,
  rooms: list,
  days: v.array(v.unknown()),
})
const dayShape = v.looseObject({ date: text, rooms: v.record(v.string(), v.array(v.unknown())) })
const entryShape = v.looseObject({
  guid: text,
  id: text,
  date: text,
  start: text,
  duration: text,
  room: text,
  track: v.nullish(v.union([v.string(), v.looseObject({})])),
  type: text,
  language: text,
  title: text,
  subtitle: text,
  abstract: text,
  description: text,
  persons: list,
  url: text,
})
type Entry = v.InferOutput<typeof entryShape>

const longestText = 50_000
const longestTitle = 300
const longestHours = 72

/** @returns what the file holds, or why nothing of it can be used. */
export function readSchedule(json: string): Result<Schedule, string> {
  let root: unknown
  try {
    root = JSON.parse(json)
  } catch (error) {
    return fail(`not JSON: ${(error as Error).message}`)
  }
  const found = v.safeParse(v.looseObject({ schedule: v.looseObject({ conference: v.unknown() }) }), root)
  if (!found.success) return fail('no schedule with a conference in it')
  const parsed = v.safeParse(conferenceShape, found.output.schedule.conference)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    return fail(`conference.${issue.path?.map((item) => String(item.key)).join('.') ?? ''}: ${issue.message}`)
  }
  const conference = parsed.output
  const skipped: Note[] = []
  const remarks: Note[] = []

  const zone = said(conference.time_zone_name)
  if (zone !== '' && !isZone(zone)) return fail(`conference.time_zone_name: no such time zone: ${zone}`)
  if (zone === '') remarks.push({ what: 'conference', why: 'no time_zone_name: times are shown in UTC' })
  const timeZone = zone || 'UTC'

  const slug = slugify(said(conference.acronym) || conference.title, 'event')
  const eventId = idFrom(slug)
  const sessions: SessionRow[] = []
  const seen = new Map<string, string>()
  for (const [index, given] of conference.days.entries()) {
    const day = v.safeParse(dayShape, given)
    if (!day.success) {
      skipped.push({ what: `days[${index}]`, why: 'a day needs rooms with lists of sessions' })
      continue
    }
    for (const [room, entries] of Object.entries(day.output.rooms)) {
      for (const [position, entry] of entries.entries()) {
        const where = `days[${index}] ${room} [${position}]`
        const read = readEntry(entry, { eventId, room, timeZone, day: said(day.output.date), remarks })
        if (!read.ok) {
          skipped.push({ what: nameOf(entry, where), why: read.error })
          continue
        }
        const earlier = seen.get(read.value.id)
        if (earlier !== undefined) {
          skipped.push({
            what: nameOf(entry, where),
            why: `its id ${read.value.id} is already that of “${earlier}”`,
          })
          continue
        }
        seen.set(read.value.id, read.value.title)
        sessions.push(read.value)
      }
    }
  }
  if (sessions.length === 0)
    return fail(`no usable session in it${skipped[0] ? `; the first: ${skipped[0].why}` : ''}`)
  sessions.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))

  const earliest = Math.min(...sessions.map((session) => session.start))
  const latest = Math.max(...sessions.map((session) => session.end))
  const start = instant(said(conference.start), timeZone) ?? earliest
  const end = instant(said(conference.end), timeZone) ?? latest
  if (end <= start)
    remarks.push({ what: 'conference', why: 'its end is not after its start: taken from the sessions' })
  return ok({
    event: {
      id: eventId,
      slug,
      title: short(conference.title, longestTitle),
      description: short(asMarkdown(said(conference.description)), longestText),
      start: end > start ? Math.min(start, earliest) : earliest,
      end: end > start ? Math.max(end, latest) : latest,
      timeZone,
      place: '',
      url: webAddress(said(conference.url)),
      rooms: inOrder(
        conference.rooms,
        sessions.map((session) => session.room),
      ),
      tracks: inOrder(
        conference.tracks,
        sessions.map((session) => session.track),
      ),
      days: [...new Set(sessions.map((session) => session.day))].sort(),
      access: 'public',
    },
    sessions,
    skipped,
    remarks,
  })
}

interface Place {
  eventId: string
  room: string
  timeZone: string
  day: string
  remarks: Note[]
}

function readEntry(given: unknown, place: Place): Result<SessionRow, string> {
  const parsed = v.safeParse(entryShape, given)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    return fail(`${issue.path?.map((item) => String(item.key)).join('.') ?? 'entry'}: ${issue.message}`)
  }
  const entry = parsed.output
  const title = short(oneLine(said(entry.title)), longestTitle)
  if (title === '') return fail('no title')
  const id = entryId(entry, place.eventId)
  if (id === undefined) return fail('neither a usable guid nor an id')
  const start = startOf(entry, place)
  if (start === undefined) {
    return fail(
      said(entry.date) || said(entry.start)
        ? `no such date: ${said(entry.date) || said(entry.start)}`
        : 'no date',
    )
  }
  const length = durationOf(said(entry.duration))
  if (length === undefined)
    return fail(said(entry.duration) ? `bad duration: ${said(entry.duration)}` : 'no duration')

  const name = `${title} (${id})`
  const local = dayAt(start, place.timeZone)
  const ofProgramme = /^\d{4}-\d{2}-\d{2}$/.test(place.day) ? place.day : local
  const apart = Math.abs(Date.parse(ofProgramme) - Date.parse(local)) / 86_400_000
  if (apart > 1) {
    place.remarks.push({
      what: name,
      why: `stands under ${ofProgramme} but begins on ${local}: shown on ${local}`,
    })
  }
  const persons = (entry.persons ?? []).map(personName).filter((person) => person !== '')
  const url = said(entry.url)
  if (url !== '' && webAddress(url) === null) {
    place.remarks.push({ what: name, why: 'its url is not a web address: left out' })
  }
  const description = asMarkdown(said(entry.description))
  if (description.length > longestText) {
    place.remarks.push({ what: name, why: `description cut at ${longestText} characters` })
  }
  return ok({
    id,
    eventId: place.eventId,
    day: apart > 1 ? local : ofProgramme,
    start,
    end: start + length,
    room: oneLine(said(entry.room)) || oneLine(place.room),
    track: oneLine(trackName(entry.track)),
    type: oneLine(said(entry.type)),
    lang: oneLine(said(entry.language)),
    title,
    subtitle: short(oneLine(said(entry.subtitle)), longestTitle),
    abstract: short(asMarkdown(said(entry.abstract)), longestText),
    description: short(description, longestText),
    persons,
    url: webAddress(url),
    access: 'public',
  })
}

/** Its own date and time, or the day's date with the entry's wall clock at the venue. */
function startOf(entry: Entry, place: Place): number | undefined {
  const own = said(entry.date)
  if (own.length > 10) return instant(own, place.timeZone)
  const date = own || place.day
  const clock = said(entry.start)
  return /^\d{1,2}:\d{2}$/.test(clock)
    ? instantOf(`${date}T${clock.padStart(5, '0')}`, place.timeZone)
    : undefined
}

/** An instant with an offset as it says, without one by the venue's clock. */
function instant(date: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(date)) return undefined
  if (!/(?:Z|[+-]\d{2}:?\d{2})$/.test(date)) return instantOf(date, timeZone)
  const at = Date.parse(date)
  return Number.isNaN(at) ? undefined : at
}

/** `01:30`, `1:02:30` (days first) → milliseconds. */
function durationOf(duration: string): number | undefined {
  const match = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(duration)
  if (!match) return undefined
  const [days, hours, minutes] = match.slice(1).map((digits) => Number(digits ?? 0))
  const total = days! * 1440 + hours! * 60 + minutes!
  return minutes! < 60 && total > 0 && total <= longestHours * 60 ? total * 60_000 : undefined
}

const idShape = /^[\w-]{1,60}$/

function entryId(entry: Entry, eventId: string): string | undefined {
  const guid = said(entry.guid)
  if (idShape.test(guid)) return guid
  const id = `${eventId}-${said(entry.id)}`
  return said(entry.id) !== '' && idShape.test(id) ? id : undefined
}

/** Ids are spelled in ASCII, whatever the slug is. */
function idFrom(slug: string): string {
  return /^[\w-]{1,40}$/.test(slug)
    ? slug
    : `event-${createHash('sha256').update(slug).digest('hex').slice(0, 16)}`
}

function personName(person: unknown): string {
  if (typeof person === 'string') return oneLine(person)
  if (typeof person !== 'object' || person === null) return ''
  const names = person as { public_name?: unknown; full_public_name?: unknown; name?: unknown }
  const name = [names.public_name, names.full_public_name, names.name].find(
    (given) => typeof given === 'string',
  )
  return short(oneLine((name as string | undefined) ?? ''), 100)
}

function trackName(track: Entry['track']): string {
  if (typeof track === 'string') return track
  // Some exports translate names: { en: …, de: … }.
  const name = Object.values(track ?? {}).find((given) => typeof given === 'string')
  return (name as string | undefined) ?? ''
}

/** Those that the conference lists, in its order, then those that sessions alone name. */
function inOrder(listed: readonly unknown[] | null | undefined, used: readonly string[]): string[] {
  const names = (listed ?? []).flatMap((item) => {
    const parsed = v.safeParse(named, item)
    return parsed.success ? [oneLine(parsed.output.name)] : []
  })
  return [...new Set([...names, ...used])].filter((name) => name !== '')
}

function nameOf(entry: unknown, where: string): string {
  const title = (entry as { title?: unknown } | null)?.title
  const guid = (entry as { guid?: unknown } | null)?.guid
  const names = [title, guid].filter((part) => typeof part === 'string' && part !== '')
  return names.length > 0 ? `${names.join(', ')} (${where})` : where
}

function said(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value).trim()
}

function oneLine(value: string): string {
  return value.replace(/\s+/gu, ' ').trim()
}

function short(value: string, length: number): string {
  return value.length > length ? `${value.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…` : value
}

function webAddress(url: string): string | null {
  try {
    const { protocol, href } = new URL(url)
    return protocol === 'https:' || protocol === 'http:' ? href : null
  } catch {
    return null
  }
}
