/** Events on the server: the programme as imported, what members plan, and calendars and pages made of both. */
import type { ServerHalf } from '#server/core/feature.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { events as contract } from '#shared/features/events.ts'
import { calendarAddress, routes } from './calendar.ts'
import { commands } from './commands.ts'
import { importSchedule } from './import.ts'
import { pages } from './pages.ts'
import { migrations } from './tables.ts'

export const events: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    events_event: ['events'],
    events_session: ['sessions'],
    events_plan: ['plans'],
  },
  commands,
  rows: {
    events: { audience: (event) => (event.access === 'public' ? 'everyone' : 'members') },
    sessions: { audience: (session) => (session.access === 'public' ? 'everyone' : 'members') },
    plans: { audience: (_row, id) => `member:${id.slice(0, id.indexOf(':'))}` },
  },
  documents: {},
  queries: {
    calendar: {
      access: isMember,
      async run({ viewer, services }) {
        return { url: isMember(viewer) ? calendarAddress(services, viewer.id) : '' }
      },
    },
  },
  routes,
  pages,
  imports: { schedule: importSchedule },
}
