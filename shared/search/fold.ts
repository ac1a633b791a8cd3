/**
 * How a text reads to a search: without case, accents and wide forms, character for character, so that a place in the
 * folded text is the same place in the text as it was written. Words of 中文 and Japanese, which are written without
 * spaces, are known by their *bigrams*, each pair of neighbouring characters; those of other scripts as they stand,
 * and without the plural's s.
 */

/** Accented letters of Latin, full-width forms and the ideographic space. */
const foldable = /[\u00c0-\u024f\u1e00-\u1eff\u3000\uff01-\uff5e]/g
const folds = new Map<string, string>()

function foldCharacter(character: string): string {
  let folded = folds.get(character)
  if (folded === undefined) {
    const plain = character.normalize('NFKD').charAt(0)
    folded = /[\u0020-\u007e]/.test(plain) ? plain : character
    folds.set(character, folded)
  }
  return folded
}

/** Of the same length as what was given. */
export function fold(text: string): string {
  const plain = text.replace(foldable, foldCharacter)
  const lower = plain.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from({ length: plain.length }, (_, i) => {
    const one = plain[i]!.toLowerCase()
    return one.length === 1 ? one : plain[i]!
  }).join('')
}

/** Scripts that write no spaces between words. */
const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
const unspacedRun = new RegExp(`[${unspaced}]+`, 'u')
const runs = new RegExp(`[${unspaced}]+|(?:(?![${unspaced}])[\\p{L}\\p{N}])+`, 'gu')
const wordCharacter = new RegExp(`(?![${unspaced}])[\\p{L}\\p{N}]`, 'u')

export interface Run {
  text: string
  /** Of a script without spaces. */
  unspaced: boolean
}

/** Words, and runs of characters without spaces, of a folded text. */
export function runsOf(folded: string): Run[] {
  return (folded.match(runs) ?? []).map((text) => ({ text, unspaced: unspacedRun.test(text) }))
}

/** Does a word of a script with spaces go on through this character? */
export function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && wordCharacter.test(character)
}

/** `hooks` and `hook` are one word; `css`, `js` and `class` stay what they are. */
export function stem(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

export function bigramsOf(run: string): string[] {
  const characters = Array.from(run)
  if (characters.length < 2) return characters
  return characters.slice(1).map((character, i) => characters[i]! + character)
}

/**
 * What an index of words knows of a text, in its order: stems, and bigrams with the last character of each run after
 * them, so that every character begins a term.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = []
  for (const run of runsOf(fold(text))) {
    if (!run.unspaced) {
      terms.push(stem(run.text))
      continue
    }
    const bigrams = bigramsOf(run.text)
    terms.push(...bigrams)
    if (Array.from(run.text).length > 1) terms.push(Array.from(run.text).at(-1)!)
  }
  return terms
}
