import { expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  addItem,
  dueAt,
  dueDay,
  fillBoard,
  moveItem,
  ownersOf,
  planBounds,
  readBoard,
  removeItem,
  setFields,
  timed,
  totalsOf,
} from './plan-board.ts'
import { templateIds } from './plan-kinds.ts'
import { templates } from './plan-templates.ts'

function board(template: (typeof templateIds)[number] = 'meetup'): Y.Doc {
  const doc = new Y.Doc()
  fillBoard(doc, { template, lang: 'en', currency: 'CNY', digits: 2 })
  return doc
}

function copy(doc: Y.Doc): Y.Doc {
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  return other
}

function meet(a: Y.Doc, b: Y.Doc): void {
  const [ofA, ofB] = [Y.encodeStateAsUpdate(a), Y.encodeStateAsUpdate(b)]
  Y.applyUpdate(a, ofB)
  Y.applyUpdate(b, ofA)
}

test.each(templateIds)('the run sheet of %s fills its event, and everybody it needs has a name', (id) => {
  const { tasks, roles, run, minutes, budget } = templates[id]
  const sheet = timed(
    run.map((item, i) => ({ id: `${i}`, title: item.title.en, minutes: item.minutes, who: '', at: null })),
    minutes,
  )
  expect(sheet).toMatchObject({ left: 0, clashes: 0, minutes })
  const known = new Set(roles.map((role) => role.id))
  for (const task of tasks) expect(known).toContain(task.role)
  expect(tasks.some((task) => task.days <= -14)).toBe(true)
  expect(tasks.some((task) => task.days > 0)).toBe(true)
  expect(tasks.map((task) => task.days)).toEqual(tasks.map((task) => task.days).toSorted((a, b) => a - b))
  for (const { title } of [...tasks, ...run, ...budget]) {
    expect(title.zh).not.toBe('')
    expect(title.en).not.toBe('')
  }
  for (const lang of ['zh', 'en'] as const) {
    const doc = new Y.Doc()
    fillBoard(doc, { template: id, lang, currency: 'USD', digits: 2 })
    const read = readBoard(doc)
    expect(read.tasks.map((task) => task.title)).toEqual(tasks.map((task) => task.title[lang]))
    expect(read.run).toHaveLength(run.length)
    expect(read.budget).toHaveLength(budget.length)
    expect(read.roles.map((role) => role.need)).toEqual(roles.map((role) => role.need))
  }
})

test('a moved event moves what is due, at the clocks of the venue', () => {
  const event = { start: Date.UTC(2026, 10, 28, 11), timeZone: 'Asia/Shanghai' }
  expect(dueDay({ days: -21 }, event)).toBe('2026-11-07')
  expect(dueAt({ days: -21 }, event)).toBe(Date.UTC(2026, 10, 7, 16))
  const moved = { ...event, start: event.start + 7 * 86_400_000 }
  expect(dueDay({ days: -21 }, moved)).toBe('2026-11-14')
  expect(dueAt({ days: -21 }, moved) - dueAt({ days: -21 }, event)).toBe(7 * 86_400_000)
  // The clocks are put forward in between: the day is still the whole day.
  const berlin = { start: Date.UTC(2026, 3, 10, 16), timeZone: 'Europe/Berlin' }
  expect(dueAt({ days: -30 }, berlin)).toBe(Date.UTC(2026, 2, 11, 23))
})

test('what overlaps in a run sheet is found, and so is what is free', () => {
  const item = (id: string, minutes: number, at: number | null = null) => ({
    id,
    title: id,
    minutes,
    who: '',
    at,
  })
  const sheet = timed([item('a', 30), item('b', 40, 20), item('c', 10), item('d', 30, 90)], 100)
  expect(sheet.items.map(({ start, end, gap }) => [start, end, gap])).toEqual([
    [0, 30, 0],
    [20, 60, -10],
    [60, 70, 0],
    [90, 120, 20],
  ])
  expect(sheet).toMatchObject({ clashes: 1, left: -20, minutes: 110 })
  expect(timed([], 60)).toMatchObject({ left: 60, clashes: 0 })
})

