import { expect, test } from 'vitest'
import type { StoredDoc } from './database.ts'
import {
  budgetOf,
  megabyte,
  mergeWishes,
  planHoldings,
  type Situation,
  type Wanted,
} from './holdings-plan.ts'

const now = Date.UTC(2026, 10, 22)
const day = 86_400_000

function doc(room: string, bytes = 10, openedAt = 0): StoredDoc {
  return { room, bytes, openedAt, synced: 1, sequence: 1 }
}

function plan(wanted: Wanted[], docs: StoredDoc[], change: Partial<Situation> = {}) {
  return planHoldings(wanted, docs, {
    protectedRooms: new Set(),
    limit: { rooms: 100, bytes: 100 },
    dropped: {},
    ahead: true,
    line: 'good',
    now,
    ...change,
  })
}

test('when it is full, what goes first is the other way round of what is wanted most', () => {
  const whys = ['pinned', 'own', 'saved', 'taken', 'ahead', 'new'] as const
  const wanted = whys.map((why): Wanted => ({ room: `content/${why}`, why }))
  const docs = [
    ...wanted.map(({ room }) => doc(room)),
    doc('content/read', 10, now - day),
    doc('content/rest', 10, now - 60 * day),
  ]
  const gone = (bytes: number): string[] =>
    plan(wanted, docs, { limit: { rooms: 100, bytes } }).drop.map((room) => room.slice(8))
  expect(gone(80)).toEqual([])
  expect(gone(70)).toEqual(['rest'])
  expect(gone(60)).toEqual(['new', 'rest'])
  expect(gone(50)).toEqual(['ahead', 'new', 'rest'])
  expect(gone(40)).toEqual(['read', 'ahead', 'new', 'rest'])
  expect(gone(10)).toEqual(['own', 'saved', 'taken', 'read', 'ahead', 'new', 'rest'])
})

test('what is pinned, open, unsent or in a private room stays, however little may be kept', () => {
  const { drop } = plan(
    [{ room: 'content/pinned', why: 'pinned' }],
    [doc('content/pinned', 500), doc('thread/open', 500), doc('me/ada/library', 500), doc('content/x', 1)],
    { protectedRooms: new Set(['thread/open']), limit: { rooms: 1, bytes: 1 } },
  )
  expect(drop).toEqual(['content/x'])
})

test('of one kind, what was opened longest ago goes first', () => {
  const docs = [
    doc('content/a', 40, now - 3 * day),
    doc('content/b', 40, now - day),
    doc('content/c', 40, now - 2 * day),
  ]
  expect(plan([], docs).drop).toEqual(['content/a'])
})

test('what was dropped goes with all its pages, and is not fetched again', () => {
  const wanted: Wanted[] = [
    { room: 'thread/t', sequence: 9 },
    { room: 'thread/t/2', sequence: 9, why: 'own' },
  ]
  const { drop, fetch, why } = plan(wanted, [doc('thread/t'), doc('thread/t/2')], {
    dropped: { 'thread/t': now },
  })
  expect(drop).toEqual(['thread/t', 'thread/t/2'])
  expect([fetch, [...why]]).toEqual([[], []])
  expect(plan(wanted, [], { dropped: { 'thread/t': now } }).fetch).toEqual([])
})

test('what is here is brought up to date, and what is behind or absent is fetched', () => {
  const wanted: Wanted[] = [
    { room: 'content/here', sequence: 1 },
    { room: 'content/behind', sequence: 2 },
    { room: 'content/absent', sequence: 1 },
  ]
  const { fetch } = plan(wanted, [doc('content/here'), doc('content/behind')])
  expect(fetch.map(({ room }) => room)).toEqual(['content/behind', 'content/absent'])
})

test('on a line that is only fair nothing is fetched for being likely, and where data is saved nothing for being new', () => {
  const wanted: Wanted[] = [
    { room: 'content/a', why: 'ahead' },
    { room: 'content/n', why: 'new' },
    { room: 'content/s', why: 'saved' },
  ]
  const fetched = (change: Partial<Situation>): string[] =>
    plan(wanted, [], change).fetch.map(({ room }) => room.slice(8))
  expect(fetched({})).toEqual(['s', 'a', 'n'])
  expect(fetched({ line: 'fair' })).toEqual(['s', 'n'])
  expect(fetched({ line: 'frugal' })).toEqual(['s'])
  expect(fetched({ ahead: false })).toEqual(['s', 'n'])
})

test('a room that several wish for is kept for the best reason, and as far as anybody knows of it', () => {
  expect(
    mergeWishes([
      [{ room: 'content/a', sequence: 3 }],
      [
        { room: 'content/a', sequence: 2, why: 'saved' },
        { room: 'content/b', why: 'ahead' },
      ],
      [{ room: 'content/b', sequence: 4 }],
    ]),
  ).toEqual([
    { room: 'content/a', sequence: 3, why: 'saved' },
    { room: 'content/b', sequence: 4, why: 'ahead' },
  ])
})

test('more room is more texts, and never fewer than four hundred', () => {
  expect(budgetOf({ bytes: 10 * megabyte })).toEqual({ rooms: 400, bytes: 10 * megabyte })
  expect(budgetOf({ bytes: 500 * megabyte }).rooms).toBe(4_000)
})
