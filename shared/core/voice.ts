/** In which of the product's languages people wrote: most of what they write does not say so. */

export type Voice = 'zh' | 'en'

const han = /[\u3400-\u9fff\uf900-\ufaff]/g
const latin = /[A-Za-z]{2,}/g
/** Fewer words may be a name, and those are said as they come. */
const fewestWords = 4
const fewestCharacters = 2

/** The language of a text; `undefined` where a few words do not tell. */
export function voiceOf(text: string): Voice | undefined {
  const characters = text.match(han)?.length ?? 0
  if (characters === 0) return (text.match(latin)?.length ?? 0) >= fewestWords ? 'en' : undefined
  if (characters < fewestCharacters) return undefined
  return characters > (text.match(latin)?.length ?? 0) ? 'zh' : 'en'
}

/** Of a text that says the same in both languages, a paragraph or more each: those in one of them. */
export function inVoice(text: string, voice: Voice): string {
  const own = text.split(/\n\s*\n/).filter((paragraph) => (voiceOf(paragraph) ?? voice) === voice)
  return own.length > 0 ? own.join('\n\n') : text
}
