/**
 * Calendar files over HTTP. A calendar app brings no cookie, so one's own schedule has an address that only its
 * member can learn: the member's id and a code derived from it with the server's secret. Nothing of it is stored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Reader, Route } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import type { SessionRow } from '#shared/features/events.ts'
import { type CalendarEntry, calendarFile } from '#shared/features/ics.ts'
import { eventById, eventsOf, scheduleOf, sessionById } from './programme.ts'

function codeFor(memberId: string, secret: string): string {
  return createHmac('sha256', secret).update(`events.calendar:${memberId}`).digest('base64url').slice(0, 32)
}

export function calendarAddress(services: Services, memberId: string): string {
  const { publicUrl, secret } = services.env
  return `${publicUrl}/api/ics/schedule/${memberId}.${codeFor(memberId, secret)}.ics`
}

/** @param name `<memberId>.<code>`. @returns the member whose schedule it opens. */
function memberOf(services: Services, name: string): string | null {
  const dot = name.lastIndexOf('.')
  const memberId = name.slice(0, dot)
  const given = Buffer.from(name.slice(dot + 1))
  const wanted = Buffer.from(codeFor(memberId, services.env.secret))
  return dot > 0 && given.length === wanted.length && timingSafeEqual(given, wanted) ? memberId : null
}

/** Of the sessions, those that the viewer may see. */
async function entries(
  reader: Reader,
  viewer: Viewer,
  sessions: readonly SessionRow[],
): Promise<CalendarEntry[]> {
  const made: CalendarEntry[] = []
  for (const session of sessions) {
    if (!(await reader.mayRead(viewer, 'sessions', session.id))) continue
    const event = await eventById(reader, session.eventId)
    if (event) made.push({ id: session.id, session, event })
  }
  return made
}

function file(text: string, name: string): Response {
  return new Response(text, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.ics"`,
      'cache-control': 'private, max-age=300',
    },
  })
}

const notFound = (): Response =>
  Response.json({ code: 'not_found', message: 'no such calendar' }, { status: 404 })

/** `name` of the last part of the path, decoded, when it is well formed and ends in `.ics`. */
function icsName(path: string): string | undefined {
  try {
    return decodeURIComponent(/\/([^/]+)\.ics$/.exec(path)?.[1] ?? '') || undefined
  } catch {
    return undefined
  }
}

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/api/ics/session/:file',
    access: 'guest',
    async handle({ c, viewer, services }) {
      const id = icsName(c.req.path)
      if (id === undefined) return notFound()
      const made = await services.read(async (reader) => {
        const session = await sessionById(reader, id)
        return session ? entries(reader, viewer, [session]) : []
      })
      if (!made[0]) return notFound()
      const options = {
        name: made[0].session?.title ?? '',
        origin: services.env.publicUrl,
        now: services.now(),
      }
      return file(await calendarFile(made, options), 'session')
    },
  },
  {
    method: 'GET',
    path: '/api/ics/schedule/:file',
    access: 'guest',
    rate: 30,
    async handle({ c, services }) {
      const memberId = memberOf(services, icsName(c.req.path) ?? '')
      if (memberId === null) return notFound()
      const made = await services.read(async (reader) => {
        // The address outlives the membership of whom it was made for.
        const viewer = await reader.viewerOf(memberId)
        if (!isMember(viewer)) return null
        const going: CalendarEntry[] = []
        for (const event of await eventsOf(reader, memberId)) {
          if (await reader.mayRead(viewer, 'events', event.id))
            going.push({ id: event.id, session: null, event })
        }
        const community = await reader.row<{ name: string }>('community', 'community')
        return {
          entries: [...going, ...(await entries(reader, viewer, await scheduleOf(reader, memberId)))],
          name: community?.name ?? 'Lyceum',
        }
      })
      if (!made) return notFound()
      const options = { name: made.name, origin: services.env.publicUrl, now: services.now() }
      return file(await calendarFile(made.entries, options), 'schedule')
    },
  },
]
