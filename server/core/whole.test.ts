import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { stateFor } from './whole.ts'

const nothing = Uint8Array.of(0)

test('a document that nobody changes is encoded once for all who have nothing of it', () => {
  const doc = new Y.Doc()
  doc.getText('body').insert(0, 'first')
  const state = stateFor(doc)
  expect(stateFor(doc, nothing)).toBe(state)
  expect(state).toEqual(Y.encodeStateAsUpdate(doc))
})

test('after each change it is told as it is, to those who have something, too', () => {
  const doc = new Y.Doc()
  const body = doc.getText('body')
  const reader = new Y.Doc()
  for (const words of ['first ', 'second ', 'third ']) {
    body.insert(body.length, words)
    const before = Y.encodeStateVector(reader)
    expect(stateFor(doc)).toEqual(Y.encodeStateAsUpdate(doc))
    expect(stateFor(doc, before)).toEqual(Y.encodeStateAsUpdate(doc, before))
    Y.applyUpdate(reader, stateFor(doc, before))
    expect(reader.getText('body').toString()).toBe(body.toString())
  }
  const other = new Y.Doc()
  other.getText('body').insert(0, 'from elsewhere ')
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
  expect(stateFor(doc)).toEqual(Y.encodeStateAsUpdate(doc))
  body.delete(0, 5)
  expect(stateFor(doc)).toEqual(Y.encodeStateAsUpdate(doc))
})
