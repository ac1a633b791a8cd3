/** Recorded typing (josephg/editing-traces), turned into the Yjs updates that its authors' devices would have made. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'

/** Beside the checkout, where there is one. */
const folder = join(import.meta.dirname, '../../../../shared/data/editing-traces')

export interface Trace {
  text: string
  /** For each author their updates in order. */
  authors: TraceUpdate[][]
}

export interface TraceUpdate {
  update: Uint8Array
  /** What the author had seen when they made it: for each author the clock up to which. */
  seen: number[]
}

interface Recorded {
  endContent: string
  numAgents?: number
  txns: { parents?: number[]; agent?: number; patches: [at: number, deleted: number, inserted: string][] }[]
}

export function tracePath(name: string): string | undefined {
  const path = join(folder, `${name}.json.gz`)
  return existsSync(path) ? path : undefined
}

/** The Yjs client of an author; the same in all rooms. */
export function clientOf(author: number): number {
  return 1_000 + author
}

/**
 * Replays the recording once, each author on a document that stands exactly where theirs stood. @throws when the
 * documents do not end in the recorded text.
 */
export function readTrace(path: string): Trace {
  const recorded = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Recorded
  const authors = recorded.numAgents ?? 1
  const docs = Array.from({ length: authors }, (_, author) => {
    const doc = new Y.Doc()
    doc.clientID = clientOf(author)
    return doc
  })
  const made: TraceUpdate[][] = docs.map(() => [])
  /** How many updates of each author each author's document has. */
  const merged = docs.map(() => docs.map(() => 0))
  const versions: number[][] = []
  for (const [i, { parents = i === 0 ? [] : [i - 1], agent = 0, patches }] of recorded.txns.entries()) {
    const version = docs.map((_, author) =>
      Math.max(0, ...parents.map((parent) => versions[parent]![author]!)),
    )
    const doc = docs[agent]!
    for (const [author, count] of version.entries()) {
      if (author === agent) continue
      for (; merged[agent]![author]! < count; merged[agent]![author]!++) {
        Y.applyUpdate(doc, made[author]![merged[agent]![author]!]!.update)
      }
    }
    const seen = docs.map((_, author) => Y.getState(doc.store, clientOf(author)))
    let update = new Uint8Array()
    doc.once('update', (bytes: Uint8Array) => {
      update = bytes as Uint8Array<ArrayBuffer>
    })
    const text = doc.getText('body')
    doc.transact(() => {
      for (const [at, deleted, inserted] of patches) {
        if (deleted > 0) text.delete(at, deleted)
        if (inserted !== '') text.insert(at, inserted)
      }
    })
    made[agent]!.push({ update, seen })
    version[agent] = made[agent]!.length
    versions.push(version)
  }
  const last = new Y.Doc()
  for (const doc of docs) Y.applyUpdate(last, Y.encodeStateAsUpdate(doc))
  if (last.getText('body').toString() !== recorded.endContent) {
    throw new Error(`${path} does not end in its own text`)
  }
  return { text: recorded.endContent, authors: made }
}
