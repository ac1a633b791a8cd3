/**
 * What a restore from an older backup has taken from a document, and what of it this device gives back. Its own edits
 * are sent again as they were, with the ids that other devices know them by. When they rest on what the server has lost
 * of others, their words are put where they stood, as far as that place is there. What others wrote is not sent again in
 * this member's name: theirs comes from their own devices, and the whole text as it was is offered to the community.
 */
import * as Y from 'yjs'
import { type Edit, lossBetween } from '#shared/core/text-diff.ts'
import type { Present } from './present.ts'
import { type Change, express, kindOf } from './replay.ts'
import { textOf } from './update-log.ts'

type Spans = Map<number, { from: number; to: number }[]>

export interface Returned {
  /** Our edits, on top of what the server has; absent: it has them all, or they could not be placed. */
  bytes?: Uint8Array
  /** They could not be placed. */
  isStuck: boolean
  /** The server lacks what others wrote. */
  lacksOthers: boolean
}

/**
 * Puts on the server's document what it has lost of ours.
 * @param former everything that the device holds @param ours the updates that were made here
 * @param epoch of the former
 */
export function giveBack(
  former: Y.Doc,
  ours: readonly Uint8Array[],
  epoch: number,
  { doc: onto, epoch: present }: Present,
): Returned {
  const spans = spansIn(ours)
  const had = Y.decodeStateVector(Y.encodeStateVector(onto))
  const lacksOthers =
    epoch === present
      ? [...former.store.clients.keys()].some((client) => isAhead(former, client, had, spans))
      : epoch > present && lossBetween(textOf(former), textOf(onto)).lost > 0
  const made: Uint8Array[] = []
  const collect = (update: Uint8Array): void => void made.push(update)
  onto.on('update', collect)
  const isWhole = former.store.pendingStructs === null
  const isStuck = !resend(ours, onto) && !(isWhole && retell(former, spans, onto, had))
  onto.off('update', collect)
  return {
    isStuck,
    lacksOthers: lacksOthers && textOf(former) !== textOf(onto),
    ...(made.length > 0 ? { bytes: Y.mergeUpdates(made) } : {}),
  }
}

/** As they were. @returns false when they rest on what is not there */
function resend(ours: readonly Uint8Array[], onto: Y.Doc): boolean {
  const trial = new Y.Doc()
  for (const update of [Y.encodeStateAsUpdate(onto), ...ours]) Y.applyUpdate(trial, update)
  const rests = trial.store.pendingStructs !== null
  // Deletions of what is lost are done with.
  trial.store.pendingDs = null
  if (!rests) Y.applyUpdate(onto, Y.encodeStateAsUpdate(trial, Y.encodeStateVector(onto)))
  trial.destroy()
  return !rests
}

/** Our words in the places where they stood in the former text. */
function retell(former: Y.Doc, spans: Spans, onto: Y.Doc, had: ReadonlyMap<number, number>): boolean {
  const isOurs = (client: number, clock: number): boolean =>
    clock >= (had.get(client) ?? 0) && covers(spans, client, clock)
  const changes: Change[] = []
  for (const [name, type] of former.share) {
    const kind = kindOf(type)
    if (kind === 'text') changes.push(textBy(former.getText(name), name, isOurs))
    else if (kind === 'map') changes.push(mapBy(former.getMap(name), name, isOurs))
    else if (kind === 'other' && hasOurs(former.getArray(name), isOurs)) return false
  }
  return express(changes, onto)
}

type IsOurs = (client: number, clock: number) => boolean

/** The text without our words, and our words as insertions into it. */
function textBy(text: Y.Text, name: string, isOurs: IsOurs): Change {
  const edits: Edit[] = []
  let before = ''
  for (const { id, content } of visible(text)) {
    if (!(content instanceof Y.ContentString)) continue
    for (let i = 0; i < content.str.length; i++) {
      const letter = content.str[i]!
      if (!isOurs(id.client, id.clock + i)) before += letter
      else if (edits.at(-1)?.at === before.length) edits.at(-1)!.insert += letter
      else edits.push({ at: before.length, remove: 0, insert: letter })
    }
  }
  return { kind: 'text', name, edits, before, after: text.toString() }
}

function mapBy(map: Y.Map<unknown>, name: string, isOurs: IsOurs): Change {
  const values = new Map<string, unknown>()
  for (const [key, item] of map._map) {
    if (item.deleted || !isOurs(item.lastId.client, item.lastId.clock)) continue
    const value = map.get(key)
    values.set(key, value instanceof Y.AbstractType ? value.clone() : value)
  }
  return { kind: 'map', name, values }
}

function hasOurs(list: Y.Array<unknown>, isOurs: IsOurs): boolean {
  return [...visible(list)].some(({ id }) => isOurs(id.client, id.clock))
}

function* visible(type: Y.Text | Y.Array<unknown>): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) if (!item.deleted) yield item
}

function spansIn(updates: readonly Uint8Array[]): Spans {
  const spans: Spans = new Map()
  for (const update of updates) {
    for (const struct of Y.decodeUpdate(update).structs) {
      if (struct instanceof Y.Skip) continue
      const { client, clock } = struct.id
      const of = spans.get(client) ?? []
      const last = of.at(-1)
      if (last?.to === clock) last.to += struct.length
      else of.push({ from: clock, to: clock + struct.length })
      spans.set(client, of)
    }
  }
  for (const of of spans.values()) of.sort((a, b) => a.from - b.from)
  return spans
}

function covers(spans: Spans, client: number, clock: number): boolean {
  return spans.get(client)?.some(({ from, to }) => clock >= from && clock < to) ?? false
}

/** Does the former hold structs of the client that the server lacks, and that are not ours? */
function isAhead(former: Y.Doc, client: number, had: ReadonlyMap<number, number>, spans: Spans): boolean {
  let clock = had.get(client) ?? 0
  const end = Y.getState(former.store, client)
  for (const { from, to } of spans.get(client) ?? []) {
    if (from <= clock) clock = Math.max(clock, to)
  }
  return clock < end
}
