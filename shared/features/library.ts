/**
 * What a member keeps for themselves: what they want to read, when to be reminded of it, and what they marked in texts.
 * It lies in their private rooms (`me/<memberId>/library`, `me/<memberId>/highlights`), which their devices share and
 * nobody else may open; whoever shares nothing has it on this device alone. There is nothing to command.
 */
import * as v from 'valibot'
import { defineContract } from '../core/contract.ts'
import { fileName, type OwnFile, type OwnSource } from '../core/own.ts'
import type { Anchor } from '../marks/anchor.ts'
import type { ArticleRow } from './articles.ts'
import type { LessonRow } from './courses.ts'

/** By item: `article:<id>` …, or `link:<address>` for a page elsewhere. */
export interface Saved {
  /** When it was put on the list. */
  at: number
  /** When it was ticked off; `null`: still to read. */
  readAt: number | null
  /** Epoch ms; `null`: no reminder. */
  remindAt: number | null
  /** What a page elsewhere is called; what is of this community has its name on the feed. */
  title?: string
}

const longestAddress = 2_000

/** Under what a page elsewhere stands on the list; `undefined` for what is no address of one. */
export function linkItem(address: string): string | undefined {
  return addressOf(`link:${address}`) && `link:${address}`
}

/** Where a page elsewhere is. */
export function addressOf(item: string): string | undefined {
  const address = item.startsWith('link:') ? item.slice(5) : ''
  return /^https?:\/\//i.test(address) && address.length <= longestAddress && URL.canParse(address)
    ? address
    : undefined
}

export const markColours = ['yellow', 'green', 'blue', 'pink'] as const
export type MarkColour = (typeof markColours)[number]

/** A highlight, with or without a note. By its id, in the map `marks` of `me/<memberId>/highlights`. */
export interface Mark extends Anchor {
  /** `article:<id>` or `lesson:<id>` */
  item: string
  colour: MarkColour
  /** Markdown; may be ''. */
  note: string
  at: number
}

export const library = defineContract({
  name: 'library',
  always: true,
  commands: {},
  rows: {},
  documents: {},
  queries: {},
  facts: {},
  own: { files: markFiles },
})

const time = v.pipe(v.number(), v.finite())
const savedSchema = v.object({
  at: time,
  readAt: v.nullable(time),
  remindAt: v.nullable(time),
  title: v.optional(v.string()),
})
const markSchema = v.object({
  item: v.string(),
  colour: v.picklist(markColours),
  note: v.string(),
  at: time,
  quote: v.string(),
  before: v.string(),
  after: v.string(),
  start: time,
})

/** A private room holds whatever its member's programs wrote into it. */
export const isSaved = (value: unknown): value is Saved => v.is(savedSchema, value)
export const isMark = (value: unknown): value is Mark => v.is(markSchema, value)

/** Highlights and notes as people read them, a file for each text. */
async function* markFiles({ memberId, doc, rows }: OwnSource): AsyncGenerator<OwnFile> {
  const room = await doc(`me/${memberId}/highlights`)
  const marks = Object.values(room?.getMap('marks').toJSON() ?? {}).filter(isMark)
  if (marks.length === 0) return
  const titles = new Map<string, string>()
  for (const { id, data } of await rows<ArticleRow>('articles')) titles.set(`article:${id}`, data.title)
  for (const { id, data } of await rows<LessonRow>('lessons')) titles.set(`lesson:${id}`, data.title)
  for (const item of new Set(marks.map((mark) => mark.item))) {
    const title = titles.get(item) ?? item
    const text = marksAsMarkdown(
      title,
      marks.filter((mark) => mark.item === item),
    )
    yield { path: `highlights/${fileName(title)}.md`, title, text }
  }
}

/** In the order of the text. */
export function marksAsMarkdown(title: string, marks: readonly Mark[]): string {
  const parts = inTextOrder(marks).map(({ quote, note }) => {
    const quoted = quote
      .trim()
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n')
    return note.trim() === '' ? quoted : `${quoted}\n\n${note.trim()}`
  })
  return `# ${title}\n\n${parts.join('\n\n---\n\n')}\n`
}

export function inTextOrder<M extends Pick<Mark, 'start' | 'at'>>(marks: readonly M[]): M[] {
  return [...marks].sort((a, b) => a.start - b.start || a.at - b.at)
}

/** To read, those with a reminder that is due first, then the latest; what was read comes apart, the latest first. */
export function readingList(
  saved: ReadonlyMap<string, Saved>,
  now: number,
): { due: string[]; toRead: string[]; read: string[] } {
  const all = [...saved]
  const isDue = ({ readAt, remindAt }: Saved): boolean =>
    readAt === null && remindAt !== null && remindAt <= now
  return {
    due: all
      .filter(([, each]) => isDue(each))
      .sort(([, a], [, b]) => a.remindAt! - b.remindAt!)
      .map(([item]) => item),
    toRead: all
      .filter(([, each]) => each.readAt === null && !isDue(each))
      .sort(([, a], [, b]) => b.at - a.at)
      .map(([item]) => item),
    read: all
      .filter(([, each]) => each.readAt !== null)
      .sort(([, a], [, b]) => b.readAt! - a.readAt!)
      .map(([item]) => item),
  }
}

/** Nine in the morning where the reader is: tomorrow, or on the next Monday. */
export function remindAt(when: 'tomorrow' | 'week', now: Date): number {
  const day = new Date(now)
  day.setHours(9, 0, 0, 0)
  const days = when === 'tomorrow' ? 1 : (8 - now.getDay()) % 7 || 7
  day.setDate(day.getDate() + days)
  return day.getTime()
}
