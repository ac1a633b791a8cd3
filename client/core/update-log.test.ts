import { liveQuery } from 'dexie'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type Database, openDatabase } from './database.ts'
import { addEdits, loadLog, unsentRooms } from './update-log.ts'

let db: Database
afterEach(() => db.delete())

function edit(text: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getText('body').insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

test('edits that are added reach whoever watches what is unsent', async () => {
  db = openDatabase('lyceum-test')
  const seen: string[][] = []
  const watching = liveQuery(() => unsentRooms(db)).subscribe((rooms) => seen.push(rooms))
  await expect.poll(() => seen).toEqual([[]])
  await addEdits(db, 'notes/1', 0, [edit('hello')], 0)
  await expect.poll(() => seen).toEqual([[], ['notes/1']])
  watching.unsubscribe()
})

test('edits are in IndexedDB’s hands when the call returns, and need nothing more from the page', async () => {
  db = openDatabase('lyceum-test')
  await db.open()
  void addEdits(db, 'notes/1', 0, [edit('last words')], 0)
  // As if the page went now: whatever is asked after this comes behind it.
  const doc = new Y.Doc()
  await loadLog(db, 'notes/1', doc)
  expect(doc.getText('body').toString()).toBe('last words')
})
