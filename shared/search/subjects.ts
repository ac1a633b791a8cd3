/**
 * What can be found, of all features: how a feed row reads to a search, which room holds the rest of it, and where it
 * opens. The device's index and the server's are both made of this.
 */
import type * as Y from 'yjs'
import type { Opening } from '../core/opening.ts'
import type { MemberRow } from '../features/accounts.ts'
import type { ArticleRow } from '../features/articles.ts'
import { articlePath } from '../features/articles.ts'
import { type CourseRow, courseItem, coursePath, type LessonRow, lessonPath } from '../features/courses.ts'
import { postsOf, type ThreadRow } from '../features/discussions.ts'
import type { EventRow, SessionRow } from '../features/events.ts'
import type { GroupRow } from '../features/groups.ts'
import type { NotesRow } from '../features/notes.ts'
import type { ProposalRow } from '../features/planning.ts'
import { plainText } from './plain.ts'

export const kinds = [
  'article',
  'course',
  'lesson',
  'thread',
  'event',
  'session',
  'notes',
  'proposal',
  'group',
  'person',
] as const
export type Kind = (typeof kinds)[number]

/** What a row tells to a search. */
export interface Head {
  title: string
  tags: readonly string[]
  /** What everybody may read who has the row. */
  text: string
  authorId: string | null
  author: string
  /** Epoch ms: when it was made, or is to happen. */
  at: number
  /** The title is another row's, and is found there. */
  borrowed?: true
}

/** Rows that it belongs to, as its subject names them; `null`: not there. */
type Related = readonly (Record<string, unknown> | null | undefined)[]

/** A part of what a room holds: a text, or one of many posts. */
export interface Part {
  /** '' for a text that is one. */
  id: string
  text: string
  authorId: string | null
  author: string
  at: number
  /** Of a post in its thread. */
  number?: number
}

export interface Subject {
  table: string
  /** `undefined`: not to be found. */
  head(row: never, related: Related): Head | undefined
  path(id: string, row: never, related: Related): string
  /** Rows that its title or address needs. */
  related?(row: never): { table: string; id: string }[]
  /** What limits who opens the room's text without the server. */
  lock?(row: never, related: Related): Lock | undefined
  /** Kind of the rooms whose name goes on with its id; `ground`: the table of the row that opens them. */
  room?: { kind: string; ground: string; parts(doc: Y.Doc): Part[] }
}

const subject = <R>(of: {
  table: string
  head(row: R, related: Related): Head | undefined
  path(id: string, row: R, related: Related): string
  related?(row: R): { table: string; id: string }[]
  lock?(row: R, related: Related): Lock | undefined
  room?: Subject['room']
}): Subject => {
  const head = (row: R, related: Related): Head | undefined => {
    const said = of.head(row, related)
    return said && whole(said)
  }
  return { ...of, head } as unknown as Subject
}

/** Rows that older versions wrote may lack what came later. */
function whole(said: Head): Head {
  const { title, tags, text, authorId, author, at } = said as Partial<Head>
  return {
    ...said,
    title: title ?? '',
    tags: tags ?? [],
    text: text ?? '',
    authorId: authorId ?? null,
    author: author ?? '',
    at: Number.isFinite(at) ? at! : 0,
  }
}

const nobody = { authorId: null, author: '' }

function wholeText(doc: Y.Doc): Part[] {
  return [{ id: '', text: plainText(doc.getText('body').toString()), ...nobody, at: 0 }]
}

function posts(doc: Y.Doc): Part[] {
  return postsOf(doc)
    .filter((post) => post.deletedAt === null && post.hiddenAt === null)
    .map((post) => ({
      id: post.id,
      text: plainText([post.body, ...(post.poll?.options ?? [])].join('\n')),
      authorId: post.authorId,
      author: post.authorName,
      at: post.at,
      number: post.number,
    }))
}

const slugOf = (row: Related[number]): string =>
  encodeURIComponent(typeof row?.slug === 'string' ? row.slug : '')
const titleOf = (row: Related[number]): string => (typeof row?.title === 'string' ? row.title : '')
const joined = (...texts: readonly (string | null | undefined)[]): string => texts.filter(Boolean).join('\n')

const peopleOf = (row: SessionRow): string => (row.persons ?? []).join(', ')

