/**
 * Search, as far as the server is asked: what members wrote that is not on the device. What is on it is found there,
 * by the same words (shared/search), and without asking anybody.
 */
import * as v from 'valibot'
import { defineContract, query } from '../core/contract.ts'
import { longestQuery } from '../search/query.ts'
import type { Marked } from '../search/snippet.ts'
import { type Kind, kinds } from '../search/subjects.ts'

/** What one answer holds at most. */
export const mostFound = 20
/** Questions a minute: of a member; and of all guests together. */
export const askedPerMinute = { member: 90, guests: 600 }

export interface FoundElsewhere {
  kind: Kind
  id: string
  title: Marked
  snippet: Marked | undefined
  author: string
  at: number
  /** Of the post that it was found in. */
  number?: number | undefined
  path: string
}

export type SearchAnswer =
  | { ok: true; found: FoundElsewhere[] }
  /** Too many questions; may be asked again in so many seconds. `building`: what there is has not been read yet. */
  | { ok: false; reason: 'too_many' | 'building'; seconds: number }

const question = v.strictObject({
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(longestQuery)),
  kinds: v.optional(v.pipe(v.array(v.picklist(kinds)), v.maxLength(kinds.length))),
  tag: v.optional(v.pipe(v.string(), v.maxLength(40))),
  authorId: v.optional(v.pipe(v.string(), v.maxLength(60))),
  /** Epoch ms. */
  since: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))),
})

export type ServerQuestion = v.InferOutput<typeof question>

export const search = defineContract({
  name: 'search',
  always: true,
  commands: {},
  rows: {},
  documents: {},
  queries: { find: query<typeof question, SearchAnswer>(question) },
  facts: {},
})
