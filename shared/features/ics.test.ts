import { expect, it } from 'vitest'
import type { SessionRow } from './events.ts'
import { calendarFile } from './ics.ts'

const session: SessionRow = {
  id: 's-1',
  eventId: 'e',
  day: '2026-03-29',
  start: Date.parse('2026-03-29T00:30:00Z'),
  end: Date.parse('2026-03-29T02:00:00Z'),
  room: 'Saal 1',
  track: '',
  type: '',
  lang: 'de',
  title: '本地优先软件，以及一些逗号; 分号与\\反斜线：'.repeat(4),
  subtitle: '',
  abstract: 'First line\nSecond line',
  description: 'é'.repeat(2_000),
  persons: ['Ada', 'Ben'],
  url: null,
  access: 'public',
}
const event = { slug: 'conf', title: 'Conf', place: '' }
const options = { name: 'Conf', origin: 'https://community.example', now: Date.parse('2026-01-01T00:00:00Z') }

it('writes times in UTC, with CRLF, in lines of at most 75 octets that a reader can join again', async () => {
  const text = await calendarFile([{ id: 's-1', session, event }], options)
  expect(text.split('\r\n').join('')).not.toMatch(/[\r\n]/)
  const lines = text.split('\r\n')
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
  const joined = text.replace(/\r\n[ \t]/g, '').split('\r\n')
  expect(joined).toContain('DTSTART:20260329T003000Z')
  expect(joined).toContain('DTEND:20260329T020000Z')
  expect(joined).toContain('DTSTAMP:20260101T000000Z')
  expect(joined).toContain('UID:s-1@community.example')
  expect(joined.find((line) => line.startsWith('URL'))).toContain('https://community.example/events/conf/s-1')
  const summary = joined.find((line) => line.startsWith('SUMMARY:'))!
  expect(summary.slice(8).replace(/\\([,;\\])/g, '$1')).toBe(session.title)
  const description = joined.find((line) => line.startsWith('DESCRIPTION:'))!
  expect(description).toContain('Ada\\, Ben\\n\\nFirst line\\nSecond line')
  expect(description.length).toBeLessThan(1_800)
  expect(joined.at(0)).toBe('BEGIN:VCALENDAR')
  expect(joined.filter(Boolean).at(-1)).toBe('END:VCALENDAR')
})

it('holds as many events as there are sessions, and none twice', async () => {
  const entries = ['a', 'b', 'c'].map((id) => ({ id, session: { ...session, id }, event }))
  const text = await calendarFile(entries, options)
  expect([...text.matchAll(/^UID:(.*)$/gm)].map((match) => match[1]!.trim())).toEqual([
    'a@community.example',
    'b@community.example',
    'c@community.example',
  ])
})

it('without a session is still a calendar', async () => {
  expect(await calendarFile([], options)).toMatch(/^BEGIN:VCALENDAR[\s\S]*END:VCALENDAR/)
})
