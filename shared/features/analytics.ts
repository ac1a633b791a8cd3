/**
 * Analytics: how the community is doing, in figures that organisers ask for. Counts are kept by the day, from facts as they
 * happen; who took part on which day is kept for three months, for retention, and leaves the server in sums only.
 */
import * as v from 'valibot'
import { defineContract, query } from '../core/contract.ts'
import { holds, type Viewer } from '../core/viewer.ts'

/** What is counted by the day; each has its definition in the dictionary (`analytics.metric_<name>_text`). */
export const metrics = [
  'active',
  'joined',
  'threads',
  'posts',
  'reactions',
  'accepted',
  'articles',
  'enrolled',
  'lessons',
  'courses_done',
  'rsvps',
  'attended',
  'reports',
  'removed',
] as const
export type Metric = (typeof metrics)[number]

export const spans = [7, 30, 90] as const
export type Span = (typeof spans)[number]

/** A figure of a share is not shown for fewer people than this. */
export const leastGroup = 10

export interface Figures {
  /** UTC, oldest first; the last one is today, not over yet. */
  days: string[]
  series: Record<Metric, number[]>
  /** Members with a role now. */
  members: number
  /** Distinct members active within the last day, 7 and 30 days. */
  activeWithin: { day: number; week: number; month: number }
  /** By the week in which they joined: how many, and which share was active 1, 2, 3 … weeks later. `null`: too few to show. */
  retention: { week: string; size: number; shares: (number | null)[] }[]
  /** Enrolled, more than half done, done. */
  courses: { id: string; title: string; enrolled: number; half: number; done: number }[]
  events: { id: string; title: string; start: number; going: number; attended: number }[]
  /** Oldest first. */
  unanswered: { id: string; title: string; askedAt: number }[]
  /** By currency, in its smallest unit, by the day; owners alone are told. */
  revenue: { currency: string; paid: number[]; refunded: number[] }[] | null
  /** The server's own: sockets, what was refused and why, jobs that wait or failed, bytes of the database. */
  health: Record<string, number>
}

export const analytics = defineContract({
  name: 'analytics',
  commands: {},
  rows: {},
  documents: {},
  queries: {
    figures: query<
      v.StrictObjectSchema<{ days: v.PicklistSchema<typeof spans, undefined> }, undefined>,
      Figures
    >(v.strictObject({ days: v.picklist(spans) })),
  },
  facts: {},
})

export function maySeeFigures(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

export function maySeeRevenue(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}

/** Monday of the week of a day, both `YYYY-MM-DD`. */
export function weekOf(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`)
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7
  return new Date(at - sinceMonday * 86_400_000).toISOString().slice(0, 10)
}

/**
 * @param joined day of joining, by member
 * @param active days on which each member took part
 * @param today the week that is not over yet is left out
 */
export function retentionOf(
  joined: ReadonlyMap<string, string>,
  active: ReadonlyMap<string, readonly string[]>,
  today: string,
  weeks = 8,
): Figures['retention'] {
  const week = 7 * 86_400_000
  const thisWeek = Date.parse(`${weekOf(today)}T00:00:00Z`)
  const cohorts = new Map<string, string[]>()
  for (const [member, day] of joined) cohorts.set(weekOf(day), [...(cohorts.get(weekOf(day)) ?? []), member])
  return [...cohorts]
    .filter(([from]) => thisWeek - Date.parse(`${from}T00:00:00Z`) <= weeks * week)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, members]) => {
      const start = Date.parse(`${from}T00:00:00Z`)
      const shares: (number | null)[] = []
      for (let at = start + week; at < thisWeek; at += week) {
        const name = new Date(at).toISOString().slice(0, 10)
        const came = members.filter((member) => active.get(member)?.some((day) => weekOf(day) === name))
        shares.push(members.length < leastGroup ? null : came.length / members.length)
      }
      return { week: from, size: members.length, shares }
    })
}
