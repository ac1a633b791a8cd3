/**
 * A thread of a thousand posts. Ours is authored by the server, in pages; the other is the usual one document that all
 * its authors write in, each session of theirs with a client of its own.
 */
import * as Y from 'yjs'
import { pageOf, postsPerPage, threadRoom } from '#shared/features/discussions.ts'
import { compare, takeTurns, type Work } from './bench.ts'
import { bodyOfPost, threadId } from './seed.ts'
import type { ThreadResult } from './thread-load.ts'

const posts = 1_000
const authors = 200
const visible = 50
const rounds = 3

export const thread: Work = async (bench) => {
  const shared = sharedThread()
  const pages = Array.from({ length: pageOf(posts) }, (_, i) => threadRoom(threadId, i + 1))
  const turns = await takeTurns(
    bench,
    { servers: ['lyceum', 'hocuspocus'], rounds, plan: { members: authors, posts } },
    async ({ name, target }, round) => {
      const open = (rooms: string[], count: number, profiled = false): Promise<ThreadResult> => {
        const times = bench.quick ? 5 : 15
        return bench.loader.run('openThread', { ...target, rooms, posts: count, times, profiled })
      }
      if (name === 'lyceum') {
        const [first, last] = [
          await open(pages.slice(0, 1), postsPerPage),
          await open(pages.slice(-1), postsOnLast()),
        ]
        return {
          whole: await open(pages, posts, bench.profile !== undefined),
          first: first.bytes > last.bytes ? first : last,
        }
      }
      if (round === 0) await bench.loader.run('fillRoom', { ...target, room: 'thread', update: shared })
      const whole = await open(['thread'], posts)
      return { whole, first: whole }
    },
  )
  const [ours, theirs] = [turns.of('lyceum'), turns.of('hocuspocus')]
  const name = `a shared Y.Doc on ${turns.title('hocuspocus')}`
  return [
    compare({
      work: `thread of ${posts} posts: first ${visible} visible`,
      unit: 'KB',
      ours: ours.map(({ first }) => first.bytes / 1000),
      peer: { name, values: theirs.map(({ first }) => first.bytes / 1000) },
      aim: '<=0.1',
    }),
    compare({
      work: `thread of ${posts} posts: first ${visible} visible`,
      unit: 'ms',
      ours: ours.map(({ first }) => first.milliseconds),
      peer: { name, values: theirs.map(({ first }) => first.milliseconds) },
    }),
    compare({
      work: `thread of ${posts} posts: whole`,
      unit: 'ms',
      ours: ours.map(({ whole }) => whole.milliseconds),
      peer: { name, values: theirs.map(({ whole }) => whole.milliseconds) },
      aim: '<=0.3333',
    }),
    compare({
      work: `thread of ${posts} posts: whole`,
      unit: 'KB',
      ours: ours.map(({ whole }) => whole.bytes / 1000),
      peer: { name, values: theirs.map(({ whole }) => whole.bytes / 1000) },
    }),
  ]
}

function postsOnLast(): number {
  return posts - (pageOf(posts) - 1) * postsPerPage
}

/** The same posts with the same fields; what several may change at once is a type of its own. */
function sharedThread(): Uint8Array {
  const doc = new Y.Doc()
  const map = doc.getMap('posts')
  for (let i = 0; i < posts; i++) {
    // Each comes back another day.
    doc.clientID = 1 + i
    doc.transact(() => {
      const author = i % authors
      map.set(
        `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
        new Y.Map(
          Object.entries({
            id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
            number: i + 1,
            authorId: `00000000-0000-7000-9000-${String(author).padStart(12, '0')}`,
            authorName: `Attendee ${author}`,
            at: 1_790_000_000_000 + i,
            body: new Y.Text(bodyOfPost(i)),
            replyTo: null,
            editedAt: null,
            edits: 0,
            deletedAt: null,
            reactions: new Y.Map(),
          }),
        ),
      )
    })
  }
  return Y.encodeStateAsUpdate(doc)
}
