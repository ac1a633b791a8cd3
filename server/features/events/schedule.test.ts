import { describe, expect, it } from 'vitest'
import { readSchedule } from './schedule.ts'

interface Given {
  conference?: object
  sessions?: object[]
  date?: string
}

const entry = (more: object = {}) => ({
  guid: 'guid-1',
  id: 1,
  date: '2026-05-02T10:00:00+02:00',
  start: '10:00',
  duration: '00:45',
  room: 'Hall',
  title: 'A talk',
  language: 'en',
  track: 'Science',
  type: 'Talk',
  persons: [{ public_name: 'Ada' }, { name: 'Ben' }, 'Cy', null],
  ...more,
})

function schedule({ conference = {}, sessions = [entry()], date = '2026-05-02' }: Given = {}): string {
  return JSON.stringify({
    schedule: {
      conference: {
        title: 'A Conference',
        acronym: 'conf26',
        start: '2026-05-02',
        end: '2026-05-03',
        time_zone_name: 'Europe/Berlin',
        rooms: [{ name: 'Hall' }, { name: 'Cellar' }],
        tracks: [{ name: 'Science', color: '#fff' }],
        days: [{ index: 1, date, rooms: { Hall: sessions } }],
        ...conference,
      },
    },
  })
}

function read(given: Given = {}) {
  const result = readSchedule(schedule(given))
  if (!result.ok) throw new Error(result.error)
  return result.value
}

describe('a sound schedule', () => {
  it('becomes an event and its sessions', () => {
    const { event, sessions, skipped } = read()
    expect(skipped).toEqual([])
    expect(event).toMatchObject({
      id: 'conf26',
      slug: 'conf26',
      title: 'A Conference',
      timeZone: 'Europe/Berlin',
      rooms: ['Hall', 'Cellar'],
      tracks: ['Science'],
      days: ['2026-05-02'],
      access: 'public',
      start: Date.parse('2026-05-02T08:00:00Z'),
      end: Date.parse('2026-05-02T08:45:00Z'),
    })
    expect(sessions).toMatchObject([
      {
        id: 'guid-1',
        eventId: 'conf26',
        day: '2026-05-02',
        start: Date.parse('2026-05-02T08:00:00Z'),
        end: Date.parse('2026-05-02T08:45:00Z'),
        persons: ['Ada', 'Ben', 'Cy'],
        track: 'Science',
      },
    ])
  })

  it('counts what begins after midnight to the evening before', () => {
    const { sessions, event } = read({ sessions: [entry({ date: '2026-05-03T01:30:00+02:00' })] })
    expect(sessions[0]!.day).toBe('2026-05-02')
    expect(event.days).toEqual(['2026-05-02'])
  })

  it('reads a time without an offset by the venue’s clock, also on the night that clocks change', () => {
    const at = (date: string) =>
      read({ date: date.slice(0, 10), sessions: [entry({ date })] }).sessions[0]!.start
    expect(at('2026-07-01T10:00:00')).toBe(Date.parse('2026-07-01T08:00:00Z'))
    expect(at('2026-12-01T10:00')).toBe(Date.parse('2026-12-01T09:00:00Z'))
    expect(at('2026-03-29T01:30')).toBe(Date.parse('2026-03-29T00:30:00Z'))
    expect(at('2026-03-29T03:30')).toBe(Date.parse('2026-03-29T01:30:00Z'))
  })

  it('reads a start alone on the date of its day', () => {
    const { sessions } = read({ sessions: [entry({ date: undefined, start: '9:05' })] })
    expect(sessions[0]!.start).toBe(Date.parse('2026-05-02T07:05:00Z'))
  })

  it('takes the file’s number where there is no guid', () => {
    expect(read({ sessions: [entry({ guid: null, id: 77 })] }).sessions[0]!.id).toBe('conf26-77')
  })

  it('spells ids in ASCII whatever the conference is called', () => {
    const { event } = read({ conference: { acronym: '', title: '本地优先大会' } })
    expect(event.slug).toBe('本地优先大会')
    expect(event.id).toMatch(/^event-[0-9a-f]{16}$/)
  })

  it('keeps no markup but Markdown, and no address that is not one of the web', () => {
    const { sessions, remarks } = read({
      sessions: [
        entry({ description: '<p>Hi <b>you</b><script>x()</script></p>', url: 'javascript:alert(1)' }),
      ],
    })
    expect(sessions[0]).toMatchObject({ description: 'Hi **you**', url: null })
    expect(remarks).toHaveLength(1)
  })
})

describe('a broken entry is named with its reason, and the others are kept', () => {
  it.each([
    [{ date: undefined, start: undefined }, 'no date'],
    [{ date: '2026-02-31T10:00:00' }, 'no such date'],
    [{ date: 'tomorrow morning' }, 'no such date'],
    [{ duration: undefined }, 'no duration'],
    [{ duration: '00:00' }, 'bad duration'],
    [{ duration: '-1:00' }, 'bad duration'],
    [{ duration: '00:75' }, 'bad duration'],
    [{ duration: '99:00' }, 'bad duration'],
    [{ duration: 'long' }, 'bad duration'],
    [{ title: '  ' }, 'no title'],
    [{ title: { en: 'x' } }, 'title'],
    [{ guid: undefined, id: undefined }, 'neither'],
    [{ guid: 'x'.repeat(61), id: undefined }, 'neither'],
  ])('%j: %s', (broken, why) => {
    const { sessions, skipped } = read({ sessions: [entry({ guid: 'good' }), entry(broken)] })
    expect(sessions.map((session) => session.id)).toEqual(['good'])
    expect(skipped).toHaveLength(1)
    expect(skipped[0]!.why).toContain(why)
  })

  it('the second of two with one id', () => {
    const { sessions, skipped } = read({ sessions: [entry({ title: 'First' }), entry({ title: 'Second' })] })
    expect(sessions.map((session) => session.title)).toEqual(['First'])
    expect(skipped).toMatchObject([
      { what: expect.stringContaining('Second'), why: expect.stringContaining('First') },
    ])
  })

  it('an entry that is no object, a day that is none', () => {
    const days = [{ date: '2026-05-02', rooms: { Hall: [entry(), 7, null] } }, { date: '2026-05-03' }]
    const { sessions, skipped } = read({ conference: { days } })
    expect(sessions).toHaveLength(1)
    expect(skipped.map((note) => note.what)).toEqual(['days[0] Hall [1]', 'days[0] Hall [2]', 'days[1]'])
  })
})

describe('a file of which nothing can be used says why', () => {
  it.each([
    ['{', 'not JSON'],
    ['[]', 'no schedule'],
    ['{"schedule":{}}', 'no schedule'],
    [schedule({ conference: { title: '' } }), 'conference.title'],
    [schedule({ conference: { days: 3 } }), 'conference.days'],
    [schedule({ conference: { time_zone_name: 'Europe/Atlantis' } }), 'no such time zone: Europe/Atlantis'],
    [schedule({ sessions: [entry({ duration: 'x' })] }), 'no usable session'],
  ])('%#', (json, why) => {
    const result = readSchedule(json)
    expect(result.ok).toBe(false)
    if (!result.ok) expect(result.error).toContain(why)
  })
})
