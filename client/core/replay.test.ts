import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { editsBetween } from '#shared/core/text-diff.ts'
import { mergeEdits, replay } from './replay.ts'

/** A document that holds the text, and how to go on with it as somebody else. */
function docOf(text: string): Y.Doc {
  const doc = new Y.Doc()
  if (text !== '') doc.getText('body').insert(0, text)
  return doc
}

function stateOf(doc: Y.Doc): Uint8Array {
  return Y.encodeStateAsUpdate(doc)
}

/** What a device that holds `was` did, as updates. */
function editsOf(was: Uint8Array, ...steps: ((doc: Y.Doc) => void)[]): Uint8Array[] {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, was)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const step of steps) doc.transact(() => step(doc))
  return updates
}

const body = (doc: Y.Doc): Y.Text => doc.getText('body')

/** The text after our edits were made on what the text had become. */
function merged(was: string, mine: (text: Y.Text) => void, theirs: string): string {
  const state = stateOf(docOf(was))
  const onto = docOf(theirs)
  expect(
    replay(
      state,
      editsOf(state, (doc) => mine(body(doc))),
      onto,
    ),
  ).toBe(true)
  return body(onto).toString()
}

test('words are inserted where they were, in whatever the text has become', () => {
  const was = 'one\ntwo\nthree\n'
  expect(merged(was, (text) => text.insert(8, 'and a half\n'), was)).toBe('one\ntwo\nand a half\nthree\n')
  expect(merged(was, (text) => text.insert(8, 'and a half\n'), 'zero\none\ntwo!\nthree\n')).toBe(
    'zero\none\ntwo!\nand a half\nthree\n',
  )
  expect(merged(was, (text) => text.delete(0, 4), 'one\ntwo\nthree\nfour\n')).toBe('two\nthree\nfour\n')
})

test('what was taken out of the document does not come back with edits around it', () => {
  const was = 'before\na secret of somebody\nafter\n'
  const mine = (text: Y.Text): void => {
    text.insert(text.length, 'mine\n')
    text.insert(12, ' and mine')
  }
  expect(merged(was, mine, 'before\nafter\n')).toBe('before\n and mineafter\nmine\n')
})

test('what the server had taken without our knowing is not said twice', () => {
  const say = (words: string) => (text: Y.Text) => text.insert(text.length, words)
  expect(merged('base', say(' and more'), 'base and more')).toBe('base and more')
  expect(merged('base', say(' and more'), 'base and more, says another')).toBe('base and more, says another')
  expect(merged('base', say(' and more'), 'base and')).toBe('base and more')
  expect(merged('aa', (text) => text.insert(0, 'a'), 'aaa')).toBe('aaa')
  const correct = (text: Y.Text): void => {
    text.delete(0, 3)
    text.insert(0, 'dog')
  }
  expect(merged('cat sat', correct, 'dog sat, and sat')).toBe('dog sat, and sat')
})

test('both make the same change, or only one of them any', () => {
  const pieces = fc.constantFrom('alpha beta\n', '先承认会错\n', '\n', 'x', '🙂 ok\n', 'gamma ', 'aa')
  const texts = fc.array(pieces, { maxLength: 12 }).map((lines) => lines.join(''))
  const become = (doc: Y.Doc, next: string): void => {
    for (const { at, remove, insert } of editsBetween(body(doc).toString(), next).reverse()) {
      body(doc).delete(at, remove)
      body(doc).insert(at, insert)
    }
  }
  fc.assert(
    fc.property(texts, texts, (was, next) => {
      const mine = (text: Y.Text): void => become(text.doc!, next)
      expect(merged(was, mine, was)).toBe(next)
      expect(merged(was, mine, next)).toBe(next)
      expect(merged(was, () => {}, next)).toBe(next)
    }),
    { seed: 20261122, numRuns: 1_000 },
  )
})

