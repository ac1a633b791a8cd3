import { lexer, type Token } from 'marked'
import type { Tx } from '#server/core/feature.ts'
import { plainText, unlessTooDeep } from '#server/core/markdown.ts'
import { excerpt } from '#shared/core/text.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { type MentionRow, mentionId, mentionPattern } from '#shared/features/discussions.ts'
import type { PostRecord, ThreadRecord } from './mirror.ts'
import { mayReadSubject } from './subject.ts'
import type { Tables } from './tables.ts'

/** A post that calls more people than this calls none of the rest. */
const most = 20

/** Handles that a Markdown text calls, lower case, each once; what stands in code or in a link calls nobody. */
export function handlesIn(markdown: string): string[] {
  const handles = new Set<string>()
  const collect = (): void =>
    visit(lexer(markdown, { gfm: true }), (text) => {
      for (const match of text.matchAll(mentionPattern)) handles.add(match[1]!.toLowerCase())
    })
  unlessTooDeep(collect, undefined)
  return [...handles].slice(0, most)
}

function visit(tokens: readonly Token[], onText: (text: string) => void): void {
  for (const token of tokens) {
    if (['code', 'codespan', 'link', 'image', 'html'].includes(token.type)) continue
    if (token.type === 'list') for (const item of token.items as Token[]) visit([item], onText)
    else if (token.type === 'table') {
      const rows = [token.header, ...(token.rows as unknown[])] as { tokens: Token[] }[][]
      for (const cell of rows.flat()) visit(cell.tokens, onText)
    } else if ('tokens' in token && token.tokens) visit(token.tokens, onText)
    else if (token.type === 'text') onText(token.raw)
  }
}

/** Makes the mentions of a post what its body says: told to those newly called, withdrawn from the others. */
export async function mentionMembers(tx: Tx, thread: ThreadRecord, post: PostRecord): Promise<void> {
  const db = tx.tables<Tables>()
  const called = new Set(
    post.deleted_at === null && post.hidden_at === null ? await membersCalled(tx, thread, post) : [],
  )
  const held = await db.selectFrom('discussions_mention').selectAll().where('post_id', '=', post.id).execute()
  for (const { member_id } of held) {
    if (called.has(member_id)) continue
    await db
      .deleteFrom('discussions_mention')
      .where('post_id', '=', post.id)
      .where('member_id', '=', member_id)
      .execute()
    await tx.publish('mentions', mentionId(post.id, member_id), null)
  }
  for (const memberId of called) {
    const before = held.find((mention) => mention.member_id === memberId)
    const row: MentionRow = {
      threadId: thread.id,
      postId: post.id,
      number: post.number,
      title: thread.title,
      byId: post.author_id,
      byName: post.author_name,
      excerpt: excerpt(plainText(post.body), 160),
      at: before?.at ?? tx.now,
    }
    if (!before) {
      await db
        .insertInto('discussions_mention')
        .values({ post_id: post.id, member_id: memberId, at: tx.now })
        .execute()
    }
    await tx.publish('mentions', mentionId(post.id, memberId), row)
    if (!before) {
      const { id: postId, number, author_id: byId } = post
      await tx.tell('discussions.mentioned', { threadId: thread.id, postId, number, memberId, byId })
    }
  }
}

/** Whoever may not read the thread is not told what is said in it. */
async function membersCalled(tx: Tx, thread: ThreadRecord, post: PostRecord): Promise<string[]> {
  const handles = new Set(handlesIn(post.body))
  if (handles.size === 0) return []
  const members = await tx.rows<MemberRow>('members')
  const called: string[] = []
  for (const { id, data } of members) {
    if (!handles.has(data.handle) || id === post.author_id) continue
    if (await mayReadSubject(tx, await tx.viewerOf(id), thread.subject)) called.push(id)
  }
  return called
}
