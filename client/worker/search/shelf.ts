/**
 * Everything that can be found on this device, in memory, and the search over it: a ranked scan. Looking through the
 * folded text of 2,000 articles takes a few milliseconds, and there is no index to build, to keep or to erase from.
 *
 * All that is looked for has to be in an item, wherever: a title counts more than tags, those more than a text. What is
 * rare counts more than what is common, and of what is alike the newer comes first.
 */
import { fold } from '#shared/search/fold.ts'
import { type Needle, needlesOf, placesOf } from '#shared/search/query.ts'
import { markedTitle, marksIn, snippetOf } from '#shared/search/snippet.ts'
import type { Head, Kind, Part } from '#shared/search/subjects.ts'
import type { Answer, Found, Question } from './types.ts'

interface Field {
  text: string
  folded: string
}

type ShelfPart = Omit<Part, 'text'> & Field

interface Item {
  kind: Kind
  id: string
  title: Field
  tags: readonly string[]
  tagLine: Field
  author: Field
  authorId: string | null
  lead: Field
  at: number
  /** By room, since a thread has several. */
  parts: Map<string, readonly ShelfPart[]>
}

export interface Shelf {
  /** Adds an item, or changes what its row says. */
  put(kind: Kind, id: string, head: Head): void
  remove(kind: Kind, id: string): void
  /** What a room of it holds; `undefined`: it is not on the device any more. */
  setParts(kind: Kind, id: string, room: string, parts: readonly Part[] | undefined): void
  search(question: Question, now: number): Answer
  clear(): void
  /** How much is held. */
  size(): { items: number; characters: number }
}

const weights = { title: 8, tags: 4, author: 3, lead: 2, body: 1 }
/** Of what is only found in pieces. */
const inPieces = 0.3
/** Hits in one text beyond these add nothing. */
const mostHits = 8
const day = 86_400_000
const facets = 8

export function createShelf(): Shelf {
  const items = new Map<string, Item>()
  let characters = 0

  const keyOf = (kind: Kind, id: string): string => `${kind}/${id}`
  const fieldOf = (text: string): Field => {
    characters += text.length
    return { text, folded: fold(text) }
  }
  function release(...fields: readonly Field[]): void {
    for (const { text } of fields) characters -= text.length
  }

  return {
    put(kind, id, head) {
      const known = items.get(keyOf(kind, id))
      if (known) release(known.title, known.tagLine, known.author, known.lead)
      items.set(keyOf(kind, id), {
        kind,
        id,
        title: fieldOf(head.title),
        tags: head.tags,
        tagLine: fieldOf(head.tags.join('\n')),
        author: fieldOf(head.author),
        authorId: head.authorId,
        lead: fieldOf(head.text),
        at: head.at,
        parts: known?.parts ?? new Map(),
      })
    },
    remove(kind, id) {
      const known = items.get(keyOf(kind, id))
      if (!known) return
      release(known.title, known.tagLine, known.author, known.lead, ...[...known.parts.values()].flat())
      items.delete(keyOf(kind, id))
    },
    setParts(kind, id, room, parts) {
      const item = items.get(keyOf(kind, id))
      if (!item) return
      release(...(item.parts.get(room) ?? []))
      if (parts)
        item.parts.set(
          room,
          parts.map((part) => ({ ...part, ...fieldOf(part.text) })),
        )
      else item.parts.delete(room)
    },
    search: (question, now) => searchIn([...items.values()], question, now),
    clear() {
      items.clear()
      characters = 0
    },
    size: () => ({ items: items.size, characters }),
  }
}

interface Hit {
  item: Item
  /** Of each needle. */
  scores: number[]
  score: number
}

function searchIn(items: readonly Item[], question: Question, now: number): Answer {
  const needles = needlesOf(question.text)
  const wanted = items.filter((item) => passes(item, question))
  const hits = needles.length > 0 ? ranked(wanted, needles, now) : newest(wanted, question)
  return {
    found: hits.slice(0, question.limit).map((hit) => show(hit.item, needles)),
    total: hits.length,
    tags: commonest(hits.flatMap(({ item }) => item.tags)),
    authors: commonest(hits.flatMap(({ item }) => (item.authorId === null ? [] : item.authorId))).map(
      (id) => ({ id, name: hits.find(({ item }) => item.authorId === id)!.item.author.text }),
    ),
  }
}

function passes(item: Item, { kinds, tag, authorId, since }: Question): boolean {
  return (
    (kinds === undefined || kinds.includes(item.kind)) &&
    (tag === undefined || item.tags.includes(tag)) &&
    (authorId === undefined || item.authorId === authorId) &&
    (since === undefined || item.at >= since)
  )
}

