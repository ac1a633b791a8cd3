/**
 * Shared notes: one Markdown document a session (`notes/<sessionId>`, the text under `body`), written by
 * whoever may see the event. The row is the document's shadow on the feed: who wrote, how much, how it begins.
 *
 * Earlier *versions* of the text are kept: some by time while people write, one before much is lost at once, one before
 * a restore, and those that somebody named. What they are stands on the feed; their text is a query.
 */
import * as v from 'valibot'
import { command, defineContract, query, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { fileName, type OwnFile, type OwnSource } from '../core/own.ts'
import { holds, isMember, type Viewer } from '../core/viewer.ts'

export interface NotesRow {
  /** The session's. */
  id: string
  eventId: string
  excerpt: string
  words: number
  updatedAt: number
  /** Names of those who wrote, in order of their first words. */
  contributors: string[]
  /** Log sequence of the room. */
  sequence: number
}

export interface Writer {
  id: string
  name: string
}

export interface NoteVersionRow {
  id: string
  sessionId: string
  /** When the text last read so. */
  at: number
  words: number
  /** Words that came and went since the version before. */
  added: number
  removed: number
  /** Who wrote since the version before. */
  authors: Writer[]
  /** What it was kept for: while people wrote, before much was lost, before a restore, because somebody named it. */
  reason: 'time' | 'loss' | 'restore' | 'name'
  name: string | null
  namedBy: Writer | null
  /** Right after it much of the text was gone at once. `by`: who wrote in those seconds. */
  loss: { at: number; by: Writer[]; repaired: boolean } | null
}

/** Of the longest version, in UTF-16 code units: bringing it back fits into one update. Longer texts have no history. */
export const longestVersion = 200_000
export const longestVersionName = 80

const id = v.pipe(v.string(), v.uuid())
const sessionId = v.pipe(v.string(), v.minLength(1), v.maxLength(60))
const name = line(longestVersionName)
const lane = (input: { sessionId: string }): string => `notes:${input.sessionId}`

export const notes = defineContract({
  name: 'notes',
  needs: ['events'],
  commands: {
    /** The text travels with the command, so that what is kept is what its author saw, also when they were offline. */
    keep_version: command(
      v.strictObject({
        sessionId,
        id,
        name,
        body: v.pipe(v.string(), v.minLength(1), v.maxLength(longestVersion)),
      }),
      lane,
    ),
    /** `name: null` takes the name away: the version is then thinned out with the others. */
    name_version: command(v.strictObject({ sessionId, id, name: v.nullable(name) }), lane),
    /** Erases all versions, and whatever was deleted from the text, for good. */
    purge: command(v.strictObject({ sessionId }), lane),
  },
  rows: {
    notes: row<NotesRow>('updatedAt', 'eventId'),
    note_versions: row<NoteVersionRow>('sessionId'),
  },
  documents: {
    notes: { writers: 'members', row: 'sessions', roots: { body: 'text', restores: 'map' } },
  },
  queries: {
    /** `null`: there is no such version (any more). */
    version: query<
      v.StrictObjectSchema<{ sessionId: typeof sessionId; id: typeof id }, undefined>,
      { body: string } | null
    >(v.strictObject({ sessionId, id })),
  },
  facts: {},
  own: { files: noteFiles },
})

export function notesRoom(sessionId: string): string {
  return `notes/${sessionId}`
}

/** Notes belong to those who signed in, also where the event itself is public. */
export function canTakeNotes(viewer: Viewer): boolean {
  return isMember(viewer)
}

/** Whoever may write may name a version; a name that it has is changed by who gave it, or by moderators. */
export function canNameVersion(viewer: Viewer, version: Pick<NoteVersionRow, 'name' | 'namedBy'>): boolean {
  if (!canTakeNotes(viewer)) return false
  return version.name === null || version.namedBy?.id === viewer.id || holds(viewer, 'moderator')
}

export function canPurge(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

/** Names of versions are compared so. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

export interface Loss {
  /** Characters without spaces. */
  lost: number
  of: number
}

/** Enough to keep the text as it was before. */
export function isLoss({ lost, of }: Loss): boolean {
  return lost >= 200 || (lost >= 40 && lost * 3 > of)
}

/** Enough to tell everybody. Of a short text nearly everything has to be gone: short texts are often begun anew. */
export function isLargeLoss({ lost, of }: Loss): boolean {
  return lost >= 200 ? lost * 3 > of : lost >= 40 && lost >= of * 0.8
}

/** Notes are written together: all of a session's, and by whom, for those who wrote in them. */
export async function notesFile(
  { rows, doc }: OwnSource,
  notes: Pick<NotesRow, 'id' | 'contributors'>,
): Promise<OwnFile | undefined> {
  const session = (await rows<{ title: string }>('sessions')).find(({ id }) => id === notes.id)
  const opened = await doc(notesRoom(notes.id))
  if (!session || !opened) return undefined
  const { title } = session.data
  return {
    path: `notes/${fileName(title)}.md`,
    title,
    text: `# ${title}\n\n_${notes.contributors.join(', ')}_\n\n${opened.getText('body').toString()}\n`,
  }
}

/** The row names who wrote, and does not say which of two of the same name: the server does. */
async function* noteFiles(source: OwnSource): AsyncGenerator<OwnFile> {
  const members = await source.rows<{ name: string }>('members')
  const name = members.find(({ id }) => id === source.memberId)?.data.name
  for (const { data } of await source.rows<NotesRow>('notes')) {
    if (name === undefined || !data.contributors.includes(name)) continue
    const file = await notesFile(source, data)
    if (file) yield file
  }
}
