/**
 * A document as one update, for whoever has nothing of it yet. Threads and published texts are opened by many and
 * rarely change: what was encoded for one is kept for the next, until the document is touched.
 */
import * as Y from 'yjs'

const kept = new WeakMap<Y.Doc, Uint8Array>()

/** @param stateVector of the reader; none, or that of an empty document: they have nothing. */
export function stateFor(doc: Y.Doc, stateVector?: Uint8Array): Uint8Array {
  if (stateVector && !isEmpty(stateVector)) return Y.encodeStateAsUpdate(doc, stateVector)
  const known = kept.get(doc)
  if (known) return known
  const update = Y.encodeStateAsUpdate(doc)
  kept.set(doc, update)
  // Not `update`: with a listener to that, each transaction would be encoded once more.
  doc.once('beforeTransaction', () => kept.delete(doc))
  return update
}

function isEmpty(stateVector: Uint8Array): boolean {
  return stateVector.byteLength === 1 && stateVector[0] === 0
}
