/** Versions as they will be once the server has what waits in the outbox. */
import type { ClientHalf, RowPatch } from '#client/core/feature.ts'
import { countWords } from '#shared/core/text.ts'
import type { notes as contract, NoteVersionRow, Writer } from '#shared/features/notes.ts'

type Named = { data: Record<string, unknown> } | undefined

function patch(id: string, data: Partial<NoteVersionRow>): RowPatch {
  return { table: 'note_versions', id, data: data as Record<string, unknown> }
}

function writer(id: string, row: Named): Writer {
  return { id, name: typeof row?.data.name === 'string' ? row.data.name : '' }
}

export const overlays: ClientHalf<typeof contract>['overlays'] = {
  keep_version: {
    rows({ id, sessionId, name, body }, entry, existing, memberId) {
      const me = writer(memberId, existing('members', memberId))
      return [
        patch(id, {
          id,
          sessionId,
          at: entry.at,
          words: countWords(body),
          added: 0,
          removed: 0,
          authors: [me],
          reason: 'name',
          name,
          namedBy: me,
          loss: null,
        }),
      ]
    },
  },
  name_version: {
    rows({ id, name }, _entry, existing, memberId) {
      const version = existing('note_versions', id)?.data as NoteVersionRow | undefined
      if (!version) return []
      const me = writer(memberId, existing('members', memberId))
      return [patch(id, { name, namedBy: name === null ? null : (version.namedBy ?? me) })]
    },
  },
  // What it erases is gone when the server says so, and not before.
  purge: {},
}
