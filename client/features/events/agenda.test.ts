import { describe, expect, it } from 'vitest'
import type { SessionRow } from '#shared/features/events.ts'
import {
  dayToShow,
  type Filter,
  grouped,
  hourOfDay,
  keptGroups,
  matches,
  nowIndex,
  searchable,
  startHours,
} from './agenda.ts'

const at = (text: string): number => Date.parse(text)
const event = { rooms: ['Big', 'Small'], timeZone: 'Europe/Berlin', days: ['2026-05-02', '2026-05-03'] }
const none: Filter = { day: '', room: '', track: '', from: 0, mine: false, text: '' }

function session(id: string, start: string, more: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    eventId: 'e',
    day: '2026-05-02',
    start: at(start),
    end: at(start) + 3_600_000,
    room: 'Big',
    track: 'Science',
    type: 'Talk',
    lang: 'en',
    title: id,
    subtitle: '',
    abstract: '',
    description: 'About Yjs and 本地优先',
    persons: ['Ada Lovelace'],
    url: null,
    access: 'public',
    ...more,
  }
}

describe('filters', () => {
  const one = session('a', '2026-05-02T10:00+02:00')
  const found = (filter: Partial<Filter>, saved: string[] = []): boolean =>
    matches(one, { ...none, ...filter }, new Set(saved), searchable)

  it('find words anywhere in a session, in any order and case', () => {
    expect(found({ text: 'yjs LOVELACE' })).toBe(true)
    expect(found({ text: '本地' })).toBe(true)
    expect(found({ text: 'yjs automerge' })).toBe(false)
  })

  it('by day, room, track and my schedule', () => {
    expect(found({ day: '2026-05-02', room: 'Big', track: 'Science' })).toBe(true)
    expect(found({ day: '2026-05-03' })).toBe(false)
    expect(found({ room: 'Small' })).toBe(false)
    expect(found({ track: 'Art' })).toBe(false)
    expect(found({ mine: true })).toBe(false)
    expect(found({ mine: true }, ['a'])).toBe(true)
  })

  it('by hour: what begins then and later, after midnight too', () => {
    const from = (hours: number): Partial<Filter> => ({
      day: '2026-05-02',
      from: hourOfDay('2026-05-02', hours, 'Europe/Berlin'),
    })
    expect(found(from(10))).toBe(true)
    expect(found(from(11))).toBe(false)
    const night = session('night', '2026-05-03T01:30+02:00')
    expect(startHours([night, one], '2026-05-02', 'Europe/Berlin')).toEqual([10, 25])
    expect(matches(night, { ...none, ...from(25) }, new Set(), searchable)).toBe(true)
  })
})

describe('groups', () => {
  it('begin at the same time, in the order of rooms; what is after midnight ends its day', () => {
    const groups = grouped(
      [
        session('night', '2026-05-03T01:00+02:00'),
        session('small', '2026-05-02T10:00+02:00', { room: 'Small' }),
        session('big', '2026-05-02T10:00+02:00'),
        session('morning', '2026-05-03T00:30+02:00', { day: '2026-05-03' }),
      ],
      event,
    )
    expect(groups.map((group) => [group.day, group.late, group.sessions.map((one) => one.id)])).toEqual([
      ['2026-05-02', false, ['big', 'small']],
      ['2026-05-02', true, ['night']],
      ['2026-05-03', false, ['morning']],
    ])
  })

  it('that did not change stay the same objects', () => {
    const early = session('a', '2026-05-02T10:00+02:00')
    const late = session('b', '2026-05-02T12:00+02:00')
    const before = grouped([early, late], event)
    const after = keptGroups(before, grouped([early, { ...late, title: 'New' }], event))
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(after[1]!.sessions[0]!.title).toBe('New')
  })

  it('show now between them', () => {
    const groups = grouped(
      [session('a', '2026-05-02T10:00+02:00'), session('b', '2026-05-02T12:00+02:00')],
      event,
    )
    expect(nowIndex(groups, at('2026-05-02T09:00+02:00'))).toBe(-1)
    expect(nowIndex(groups, at('2026-05-02T10:30+02:00'))).toBe(1)
    expect(nowIndex(groups, at('2026-05-02T12:30+02:00'))).toBe(2)
    expect(nowIndex(groups, at('2026-05-02T14:00+02:00'))).toBe(-1)
    expect(nowIndex([], 0)).toBe(-1)
  })

  it('are shown for today at the venue, until the night is over', () => {
    expect(dayToShow(event, at('2026-05-03T12:00+02:00'))).toBe('2026-05-03')
    expect(dayToShow(event, at('2026-05-03T03:00+02:00'))).toBe('2026-05-02')
    expect(dayToShow(event, at('2027-01-01T00:00Z'))).toBe('2026-05-02')
  })
})
