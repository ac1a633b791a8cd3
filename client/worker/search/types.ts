/** What the page may ask of the searching worker; all of it can be cloned between threads. */
import type { Marked } from '#shared/search/snippet.ts'
import type { Kind, Lock } from '#shared/search/subjects.ts'

export interface Question {
  text: string
  kinds?: readonly Kind[] | undefined
  tag?: string | undefined
  authorId?: string | undefined
  /** Not older than this, epoch ms. */
  since?: number | undefined
  limit: number
}

export interface Found {
  kind: Kind
  id: string
  title: Marked
  snippet: Marked | undefined
  /** Those that have what was looked for. */
  tags: readonly string[]
  author: string
  authorId: string | null
  at: number
  /** Of the post that it was found in. */
  number?: number | undefined
  /** The snippet is from the text that a room holds. */
  fromBody: boolean
  /** Some of what was looked for is nowhere but there. */
  onlyBody: boolean
}

/** With where it opens. */
export interface FoundHere extends Found {
  path: string
  lock?: Lock | undefined
}

export interface Answer<F extends Found = Found> {
  /** Best first. */
  found: F[]
  total: number
  /** The commonest of what was found, to narrow it down by. */
  tags: string[]
  authors: { id: string; name: string }[]
}

export interface Searcher {
  /** Follows a member's database from then on ('': none); what it held of another is forgotten. */
  open(database: string): Promise<void>
  search(question: Question, now: number): Promise<Answer<FoundHere>>
  /** `waiting`: texts that are still to be read. */
  state(): { items: number; characters: number; waiting: number }
}
