/**
 * Shared notes: one Markdown document a session (`notes/<sessionId>`, the text under `body`), written by
 * whoever may see the event. The row is the document's shadow on the feed: who wrote, how much, how it begins.
 */
import { defineContract, row } from '../core/contract.ts'
import { isMember, type Viewer } from '../core/viewer.ts'

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

export const notes = defineContract({
  name: 'notes',
  commands: {},
  rows: { notes: row<NotesRow>('updatedAt', 'eventId') },
  documents: { notes: { writers: 'members' } },
  queries: {},
  facts: {},
})

export function notesRoom(sessionId: string): string {
  return `notes/${sessionId}`
}

/** Notes belong to those who signed in, also where the event itself is public. */
export function canTakeNotes(viewer: Viewer): boolean {
  return isMember(viewer)
}
