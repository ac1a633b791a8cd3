/** Naming versions, and erasing them. */
import type { Act, CommandHandler, ServerHalf } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import {
  canNameVersion,
  canPurge,
  type notes as contract,
  type NotesRow,
  nameKey,
  notesRoom,
} from '#shared/features/notes.ts'
import { eventOf, firstHead, headOf, mayOpen, publishNotes, putHead, textOf } from './follow.ts'
import { db } from './tables.ts'
import { addVersion, dropVersions, publishVersion, thin, versionOf } from './versions.ts'

type Commands = ServerHalf<typeof contract>['commands']
type Input<K extends keyof Commands> = Commands[K] extends CommandHandler<infer I> ? I : never

/** Of one session: names, and characters of all that are named. */
const bounds = { count: 50, size: 3_000_000 }

async function mayWrite({ tx, viewer }: Act, sessionId: string): Promise<Result<unknown>> {
  const may = (await tx.mayRead(viewer, 'sessions', sessionId)) && (await mayOpen(tx, viewer, sessionId))
  return may ? ok() : refuse('not_found', 'there are no such notes')
}

async function nameFree({ tx }: Act, sessionId: string, id: string, name: string): Promise<Result<unknown>> {
  const named = await db(tx)
    .selectFrom('notes_version')
    .select(['id', 'name', 'size'])
    .where('session_id', '=', sessionId)
    .where('name', 'is not', null)
    .where('id', '!=', id)
    .execute()
  if (named.some((version) => nameKey(version.name!) === nameKey(name))) {
    return refuse('conflict', 'another version has this name', { field: 'name', reason: 'notes.name_taken' })
  }
  if (named.length >= bounds.count || named.reduce((sum, { size }) => sum + size, 0) > bounds.size) {
    return refuse('conflict', 'too many versions have names', { reason: 'notes.names_full' })
  }
  return ok()
}

export const commands: Commands = {
  keep_version: {
    async allow(act, input: Input<'keep_version'>) {
      const allowed = await mayWrite(act, input.sessionId)
      return allowed.ok ? nameFree(act, input.sessionId, input.id, input.name) : allowed
    },
    async handle({ tx, viewer }, { sessionId, id, name, body }) {
      if (body.trim() === '') {
        return refuse('invalid', 'there is nothing to keep', {
          field: 'body',
          reason: 'notes.nothing_to_keep',
        })
      }
      const taken = await db(tx)
        .selectFrom('notes_version')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst()
      if (taken) return refuse('conflict', 'a version has this id', { field: 'id' })
      const head = await headOf(tx, sessionId)
      // Whatever else its author's device holds, the server vouches for no other writers than of the text it knows.
      const authorIds = head?.body === body ? (JSON.parse(head.author_ids) as string[]) : [viewer.id]
      const version = { id, at: tx.now, body, name, namedBy: viewer.id, reason: 'name' as const }
      await addVersion(tx, sessionId, { ...version, authorIds })
      if (head?.body === body) await putHead(tx, firstHead(sessionId, body, head.sequence, tx.now))
      return ok()
    },
  },
  name_version: {
    async allow(act, { sessionId, id, name }: Input<'name_version'>) {
      const allowed = await mayWrite(act, sessionId)
      if (!allowed.ok) return allowed
      const version = await versionOf(act.tx, sessionId, id)
      if (!version)
        return refuse('gone', 'there is no such version any more', { reason: 'notes.version_gone' })
      const namedBy = version.named_by === null ? null : { id: version.named_by, name: '' }
      if (!canNameVersion(act.viewer, { name: version.name, namedBy })) {
        return refuse('forbidden', 'somebody else named it', { reason: 'notes.name_not_yours' })
      }
      return name === null ? ok() : nameFree(act, sessionId, id, name)
    },
    async handle({ tx, viewer }, { sessionId, id, name }) {
      const version = (await versionOf(tx, sessionId, id))!
      // A moderator who puts a name right does not become the one who gave it.
      const namedBy = name === null ? null : (version.named_by ?? viewer.id)
      const named = { name, named_by: namedBy }
      await db(tx).updateTable('notes_version').set(named).where('id', '=', id).execute()
      await publishVersion(tx, { ...version, ...named })
      if (name === null) await thin(tx, sessionId)
      return ok()
    },
  },
  purge: {
    async allow(act, { sessionId }: Input<'purge'>) {
      if (!canPurge(act.viewer)) return refuse('forbidden', 'only moderators erase the history')
      return mayWrite(act, sessionId)
    },
    async handle({ tx }, { sessionId }) {
      const versions = await db(tx)
        .selectFrom('notes_version')
        .select('id')
        .where('session_id', '=', sessionId)
        .execute()
      await dropVersions(
        tx,
        versions.map((version) => version.id),
      )
      const event = await eventOf(tx, sessionId)
      if (!event || !(await tx.row<NotesRow>('notes', sessionId))) return ok()
      let text = ''
      const sequence = await tx.rebase(notesRoom(sessionId), (from, to) => {
        text = textOf(from)
        to.getText('body').insert(0, text)
      })
      await putHead(tx, firstHead(sessionId, text, sequence, tx.now))
      await publishNotes(tx, event, sessionId, { text, sequence, memberIds: [] })
      return ok()
    },
  },
}
