/**
 * Threads: conversations and questions, on their own or under an article, a session or an event. Posts are
 * commands; the server authors the thread's document (`thread/<id>` and, past `postsPerPage`, `thread/<id>/<page>`),
 * so nobody can write in another's name, and what is deleted stays deleted.
 */
import * as v from 'valibot'
import type * as Y from 'yjs'
import { command, defineContract, fact, query, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { fileName, type OwnFile, type OwnSource } from '../core/own.ts'
import { holds, isMember, type Viewer } from '../core/viewer.ts'

export const postsPerPage = 50
export const reactions = ['👍', '❤️', '🎉', '💡', '👀', '😄'] as const
export type Reaction = (typeof reactions)[number]
export const subjectKinds = ['article', 'session', 'event', 'course', 'lesson', 'proposal'] as const

/** The row that shows that one may read what a thread is about. Who talks about a lesson has read it: its text's. */
export const subjectTables: Readonly<Record<(typeof subjectKinds)[number], string>> = {
  article: 'articles',
  session: 'sessions',
  event: 'events',
  course: 'courses',
  lesson: 'lesson_texts',
  proposal: 'proposals',
}

/** Of a thread's `subject`; `undefined`: it is on its own. */
export function subjectRow(subject: string): { table: string; id: string } | undefined {
  const colon = subject.indexOf(':')
  const kind = subjectKinds.find((one) => one === subject.slice(0, colon))
  return kind && { table: subjectTables[kind], id: subject.slice(colon + 1) }
}

export interface ThreadRow {
  id: string
  title: string
  kind: 'talk' | 'question'
  /** `article:<id>`, `session:<id>`, `event:<id>`, `course:<id>`, `lesson:<id>`; '' = on its own. */
  subject: string
  tags: string[]
  authorId: string
  authorName: string
  createdAt: number
  lastPostAt: number
  lastPostBy: string
  /** Those that were not deleted, the opening one included. */
  posts: number
  /** Number of the newest post that was not deleted; above a reader's position there is something unread. */
  lastNumber: number
  pages: number
  acceptedPostId: string | null
  acceptedNumber: number | null
  /** Log sequence of the last page's room. */
  sequence: number
  /** Log sequences of all pages' rooms, the first page's first. */
  sequences: number[]
}

/** A mention of this member, for their eyes. Row id: `mentionId(postId, memberId)`. */
export interface MentionRow {
  threadId: string
  postId: string
  /** Of the post in its thread. */
  number: number
  title: string
  byId: string
  byName: string
  excerpt: string
  at: number
}

/** One post of a thread, as `postsOf` reads it. */
export interface Post {
  id: string
  /** 1, 2, 3 … in the thread, as the server received them. */
  number: number
  authorId: string
  authorName: string
  at: number
  body: string
  replyTo: string | null
  editedAt: number | null
  /** Earlier versions are a query: readers rarely ask for them. */
  edits: number
  deletedAt: number | null
  /** A moderator took it out of sight: its body is nowhere but on the server. */
  hiddenAt: number | null
  reactions: Partial<Record<Reaction, string[]>>
  poll?: Poll
}

/** A question with answers to choose from, as part of a post. */
export interface Poll {
  options: string[]
  /** More than one answer may be chosen. */
  multiple: boolean
  /** It closes by itself then. */
  closesAt: number | null
  /** Its author or a moderator has closed it. */
  closedAt: number | null
  /** Of each option. */
  counts: number[]
  voters: number
}

/** What one chose oneself, for one's own eyes. Row id: `pollVoteId(postId, memberId)`. */
export interface PollVoteRow {
  threadId: string
  postId: string
  /** Indices of options. */
  choices: number[]
  at: number
}

export const pollBounds = { least: 2, most: 10, option: 120 } as const

/** What most posts have none of, and is left out where there is none. */
type Rare = 'replyTo' | 'editedAt' | 'edits' | 'deletedAt' | 'hiddenAt'

/**
 * A post in its page's `posts` map (id → this), one plain value: the server is the only writer, and opening a long
 * thread costs a third of what a shared type for each post does. Reactions change often and posts can be long, so that
 * they have a map of their own, `reactions` (id → those given).
 */
export type StoredPost = Omit<Post, 'id' | 'reactions' | 'poll' | Rare> & Partial<Pick<Post, Rare>>

const id = v.pipe(v.string(), v.uuid())
export const postBody = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20_000))
export const threadTitle = line(200)
const tag = v.pipe(line(40), v.toLowerCase())

/** Answers that read the same are one answer. */
const options = v.pipe(
  v.array(line(pollBounds.option)),
  v.minLength(pollBounds.least),
  v.maxLength(pollBounds.most),
  v.check((given) => areDifferent(given), 'options must differ'),
)
const poll = v.optional(
  v.strictObject({
    options,
    multiple: v.boolean(),
    closesAt: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))),
  }),
)
export type PollInput = NonNullable<v.InferOutput<typeof poll>>

