/**
 * Threads on the server: the tables are the truth, and every command writes its effect into the thread's document and
 * row in the same transaction. Nobody writes the document but this, so nobody can write in another's name.
 */
import type { ServerHalf, Tx } from '#server/core/feature.ts'
import { isMember } from '#shared/core/viewer.ts'
import {
  type discussions as contract,
  subjectKinds,
  subjectTables,
  type ThreadRow,
} from '#shared/features/discussions.ts'
import { commands } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { matters } from './matters.ts'
import { moveThreads, postRecord, threadRecord } from './mirror.ts'
import { ownPosts } from './own.ts'
import { mayReadSubject } from './subject.ts'
import { migrations, type Tables } from './tables.ts'

export const discussions: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    discussions_thread: ['threads', 'thread'],
    discussions_post: ['thread', 'mentions'],
    discussions_edit: ['history'],
    discussions_reaction: ['thread'],
    discussions_mention: ['mentions'],
    discussions_poll: ['thread'],
    discussions_poll_vote: ['thread', 'poll_votes'],
  },
  commands,
  matters,
  own: ownPosts,
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  moved: Object.fromEntries(
    subjectKinds.map((kind) => [
      subjectTables[kind],
      (tx: Tx, id: string) => moveThreads(tx, `${kind}:${id}`),
    ]),
  ),
  rows: {
    // Narrower for those about something that is: see `publishThread`.
    threads: { audience: () => 'members' },
    poll_votes: { audience: (_row, id) => `member:${id.slice(id.indexOf(':') + 1)}` },
    mentions: { audience: (_row, id) => `member:${id.slice(id.indexOf(':') + 1)}` },
  },
  documents: {
    thread: {
      async access(reader, viewer, id, action) {
        if (action === 'write' || !isMember(viewer)) return false
        const [threadId, page, ...rest] = id.split('/')
        // There is a row as long as there is a post that was not deleted.
        const thread = await reader.row<ThreadRow>('threads', threadId ?? '')
        if (!thread || rest.length > 0) return false
        const number = page === undefined ? 1 : Number(page)
        if (page !== undefined && !(Number.isInteger(number) && number > 1 && number <= thread.pages))
          return false
        return mayReadSubject(reader, viewer, thread.subject)
      },
    },
  },
  queries: {
    history: {
      access: isMember,
      async run({ reader, viewer }, input) {
        const post = await postRecord(reader, input.postId)
        if (!post || post.deleted_at !== null || post.hidden_at !== null) return []
        const thread = await threadRecord(reader, post.thread_id)
        if (!thread || !(await mayReadSubject(reader, viewer, thread.subject))) return []
        return reader
          .tables<Tables>()
          .selectFrom('discussions_edit')
          .select(['body', 'at'])
          .where('post_id', '=', post.id)
          .orderBy('version')
          .execute()
      },
    },
  },
}
