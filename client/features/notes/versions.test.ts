import { expect, test } from 'vitest'
import type { NoteVersionRow } from '#shared/features/notes.ts'
import { daysOf } from './days.ts'
import { isBack, openLoss } from './loss.ts'

const now = new Date(2026, 4, 6, 15, 30).getTime()
const minute = 60_000
const hour = 60 * minute

function version(id: string, ago: number, more: Partial<NoteVersionRow> = {}): NoteVersionRow {
  return {
    id,
    sessionId: 'talk',
    at: now - ago,
    words: 100,
    added: 1,
    removed: 0,
    authors: [],
    reason: 'time',
    name: null,
    namedBy: null,
    loss: null,
    ...more,
  }
}

function lost(id: string, ago: number, repaired = false): NoteVersionRow {
  return version(id, ago + minute, { loss: { at: now - ago, by: [{ id: 'm', name: 'M' }], repaired } })
}

test('versions stand under their days, the newest first', () => {
  const days = daysOf([
    version('a', 26 * hour),
    version('b', minute),
    version('c', 2 * hour),
    version('d', 25 * hour),
  ])
  expect(days.map((day) => day.versions.map(({ id }) => id))).toEqual([
    ['b', 'c'],
    ['d', 'a'],
  ])
  expect(days[0]!.at).toBe(new Date(2026, 4, 6).getTime())
})

test('the newest loss is told until it is repaired, left or old news', () => {
  const told = (versions: NoteVersionRow[], words = 50, dismissed?: string): string | undefined =>
    openLoss(versions, words, { now, dismissed })?.id
  expect(told([version('a', minute)])).toBeUndefined()
  expect(told([lost('a', hour), lost('b', minute)])).toBe('b')
  expect(told([lost('a', hour), lost('b', minute, true)])).toBe('a')
  expect(told([lost('a', minute)], 50, `a ${now - minute}`)).toBeUndefined()
  expect(told([lost('a', 3 * hour)])).toBeUndefined()
  // Where nothing is left it stays news for a week.
  expect(told([lost('a', 3 * hour)], 0)).toBe('a')
  expect(told([lost('a', 8 * 24 * hour)], 0)).toBeUndefined()
})

test('a text is back when most of it is, whatever was written since', () => {
  const body = Array.from({ length: 20 }, (_, i) => `Sentence number ${i} of the notes.`).join('\n')
  expect(isBack(body, '')).toBe(false)
  expect(isBack(body, `Before.\n${body}\nAfter.`)).toBe(true)
  expect(isBack(body, body.slice(0, body.length / 3))).toBe(false)
})
