/** What another app has shared to this one: a title, some words, an address; and what of it goes where. */

export interface Shared {
  title: string
  /** Without the address, where that was all or the end of it: many apps put it there. */
  text: string
  link: string
}

const addressAtEnd = /(?:^|\s)(https?:\/\/\S+)\s*$/
const longestTitle = 120

export function sharedOf(given: { title?: string; text?: string; url?: string }): Shared {
  const text = (given.text ?? '').trim()
  const found = addressAtEnd.exec(text)?.[1]
  const link = addressOf(given.url) ?? addressOf(found) ?? ''
  const rest =
    found !== undefined && addressOf(found) === link ? text.slice(0, text.lastIndexOf(found)) : text
  return { title: (given.title ?? '').trim(), text: rest.trim(), link }
}

/** A name for what is made of it: its own, or else its first line, or where it is from. */
export function titleOf(shared: Shared): string {
  const line = shared.text.split('\n')[0]?.trim() ?? ''
  const title = shared.title || line || (shared.link && new URL(shared.link).host)
  return title.length > longestTitle ? `${title.slice(0, longestTitle - 1).trimEnd()}…` : title
}

/** In Markdown: the words, and below them where they are from. */
export function bodyOfShared(shared: Shared): string {
  const name = shared.title.replace(/[[\]\\]/g, '\\$&')
  const link = shared.link && (name ? `[${name}](<${shared.link}>)` : `<${shared.link}>`)
  return [shared.text, link].filter(Boolean).join('\n\n')
}

/** The path of a page of this community; '' for all others. */
export function pathWithin(link: string, origin: string): string {
  if (!link) return ''
  const url = new URL(link)
  return url.origin === origin ? url.pathname + url.search + url.hash : ''
}

function addressOf(text: string | undefined): string | undefined {
  const given = (text ?? '').trim()
  return /^https?:\/\//i.test(given) && URL.canParse(given) ? new URL(given).href : undefined
}