test('edits apart from each other are both there, whatever they are', () => {
  const edit = fc.record({ at: fc.nat(9), remove: fc.nat(3), insert: fc.constantFrom('', 'x', 'yz', '文') })
  fc.assert(
    fc.property(edit, edit, (first, second) => {
      const left = '0123456789abc'
      const right = 'ABCDEFGHIJKLM'
      const was = `${left}|${right}`
      const apply = (
        text: string,
        { at, remove, insert }: typeof edit extends fc.Arbitrary<infer T> ? T : never,
      ) => text.slice(0, at) + insert + text.slice(at + remove)
      const theirs = `${apply(left, first)}|${right}`
      const ours = { ...second, at: second.at + left.length + 1 }
      const edits = [
        { at: ours.at, remove: 0, insert: ours.insert },
        { at: ours.at, remove: ours.remove, insert: '' },
      ].filter(({ remove, insert }) => remove > 0 || insert !== '')
      let text = theirs
      for (const each of mergeEdits(was, edits, editsBetween(was, theirs)).reverse()) text = apply(text, each)
      expect(text).toBe(`${apply(left, first)}|${apply(right, second)}`)
    }),
    { seed: 20261122, numRuns: 2_000 },
  )
})

test('our insertions are there in our order, and nothing else of ours is', () => {
  const spots = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 })
  const words = fc.array(fc.constantFrom('the ', 'quick ', 'brown\n', 'fox '), {
    minLength: 4,
    maxLength: 10,
  })
  fc.assert(
    fc.property(words, words, spots, (was, present, at) => {
      const text = was.join('')
      const mine = (shared: Y.Text): void => {
        let count = 0
        for (const spot of at) shared.insert(Math.min(spot, shared.length), `<${++count}>`)
      }
      const result = merged(text, mine, present.join(''))
      const inserted = docOf(text)
      inserted.transact(() => mine(body(inserted)))
      const marks = (of: string) => of.match(/<|\d|>/g)?.join('')
      expect([...(marks(result) ?? '')].sort()).toEqual([...(marks(body(inserted).toString()) ?? '')].sort())
      expect(result.replace(/[<\d>]/g, '')).toBe(present.join(''))
    }),
    { seed: 20261123, numRuns: 1_000 },
  )
})

test('keys that we changed are set, others stay as they are', () => {
  const was = new Y.Doc()
  for (const [key, value] of Object.entries({ kept: 1, changed: 1, gone: 1, theirs: 1 })) {
    was.getMap('tags').set(key, value)
  }
  const onto = new Y.Doc()
  for (const [key, value] of Object.entries({ kept: 1, changed: 1, gone: 1, theirs: 2, new: 2 })) {
    onto.getMap('tags').set(key, value)
  }
  const mine = editsOf(stateOf(was), (doc) => {
    doc.getMap('tags').set('changed', { deep: [1] })
    doc.getMap('tags').delete('gone')
    doc.getMap('more').set('x', 'y')
  })
  expect(replay(stateOf(was), mine, onto)).toBe(true)
  expect(onto.getMap('tags').toJSON()).toEqual({ kept: 1, changed: { deep: [1] }, theirs: 2, new: 2 })
  expect(onto.getMap('more').toJSON()).toEqual({ x: 'y' })
})

test('nothing is done when something has no words: a list, or edits of what is not there', () => {
  const was = docOf('text')
  was.getArray('list').push([1])
  const onto = docOf('text')
  const change = editsOf(stateOf(was), (doc) => {
    body(doc).insert(0, 'more ')
    doc.getArray('list').push([2])
  })
  expect(replay(stateOf(was), change, onto)).toBe(false)
  const [, second] = editsOf(
    stateOf(was),
    (doc) => body(doc).insert(0, 'a'),
    (doc) => body(doc).insert(1, 'b'),
  )
  expect(replay(stateOf(was), [second!], onto)).toBe(false)
  expect(body(onto).toString()).toBe('text')
  const only = editsOf(stateOf(was), (doc) => body(doc).insert(0, 'more '))
  expect(replay(stateOf(was), only, onto)).toBe(true)
  expect(body(onto).toString()).toBe('more text')
})

test('a text that we emptied is emptied of what we saw, not of what came since', () => {
  expect(merged('all of it', (text) => text.delete(0, text.length), 'all of it, and more')).toBe(', and more')
})
