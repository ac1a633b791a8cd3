/**
 * Notes, server half: a document for each session that the schedule has, its shadow on the feed, and its earlier
 * versions. Shadow and versions are written when core projects the document (after a pause in the typing).
 */
import type { ServerHalf, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { canTakeNotes, type notes as contract, type NotesRow, notesRoom } from '#shared/features/notes.ts'
import { hasTwins, settleTwins } from '#shared/features/notes-restore.ts'
import { commands } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { firstHead, follow, headOf, mayOpen, putHead, textOf } from './follow.ts'
import { ownNotes } from './own.ts'
import { db, migrations } from './tables.ts'
import { thin, versionOf } from './versions.ts'

export const notes: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    notes_contributor: ['notes'],
    notes_head: ['version'],
    notes_version: ['note_versions', 'version'],
  },
  commands,
  own: ownNotes,
  // Both settings of an event ("public" and "members") show it to every member, and notes are for members.
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: { notes: { audience: () => 'members' }, note_versions: { audience: () => 'members' } },
  documents: {
    notes: {
      access: mayOpen,
      async project(tx, sessionId, changed) {
        // The words that came twice would look like a change, and their going like a loss.
        if (!hasTwins(changed.doc)) return follow(tx, sessionId, changed)
        const { memberIds } = changed
        await tx.later('notes.settle', { sessionId, memberIds }, { key: `notes.settle:${sessionId}` })
      },
    },
  },
  queries: {
    version: {
      access: canTakeNotes,
      async run({ reader, viewer, services }, { sessionId, id }) {
        // What was once in the notes is for those who may read what is in them now.
        const room = notesRoom(sessionId)
        if (!(await services.access(viewer, { kind: 'room', room }, 'read'))) return null
        const version = await versionOf(reader, sessionId, id)
        return version ? { body: version.body } : null
      },
    },
  },
  jobs: { settle, begin, thin: thinAll },
  async start(services) {
    await services.transact(async (tx) => {
      await planNight(tx)
      await tx.later('notes.begin', {}, { key: 'notes.begin' })
    })
  },
}

/** Two brought the same version back at once: one of the two stays. */
async function settle(
  services: Services,
  { sessionId, memberIds }: { sessionId: string; memberIds: string[] },
): Promise<void> {
  await services.transact(async (tx) => {
    // Only to be read, and only within this transaction.
    let doc: Parameters<typeof settleTwins>[0] | undefined
    const sequence = await tx.author(notesRoom(sessionId), (settled) => {
      settleTwins(settled)
      doc = settled
    })
    if (doc) await follow(tx, sessionId, { doc, sequence, memberIds })
  })
}

/** Notes from before there were versions: what they say now is what can be lost. */
async function begin(services: Services): Promise<void> {
  const rows = await services.read((reader) => reader.rows<NotesRow>('notes'))
  for (const { id, data } of rows) {
    if (await services.read((reader) => headOf(reader, id))) continue
    const text = textOf(await services.docOf(notesRoom(id)))
    await services.transact(async (tx) => {
      if (!(await headOf(tx, id))) await putHead(tx, firstHead(id, text, data.sequence, tx.now))
    })
  }
}

async function thinAll(services: Services): Promise<void> {
  await services.transact(planNight)
  const sessions = await services.read((reader) =>
    db(reader).selectFrom('notes_version').select('session_id').distinct().execute(),
  )
  for (const { session_id: sessionId } of sessions) await services.transact((tx) => thin(tx, sessionId))
}

async function planNight(tx: Tx): Promise<void> {
  const night = new Date(tx.now)
  night.setHours(4, 0, 0, 0)
  if (night.getTime() <= tx.now) night.setDate(night.getDate() + 1)
  await tx.later('notes.thin', {}, { at: night.getTime(), key: 'notes.nightly' })
}
