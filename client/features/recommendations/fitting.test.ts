import { expect, test } from 'vitest'
import {
  type Busy,
  clashOf,
  eventsWithin,
  type Fitting,
  fitted,
  languagesOf,
  mayBeRecommended,
  places,
  placesLost,
  sessionsWithin,
} from './fitting.ts'
import { scheduleOf } from './schedule.ts'
import type { Shelf, ShelfItem } from './shelf.ts'
import { hoursFrom } from './when.ts'

const now = Date.UTC(2026, 10, 22, 9)
const hour = 3_600_000
const day = 24 * hour

const item = (id: string, more: Partial<ShelfItem> = {}): ShelfItem => ({
  id,
  kind: id.slice(0, id.indexOf(':')) as ShelfItem['kind'],
  tags: [],
  at: 0,
  title: id,
  detail: '',
  href: '',
  lang: '',
  by: '',
  byId: null,
  start: 0,
  end: 0,
  zone: '',
  place: '',
  subject: '',
  locked: false,
  sealed: false,
  count: 0,
  ...more,
})
const timed = (id: string, start: number, hours: number, more: Partial<ShelfItem> = {}): ShelfItem =>
  item(id, { start, end: start + hours * hour, zone: 'Europe/Berlin', eventId: 'conf', ...more })
const fitting = (more: Partial<Fitting> = {}): Fitting => ({
  now,
  languages: new Set(['en']),
  busy: [],
  taken: new Set(),
  zone: 'Europe/Berlin',
  less: [],
  ...more,
})
const may = (one: ShelfItem, busy: Busy[] = []): boolean =>
  mayBeRecommended(one, { now, busy, taken: new Set(['course:taken']) })

test('what is locked is recommended only where something of it can be read', () => {
  expect(may(item('article:a', { locked: true, sealed: true }))).toBe(false)
  expect(may(item('article:a', { locked: true }))).toBe(true)
  expect(may(timed('event:e', now + day, 2, { locked: true, sealed: true }))).toBe(false)
})

test('lessons of a course that one takes are where one goes on, and no news', () => {
  expect(may(item('lesson:l', { subject: 'course:taken' }))).toBe(false)
  expect(may(item('lesson:l', { subject: 'course:other' }))).toBe(true)
})

test('a language is one’s own when the app is in it, or a good part of what one met', () => {
  const met = (...langs: string[]) => langs.map((lang) => ({ lang }))
  expect([...languagesOf('zh-CN', met('en', 'zh', 'zh', '', '', ''))]).toEqual(['zh', 'en'])
  expect([...languagesOf('zh', met('en', 'zh', 'zh', 'zh', 'zh'))]).toEqual(['zh'])
})

test('what is over, cancelled, a draft, or a session that has begun is not recommended; an event goes on', () => {
  expect(may(timed('event:e', now - 3 * hour, 2))).toBe(false)
  expect(may(timed('event:e', now - hour, 2))).toBe(true)
  expect(may(timed('session:s', now - hour, 2))).toBe(false)
  expect(may(timed('session:s', now + hour, 2, { off: true }))).toBe(false)
})

test('what is far off waits, unless it belongs to an event that one goes to', () => {
  expect(may(timed('event:e', now + eventsWithin + 1, 2))).toBe(false)
  expect(may(timed('session:s', now + sessionsWithin, 2))).toBe(true)
  const late = timed('session:s', now + sessionsWithin + day, 2)
  expect(may(late)).toBe(false)
  expect(may(late, [timed('event:conf', late.start, 9)])).toBe(true)
})

test('an event of which one gathered sessions is no news; its other sessions are', () => {
  const own = timed('session:own', now + day, 1)
  expect(may(timed('event:conf', now + day, 9), [own])).toBe(false)
  expect(may(timed('session:other', now + day, 1), [own])).toBe(true)
  expect(may(timed('event:elsewhere', now + day, 9, { eventId: 'elsewhere' }), [own])).toBe(true)
})

