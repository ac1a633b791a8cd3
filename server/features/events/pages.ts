/** Public events as plain HTML, at the addresses that the app uses too: for search engines, previews, no scripts. */
import type { Page, Reader } from '#server/core/feature.ts'
import { markdownToHtml, plainText } from '#server/core/markdown.ts'
import { escapeHtml as escaped } from '#server/core/page.ts'
import { excerpt } from '#shared/core/text.ts'
import { guest } from '#shared/core/viewer.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { type Lang, translate } from '#shared/words/index.ts'
import { allEvents, eventBySlug, sessionById, sessionsOf } from './programme.ts'

const locales = { en: 'en-GB', zh: 'zh-CN' } as const

interface Clock {
  day(at: number): string
  time(at: number): string
}

function clockOf(lang: Lang, timeZone: string): Clock {
  const day = new Intl.DateTimeFormat(locales[lang], { timeZone, dateStyle: 'full' })
  const time = new Intl.DateTimeFormat(locales[lang], {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return { day: (at) => day.format(at), time: (at) => time.format(at) }
}

function timeTag(at: number, text: string): string {
  return `<time datetime="${new Date(at).toISOString()}">${escaped(text)}</time>`
}

const eventPath = (event: Pick<EventRow, 'slug'>): string => `/events/${encodeURIComponent(event.slug)}`

async function publicEvent(reader: Reader, slug: string | undefined): Promise<EventRow | null> {
  const event = await eventBySlug(reader, slug ?? '')
  return event && (await reader.mayRead(guest, 'events', event.id)) ? event : null
}

const list: Page = {
  path: '/events',
  async render({ reader, lang }) {
    const t = translate(lang)
    const readable = await reader.readable(guest, 'events')
    const events = (await allEvents(reader)).filter((event) => readable.has(event.id))
    const items = events.map((event) => {
      const clock = clockOf(lang, event.timeZone)
      // One that ends at midnight ends on the day before.
      const ends = [event.start, Math.max(event.start, event.end - 1)]
      const days = [...new Map(ends.map((at) => [clock.day(at), at]))]
        .map(([day, at]) => timeTag(at, day))
        .join(' – ')
      return `<li><a href="${eventPath(event)}">${escaped(event.title)}</a><br>${days}</li>`
    })
    return {
      title: t('events.title'),
      description: t('events.page_description'),
      lang,
      html: `<h1>${escaped(t('events.title'))}</h1>${items.length > 0 ? `<ul>${items.join('')}</ul>` : `<p>${escaped(t('events.none'))}</p>`}`,
    }
  },
}

function sessionLine(session: SessionRow, event: EventRow, clock: Clock): string {
  const address = `${eventPath(event)}/${encodeURIComponent(session.id)}`
  const facts = [session.room, session.track, session.persons.join(', ')]
    .filter(Boolean)
    .map(escaped)
    .join(' · ')
  const span = `${timeTag(session.start, clock.time(session.start))}–${timeTag(session.end, clock.time(session.end))}`
  return `<li>${span} <a href="${address}">${escaped(session.title)}</a>${facts ? `<br>${facts}` : ''}</li>`
}

const agenda: Page = {
  path: '/events/:slug',
  async render({ reader, params, lang, publicUrl }) {
    const event = await publicEvent(reader, params.slug)
    if (!event) return null
    const t = translate(lang)
    const clock = clockOf(lang, event.timeZone)
    const readable = await reader.readable(guest, 'sessions')
    const sessions = (await sessionsOf(reader, event.id)).filter((session) => readable.has(session.id))
    const days = event.days.map((day) => {
      const lines = sessions
        .filter((session) => session.day === day)
        .map((session) => sessionLine(session, event, clock))
      const heading = clockOf(lang, 'UTC').day(Date.parse(`${day}T12:00:00Z`))
      return `<h2>${escaped(heading)}</h2><ul>${lines.join('')}</ul>`
    })
    const about = event.description ? markdownToHtml(event.description) : ''
    const facts = [event.place, t('events.zone_note', { zone: event.timeZone })]
      .filter(Boolean)
      .map(escaped)
      .join(' · ')
    return {
      title: event.title,
      description:
        excerpt(plainText(event.description), 200) || t('events.page_summary', { count: sessions.length }),
      lang,
      html: `<h1>${escaped(event.title)}</h1>${about}<p>${facts}</p>${days.join('')}`,
      jsonLd: eventLd(event, `${publicUrl}${eventPath(event)}`),
    }
  },
}

const session: Page = {
  path: '/events/:slug/:session',
  async render({ reader, params, lang, publicUrl }) {
    const event = await publicEvent(reader, params.slug)
    const found = await sessionById(reader, params.session ?? '')
    if (!event || found?.eventId !== event.id) return null
    if (!(await reader.mayRead(guest, 'sessions', found.id))) return null
    const clock = clockOf(lang, event.timeZone)
    const when = `${timeTag(found.start, `${clock.day(found.start)}, ${clock.time(found.start)}`)}–${timeTag(found.end, clock.time(found.end))}`
    const facts = [found.room, found.track, found.persons.join(', ')].filter(Boolean).map(escaped).join(' · ')
    const about = [found.abstract, found.description].filter(Boolean).map((text) => markdownToHtml(text))
    const subtitle = found.subtitle ? `<p><strong>${escaped(found.subtitle)}</strong></p>` : ''
    return {
      title: found.title,
      description: excerpt(plainText(found.abstract || found.description || found.title), 200),
      lang,
      html: `<h1>${escaped(found.title)}</h1>${subtitle}<p>${when} (${escaped(event.timeZone)})<br>${facts}</p>${about.join('')}<p><a href="${eventPath(event)}">${escaped(event.title)}</a></p>`,
      jsonLd: {
        ...eventLd(event, `${publicUrl}${eventPath(event)}/${encodeURIComponent(found.id)}`),
        name: found.title,
        startDate: new Date(found.start).toISOString(),
        endDate: new Date(found.end).toISOString(),
        superEvent: eventLd(event, `${publicUrl}${eventPath(event)}`),
        ...(found.persons.length > 0
          ? { performer: found.persons.map((name) => ({ '@type': 'Person', name })) }
          : {}),
      },
    }
  },
}

function eventLd(event: EventRow, url: string): object {
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.title,
    startDate: new Date(event.start).toISOString(),
    endDate: new Date(event.end).toISOString(),
    url,
    ...(event.place ? { location: { '@type': 'Place', name: event.place } } : {}),
  }
}

export const pages: Page[] = [list, agenda, session]
