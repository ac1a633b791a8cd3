/**
 * In what items lie: a root, a type of the document or a new one; of what sort it is, what may lie in it, and how deep it
 * is itself.
 */
import * as Y from 'yjs'
import { type Found, type Holder, kinds, type Struct, types, UnusableUpdate } from './structs.ts'

export type Shape = keyof typeof types

/** What each root of a document is, where that is known. */
export type Roots = Readonly<Record<string, Shape>>

/** Garbage of Yjs, or what becomes it. */
export function isGone(struct: Found | undefined): struct is Y.GC {
  if (struct === undefined || struct instanceof Y.Item) return false
  return struct instanceof Y.GC || struct.holder === null
}

export function holderOf(item: Y.Item | Struct): Holder {
  return item instanceof Y.Item ? (item.parent as Y.AbstractType<unknown>) : item.holder
}

export function keyOf(item: Y.Item | Struct): string | null {
  return item instanceof Y.Item ? item.parentSub : item.key
}

/** The type that an item holds; `null` when it has been deleted for good. */
export function typeOf(item: Found): Holder {
  if (isGone(item)) return null
  if (item instanceof Y.Item) {
    if (item.content instanceof Y.ContentType) return item.content.type
    if (item.content instanceof Y.ContentDeleted) return null
  } else {
    if (item.kind === kinds.type) return item
    if (item.kind === kinds.deleted) return null
  }
  throw misplaced()
}

export function depthOf(holder: Holder): number {
  if (holder === null || typeof holder === 'string') return 0
  if (!(holder instanceof Y.AbstractType)) return holder.depth
  let depth = 0
  for (let item = holder._item; item; item = (item.parent as Y.AbstractType<unknown>)._item) depth++
  return depth
}

/** A text holds characters, a list values, a map what has a key. @throws UnusableUpdate */
export function checkShape({ holder, key, kind }: Struct, doc: Y.Doc, roots: Roots | undefined): void {
  const shape = shapeOf(holder, doc, roots)
  if (shape === undefined || kind === kinds.deleted) return
  const good = shape === types.map ? key !== null && kind !== kinds.string : key === null
  if (!good || (kind === kinds.string) !== (shape === types.text)) throw misplaced()
}

function shapeOf(holder: Holder, doc: Y.Doc, roots: Roots | undefined): number | undefined {
  if (holder === null) return undefined
  if (typeof holder === 'string') return declared(holder, roots)
  if (!(holder instanceof Y.AbstractType)) return holder.type
  if (holder._item === null) {
    for (const name in roots) if (doc.share.get(name) === holder) return declared(name, roots)
    return undefined
  }
  if (holder instanceof Y.Map) return types.map
  if (holder instanceof Y.Array) return types.array
  return holder instanceof Y.Text ? types.text : undefined
}

function declared(root: string, roots: Roots | undefined): number | undefined {
  const shape = roots && Object.hasOwn(roots, root) ? roots[root] : undefined
  return shape && types[shape]
}

export function misplaced(): UnusableUpdate {
  return new UnusableUpdate('the update puts something where it does not belong')
}
