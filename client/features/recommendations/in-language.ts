import type { ShelfItem } from './shelf.ts'

/** So many places does an item lose that is in a language which its reader does not use. */
export const placesLost = 8

/** `zh-CN` → `zh` */
const base = (lang: string): string => lang.toLowerCase().split('-')[0]!

/** The language of the app, and every other one in which something was met. */
export function languagesOf(app: string, met: readonly Pick<ShelfItem, 'lang'>[]): Set<string> {
  return new Set([app, ...met.map(({ lang }) => lang)].filter((lang) => lang !== '').map(base))
}

/** Best first, as before; what is in an unused language comes a little later. */
export function inLanguage<T extends { item: Pick<ShelfItem, 'lang'> }>(
  ranked: readonly T[],
  used: ReadonlySet<string>,
): T[] {
  return ranked
    .map((entry, at) => {
      const { lang } = entry.item
      // Half a place more: whoever was there before stays in front.
      return { entry, at: lang === '' || used.has(base(lang)) ? at : at + placesLost + 0.5 }
    })
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry)
}