const lane = (input: { threadId: string }): string => `thread:${input.threadId}`

export const discussions = defineContract({
  name: 'discussions',
  commands: {
    open_thread: command(
      v.strictObject({
        threadId: id,
        postId: id,
        title: threadTitle,
        kind: v.picklist(['talk', 'question']),
        subject: v.nullable(
          v.strictObject({ kind: v.picklist(subjectKinds), id: v.pipe(v.string(), v.maxLength(60)) }),
        ),
        tags: v.pipe(v.array(tag), v.maxLength(8)),
        body: postBody,
        poll,
      }),
      lane,
    ),
    post: command(
      v.strictObject({ threadId: id, postId: id, body: postBody, replyTo: v.nullable(id), poll }),
      lane,
    ),
    edit_post: command(v.strictObject({ threadId: id, postId: id, body: postBody }), lane),
    delete_post: command(v.strictObject({ threadId: id, postId: id }), lane),
    react: command(
      v.strictObject({ threadId: id, postId: id, reaction: v.picklist(reactions), on: v.boolean() }),
      lane,
    ),
    /** Takes the place of an earlier vote; no choices at all take it back. */
    vote: command(
      v.strictObject({
        threadId: id,
        postId: id,
        choices: v.pipe(
          v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(pollBounds.most - 1))),
          v.maxLength(pollBounds.most),
          v.check((choices) => new Set(choices).size === choices.length, 'choices must differ'),
        ),
      }),
      lane,
    ),
    close_poll: command(v.strictObject({ threadId: id, postId: id }), lane),
    /** `postId: null` takes the acceptance back. */
    accept: command(v.strictObject({ threadId: id, postId: v.nullable(id) }), lane),
  },
  rows: {
    threads: row<ThreadRow>('lastPostAt', 'subject', 'kind'),
    mentions: row<MentionRow>('at'),
    poll_votes: row<PollVoteRow>('threadId', 'postId'),
  },
  documents: { thread: { writers: 'server', row: 'threads' } },
  queries: {
    history: query<v.StrictObjectSchema<{ postId: typeof id }, undefined>, { body: string; at: number }[]>(
      v.strictObject({ postId: id }),
    ),
  },
  facts: {
    /** Stands for the opening post too: `posted` is told for those that follow. */
    thread_opened: fact<{
      threadId: string
      authorId: string
      kind: 'talk' | 'question'
      subject: string
      tags: string[]
    }>(),
    posted: fact<{ threadId: string; postId: string; number: number; authorId: string; subject: string }>(),
    /** Told once for a member and post. */
    mentioned: fact<{ threadId: string; postId: string; number: number; memberId: string; byId: string }>(),
    post_deleted: fact<{ threadId: string; postId: string; authorId: string }>(),
    reacted: fact<{
      threadId: string
      postId: string
      /** Of the post in its thread. */
      number: number
      memberId: string
      authorId: string
      reaction: Reaction
      on: boolean
      /** Members who react to the post now, its author left out. */
      total: number
    }>(),
    accepted: fact<{ threadId: string; postId: string | null; memberId: string; authorId: string | null }>(),
  },
  own: {
    files: postFiles,
    rows: { poll_votes: (_row, id, memberId) => id.endsWith(`:${memberId}`) },
  },
})

/** Every member talks; what they say passes the screens. */
export function canPost(viewer: Viewer): boolean {
  return isMember(viewer)
}

export function canEditPost(
  viewer: Viewer,
  post: Pick<Post, 'authorId' | 'deletedAt' | 'hiddenAt'>,
): boolean {
  return viewer.id === post.authorId && post.deletedAt === null && post.hiddenAt === null
}

export function canDeletePost(viewer: Viewer, post: Pick<Post, 'authorId' | 'deletedAt'>): boolean {
  return post.deletedAt === null && (viewer.id === post.authorId || holds(viewer, 'moderator'))
}

/** Whoever asked closes a poll, or a moderator. */
export function canClosePoll(viewer: Viewer, post: Pick<Post, 'authorId'>): boolean {
  return isMember(viewer) && (viewer.id === post.authorId || holds(viewer, 'moderator'))
}

/** @param now by the server's clock */
export function isPollOpen(poll: Pick<Poll, 'closesAt' | 'closedAt'>, now: number): boolean {
  return poll.closedAt === null && (poll.closesAt === null || now < poll.closesAt)
}

export function areDifferent(options: readonly string[]): boolean {
  return (
    new Set(options.map((option) => option.normalize('NFKC').trim().toLowerCase())).size === options.length
  )
}

export function pollVoteId(postId: string, memberId: string): string {
  return `${postId}:${memberId}`
}

