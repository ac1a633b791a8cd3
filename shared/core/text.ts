/**
 * What the product needs to know about written text in two languages at once: how long it is, how it begins,
 * and how it is spelled in an address. Words are counted where a script writes spaces, characters where it does
 * not; nothing here depends on a dictionary or on the browser's segmenter, so both sides always agree.
 */

/** Scripts that write no spaces between words; each of their characters counts as a word. */
const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
const unspacedCharacter = new RegExp(`[${unspaced}]`, 'gu')
const counted = new RegExp(
  `[${unspaced}]|(?:(?![${unspaced}])[\\p{L}\\p{N}])+(?:['’._-](?:(?![${unspaced}])[\\p{L}\\p{N}])+)*`,
  'gu',
)

/** English words plus characters of 中文; `don't`, `v1.2` and `up-to-date` are one word each. */
export function countWords(text: string): number {
  return text.match(counted)?.length ?? 0
}

/** How much of the text is written in 中文 or Japanese: 0 to 1, of all that `countWords` counts. */
export function unspacedShare(text: string): number {
  const all = countWords(text)
  return all === 0 ? 0 : (text.match(unspacedCharacter)?.length ?? 0) / all
}

/**
 * The beginning of a text on one line, at most `length` characters with its ellipsis. Spaced text is cut between
 * words, unless that would throw away more than a third.
 */
export function excerpt(text: string, length: number): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  const characters = Array.from(line)
  if (characters.length <= length) return line
  const cut = characters.slice(0, length - 1).join('')
  const space = cut.lastIndexOf(' ')
  const next = characters[length - 1]!
  const splitsWord = /[\p{L}\p{N}]/u.test(next) && !next.match(unspacedCharacter)
  const kept = splitsWord && space > (cut.length * 2) / 3 ? cut.slice(0, space) : cut
  // Neither half a flag nor a comma before the ellipsis.
  return `${kept.replace(/(?:\p{M}|\u200d|\ufe0f)+$/u, '').replace(/[\s,;:，、；：]+$/u, '')}…`
}

/**
 * A text as part of an address: letters and digits of every script stay (`React 19 升级指南` → `react-19-升级指南`),
 * Latin accents go, all else becomes a hyphen; at most 80 characters.
 * @param fallback what stands for a text without a single letter or digit, usually an id.
 */
export function slugify(text: string, fallback = ''): string {
  const slug = text
    .normalize('NFKD')
    .replace(/([A-Za-z])\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
  const cut = Array.from(slug.replace(/^-|-$/g, '')).slice(0, 80).join('')
  return cut.replace(/-$/, '') || fallback
}
