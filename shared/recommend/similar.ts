/**
 * Which short texts say nearly the same: cosine of TF-IDF over words, character pairs and tags. Made for titles, where
 * one word in common may be everything or nothing: words that every question has are left out, what few titles have
 * counts most, and a single common word is enough only if it is most of what was asked.
 */
import { termsOf } from './terms.ts'

export interface Titled {
  id: string
  title: string
  tags: readonly string[]
}

export interface SimilarQuery {
  title: string
  tags: readonly string[]
  /** Supports what the title says; by itself it finds nothing. */
  body: string
}

export interface SimilarText {
  id: string
  /** 0…1 */
  likeness: number
}

export interface SimilarIndex {
  find(query: SimilarQuery, count: number): SimilarText[]
}

const leastLikeness = 0.28
const weights = { title: 1, tag: 0.7, body: 0.25 }
const mostBodyTerms = 60

/** What people ask with, and not about. */
const common = new Set(
  `a about after all also am an and any anybody anyone are as at be been before best but by can could do does for from get
   got has have having help how if in into is it its me my need no not of on one or our please should so some
   somebody someone than that the their them there these they this to up us use using want was way we were what when
   where which while who why will with without would you your`.split(/\s+/),
)

/** The same in 中文, where words are not apart: whatever stands between them is compared. */
const commonParts =
  /什么时候|为什么|怎么办|怎么样|有没有|能不能|可不可以|怎么|怎样|如何|为何|为啥|什么|哪里|哪个|哪些|哪种|是否|可以|应该|能否|请问|请教|我们|你们|他们|大家|有人|一个|一下|这个|那个|问题|时候|关于|[的了吗呢吧啊我你您他她它是]/gu

export function createSimilar(texts: readonly Titled[]): SimilarIndex {
  const rows = texts.map(({ title, tags }) => features(title, tags, ''))
  const holders = new Map<string, number>()
  for (const row of rows) for (const term of row.keys()) holders.set(term, (holders.get(term) ?? 0) + 1)
  // A word that no title has may say much or nothing.
  const rarity = (term: string): number =>
    Math.log(1 + texts.length / (holders.get(term) ?? 1)) * (holders.has(term) ? 1 : 0.5)
  const postings = new Map<string, { row: number; weight: number }[]>()
  rows.forEach((row, at) => {
    const length = lengthOf(row, rarity)
    for (const [term, weight] of row) {
      const list = postings.get(term) ?? []
      list.push({ row: at, weight: (weight * rarity(term)) / length })
      postings.set(term, list)
    }
  })
  return {
    find({ title, tags, body }, count) {
      const asked = features(title, tags, body)
      const titled = new Set(termsIn(title))
      if (titled.size === 0) return []
      const length = lengthOf(asked, rarity)
      const found = new Map<number, { likeness: number; byTitle: boolean }>()
      for (const [term, weight] of asked) {
        for (const { row, weight: its } of postings.get(term) ?? []) {
          const one = found.get(row) ?? { likeness: 0, byTitle: false }
          one.likeness += ((weight * rarity(term)) / length) * its
          one.byTitle ||= titled.has(term)
          found.set(row, one)
        }
      }
      return [...found]
        .filter(([, { likeness, byTitle }]) => byTitle && likeness >= leastLikeness)
        .sort(([a, one], [b, two]) => two.likeness - one.likeness || a - b)
        .slice(0, count)
        .map(([row, { likeness }]) => ({ id: texts[row]!.id, likeness: Math.min(1, likeness) }))
    },
  }
}

function features(title: string, tags: readonly string[], body: string): Map<string, number> {
  const weightByTerm = new Map<string, number>()
  const add = (term: string, weight: number): void => {
    weightByTerm.set(term, Math.max(weightByTerm.get(term) ?? 0, weight))
  }
  for (const term of termsIn(title)) add(term, weights.title)
  for (const tag of tags) for (const term of termsIn(tag)) add(term, weights.tag)
  for (const term of new Set(termsIn(body).slice(0, mostBodyTerms))) add(term, weights.body)
  return weightByTerm
}

function termsIn(text: string): string[] {
  return termsOf(text.replace(commonParts, ' '))
    .filter((term) => !common.has(term))
    .map(singular)
}

/** Enough for English plurals; a wrong cut hurts nobody, since both sides are cut alike. */
function singular(term: string): string {
  if (!/^[a-z]{4,}$/.test(term) || !term.endsWith('s') || term.endsWith('ss') || term.endsWith('us'))
    return term
  return term.endsWith('ies') ? `${term.slice(0, -3)}y` : term.slice(0, -1)
}

function lengthOf(row: ReadonlyMap<string, number>, rarity: (term: string) => number): number {
  let squares = 0
  for (const [term, weight] of row) squares += (weight * rarity(term)) ** 2
  return Math.sqrt(squares) || 1
}
