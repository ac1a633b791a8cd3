import { describe, expect, it } from 'vitest'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { Post } from '#shared/features/discussions.ts'
import { drawnPosts } from './drawn.ts'

const me = { id: 'me', name: 'Ada' }

function post(number: number, more: Partial<Post> = {}): Post {
  return {
    id: `p${number}`,
    number,
    authorId: 'someone',
    authorName: 'Ben',
    at: number,
    body: `post ${number}`,
    replyTo: null,
    editedAt: null,
    edits: 0,
    deletedAt: null,
    reactions: {},
    ...more,
  }
}

function entry(name: string, input: object, more: Partial<OutboxEntry> = {}): OutboxEntry {
  return { id: `c-${name}`, name, input, after: [], at: 99, lane: 't', state: 'device', attempts: 0, ...more }
}

describe('posts of a thread with what waits', () => {
  it('shows a post that is on its way at the end, in its author’s name', () => {
    const [, mine] = drawnPosts(
      [post(1)],
      [entry('discussions.post', { threadId: 't', postId: 'x', body: 'hi', replyTo: 'p1' })],
      me,
    )
    expect(mine).toMatchObject({
      id: 'x',
      number: 0,
      body: 'hi',
      replyTo: 'p1',
      authorName: 'Ada',
      making: { state: 'device' },
    })
  })

  it('shows a post once when the document has it and the outbox still names it', () => {
    const waiting = entry(
      'discussions.post',
      { threadId: 't', postId: 'p1', body: 'post 1', replyTo: null },
      { state: 'saved' },
    )
    expect(drawnPosts([post(1)], [waiting], me)).toHaveLength(1)
  })

  it('keeps a refused post and leaves refused changes undone, with the act to decide about', () => {
    const refused = { state: 'refused', refusal: { code: 'gone', message: '' } } as const
    const drawn = drawnPosts(
      [post(1)],
      [
        entry('discussions.post', { threadId: 't', postId: 'x', body: 'hi', replyTo: null }, refused),
        entry('discussions.edit_post', { threadId: 't', postId: 'p1', body: 'changed' }, refused),
      ],
      me,
    )
    expect(drawn[1]!.making?.state).toBe('refused')
    expect(drawn[0]).toMatchObject({ body: 'post 1', edits: 0, changing: { state: 'refused' } })
  })

  it('applies edits, reactions and deletion in the order in which the member acted', () => {
    const original = post(1, { reactions: { '👍': ['other'] } })
    const react = (on: boolean) =>
      entry('discussions.react', { threadId: 't', postId: 'p1', reaction: '👍', on })
    expect(drawnPosts([original], [react(true)], me)[0]!.reactions).toEqual({ '👍': ['other', 'me'] })
    expect(drawnPosts([original], [react(true), react(false)], me)[0]!.reactions).toEqual({ '👍': ['other'] })
    expect(original.reactions).toEqual({ '👍': ['other'] })
    const gone = drawnPosts(
      [original],
      [
        entry('discussions.edit_post', { threadId: 't', postId: 'p1', body: 'changed' }),
        entry('discussions.delete_post', { threadId: 't', postId: 'p1' }),
      ],
      me,
    )[0]!
    expect(gone).toMatchObject({ body: '', deletedAt: 99, reactions: {} })
  })

  it('applies an edit to a post that is itself still on its way', () => {
    const drawn = drawnPosts(
      [],
      [
        entry('discussions.open_thread', { threadId: 't', postId: 'x', title: 'T', body: 'first' }),
        entry('discussions.edit_post', { threadId: 't', postId: 'x', body: 'better' }),
      ],
      me,
    )
    expect(drawn).toMatchObject([{ body: 'better', making: { name: 'discussions.open_thread' } }])
  })
})
