/** Events on the server: the programme as imported, what members plan, and calendars and pages made of both. */
import type { ServerHalf } from '#server/core/feature.ts'
import { openTo } from '#shared/core/opening.ts'
import { type Audience, isMember } from '#shared/core/viewer.ts'
import type { events as contract, EventRow } from '#shared/features/events.ts'
import { calendarAddress, routes } from './calendar.ts'
import { commands } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { closeFeedback } from './feedback.ts'
import { importSchedule } from './import.ts'
import { pages } from './pages.ts'
import { remind } from './reminders.ts'
import { endOffer } from './seating.ts'
import { start } from './starting.ts'
import { migrations } from './tables.ts'

const ofMember = (id: string): Audience => `member:${id.slice(0, id.indexOf(':'))}`

/** Those who run an event. */
const runBy = (eventId: string): Audience[] => [`event:${eventId}:staff`, 'role:moderator']

const shown = (access: EventRow['access'], draft: boolean, eventId: string): Audience | Audience[] => {
  if (draft) return runBy(eventId)
  return access === 'public' ? 'everyone' : 'members'
}

export const events: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    events_event: ['events'],
    events_session: ['sessions'],
    events_plan: ['plans'],
    events_seat: ['seats', 'attendees'],
    events_staff: ['event_staff'],
    events_link: ['event_links'],
    events_check_in: ['check_ins'],
    events_scan: ['check_ins'],
    events_feedback: ['feedback', 'own_feedback'],
    events_feedback_given: 'server',
    events_feedback_salt: 'server',
  },
  commands,
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: {
    events: { audience: (event, id) => shown(event.access, event.state === 'draft', id) },
    sessions: { audience: (session) => shown(session.access, session.draft === true, session.eventId) },
    plans: { audience: (_row, id) => ofMember(id) },
    event_doors: {
      audience: ({ opening, draft }, id) =>
        draft ? runBy(id) : [...openTo(opening, `event:${id}`), `event:${id}:staff`],
    },
    event_priorities: {
      audience: ({ tiers }, id) => [...runBy(id), ...tiers.map((tier): Audience => `tier:${tier}`)],
    },
    event_links: { audience: (_row, id) => [...runBy(id), `event:${id}:attendees`] },
    event_staff: { audience: (row) => runBy(row.eventId) },
    seats: { audience: (_row, id) => ofMember(id) },
    attendees: { audience: (row) => runBy(row.eventId) },
    check_ins: { audience: (row) => runBy(row.eventId) },
    own_feedback: { audience: (_row, id) => ofMember(id) },
    feedback: { audience: (row) => runBy(row.eventId) },
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
  jobs: { remind, offer_ends: endOffer, close_feedback: closeFeedback },
  start,
  routes,
  pages,
  imports: { schedule: importSchedule },
}