/** Nothing is looked for: what a filter leaves. */
function newest(items: readonly Item[], { tag, authorId }: Question): Hit[] {
  if (tag === undefined && authorId === undefined) return []
  return items.map((item) => ({ item, scores: [], score: 0 })).sort((a, b) => b.item.at - a.item.at)
}

function ranked(items: readonly Item[], needles: readonly Needle[], now: number): Hit[] {
  const hits: Hit[] = []
  for (const item of items) {
    const scores: number[] = []
    for (const needle of needles) {
      const score = scoreOf(item, needle)
      if (score === 0) break
      scores.push(score)
    }
    if (scores.length === needles.length) hits.push({ item, scores, score: 0 })
  }
  const rarity = needles.map((_, i) => {
    const strong = hits.filter((hit) => hit.scores[i]! >= weights.lead).length
    return Math.log(1 + items.length / (1 + strong)) + 1
  })
  for (const hit of hits) {
    const sum = hit.scores.reduce((all, score, i) => all + score * rarity[i]!, 0)
    hit.score = sum * recency(hit.item.at, now)
  }
  return hits.sort((a, b) => b.score - a.score || b.item.at - a.item.at)
}

/** Light: what is new is preferred among equals, and nothing more. */
function recency(at: number, now: number): number {
  return 1 + 0.15 * 2 ** (-Math.abs(now - at) / (180 * day))
}

function scoreOf(item: Item, needle: Needle): number {
  const whole = scoreAsItStands(item, needle)
  if (whole > 0 || needle.kind !== 'run' || needle.bigrams.length < 2) return whole
  let sum = 0
  for (const text of needle.bigrams) {
    const score = scoreAsItStands(item, { kind: 'run', text, bigrams: [text] })
    if (score === 0) return 0
    sum += score
  }
  return (inPieces * sum) / needle.bigrams.length
}

function scoreAsItStands(item: Item, needle: Needle): number {
  let score = titleScore(item.title, needle)
  score += weights.tags * saturated(countIn(item.tagLine, needle))
  score += weights.author * saturated(countIn(item.author, needle))
  score += weights.lead * saturated(countIn(item.lead, needle))
  let best = 0
  for (const parts of item.parts.values()) {
    for (const part of parts) {
      const count = countIn(part, needle)
      // Long texts have more of everything.
      if (count > 0) best = Math.max(best, saturated(count / (0.5 + part.folded.length / 20_000)))
    }
  }
  return score + weights.body * best
}

function titleScore(title: Field, needle: Needle): number {
  const [first] = placesOf(needle, title.folded, 1)
  if (!first) return 0
  const share = (first[1] - first[0]) / title.folded.length
  return weights.title * (0.75 + 0.5 * share + (first[0] === 0 ? 0.15 : 0))
}

function countIn(field: Field, needle: Needle): number {
  return field.folded === '' ? 0 : placesOf(needle, field.folded, mostHits).length
}

function saturated(count: number): number {
  return count === 0 ? 0 : (2.2 * count) / (count + 1.2)
}

function show(item: Item, needles: readonly Needle[]): Found {
  const { kind, id, title, author, authorId, at, lead } = item
  const part = bestPart(item, needles)
  const inLead = hitsIn(lead, needles)
  const from = part && part.hits > inLead ? part.part : undefined
  const shown = from ?? lead
  return {
    kind,
    id,
    title: markedTitle(title.text, needles),
    snippet: shown.text === '' ? undefined : snippetOf(shown.text, needles, shown.folded),
    tags: item.tags.filter((tag) => marksIn(tag, needles).length > 0),
    author: from?.author || author.text,
    authorId: from?.authorId ?? authorId,
    at: from?.at || at,
    number: from?.number,
    fromBody: from !== undefined,
    onlyBody: needles.some((needle) => !isInHead(item, needle)),
  }
}

function isInHead({ title, tagLine, author, lead }: Item, needle: Needle): boolean {
  return [title, tagLine, author, lead].some((field) => countIn(field, needle) > 0)
}

function hitsIn(field: Field, needles: readonly Needle[]): number {
  return needles.filter((needle) => {
    if (countIn(field, needle) > 0) return true
    return needle.kind === 'run' && needle.bigrams.some((bigram) => field.folded.includes(bigram))
  }).length
}

/** The part that has most of what was looked for. */
function bestPart(item: Item, needles: readonly Needle[]): { part: ShelfPart; hits: number } | undefined {
  let best: { part: ShelfPart; hits: number } | undefined
  for (const part of [...item.parts.values()].flat()) {
    const hits = hitsIn(part, needles)
    if (hits > (best?.hits ?? 0)) best = { part, hits }
  }
  return best
}

function commonest(values: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, facets)
    .map(([value]) => value)
}
