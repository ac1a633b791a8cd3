import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { Database } from './database.ts'
import { unsentTexts } from './unsent.ts'
import { refusedKey } from './update-log.ts'

test('what somebody wrote can be read where its document is not theirs to open any more', async () => {
  const db = new Database('unsent')
  for (const [room, unsent, words] of [
    ['draft/1', 1, 'written while away'],
    ['draft/2', 0, 'the server has this'],
    ['draft/3', 1, ''],
  ] as const) {
    const doc = new Y.Doc()
    doc.getText('body').insert(0, words)
    await db.updates.add({ room, bytes: Y.encodeStateAsUpdate(doc), unsent } as never)
  }
  const refused = { room: 'draft/4', text: 'not taken', refusal: { code: 'forbidden', message: 'no' }, at: 0 }
  await db.meta.put({ key: refusedKey('draft/4'), value: refused })
  expect(await unsentTexts(db)).toEqual([
    { room: 'draft/1', text: 'written while away' },
    { room: 'draft/4', text: 'not taken' },
  ])
  db.close()
})