test('one’s schedule is what one gathered and where one has a seat or is offered one, not where one waits', () => {
  const shelf: Shelf = new Map(
    [
      timed('session:b', now + 2 * hour, 1),
      timed('session:waits', now + hour, 1),
      timed('session:off', now + hour, 1, { off: true }),
      timed('event:conf', now, 9),
    ].map((one) => [one.id, one]),
  )
  const found = scheduleOf(
    shelf,
    [
      { kind: 'session', subjectId: 'b' },
      { kind: 'session', subjectId: 'off' },
      { kind: 'session', subjectId: 'gone' },
    ],
    [
      { eventId: 'conf', subjectId: 'conf', status: 'going' },
      { eventId: 'conf', subjectId: 'waits', status: 'waiting' },
      { eventId: 'conf', subjectId: 'b', status: 'offered' },
    ],
  )
  expect(found.map(({ id }) => id)).toEqual(['event:conf', 'session:b'])
})

test('a clash is another session at the same time, or another event; not the event that a session belongs to', () => {
  const busy = [timed('session:own', now + hour, 1), timed('event:conf', now, 9)]
  expect(clashOf(timed('session:x', now + 1.5 * hour, 1), busy)?.id).toBe('session:own')
  expect(clashOf(timed('session:x', now + 2 * hour, 1), busy)).toBeUndefined()
  expect(clashOf(timed('session:x', now + 2 * hour, 1, { eventId: 'other' }), busy)?.id).toBe('event:conf')
  expect(clashOf(timed('event:conf', now, 9), busy)).toBeUndefined()
  expect(clashOf(item('article:a'), busy)).toBeUndefined()
})

test('nearer is better; full, far away, in another language or like what one wants less of comes later', () => {
  const near = timed('event:near', now + day, 2)
  const lost = (one: ShelfItem, more: Partial<Fitting> = {}): number => placesLost(one, fitting(more))
  expect(lost(near)).toBeLessThan(lost(timed('event:later', now + 30 * day, 2)))
  expect(lost(timed('event:years', now + 4_000 * day, 2))).toBe(places.weeks)
  const more = (changes: Partial<ShelfItem>, with_: Partial<Fitting> = {}): number =>
    lost({ ...near, ...changes }, with_) - lost(near)
  expect(more({ full: true })).toBeCloseTo(places.full)
  expect(more({ zone: 'Asia/Shanghai' })).toBeCloseTo(places.far)
  expect(more({ zone: 'Asia/Shanghai', online: true })).toBe(0)
  expect(more({ lang: 'zh-CN' })).toBeCloseTo(places.language)
  expect(more({ tags: ['sql', 'wal'] }, { less: [{ tags: ['sql'] }] })).toBeCloseTo(places.like / 2)
  expect(lost(item('article:a', { tags: ['sql'] }), { less: [{ tags: ['css'] }] })).toBe(0)
})

test('whoever loses places still comes, and whoever was in front of them stays in front', () => {
  const ranked = ['zh', 'zh', '', 'en', 'de-DE', ...Array.from({ length: 10 }, () => 'en')].map(
    (lang, i) => ({
      at: i,
      item: item(`article:${i}`, { lang }),
    }),
  )
  const order = (languages: Set<string>): number[] =>
    fitted(ranked, fitting({ languages })).map(({ at }) => at)
  const english = order(languagesOf('en', []))
  expect(english.slice(0, 3)).toEqual([2, 3, 5])
  expect(english.indexOf(0)).toBe(places.language - 2)
  expect(english.toSorted((a, b) => a - b)).toEqual(ranked.map(({ at }) => at))
  const all = order(languagesOf('en', [{ lang: 'zh-CN' }, { lang: 'de' }, { lang: '' }]))
  expect(all).toEqual(ranked.map(({ at }) => at))
})

test('zones are compared as their clocks stand at that moment', () => {
  expect(hoursFrom(now, 'Asia/Shanghai', 'Europe/Berlin')).toBe(7)
  expect(hoursFrom(Date.UTC(2026, 6, 1), 'Asia/Shanghai', 'Europe/Berlin')).toBe(6)
  expect(hoursFrom(now, 'America/St_Johns', 'UTC')).toBe(-3.5)
  expect(hoursFrom(now, '', 'Europe/Berlin')).toBe(0)
})
