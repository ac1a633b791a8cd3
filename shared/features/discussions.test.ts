import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { pageMaps, postsOf, storedPost } from './discussions.ts'

const plain = { authorId: 'ada', authorName: 'Ada', at: 5, body: 'Words' }
const usual = { replyTo: null, editedAt: null, edits: 0, deletedAt: null, hiddenAt: null }

test('a post reads as it was written, whatever of it is left out, in the order of the thread', () => {
  const doc = new Y.Doc()
  const { posts, reactions } = pageMaps(doc)
  const edited = { ...plain, number: 2, replyTo: 'a', editedAt: 7, edits: 1, deletedAt: null, hiddenAt: null }
  posts.set('b', storedPost(edited))
  posts.set('a', storedPost({ ...plain, ...usual, number: 1 }))
  reactions.set('a', { '👍': ['ben'] })
  expect(Object.keys(posts.get('a')!)).toEqual(['number', 'authorId', 'authorName', 'at', 'body'])
  expect(postsOf(doc)).toEqual([
    { id: 'a', ...plain, ...usual, number: 1, reactions: { '👍': ['ben'] } },
    { id: 'b', ...edited, reactions: {} },
  ])
})

test('a page that holds a map for each post, as the first ones did, can be read', () => {
  const doc = new Y.Doc()
  const post = { id: 'a', ...plain, ...usual, number: 1, reactions: { '👍': ['ben'] } }
  doc.getMap('posts').set('a', new Y.Map<unknown>(Object.entries(post)))
  expect(postsOf(doc)).toEqual([post])
  pageMaps(doc).reactions.set('a', {})
  expect(postsOf(doc)).toEqual([{ ...post, reactions: {} }])
})
