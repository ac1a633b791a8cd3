/**
 * Where the app's words come from. In a built app another module stands in this one's place (vite.config.ts): there each
 * language is a file, and what the first page says another, so that a device fetches what it shows and no more.
 */
import { dictionaries, type Lang } from '#shared/words/index.ts'
import type { Dictionary } from '#shared/words/say.ts'

/** `first`: what the frame and Home say. `rest`: everything else. */
export type WordsPart = 'first' | 'rest'

/** What needs no fetching. */
export const atHand: Readonly<Partial<Record<Lang, Dictionary>>> = dictionaries

export function fetchWords(lang: Lang, _part: WordsPart): Promise<Dictionary> {
  return Promise.resolve(dictionaries[lang])
}