export const subjects: Readonly<Record<Kind, Subject>> = {
  article: subject<ArticleRow>({
    table: 'articles',
    head: ({ title, tags, description, preview, authorId, authorName, publishedAt }) => ({
      title,
      tags,
      text: joined(description, plainText(preview)),
      authorId,
      author: authorName,
      at: publishedAt,
    }),
    path: (_id, row) => articlePath(row),
    lock: ({ id, opening, authorId }) => opening && { opening, item: `article:${id}`, authorId },
    room: { kind: 'content', ground: 'article_texts', parts: wholeText },
  }),
  course: subject<CourseRow>({
    table: 'courses',
    head: ({ title, tags, description, authorName, publishedAt, chapters }) => ({
      title,
      tags,
      text: joined(description, ...(chapters ?? []).map((chapter) => chapter.title)),
      authorId: null,
      author: authorName,
      at: publishedAt,
    }),
    path: (_id, row) => coursePath(row),
  }),
  lesson: subject<LessonRow>({
    table: 'lessons',
    head: ({ title, tags, preview, updatedAt }, [course]) => ({
      title,
      tags,
      text: plainText(preview),
      ...nobody,
      author: titleOf(course),
      at: updatedAt,
    }),
    related: ({ courseId }) => [{ table: 'courses', id: courseId }],
    path: (_id, row, [course]) =>
      lessonPath({ slug: typeof course?.slug === 'string' ? course.slug : '' }, row),
    lock: ({ courseId, opening, authorId, free }) =>
      free ? undefined : { opening, item: courseItem(courseId), authorId },
    room: { kind: 'lesson', ground: 'lesson_texts', parts: wholeText },
  }),
  thread: subject<ThreadRow>({
    table: 'threads',
    head: ({ title, tags, authorId, authorName, createdAt }) => ({
      title,
      tags,
      text: '',
      authorId,
      author: authorName,
      at: createdAt,
    }),
    path: (id) => `/discuss/${id}`,
    room: { kind: 'thread', ground: 'threads', parts: posts },
  }),
  event: subject<EventRow>({
    table: 'events',
    head: ({ title, description, place, start, state }) =>
      state === 'draft'
        ? undefined
        : { title, tags: [], text: joined(plainText(description), place), ...nobody, at: start },
    path: (_id, row) => `/events/${encodeURIComponent(row.slug)}`,
  }),
  session: subject<SessionRow>({
    table: 'sessions',
    head: (row, [event]) =>
      row.draft
        ? undefined
        : {
            title: row.title,
            tags: row.track ? [row.track] : [],
            text: joined(row.subtitle, peopleOf(row), plainText(row.abstract), plainText(row.description)),
            authorId: null,
            author: peopleOf(row) || titleOf(event),
            at: row.start,
          },
    related: ({ eventId }) => [{ table: 'events', id: eventId }],
    path: (id, _row, [event]) => `/events/${slugOf(event)}/${encodeURIComponent(id)}`,
  }),
  notes: subject<NotesRow>({
    table: 'notes',
    head: ({ contributors, updatedAt }, [session]) => ({
      title: titleOf(session),
      tags: [],
      text: '',
      authorId: null,
      author: (contributors ?? []).slice(0, 3).join(', '),
      at: updatedAt,
      borrowed: true,
    }),
    related: ({ id, eventId }) => [
      { table: 'sessions', id },
      { table: 'events', id: eventId },
    ],
    path: (id, _row, [, event]) => `/events/${slugOf(event)}/${encodeURIComponent(id)}/notes`,
    room: { kind: 'notes', ground: 'notes', parts: wholeText },
  }),
  proposal: subject<ProposalRow>({
    table: 'proposals',
    head: ({ title, text, authorId, authorName, createdAt }) => ({
      title,
      tags: [],
      text: plainText(text),
      authorId,
      author: authorName,
      at: createdAt,
    }),
    path: (id) => `/events/proposals/${id}`,
  }),
  group: subject<GroupRow>({
    table: 'groups',
    head: ({ name, description, createdAt }) => ({
      title: name,
      tags: [],
      text: description,
      ...nobody,
      at: createdAt,
    }),
    path: (id) => `/groups/${id}`,
  }),
  person: subject<MemberRow>({
    table: 'members',
    head: ({ name, handle, bio, joinedAt, id }) => ({
      title: name,
      tags: [handle],
      text: bio,
      authorId: id,
      author: `@${handle}`,
      at: joinedAt,
    }),
    path: (_id, row) => `/members/${encodeURIComponent(row.handle)}`,
  }),
}

export const kindOfTable: ReadonlyMap<string, Kind> = new Map(
  kinds.map((kind) => [subjects[kind].table, kind]),
)

/** By kind of room. */
export const kindOfRoom: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap((kind) => {
    const { room } = subjects[kind]
    return room ? [[room.kind, kind] as const] : []
  }),
)

/** What a limited body is opened by, for whoever is offline. */
export interface Lock {
  opening: Opening
  /** `article:<id>` */
  item: string
  /** Whose own work it is: that never locks. */
  authorId: string | null
}
