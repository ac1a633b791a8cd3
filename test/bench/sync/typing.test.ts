import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { createTypist, typedIn } from './typing.ts'

test('what typists send is what Yjs makes of their typing, in whatever order it mixes', () => {
  const doc = new Y.Doc()
  const typists = [createTypist(11), createTypist(222_222_222)]
  for (let i = 0; i < 300; i++) Y.applyUpdate(doc, typists[i % 3 === 0 ? 0 : 1]!.next())
  const text = doc.getText('body').toString()
  expect(text).toHaveLength(300)
  expect(text).toContain('abcdefghijklmnopqrstuvwxyzabc')
  expect(doc.store.pendingStructs).toBeNull()
  // Runs of one client lie side by side, so Yjs keeps them as one.
  expect([...doc.store.clients.values()].map((structs) => structs.length)).toEqual([1, 1])
})

test('characters are found again in what a server makes of several updates', () => {
  const typist = createTypist(7)
  const updates = [typist.next(), typist.next(), typist.next()]
  const doc = new Y.Doc()
  let told: Uint8Array = new Uint8Array()
  doc.on('update', (update: Uint8Array) => {
    told = update
  })
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  for (const update of [told, Y.mergeUpdates(updates)]) {
    const characters = typedIn(update).flatMap(([client, from, to]) =>
      Array.from({ length: to - from }, (_, i) => [client, from + i]),
    )
    expect(characters).toEqual([
      [7, 0],
      [7, 1],
      [7, 2],
    ])
  }
})
