/**
 * What somebody looks for, understood: words, runs of 中文, and phrases in quotes. All of them have to be found. There
 * are no operators: whatever else is typed is looked for as it stands or passed over.
 */
import { bigramsOf, fold, isWordCharacter, runsOf, stem, termsOf } from './fold.ts'

/** Characters of a question, and parts of it, that count; what is beyond is passed over. */
export const longestQuery = 200
const mostNeedles = 12

export type Needle =
  /** Found where a word begins with `text`, or is its `stem`. */
  | { kind: 'word'; text: string; stem: string }
  /** Found as it stands, or (less well) where all its bigrams are. */
  | { kind: 'run'; text: string; bigrams: string[] }
  /** In quotes: found as it stands and no other way. `terms` as an index of words has them. */
  | { kind: 'phrase'; text: string; terms: string[] }

const quoted = /["“”「」『』]([^"“”「」『』]*)(?:["“”「」『』]|$)/g

export function needlesOf(query: string): Needle[] {
  const text = fold(query.slice(0, longestQuery))
  const needles: Needle[] = []
  const rest = text.replace(quoted, (_, inside: string) => {
    const phrase = inside.replace(/\s+/g, ' ').trim()
    if (runsOf(phrase).length > 0) needles.push({ kind: 'phrase', text: phrase, terms: phraseTerms(phrase) })
    return ' '
  })
  for (const run of runsOf(rest)) {
    needles.push(
      run.unspaced
        ? { kind: 'run', text: run.text, bigrams: bigramsOf(run.text) }
        : { kind: 'word', text: run.text, stem: stem(run.text) },
    )
  }
  const seen = new Set<string>()
  return needles
    .filter(({ kind, text }) => !seen.has(`${kind} ${text}`) && seen.add(`${kind} ${text}`))
    .slice(0, mostNeedles)
}

/** As they follow each other in the index of a text that has the phrase, whatever comes after it. */
function phraseTerms(phrase: string): string[] {
  const terms = termsOf(phrase)
  const last = runsOf(phrase).at(-1)!
  return last.unspaced && Array.from(last.text).length > 1 ? terms.slice(0, -1) : terms
}

/** Where a needle is in a folded text, up to `most` places: `[from, to]`. */
export function placesOf(needle: Needle, folded: string, most: number): [number, number][] {
  const places: [number, number][] = []
  const wanted = needle.kind === 'word' ? needle.stem : needle.text
  for (let at = folded.indexOf(wanted); at >= 0 && places.length < most; ) {
    const end = endOf(needle, folded, at)
    if (end !== undefined) places.push([at, end])
    at = folded.indexOf(wanted, end ?? at + 1)
  }
  return places
}

function endOf(needle: Needle, folded: string, at: number): number | undefined {
  if (needle.kind === 'run') return at + needle.text.length
  const end = at + (needle.kind === 'word' ? needle.stem.length : needle.text.length)
  // A word begins here, and not in the middle of another.
  if (isLetter(folded, at) && isLetter(folded, at - 1)) return undefined
  if (needle.kind === 'phrase') return isLetter(folded, end - 1) && isLetter(folded, end) ? undefined : end
  if (folded.startsWith(needle.text, at)) return wordEnd(folded, at + needle.text.length)
  return isLetter(folded, end) ? undefined : end
}

/** The whole word is marked, of which the beginning was looked for. */
function wordEnd(folded: string, from: number): number {
  let end = from
  while (isLetter(folded, end)) end++
  return end
}

function isLetter(folded: string, at: number): boolean {
  const code = folded.charCodeAt(at)
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
  return isWordCharacter(folded[at])
}
