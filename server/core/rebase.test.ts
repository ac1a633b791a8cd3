import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { copyVisible } from './rebase.ts'

/** As a server has it that only received the document. */
function received(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

function rebased(doc: Y.Doc): Y.Doc {
  const next = new Y.Doc()
  copyVisible(received(doc), next)
  return next
}

test('texts, maps and lists are the same, however they were made', () => {
  const doc = new Y.Doc()
  doc.getText('body').insert(0, 'Hello 世界 👋')
  doc.getText('body').delete(0, 6)
  const posts = doc.getMap('posts')
  posts.set('a', new Y.Map([['text', new Y.Text('first')]]))
  posts.set('b', { plain: [1, 2, { three: null }] })
  posts.set('gone', 'x')
  posts.delete('gone')
  doc.getArray('order').push(['a', new Y.Array(), 'b'])
  const next = rebased(doc)
  expect(next.getText('body').toString()).toBe('世界 👋')
  expect(next.getMap('posts').toJSON()).toEqual(posts.toJSON())
  expect(next.getArray('order').toJSON()).toEqual(['a', [], 'b'])
})

test('what was deleted is in it nowhere', () => {
  const doc = new Y.Doc({ gc: false })
  const body = doc.getText('body')
  body.insert(0, 'keep swordfish')
  body.delete(4, 10)
  const bytes = Buffer.from(Y.encodeStateAsUpdate(rebased(doc))).toString('latin1')
  expect(bytes).toContain('keep')
  expect(bytes).not.toContain('swordfish')
})

test('an empty document, and one whose roots are all empty, stay so', () => {
  const doc = new Y.Doc()
  doc.getText('body').insert(0, 'x')
  doc.getText('body').delete(0, 1)
  expect(rebased(new Y.Doc()).share.size).toBe(0)
  expect(rebased(doc).getText('body').toString()).toBe('')
})
