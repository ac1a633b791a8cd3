/**
 * A text as terms, for comparing what texts are about. Chinese is cut into character pairs, which needs no tokeniser
 * and no dictionary.
 */

/** Beyond this an article's text says nothing new about its subject. */
const mostCharacters = 8_000

/** Words of two letters and more in lower case; runs of Han, kana and Hangul as overlapping pairs. */
export function termsOf(text: string): string[] {
  const terms: string[] = []
  for (const [run] of text
    .slice(0, mostCharacters)
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    for (const [part] of run.matchAll(
      /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]+|[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]{2,}/gu,
    )) {
      if (!/^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u.test(part)) {
        terms.push(part)
        continue
      }
      const characters = [...part]
      if (characters.length === 1) terms.push(part)
      for (let i = 0; i + 1 < characters.length; i++) terms.push(characters[i]! + characters[i + 1]!)
    }
  }
  return terms
}
