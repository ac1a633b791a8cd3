import { readFile } from 'node:fs/promises'
import type { ImportReport, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import {
  allEvents,
  type EventDetails,
  eventById,
  removeSession,
  sessionById,
  sessionsOf,
  writeEvent,
  writeSession,
} from './programme.ts'
import { readSchedule, type Schedule } from './schedule.ts'

/**
 * Imports a `schedule.json`: its conference becomes an event, found again by the conference's acronym. What cannot be
 * read is reported and left out; all the rest is written in one transaction. The figures count sessions.
 */
export async function importSchedule(services: Services, path: string): Promise<ImportReport> {
  let json: string
  try {
    json = await readFile(path, 'utf8')
  } catch (error) {
    return nothing(path, (error as Error).message)
  }
  const read = readSchedule(json)
  if (!read.ok) return nothing(path, read.error)
  return services.transact((tx) => writeSchedule(tx, read.value))
}

function nothing(path: string, why: string): ImportReport {
  return { created: 0, updated: 0, unchanged: 0, skipped: [{ what: path, why }], remarks: [] }
}

async function writeSchedule(tx: Tx, schedule: Schedule): Promise<ImportReport> {
  const { event } = schedule
  const report: ImportReport = {
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: [...schedule.skipped],
    remarks: [...schedule.remarks],
  }
  const before = await eventById(tx, event.id)
  // An address that was given out stays, and so does what organisers may have set since.
  const { going: _, offered: __, waiting: ___, ...known } = before ?? { going: 0 }
  const kept = before ? { slug: before.slug, access: before.access, place: event.place || before.place } : {}
  const details: EventDetails = { ...known, ...event, ...kept }
  const moved = before && (event.start !== before.start || event.end !== before.end)
  if (moved) details.sequence = (before.sequence ?? 0) + 1
  if (!before && (await allEvents(tx)).some((other) => other.slug === details.slug)) {
    details.slug = `${details.slug}-${details.days[0]}`
  }
  if (JSON.stringify(known) !== JSON.stringify(details)) await writeEvent(tx, details)

  const held = new Map((await sessionsOf(tx, event.id)).map((session) => [session.id, session]))
  for (const given of schedule.sessions) {
    const old = held.get(given.id)
    const session = { ...old, ...given, access: details.access }
    held.delete(session.id)
    if (!old && (await sessionById(tx, session.id))) {
      report.skipped.push({
        what: `${session.title} (${session.id})`,
        why: 'its id is that of a session of another event',
      })
      continue
    }
    if (old && JSON.stringify(old) === JSON.stringify(session)) {
      report.unchanged++
      continue
    }
    await writeSession(tx, session)
    if (old) report.updated++
    else report.created++
  }
  for (const session of held.values()) {
    await removeSession(tx, session.id)
    report.remarks.push({
      what: `${session.title} (${session.id})`,
      why: 'no longer in the schedule: removed',
    })
  }
  return report
}
