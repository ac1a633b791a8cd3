import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { hasTwins, restoresIn, restoreText, settleTwins } from './notes-restore.ts'

const lines = ['# Decisions', '', 'We ship on Friday.', '结论：先写本地，再上传。', '']
const version = { id: 'v1', body: lines.join('\n') }

function bodyOf(doc: Y.Doc): Y.Text {
  return doc.getText('body')
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

function merge(...docs: Y.Doc[]): void {
  for (const to of docs) for (const from of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from))
}

/** A text that was written and then deleted. */
function emptied(): Y.Doc {
  const doc = new Y.Doc()
  bodyOf(doc).insert(0, version.body)
  bodyOf(doc).delete(0, version.body.length)
  return doc
}

test('a restore is one small edit, and others’ words at the same time stay', () => {
  const here = new Y.Doc()
  bodyOf(here).insert(0, version.body.replace('Friday', 'Monday').replace('再上传', ''))
  const there = copyOf(here)
  bodyOf(there).insert('# Decisions'.length, ' of today')
  const before = Y.encodeStateVector(here)
  let transactions = 0
  here.on('afterTransaction', () => transactions++)
  expect(restoreText(here, version)).toBe(true)
  expect(transactions).toBe(1)
  expect(bodyOf(here).toString()).toBe(version.body)
  expect(Y.encodeStateAsUpdate(here, before).byteLength).toBeLessThan(200)
  merge(here, there)
  expect(bodyOf(here).toString()).toBe(version.body.replace('# Decisions', '# Decisions of today'))
  expect(bodyOf(there).toString()).toBe(bodyOf(here).toString())
})

test('restoring what is there already leaves no trace', () => {
  const doc = new Y.Doc()
  bodyOf(doc).insert(0, version.body)
  expect(restoreText(doc, version)).toBe(false)
  expect(restoresIn(doc)).toEqual([])
})

test('two who bring the same text back at once bring it back once', () => {
  const one = emptied()
  const two = copyOf(one)
  const three = copyOf(one)
  for (const doc of [one, two, three]) restoreText(doc, version)
  bodyOf(two).insert('# Decisions'.length, '!')
  merge(one, two, three)
  expect(bodyOf(one).toString().split('We ship').length).toBe(4)
  expect(hasTwins(one)).toBe(true)
  expect(settleTwins(one)).toBe(true)
  merge(one, two, three)
  for (const doc of [one, two, three]) {
    // What somebody typed into a twin is theirs.
    expect(bodyOf(doc).toString().replace('!', '')).toBe(version.body)
    expect(bodyOf(doc).toString()).toContain('!')
    expect(hasTwins(doc)).toBe(false)
    expect(restoresIn(doc)).toHaveLength(1)
  }
})

test('whoever settles, the outcome is the same', () => {
  const one = emptied()
  const two = copyOf(one)
  restoreText(one, version)
  restoreText(two, version)
  merge(one, two)
  settleTwins(one)
  settleTwins(two)
  merge(one, two)
  expect(bodyOf(one).toString()).toBe(version.body)
  expect(bodyOf(two).toString()).toBe(version.body)
})

test('bringing it back again, after it was deleted again, is no twin', () => {
  const doc = emptied()
  restoreText(doc, version)
  bodyOf(doc).delete(0, bodyOf(doc).length)
  restoreText(doc, version)
  expect(hasTwins(doc)).toBe(false)
  expect(bodyOf(doc).toString()).toBe(version.body)
  expect(restoresIn(doc)).toHaveLength(2)
})

test('of twins the one stays that was not deleted meanwhile', () => {
  const one = emptied()
  const late = copyOf(one)
  restoreText(one, version)
  bodyOf(one).delete(0, bodyOf(one).length)
  restoreText(late, version)
  merge(one, late)
  settleTwins(one)
  expect(bodyOf(one).toString()).toBe(version.body)
})

test('what is no mark is no mark', () => {
  const doc = emptied()
  doc.getMap('restores').set('a', 'nonsense')
  doc.getMap('restores').set('b', { version: 'v1', round: '0', client: 1, from: 0, to: 9 })
  expect(restoresIn(doc)).toEqual([])
  expect(hasTwins(doc)).toBe(false)
  expect(restoreText(doc, version)).toBe(true)
})

test('marks do not pile up', () => {
  const doc = emptied()
  for (let i = 0; i < 250; i++) restoreText(doc, { id: `v${i}`, body: `text ${i}` })
  expect(restoresIn(doc).length).toBeLessThanOrEqual(100)
})