test('two organisers who were apart keep what each of them did', () => {
  const ada = board()
  const bob = copy(ada)
  const first = readBoard(ada).tasks[0]!
  setFields(ada, 'tasks', first.id, { done: true })
  addItem(ada, 'run', 'extra', { title: 'Karaoke', minutes: 15 })
  setFields(ada, 'budget', 'b1', { actual: 75_000 })
  ada.getText('body').insert(0, 'from ada')
  setFields(bob, 'tasks', first.id, { owner: 'bob', days: -40 })
  moveItem(bob, 'run', 'r8', 0)
  setFields(bob, 'roles', 'host', { 'p.bob': true })
  removeItem(bob, 'budget', 'b5')
  meet(ada, bob)
  const read = readBoard(ada)
  expect(readBoard(bob)).toEqual(read)
  expect(read.tasks.find((task) => task.id === first.id)).toMatchObject({
    done: true,
    owner: 'bob',
    days: -40,
  })
  expect(read.run[0]!.id).toBe('r8')
  expect(read.run.map((item) => item.title)).toContain('Karaoke')
  expect(read.budget.find((line) => line.id === 'b1')!.actual).toBe(75_000)
  expect(read.budget.some((line) => line.id === 'b5')).toBe(false)
  expect(ownersOf({ owner: '', role: 'host' }, read.roles)).toEqual(['bob'])
})

test('what one takes away and another changes is gone, unless it was given a name', () => {
  const ada = board()
  const bob = copy(ada)
  removeItem(ada, 'tasks', 't1')
  removeItem(ada, 'tasks', 't2')
  setFields(bob, 'tasks', 't1', { done: true })
  setFields(bob, 'tasks', 't2', { title: 'Written anew' })
  meet(ada, bob)
  expect(readBoard(ada).tasks.map((task) => task.id)).not.toContain('t1')
  expect(readBoard(ada).tasks.find((task) => task.id === 't2')!.title).toBe('Written anew')
})

test('items keep an order however often they are moved', () => {
  const doc = board()
  const ids = (): string[] => readBoard(doc).run.map((item) => item.id)
  const expected = ids()
  for (let i = 0; i < 200; i++) {
    const id = expected.splice((i * 5) % expected.length, 1)[0]!
    const place = i % 2
    expected.splice(place, 0, id)
    moveItem(doc, 'run', id, place)
    expect(ids()).toEqual(expected)
  }
})

test('sums are of whole units, and a line without an actual amount adds none', () => {
  const line = (kind: 'in' | 'out', planned: number, actual: number | null) => ({
    id: '',
    title: 'x',
    kind,
    planned,
    actual,
  })
  expect(totalsOf([line('out', 1999, 2001), line('out', 1, null), line('in', 5000, 10)])).toEqual({
    planned: { in: 5000, out: 2000, balance: 3000 },
    actual: { in: 10, out: 2001, balance: -1991 },
  })
})

test('a board full of nonsense is read as what makes sense of it', () => {
  const doc = board()
  const map = doc.getMap('tasks')
  map.set('no-slash', 1)
  map.set('__proto__/title', 'x')
  map.set('x/title', { toString: 'no' })
  map.set('y/title', ['array'])
  map.set('z/title', `\u202e${'long '.repeat(500)}\n\u0000`)
  map.set('z/days', Number.NaN)
  map.set('z/order', Number.POSITIVE_INFINITY)
  map.set('z/done', 'yes')
  map.set('z/owner', '<img src=x>')
  map.set('nested/title', new Y.Map())
  map.set('far/title', 'Far away')
  map.set('far/days', 1e300)
  doc.getMap('run').set('r1/minutes', -5)
  doc.getMap('run').set('r2/minutes', 1e12)
  doc.getMap('budget').set('b1/planned', 1.5e300)
  doc.getMap('budget').set('b1/kind', 'gift')
  doc.getMap('roles').set('host/need', -3)
  for (let i = 0; i < 100; i++) doc.getMap('roles').set(`host/p.m${i}`, true)
  const read = readBoard(doc)
  const odd = read.tasks.find((task) => task.id === 'z')!
  expect(odd).toMatchObject({ done: false, owner: '', days: 0 })
  expect(odd.title.length).toBeLessThanOrEqual(planBounds.title)
  expect(odd.title).not.toMatch(/[\u202e\n\0]/)
  expect(read.tasks.map((task) => task.id)).not.toContain('nested')
  expect(read.tasks.find((task) => task.id === 'far')!.days).toBe(planBounds.days)
  expect(read.run[0]!.minutes).toBe(0)
  expect(read.run[1]!.minutes).toBe(planBounds.minutes)
  expect(Number.isSafeInteger(read.budget[0]!.planned)).toBe(true)
  expect(read.budget[0]!.kind).toBe('out')
  expect(read.roles.find((role) => role.id === 'host')).toMatchObject({ need: 0 })
  expect(read.roles.find((role) => role.id === 'host')!.people).toHaveLength(planBounds.people)
})

test('a list without end is cut off', () => {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (let i = 0; i < 25_000; i++) doc.getMap('tasks').set(`i${i}/title`, `task ${i}`)
  })
  expect(readBoard(doc).tasks).toHaveLength(planBounds.items)
})