/** The asker or a moderator accepts an answer. */
export function canAccept(viewer: Viewer, thread: Pick<ThreadRow, 'authorId' | 'kind'>): boolean {
  return (
    isMember(viewer) &&
    thread.kind === 'question' &&
    (viewer.id === thread.authorId || holds(viewer, 'moderator'))
  )
}

/** The question itself is not an answer, and neither is what was deleted or hidden. */
export function isAnswer(post: Pick<Post, 'number' | 'deletedAt' | 'hiddenAt'>): boolean {
  return post.number > 1 && post.deletedAt === null && post.hiddenAt === null
}

/**
 * `@handle` in running text; group 1 is the handle as written. Not in mail addresses or `@user@host` names. Code and
 * links are for whoever parses the Markdown to leave out.
 */
export const mentionPattern = /(?<![\w@./+-])@([a-z0-9][a-z0-9_-]{1,29})(?![\w@-]|\.\w)/gi

export function mentionId(postId: string, memberId: string): string {
  return `${postId}:${memberId}`
}

export function threadRoom(threadId: string, page = 1): string {
  return page === 1 ? `thread/${threadId}` : `thread/${threadId}/${page}`
}

/** The page that holds post number `number`. */
export function pageOf(number: number): number {
  return Math.floor((number - 1) / postsPerPage) + 1
}

/** The page's `meta` map; the first page alone has one. */
export interface ThreadMeta {
  title: string
  kind: ThreadRow['kind']
  acceptedPostId: string | null
}

/** The maps of a page's document. */
export function pageMaps(doc: Y.Doc): {
  posts: Y.Map<StoredPost>
  reactions: Y.Map<Post['reactions']>
  polls: Y.Map<Poll>
} {
  return {
    posts: doc.getMap('posts'),
    reactions: doc.getMap('reactions'),
    polls: doc.getMap('polls'),
  }
}

export function storedPost(post: Omit<Post, 'id' | 'reactions' | 'poll'>): StoredPost {
  const { number, authorId, authorName, at, body } = post
  const stored: StoredPost = { number, authorId, authorName, at, body }
  if (post.replyTo !== null) stored.replyTo = post.replyTo
  if (post.editedAt !== null) stored.editedAt = post.editedAt
  if (post.edits > 0) stored.edits = post.edits
  if (post.deletedAt !== null) stored.deletedAt = post.deletedAt
  if (post.hiddenAt !== null) stored.hiddenAt = post.hiddenAt
  return stored
}

const noReactions: Post['reactions'] = Object.freeze({})

/** Reads a page's posts, oldest first. Values are the document's own: not to be changed. */
export function postsOf(doc: Y.Doc): Post[] {
  const { posts, reactions, polls } = pageMaps(doc)
  const read: Post[] = []
  posts.forEach((value, id) => {
    // Databases from before the first release hold a map for each post, its reactions within.
    const stored = ('toJSON' in value ? (value as unknown as Y.Map<unknown>).toJSON() : value) as Stored
    // Field by field: spreading objects that were decoded one by one takes as long as decoding them.
    const { number, authorId, authorName, at, body, replyTo, editedAt, edits, deletedAt, hiddenAt } = stored
    const poll = polls.get(id)
    read.push({
      id,
      number,
      authorId,
      authorName,
      at,
      body,
      replyTo: replyTo ?? null,
      editedAt: editedAt ?? null,
      edits: edits ?? 0,
      deletedAt: deletedAt ?? null,
      hiddenAt: hiddenAt ?? null,
      reactions: reactions.get(id) ?? stored.reactions ?? noReactions,
      ...(poll ? { poll } : {}),
    })
  })
  return read.sort((a, b) => a.number - b.number)
}

type Stored = StoredPost & Partial<Post>

/** A thread's posts of one member, as they keep them. */
export function postsFile(
  thread: Pick<ThreadRow, 'title' | 'createdAt'>,
  posts: readonly Pick<Post, 'number' | 'at' | 'body'>[],
): OwnFile {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
  const said = posts.map(
    ({ number, at, body }) => `## #${number} · ${new Date(at).toISOString()}\n\n${body}\n`,
  )
  return {
    path: `posts/${day(thread.createdAt)}-${fileName(thread.title)}.md`,
    title: thread.title,
    text: `# ${thread.title}\n\n${said.join('\n')}`,
  }
}

async function* postFiles({ memberId, rows, doc }: OwnSource): AsyncGenerator<OwnFile> {
  for (const { id, data } of await rows<ThreadRow>('threads')) {
    const own: Post[] = []
    for (let page = 1; page <= data.pages; page++) {
      const opened = await doc(threadRoom(id, page))
      if (!opened) continue
      own.push(...postsOf(opened).filter((post) => post.authorId === memberId && post.deletedAt === null))
    }
    if (own.length > 0) yield postsFile(data, own)
  }
}
