import type { Reader } from '#server/core/feature.ts'
import type { OwnFile, OwnSource } from '#shared/core/own.ts'
import { postsFile } from '#shared/features/discussions.ts'
import { threadRecord } from './mirror.ts'
import type { Tables } from './tables.ts'

/** What a member wrote, thread by thread; what was deleted is nowhere. */
export async function* ownPosts(reader: Reader, { memberId }: OwnSource): AsyncGenerator<OwnFile> {
  const db = reader.tables<Tables>()
  const own = db
    .selectFrom('discussions_post')
    .where('author_id', '=', memberId)
    .where('deleted_at', 'is', null)
  const threads = await own.select('thread_id').distinct().orderBy('thread_id').execute()
  for (const { thread_id: threadId } of threads) {
    const thread = await threadRecord(reader, threadId)
    if (!thread) continue
    const posts = await own
      .select(['number', 'at', 'body'])
      .where('thread_id', '=', threadId)
      .orderBy('number')
      .execute()
    yield postsFile({ title: thread.title, createdAt: thread.created_at }, posts)
  }
}
