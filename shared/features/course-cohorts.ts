/** Cohorts: members who take a course together, each lesson by the end of a week that is counted from the first day. */
import * as v from 'valibot'
import { line } from '../core/line.ts'
import type { LessonRow, Shown } from './courses.ts'

const week = 7 * 86_400_000

export const mostCohorts = 50

/** For those who see the course. */
export interface CohortRow extends Shown {
  courseId: string
  name: string
  startsAt: number
  /** `open`: members who may take the course join by themselves. */
  joining: 'open' | 'closed'
  /** By lesson: in which week it is to be done, from 1. Lessons that are not here have no date. */
  weeks: Record<string, number>
}

/** Its id is `cohortMemberId(cohortId, memberId)`: for that member, and for those who run the course. */
export interface CohortMemberRow {
  courseId: string
  cohortId: string
  memberId: string
  authorId: string | null
  at: number
}

export interface CohortLine {
  memberId: string
  handle: string
  name: string
  done: number
  /** Lessons whose day has passed. */
  behind: number
  completedAt: number | null
}

export interface CohortReport {
  lessons: number
  /** Due by now. */
  due: number
  lines: CohortLine[]
}

const id = v.pipe(v.string(), v.uuid())
export const cohortInput = {
  id,
  courseId: id,
  name: line(120),
  startsAt: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000)),
  joining: v.picklist(['open', 'closed']),
  weeks: v.pipe(
    v.record(id, v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(104))),
    v.check((weeks) => Object.keys(weeks).length <= 300),
  ),
}

export function cohortMemberId(cohortId: string, memberId: string): string {
  return `${cohortId}:${memberId}`
}

/** The last moment to be in time. `undefined`: some day. */
export function lessonDueAt(
  cohort: Pick<CohortRow, 'startsAt' | 'weeks'>,
  lessonId: string,
): number | undefined {
  const number = Object.hasOwn(cohort.weeks, lessonId) ? cohort.weeks[lessonId] : undefined
  return number === undefined ? undefined : cohort.startsAt + number * week - 1
}

/** By lesson: of several cohorts the earliest day. */
export function dueByLesson(
  cohorts: readonly Pick<CohortRow, 'startsAt' | 'weeks'>[],
): ReadonlyMap<string, number> {
  const due = new Map<string, number>()
  for (const cohort of cohorts) {
    for (const lessonId of Object.keys(cohort.weeks)) {
      const at = lessonDueAt(cohort, lessonId)!
      due.set(lessonId, Math.min(at, due.get(lessonId) ?? at))
    }
  }
  return due
}

/** What is not done yet and has a day, the earliest first. */
export function openDue(
  lessons: readonly LessonRow[],
  due: ReadonlyMap<string, number>,
  done: Readonly<Record<string, number>>,
): { lesson: LessonRow; at: number }[] {
  return lessons
    .flatMap((lesson) => {
      const at = due.get(lesson.id)
      return at === undefined || done[lesson.id] !== undefined ? [] : [{ lesson, at }]
    })
    .sort((a, b) => a.at - b.at || a.lesson.position - b.lesson.position)
}

/** A calendar file of days; the words of it are its caller's. */
export function dueCalendar(
  entries: readonly { id: string; title: string; at: number; url: string }[],
  name: string,
  now: number,
): string {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
  const text = (value: string): string => value.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Lyceum//Lyceum//EN',
    `X-WR-CALNAME:${text(name)}`,
    ...entries.flatMap(({ id, title, at, url }) => [
      'BEGIN:VEVENT',
      `UID:${id}@${new URL(url).host}`,
      `DTSTAMP:${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`,
      `DTSTART;VALUE=DATE:${day(at)}`,
      `SUMMARY:${text(title)}`,
      `URL:${url}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return `${lines.flatMap(folded).join('\r\n')}\r\n`
}

/** No line is longer than 75 octets (RFC 5545). */
function folded(line: string): string[] {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const letter of line) {
    const size = new TextEncoder().encode(letter).length
    if (octets + size > 74) {
      parts.push(part)
      part = ' '
      octets = 1
    }
    part += letter
    octets += size
  }
  return [...parts, part]
}
