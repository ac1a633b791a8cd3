import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { pageMaps } from '#shared/features/discussions.ts'
import { longestCopy } from '#shared/features/recovery.ts'
import { offerOf } from './offer.ts'

function docOf(write: (doc: Y.Doc) => void): Y.Doc {
  const doc = new Y.Doc()
  write(doc)
  return doc
}

const body = (text: string): Y.Doc => docOf((doc) => doc.getText('body').insert(0, text))

test('a text is offered as it reads, and one that is too long as far as it fits', () => {
  expect(offerOf({ room: 'notes/1', epoch: 1, doc: body('As it was.') })).toEqual({
    name: 'recovery.offer',
    input: { room: 'notes/1', text: 'As it was.', cut: false },
  })
  const long = offerOf({ room: 'notes/1', epoch: 1, doc: body('x'.repeat(longestCopy + 1)) })
  expect(long?.input).toEqual({ room: 'notes/1', text: 'x'.repeat(longestCopy), cut: true })
})

test('a discussion is offered in its order, with who said what and when', () => {
  const doc = docOf((made) => {
    const { posts } = pageMaps(made)
    const post = (id: string, number: number, deletedAt: number | null): void => {
      posts.set(id, { number, deletedAt, authorId: 'ada', authorName: 'Ada', at: 0, body: `Words ${number}` })
    }
    post('b', 2, null)
    post('a', 1, null)
    post('c', 3, 5)
  })
  expect(offerOf({ room: 'thread/1', epoch: 1, doc })?.input).toMatchObject({
    text: '## 1 · Ada · 1970-01-01T00:00:00.000Z\n\nWords 1\n\n## 2 · Ada · 1970-01-01T00:00:00.000Z\n\nWords 2',
  })
})

test('nothing is offered of what a member keeps for themselves, or where there is nothing', () => {
  expect(offerOf({ room: 'me/ada/notes', epoch: 1, doc: body('private') })).toBeUndefined()
  expect(offerOf({ room: 'notes/1', epoch: 1, doc: body(' \n') })).toBeUndefined()
})
