/**
 * Work made anew on another history of a document. When the server has re-based a room, its document has none of the
 * structs that ours has, so what it has not taken cannot be sent as it is. What can be said again is what was done:
 * these words inserted here, that passage deleted, this key set. Of texts the three versions are merged: the one that
 * both had (`was`), ours, and the present one. Only what our own updates inserted is ever inserted again, so that
 * nothing that was taken away from the document on purpose comes back with it.
 */
import * as Y from 'yjs'
import { type Edit, editsBetween } from '#shared/core/text-diff.ts'

/** Characters that an insertion is moved in search of its like. */
const farthest = 200

type AnyType = Y.Doc['share'] extends Map<string, infer T> ? T : never

type Kind = 'text' | 'map' | 'other'

/** What was done to one root of a document. Of texts: edits of `before`, ascending. */
export type Change =
  | { kind: 'text'; name: string; edits: Edit[]; before: string; after: string }
  | { kind: 'map'; name: string; values: Map<string, unknown> }

/**
 * Makes on `onto` what `updates` did to the document whose state is `was`, in one transaction.
 * @returns false when it cannot be said that way; then nothing was done.
 */
export function replay(was: Uint8Array, updates: readonly Uint8Array[], onto: Y.Doc): boolean {
  const changes = changesBy(was, updates)
  return changes !== undefined && express(changes, onto)
}

/** Makes the changes on a document in one transaction. @returns false when they do not fit it; then nothing was done */
export function express(changes: readonly Change[], onto: Y.Doc): boolean {
  for (const { name, kind } of changes) {
    const present = kindOf(onto.share.get(name))
    if (present !== undefined && present !== kind) return false
  }
  onto.transact(() => {
    for (const change of changes) {
      if (change.kind === 'map') setKeys(onto.getMap(change.name), change.values)
      else editText(onto.getText(change.name), change)
    }
  })
  return true
}

/** @returns undefined when the updates need what is not there, or did what has no words here. */
function changesBy(was: Uint8Array, updates: readonly Uint8Array[]): Change[] | undefined {
  const doc = new Y.Doc()
  const later = new Y.Doc()
  try {
    Y.applyUpdate(doc, was)
    later.transact(() => {
      for (const update of [was, ...updates]) Y.applyUpdate(later, update)
    })
    if (later.store.pendingStructs || later.store.pendingDs) return undefined
    const roots = [...new Set([...doc.share.keys(), ...later.share.keys()])].map((name) => {
      const kind = kindOf(later.share.get(name)) ?? kindOf(doc.share.get(name))
      return { name, kind }
    })
    const changes: Change[] = []
    const watched: (() => boolean)[] = []
    for (const { name, kind } of roots) {
      if (kind === 'text') watched.push(watchText(doc.getText(name), name, changes))
      else if (kind === 'map') watched.push(watchMap(doc.getMap(name), name, changes))
      else if (kind === 'other') watched.push(watchOther(doc.getArray(name)))
    }
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update)
    })
    return watched.every((isExpressed) => isExpressed()) ? changes : undefined
  } finally {
    doc.destroy()
    later.destroy()
  }
}

/** @returns undefined for a root that holds nothing, as far as it can be seen: its kind is whoever asks for it first. */
export function kindOf(type: AnyType | undefined): Kind | undefined {
  if (!type) return undefined
  const { _start: first } = type
  if (type instanceof Y.Text) return 'text'
  if (type instanceof Y.Map || type._map.size > 0) return 'map'
  if (type.constructor !== Y.AbstractType) return 'other'
  for (let item: Y.Item | null = first; item !== null; item = item.right) {
    if (item.content instanceof Y.ContentString) return 'text'
    if (!item.deleted) return 'other'
  }
  return undefined
}

function watchText(text: Y.Text, name: string, changes: Change[]): () => boolean {
  const before = text.toString()
  let isPlain = true
  text.observe((event) => {
    const edits: Edit[] = []
    let at = 0
    for (const { retain, insert, delete: remove, attributes } of event.delta) {
      isPlain &&= attributes === undefined && (insert === undefined || typeof insert === 'string')
      if (retain !== undefined) at += retain
      else {
        edits.push({ at, remove: remove ?? 0, insert: typeof insert === 'string' ? insert : '' })
        at += remove ?? 0
      }
    }
    changes.push({ kind: 'text', name, edits, before, after: text.toString() })
  })
  return () => isPlain
}

function watchMap(map: Y.Map<unknown>, name: string, changes: Change[]): () => boolean {
  const before = map.toJSON()
  map.observeDeep(() => {
    const after = map.toJSON()
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    const values = new Map<string, unknown>()
    for (const key of keys) {
      if (JSON.stringify(before[key]) === JSON.stringify(after[key])) continue
      const value = map.get(key)
      values.set(key, value instanceof Y.AbstractType ? value.clone() : value)
    }
    changes.push({ kind: 'map', name, values })
  })
  return () => true
}

function watchOther(type: Y.Array<unknown>): () => boolean {
  let isSame = true
  type.observeDeep(() => {
    isSame = false
  })
  return () => isSame
}

