/**
 * Bringing an earlier text back is an edit like any other: the smallest one that makes the shared text read so again,
 * on the device, with or without a network. Two people may do that at the same time, each before hearing of the other;
 * then the same words would come twice. So a restore leaves a mark in the document, in the same transaction: which
 * version, how many restores of it its author knew of (the *round*), and which Yjs items it brought. Marks of one
 * version and one round were made without knowledge of each other. Of their items those of one restore stay, the
 * server takes the others away.
 */
import * as Y from 'yjs'
import { spliceToward } from '../core/text-diff.ts'

interface Mark {
  version: string
  round: number
  client: number
  /** Clocks of the inserted items, `to` not included. */
  from: number
  to: number
}

/** Root of the document that holds the marks. */
export const restoresRoot = 'restores'
/** Beyond these the marks are begun anew. */
const mostMarks = 100

/** Makes the body read as the version did. @returns whether it read otherwise before. */
export function restoreText(doc: Y.Doc, version: { id: string; body: string }): boolean {
  const text = doc.getText('body')
  return doc.transact(() => {
    const from = Y.getState(doc.store, doc.clientID)
    if (!spliceToward(text, version.body)) return false
    const to = Y.getState(doc.store, doc.clientID)
    const known = marksOf(doc)
    if (known.size >= mostMarks) for (const key of known.keys()) doc.getMap(restoresRoot).delete(key)
    const rounds = [...known.values()].filter((mark) => mark.version === version.id).map((mark) => mark.round)
    const mark: Mark = {
      version: version.id,
      round: Math.max(0, ...rounds.map((round) => round + 1)),
      client: doc.clientID,
      from,
      to,
    }
    doc.getMap(restoresRoot).set(`${version.id} ${mark.round} ${mark.client} ${from}`, mark)
    return true
  }, restoreText)
}

/** Keys of the restores that the document knows of. */
export function restoresIn(doc: Y.Doc): string[] {
  return [...marksOf(doc).keys()]
}

/** Were there restores that did not know of each other? */
export function hasTwins(doc: Y.Doc): boolean {
  return twinsOf(marksOf(doc)).length > 0
}

/** Takes away what twins of a restore brought again. @returns whether there were any. */
export function settleTwins(doc: Y.Doc): boolean {
  const groups = twinsOf(marksOf(doc))
  const text = doc.getText('body')
  doc.transact(() => {
    for (const group of groups) {
      // The one of which the most is left stays: another may have been deleted since.
      const weighed = group.map(([key, mark]) => ({ key, mark, alive: lengthOf(cutsOf(text, mark)) }))
      weighed.sort((a, b) => b.alive - a.alive || (a.key < b.key ? -1 : 1))
      for (const { key, mark } of weighed.slice(1)) {
        for (const { at, length } of cutsOf(text, mark).reverse()) text.delete(at, length)
        doc.getMap(restoresRoot).delete(key)
      }
    }
  })
  return groups.length > 0
}

/** Anybody can write anything into the document: only what is a mark counts. */
function marksOf(doc: Y.Doc): Map<string, Mark> {
  const marks = new Map<string, Mark>()
  for (const [key, value] of doc.getMap(restoresRoot)) {
    if (isMark(value)) marks.set(key, value)
    if (marks.size > mostMarks) break
  }
  return marks
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false
  const { version, round, client, from, to } = value as Record<string, unknown>
  return typeof version === 'string' && [round, client, from, to].every(Number.isSafeInteger)
}

function twinsOf(marks: Map<string, Mark>): [string, Mark][][] {
  const groups = new Map<string, [string, Mark][]>()
  for (const [key, mark] of marks) {
    const name = `${mark.version} ${mark.round}`
    groups.set(name, [...(groups.get(name) ?? []), [key, mark]])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

interface Cut {
  at: number
  length: number
}

/** Where in the text those items of a restore are that nobody has deleted since. */
function cutsOf(text: Y.Text, { client, from, to }: Mark): Cut[] {
  const cuts: Cut[] = []
  let at = 0
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    const start = Math.max(from, item.id.clock)
    const end = Math.min(to, item.id.clock + item.length)
    if (item.id.client === client && start < end)
      cuts.push({ at: at + start - item.id.clock, length: end - start })
    at += item.length
  }
  return cuts
}

function lengthOf(cuts: Cut[]): number {
  return cuts.reduce((sum, cut) => sum + cut.length, 0)
}
