/**
 * Articles: written as a co-edited draft, published as a server-authored document, read anywhere.
 * A draft is a room (`draft/<id>`, the text under `body`); what was published is another (`content/<id>`),
 * which only publishing changes, as a diff, so that readers receive small updates. What everybody whom it may interest
 * knows of an article is its row; its text goes with a row of its own, which only those have who may open it.
 */
import * as v from 'valibot'
import { command, defineContract, fact, query, row } from '../core/contract.ts'
import { line, lineOf } from '../core/line.ts'
import { type Opening, opening, openTo, shownTo } from '../core/opening.ts'
import { fileName, type OwnFile, type OwnSource } from '../core/own.ts'
import type { Refusal } from '../core/result.ts'
import { type Audience, holds, type Viewer } from '../core/viewer.ts'

export interface ArticleRow {
  id: string
  slug: string
  title: string
  description: string
  tags: string[]
  lang: 'zh' | 'en'
  opening: Opening
  /** Markdown: what everybody may read of an article that is sold; '' otherwise. */
  preview: string
  /** `null`: imported, by someone who is not a member. */
  authorId: string | null
  authorName: string
  publishedAt: number
  updatedAt: number
  /** Words of English plus characters of 中文. */
  words: number
  /** Address of the first picture that is shown to all who see this row, for previews. */
  image: string | null
}

/** Whoever has it may open the text. */
export interface ArticleTextRow {
  /** Log sequence of `content/<id>`. */
  sequence: number
  opening: Opening
  authorId: string | null
}

/** Seen by its authors. */
export interface DraftRow {
  id: string
  title: string
  /** The article that it revises, and that publishing it changes; `null` while there is none. */
  articleId: string | null
  /** Whoever began it first. */
  authorIds: string[]
  description: string
  tags: string[]
  lang: 'zh' | 'en'
  opening: Opening
  createdAt: number
  updatedAt: number
  /** The time at which its text, as it was when that was chosen, is published; of earlier servers absent. */
  scheduled?: Scheduled | null
}

export interface Scheduled {
  at: number
  byId: string
  /** Why it was not published then. */
  failed: Refusal | null
}

/** A version of an article that was published, and is kept. */
export interface Revision {
  number: number
  title: string
  byName: string
  at: number
  words: number
}

/** Milliseconds ahead for which a publication can be scheduled. */
export const longestSchedule = 366 * 86_400_000

const id = v.pipe(v.string(), v.uuid())
export const tag = v.pipe(line(40), v.toLowerCase())
const title = line(200)
const details = {
  title,
  description: v.pipe(v.string(), v.trim(), v.maxLength(500)),
  tags: v.pipe(v.array(tag), v.maxLength(8)),
  lang: v.picklist(['zh', 'en']),
  opening: v.optional(opening),
  /** From devices that were away since before articles could be sold. */
  access: v.optional(v.picklist(['public', 'members'])),
}

const oneRevision = v.strictObject({ draftId: id, number: v.pipe(v.number(), v.integer(), v.minValue(1)) })

export const articles = defineContract({
  name: 'articles',
  commands: {
    /** A new draft, or one that revises an article (its text is then the article's). */
    start_draft: command(
      v.strictObject({
        id,
        title: v.pipe(v.string(), v.trim(), v.maxLength(200), v.transform(lineOf)),
        articleId: v.nullable(id),
      }),
      (input) => `draft:${input.id}`,
    ),
    describe_draft: command(
      v.pipe(v.strictObject({ id, ...details }), v.transform(withOpening)),
      (input) => `draft:${input.id}`,
    ),
    share_draft: command(
      v.strictObject({ id, memberId: id, on: v.boolean() }),
      (input) => `draft:${input.id}`,
    ),
    discard_draft: command(v.strictObject({ id }), (input) => `draft:${input.id}`),
    /** The text travels with the command, so that what is published is what its author saw. */
    publish: command(
      v.pipe(
        v.strictObject({
          draftId: id,
          ...details,
          body: v.pipe(v.string(), v.minLength(1), v.maxLength(500_000)),
        }),
        v.transform(withOpening),
      ),
      (input) => `draft:${input.draftId}`,
    ),
    /** As `publish`, at a time to come. The newest choice counts. */
    schedule: command(
      v.pipe(
        v.strictObject({
          draftId: id,
          ...details,
          body: v.pipe(v.string(), v.minLength(1), v.maxLength(500_000)),
          at: v.pipe(v.number(), v.integer(), v.minValue(0)),
        }),
        v.transform(withOpening),
      ),
      (input) => `draft:${input.draftId}`,
    ),
    unschedule: command(v.strictObject({ draftId: id }), (input) => `draft:${input.draftId}`),
    withdraw: command(v.strictObject({ id }), (input) => `article:${input.id}`),
  },
  rows: {
    articles: row<ArticleRow>('publishedAt', 'slug'),
    article_texts: row<ArticleTextRow>(),
    drafts: row<DraftRow>('updatedAt'),
  },
  documents: {
    content: { writers: 'server', row: 'article_texts' },
    draft: { writers: 'members', row: 'drafts', roots: { body: 'text' } },
  },
  queries: {
    /** Versions of the article of a draft, for its authors; the newest first. */
    revisions: query<v.StrictObjectSchema<{ draftId: typeof id }, undefined>, Revision[]>(
      v.strictObject({ draftId: id }),
    ),
    /** The text of one. */
    revision: query<typeof oneRevision, string | null>(oneRevision),
  },
  facts: {
    published: fact<{ articleId: string; authorId: string | null; first: boolean }>(),
    withdrawn: fact<{ articleId: string }>(),
  },
  own: {
    rows: {
      articles: (row: ArticleRow, _id, memberId) => row.authorId === memberId,
      drafts: (row: DraftRow, _id, memberId) => row.authorIds.includes(memberId),
    },
    files: textFiles,
  },
})