/** @param values `undefined`: the key was deleted */
function setKeys(map: Y.Map<unknown>, values: ReadonlyMap<string, unknown>): void {
  for (const [key, value] of values) {
    if (value === undefined) map.delete(key)
    else if (value instanceof Y.AbstractType || JSON.stringify(map.get(key)) !== JSON.stringify(value)) {
      map.set(key, value)
    }
  }
}

function editText(text: Y.Text, ours: { edits: Edit[]; before: string; after: string }): void {
  const present = text.toString()
  // The server had taken it after all, and we have not heard of it.
  if (present === ours.after) return
  const edits = mergeEdits(ours.before, ours.edits, editsBetween(ours.before, present))
  for (const { at, remove, insert } of edits.reverse()) {
    if (remove > 0) text.delete(at, remove)
    if (insert !== '') text.insert(at, insert)
  }
}

/**
 * Our edits of a text as edits of what it has become by theirs. What both inserted at the same place is inserted once:
 * our edits may have reached the server without our knowing. Both ascend and are positions in `before`.
 * @returns ascending, positions in the text after theirs, none overlapping
 */
export function mergeEdits(before: string, ours: readonly Edit[], theirs: readonly Edit[]): Edit[] {
  const others = theirs.map((edit) => trimmed(before, edit))
  const merged: Edit[] = []
  for (const [i, edit] of ours.entries()) {
    const [last, next] = [ours[i - 1], ours[i + 1]]
    const within = { from: last ? last.at + last.remove : 0, to: next?.at ?? before.length }
    if (edit.insert !== '') {
      const said = findSaid(before, edit, within, others)
      const insert = said ? said.rest : edit.insert
      if (insert !== '') merged.push({ at: moved(said?.at ?? edit.at, others), remove: 0, insert })
    }
    for (const { from, to } of left(edit.at, edit.at + edit.remove, others)) {
      merged.push({ at: moved(from, others), remove: to - from, insert: '' })
    }
  }
  return merged.sort((a, b) => a.at - b.at)
}

/** The same edit without what it removes and inserts alike, in whole characters. */
function trimmed(before: string, { at, remove, insert }: Edit): Edit {
  const most = Math.min(remove, insert.length)
  let start = 0
  while (start < most && before[at + start] === insert[start]) start++
  if (isHigh(insert[start - 1])) start--
  let end = 0
  while (end < most - start && before[at + remove - 1 - end] === insert[insert.length - 1 - end]) end++
  if (end > 0 && isHigh(insert[insert.length - 1 - end])) end--
  return { at: at + start, remove: remove - start - end, insert: insert.slice(start, insert.length - end) }
}

/** The first half of a character of two units? */
function isHigh(unit: string | undefined): boolean {
  return unit !== undefined && unit >= '\ud800' && unit <= '\udbff'
}

/** Have the others inserted the same here? @returns what they have not of it, and the place behind what they have */
function findSaid(
  before: string,
  edit: Edit,
  within: { from: number; to: number },
  others: readonly Edit[],
): { rest: string; at: number } | undefined {
  for (const { at, insert } of placesOf(before, edit, within)) {
    for (const other of others) {
      if (other.insert === '' || (other.at !== at && other.at + other.remove !== at)) continue
      if (!other.insert.startsWith(insert) && !insert.startsWith(other.insert)) continue
      return { rest: insert.slice(other.insert.length), at: other.at + other.remove }
    }
  }
  return undefined
}

/** Wherever the insertion would read the same: an `a` among others could be any of them. */
function* placesOf(
  before: string,
  { at, insert }: Edit,
  within: { from: number; to: number },
): Generator<{ at: number; insert: string }> {
  yield { at, insert }
  let text = insert
  for (let to = at; to > Math.max(within.from, at - farthest) && before[to - 1] === text.at(-1); ) {
    text = text.at(-1)! + text.slice(0, -1)
    yield { at: --to, insert: text }
  }
  text = insert
  for (let to = at; to < Math.min(within.to, at + farthest) && before[to] === text[0]; ) {
    text = text.slice(1) + text[0]!
    yield { at: ++to, insert: text }
  }
}

/** Where a position is after the others' edits; behind what they inserted there. */
function moved(at: number, others: readonly Edit[]): number {
  let shift = 0
  for (const other of others) {
    const end = other.at + other.remove
    // A replacement right behind it stays behind it.
    if (other.at > at || (other.at === at && other.remove > 0)) break
    shift += other.insert.length - (Math.min(end, at) - other.at)
  }
  return at + shift
}

/** The parts of a range that the others have not removed, and into which they have not inserted. */
function left(from: number, to: number, others: readonly Edit[]): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = []
  let at = from
  for (const other of others) {
    const end = other.at + other.remove
    if (end < at || (end === at && other.remove > 0)) continue
    if (other.at >= to) break
    if (other.at > at) parts.push({ from: at, to: other.at })
    at = Math.max(at, end)
  }
  if (at < to) parts.push({ from: at, to })
  return parts
}
