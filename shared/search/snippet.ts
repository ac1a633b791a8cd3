/** The part of a text that shows why it was found, with the places to mark in it. */
import { bigramsOf, fold } from './fold.ts'
import { type Needle, placesOf } from './query.ts'

export interface Marked {
  text: string
  /** `[from, to]`, in order, apart from each other. */
  marks: [number, number][]
}

/** Characters. */
const shown = 160
const before = 40
const most = 40

/** @param folded of the same text, where it is at hand already */
export function marksIn(
  text: string,
  needles: readonly Needle[],
  folded = fold(text),
  limit = most,
): [number, number][] {
  const found = needles.flatMap((needle) => {
    const places = placesOf(needle, folded, limit)
    if (places.length > 0 || needle.kind !== 'run') return places
    // Not as it stands: then where its bigrams are.
    return bigramsOf(needle.text).flatMap((text) =>
      placesOf({ kind: 'run', text, bigrams: [text] }, folded, 3),
    )
  })
  return merged(found)
}

function merged(places: [number, number][]): [number, number][] {
  const marks: [number, number][] = []
  for (const [from, to] of places.sort((a, b) => a[0] - b[0])) {
    const last = marks.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else marks.push([from, to])
  }
  return marks
}

/** A line of the text around where most of what was looked for stands together; its beginning when nothing does. */
export function snippetOf(text: string, needles: readonly Needle[], folded = fold(text)): Marked {
  const marks = marksIn(text, needles, folded)
  let first = 0
  let best = 0
  for (const [i, [from]] of marks.entries()) {
    let count = 0
    while (i + count < marks.length && marks[i + count]![1] <= from + shown - before) count++
    if (count > best) {
      best = count
      first = i
    }
  }
  const at = marks[first]?.[0] ?? 0
  const start = at <= before ? 0 : startOfWord(text, at - before)
  const end = Math.min(text.length, start + shown)
  return lineOf(text, start, end, marks)
}

/** The marks of a title, which is shown as a whole. */
export function markedTitle(title: string, needles: readonly Needle[]): Marked {
  return { text: title, marks: marksIn(title, needles) }
}

function startOfWord(text: string, at: number): number {
  const space = text.slice(at, at + before).search(/[\s，。；：、！？,;:.]/)
  return space >= 0 && space < before / 2 ? at + space + 1 : at
}

/** Cuts out a part, on one line, and moves the marks with it. */
function lineOf(text: string, start: number, end: number, marks: readonly [number, number][]): Marked {
  let line = start > 0 ? '…' : ''
  const moved: [number, number][] = []
  let mark = marks.findIndex(([, to]) => to > start)
  let open: number | undefined
  for (let i = start; i < end; i++) {
    const current = mark >= 0 ? marks[mark] : undefined
    const character = text[i]!
    const isSpace = /\s/.test(character)
    if (current && i >= current[0] && i < current[1] && open === undefined) open = line.length
    if (!isSpace) line += character
    else if (line !== '' && line !== '…' && !line.endsWith(' ')) line += ' '
    if (current && (i + 1 === current[1] || i + 1 === end) && open !== undefined) {
      if (line.length > open) moved.push([open, line.length])
      open = undefined
      mark++
      if (mark >= marks.length) mark = -1
    }
  }
  return { text: end < text.length ? `${line.trimEnd()}…` : line.trimEnd(), marks: moved }
}