/** What said `access` said no more than this. Rows and commands of that time may still lie on devices. */
export function openingOf(said: { opening?: Opening; access?: 'public' | 'members' }): Opening {
  return said.opening ?? { to: said.access ?? 'members' }
}

function withOpening<I extends { opening?: Opening | undefined; access?: 'public' | 'members' | undefined }>({
  opening: to,
  access,
  ...rest
}: I): Omit<I, 'opening' | 'access'> & { opening: Opening } {
  return { ...rest, opening: to ?? { to: access ?? 'members' } }
}

/** Whoever may know that there is such an article, and whoever may read it; its author both. */
export function audiencesOf(article: { id: string; opening: Opening; authorId: string | null }): {
  row: Audience[]
  text: Audience[]
} {
  const item = `article:${article.id}`
  const withAuthor = (audiences: Audience[]): Audience[] =>
    article.authorId === null || audiences.some((one) => one === 'everyone' || one === 'members')
      ? audiences
      : [...audiences, `member:${article.authorId}`]
  return { row: withAuthor(shownTo(article.opening, item)), text: withAuthor(openTo(article.opening, item)) }
}

export function canWrite(viewer: Viewer): boolean {
  return holds(viewer, 'author')
}

export function canEditDraft(viewer: Viewer, draft: Pick<DraftRow, 'authorIds'>): boolean {
  return (
    canWrite(viewer) && viewer.id !== null && (draft.authorIds.includes(viewer.id) || holds(viewer, 'owner'))
  )
}

/** Whoever began a draft keeps it; others may leave, or be asked to. */
export function canUnshare(draft: Pick<DraftRow, 'authorIds'>, memberId: string): boolean {
  return draft.authorIds.includes(memberId) && draft.authorIds[0] !== memberId
}

/** Imported articles have no author among the members: owners look after them. */
export function canRevise(viewer: Viewer, article: Pick<ArticleRow, 'authorId'>): boolean {
  return holds(viewer, 'owner') || (canWrite(viewer) && viewer.id === article.authorId)
}

export function canWithdraw(viewer: Viewer, article: Pick<ArticleRow, 'authorId'>): boolean {
  return holds(viewer, 'moderator') || (canWrite(viewer) && viewer.id === article.authorId)
}

/** An article keeps the id of the draft that it was first published from, so that a device can name it offline. */
export function articleIdOf(draft: Pick<DraftRow, 'id' | 'articleId'>): string {
  return draft.articleId ?? draft.id
}

export function contentRoom(articleId: string): string {
  return `content/${articleId}`
}

export function draftRoom(draftId: string): string {
  return `draft/${draftId}`
}

/** Path of the reading view. An article that is still on its way to the server has its id for a slug. */
export function articlePath(article: Pick<ArticleRow, 'slug'>): string {
  return `/read/${encodeURIComponent(article.slug)}`
}

/** At 220 words of English or 400 characters of 中文 a minute. */
export function minutesOf(article: Pick<ArticleRow, 'words' | 'lang'>): number {
  return Math.max(1, Math.round(article.words / (article.lang === 'zh' ? 400 : 220)))
}

async function* textFiles({ memberId, rows, doc }: OwnSource): AsyncGenerator<OwnFile> {
  for (const { id, data } of await rows<ArticleRow>('articles')) {
    if (data.authorId !== memberId) continue
    const text = await textOf(doc, contentRoom(id), data.title)
    if (text) yield { path: `articles/${fileName(data.slug)}.md`, title: data.title, text }
  }
  for (const { id, data } of await rows<DraftRow>('drafts')) {
    if (!data.authorIds.includes(memberId)) continue
    const text = await textOf(doc, draftRoom(id), data.title)
    if (text) yield { path: `drafts/${fileName(data.title)}.md`, title: data.title, text }
  }
}

async function textOf(doc: OwnSource['doc'], room: string, title: string): Promise<string | undefined> {
  const opened = await doc(room)
  return opened && `# ${title}\n\n${opened.getText('body').toString()}\n`
}
