/**
 * Text as rules read it: what looks the same is the same, however it was written. Full-width letters, compatibility
 * forms and case are made one (NFKC), invisible characters go, look-alikes of other scripts become the Latin letters
 * that they pass for.
 */

/** Zero-width, direction and variation characters, soft hyphens: they are there and nobody sees them. */
const invisible = /\u034f|[\p{Cf}\u115f\u1160\u180e\u3164\uffa0]|[\ufe00-\ufe0f]/gu

const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  ԁ: 'd',
  ո: 'n',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  ı: 'i',
}
const alike = new RegExp(`[${Object.keys(lookAlikes).join('')}]`, 'gu')

export function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .replace(invisible, '')
    .toLowerCase()
    .normalize('NFD')
    .replace(/(?<=[a-z])\p{Mn}+/gu, '')
    .normalize('NFC')
    .replace(alike, (letter) => lookAlikes[letter]!)
}

const isLetter = /[\p{L}\p{N}]/u
const isHan = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

export interface Readings {
  plain: string
  /** Han characters without what was put between them, and Latin letters that stand apart one by one joined. */
  closed: string
}

/** @param text of any kind; it is normalised. */
export function readingsOf(text: string): Readings {
  const plain = normalised(text)
  return { plain, closed: closed(plain) }
}

/** `加 微.信` → `加微信`, `c-a-s-i-n-o tonight` → `casino tonight`. One pass. */
function closed(plain: string): string {
  let out = ''
  let gap = ''
  /** What stands before the gap: a Han character, a letter that stood alone so far, or anything else. */
  let before: 'han' | 'single' | 'other' = 'other'
  let word = ''
  const flush = (): void => {
    if (word === '') return
    const han = isHan.test(word)
    const single = !han && word.length === 1
    const joins = (before === 'han' && han) || (before === 'single' && single)
    out += joins && gap.length <= 4 ? word : gap + word
    before = han ? 'han' : single ? 'single' : 'other'
    gap = ''
    word = ''
  }
  for (const character of plain) {
    if (!isLetter.test(character)) {
      flush()
      gap += character
    } else if (isHan.test(character)) {
      flush()
      word = character
      flush()
    } else {
      word += character
    }
  }
  flush()
  return out + gap
}

/** Does one of the readings have the word? A Latin word has to stand by itself; Han words stand anywhere. */
export function hasWord({ plain, closed }: Readings, normalisedWord: string): boolean {
  return stands(plain, normalisedWord) || stands(closed, normalisedWord)
}

const isLatin = /[a-z0-9]/

function stands(text: string, word: string): boolean {
  if (word === '') return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const opens = !isLatin.test(word[0]!) || at === 0 || !isLatin.test(text[at - 1]!)
    const end = at + word.length
    const closes = !isLatin.test(word.at(-1)!) || end === text.length || !isLatin.test(text[end]!)
    if (opens && closes) return true
  }
  return false
}

/** Web addresses, each as often as it stands there; bare ones too. */
export function linksIn(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .replace(invisible, '')
      .match(/(?:https?:\/\/|www\.)[^\s<>()[\]"'，。）】]{2,300}/giu) ?? []
  )
}

/** The same words in another dress have the same one. Not for secrets. */
export function fingerprint(text: string): string {
  const { closed } = readingsOf(text)
  const letters = closed.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
  let [one, two] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < letters.length; i++) {
    const code = letters.charCodeAt(i)
    one = Math.imul(one ^ code, 2_654_435_761)
    two = Math.imul(two ^ code, 1_597_334_677)
  }
  return `${(one >>> 0).toString(16)}${(two >>> 0).toString(16)}.${letters.length}`
}
