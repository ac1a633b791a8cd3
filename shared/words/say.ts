/** How a word is found and filled, apart from the words: the app has those of one language, and not all at once. */
import type { WordParams } from './index.ts'

/** By feature, then by word. */
export type Dictionary = Readonly<Record<string, Readonly<Record<string, string>>>>

/** @param key `articles.minutes` */
export function sayFrom(words: Dictionary, key: string, params: WordParams = {}): string | undefined {
  const dot = key.indexOf('.')
  const feature = key.slice(0, dot)
  if (!Object.hasOwn(words, feature)) return undefined
  const entries = words[feature]!
  const word = key.slice(dot + 1)
  const one = `${word}_one`
  const form = params.count === 1 && Object.hasOwn(entries, one) ? one : word
  if (!Object.hasOwn(entries, form)) return undefined
  return entries[form]!.replace(/(“?)\{\{(\w+)\}\}/g, (hole, quote: string, name: string) => {
    const value = params[name]
    if (value === undefined) return hole
    return quote + (quote ? nested(String(value)) : String(value))
  })
}

/** Within quotation marks those of the words themselves are single ones, in both languages. */
function nested(value: string): string {
  return value.replaceAll('“', '‘').replaceAll('”', '’')
}
