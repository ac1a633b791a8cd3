/** "Everything of mine", as this device has it: for when the server cannot be reached. */
import * as Y from 'yjs'
import { type OwnSource, type OwnWords, ownFiles } from '#shared/core/own.ts'
import type { ZipEntry } from '#shared/core/zip.ts'
import type { Database } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import { loadLog } from './update-log.ts'

export function ownBundle(
  db: Database,
  registry: ClientRegistry,
  memberId: string,
  lang: 'zh' | 'en',
  words: OwnWords,
): AsyncIterable<ZipEntry> {
  const source: OwnSource = {
    memberId,
    lang,
    async rows<R>(table: string) {
      const rows = await db.rows.where('[table+id]').between([table, ''], [table, '\uffff']).toArray()
      return rows.map(({ id, data }) => ({ id, data: data as R }))
    },
    async doc(room) {
      const doc = new Y.Doc()
      await loadLog(db, room, doc)
      return doc.share.size > 0 ? doc : undefined
    },
  }
  const parts = Object.values(registry.contracts).flatMap(({ own }) => own ?? [])
  return ownFiles(parts, source, words)
}
