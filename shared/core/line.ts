/**
 * Names and titles: one line that can be seen. They stand in lists, links and sentences beside what others wrote, so
 * they may neither break lines, nor turn the direction of what follows them, nor look like nothing at all.
 */
import * as v from 'valibot'

/** Controls and separators break lines; overrides, embeddings and isolates turn the writing around. */
const breaks = /[\p{Cc}\u2028\u2029]+/gu
const turns = /[\u202a-\u202e\u2066-\u2069]/gu
/** What a reader sees. Fillers are letters, and a blank of Braille is a sign, by their names alone. */
const seen = /[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u

/** '' for what nobody would see. */
export function lineOf(text: string): string {
  const line = text.replace(breaks, ' ').replace(turns, '').trim()
  return seen.test(line) ? line : ''
}

/** @param longest in UTF-16 units, as fields count them */
export const line = (longest: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(longest),
    v.transform(lineOf),
    // Of what nobody would see nothing is left.
    v.minLength(1),
  )
