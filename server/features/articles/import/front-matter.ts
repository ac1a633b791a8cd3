/** What a Markdown file says about itself: its front matter, in the spellings that site generators use, and its path. */
import { parse } from 'yaml'
import { headlineOf } from '#server/core/import/headline.ts'
import type { Opening } from '#shared/core/opening.ts'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { excerpt } from '#shared/core/text.ts'

export interface Source {
  title: string
  /** Epoch milliseconds; `null` when neither front matter nor path has a date. */
  date: number | null
  updated: number | null
  /** Names as written; '' when there are none. */
  author: string
  description: string
  tags: string[]
  lang: 'zh' | 'en' | null
  opening: Opening
  /** As the author wants it, or from the path; not yet free of what addresses cannot hold. */
  slug: string
  body: string
  remarks: string[]
}

/**
 * @param path within the folder, with slashes.
 * @returns why the file cannot be an article, as one line.
 */
export function readSource(bytes: Uint8Array, path: string): Result<Source, string> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
  } catch {
    return fail('it is not valid UTF-8')
  }
  if (text.includes('\0')) return fail('it is not text')
  if (text.startsWith('+++')) return fail('its front matter is TOML; only YAML is read')
  const split = /^---[ \t]*\n([\s\S]*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text)
  if (!split && text.startsWith('---\n') && /^---\n\s*\w+:/.test(text))
    return fail('its front matter has no end')

  let matter: unknown = {}
  try {
    matter = split ? (parse(split[1]!) ?? {}) : {}
  } catch (error) {
    return fail(`its front matter is broken: ${(error as Error).message.split('\n')[0]}`)
  }
  if (typeof matter !== 'object' || Array.isArray(matter))
    return fail('its front matter is not a list of keys')
  return describe(matter as Record<string, unknown>, text.slice(split?.[0].length ?? 0), path)
}

function describe(matter: Record<string, unknown>, text: string, path: string): Result<Source, string> {
  const get = (...keys: string[]): unknown => keys.map((key) => matter[key]).find((value) => value != null)
  const remarks: string[] = []
  if (get('draft') === true || get('published') === false) return fail('it is a draft')

  const top = headlineOf(text)
  const title = line(get('title')) || top?.headline || ''
  if (title === '') return fail('it has no title')
  // The page shows the title; the text need not say it again.
  const body = top?.headline === title ? top.rest : text

  const fromPath = pathDate(path)
  const given = get('date', 'publishedAt', 'pubDate', 'created', 'published')
  const date = typeof given === 'boolean' ? null : readDate(given)
  if (given !== undefined && typeof given !== 'boolean' && date === null) {
    remarks.push(`its date "${line(given)}" was not understood`)
  }
  const index = /(?:^|\/)_?(?:index|readme)\.\w+$/i.test(path)
  if (index && date === null && fromPath === null) return fail('it is an index page: it has no date')

  const asked = get('access', 'visibility', 'audience')
  const opening = openingOf(asked, get('tiers', 'tier'), get('groups', 'group'))
  if (!opening) remarks.push(`its access "${line(asked)}" is unknown; it is shown to members only`)
  const language = line(get('lang', 'language', 'locale')).toLowerCase()
  return ok({
    title: excerpt(title, 200),
    date: date ?? fromPath,
    updated: readDate(get('updated', 'lastmod', 'last_updated', 'modified')),
    author: names(get('author', 'authors')),
    description: line(get('description', 'summary', 'excerpt')),
    tags: tagsOf(get('tags', 'keywords', 'categories')),
    lang: language.startsWith('zh') ? 'zh' : language.startsWith('en') ? 'en' : null,
    opening: opening ?? { to: 'members' },
    slug: line(get('slug')) || pathSlug(path),
    body: body.trim(),
    remarks,
  })
}

/** `public`, `members`, `purchase`; `tiers` and `groups` with the ids of some. @returns undefined for anything else */
function openingOf(asked: unknown, tiers: unknown, groups: unknown): Opening | undefined {
  const ids = (value: unknown): string[] =>
    (Array.isArray(value) ? value : line(value).split(/[,，、]/))
      .map((id) => line(id).slice(0, 60))
      .filter((id) => id !== '')
      .slice(0, 20)
  const said = line(asked)
  if (asked === undefined || /^(?:public|everyone|open)$/i.test(said)) return { to: 'public' }
  if (/^members?$/i.test(said)) return { to: 'members' }
  if (/^purchase$/i.test(said)) return { to: 'purchase' }
  if (/^tiers?$/i.test(said) && ids(tiers).length > 0) return { to: 'tiers', tiers: ids(tiers) }
  if (/^groups?$/i.test(said) && ids(groups).length > 0) return { to: 'groups', groups: ids(groups) }
  return undefined
}

function line(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replace(/\s+/g, ' ').trim()
    : ''
}

function names(value: unknown): string {
  if (Array.isArray(value)) return value.map(names).filter(Boolean).join(', ')
  if (typeof value === 'object' && value !== null) return line((value as { name?: unknown }).name)
  return line(value)
}

/** A list, or words between commas; as the contract wants them. */
function tagsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,，、]/) : []
  const tags = list.map((tag) => line(tag).toLowerCase().slice(0, 40)).filter((tag) => tag !== '')
  return [...new Set(tags)].slice(0, 8)
}

/** Noon, in UTC, of a day without a time: the same day then shows in every time zone but the last. */
function noon(year: number, month: number, day: number): number | null {
  const at = new Date(Date.UTC(year, month - 1, day, 12))
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.getTime() : null
}

function readDate(value: unknown): number | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime()
  const text = line(value)
  const day = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(text)
  if (day) return noon(Number(day[1]), Number(day[2]), Number(day[3]))
  // `2024-12-05 10:00:00 +0800`, as Jekyll writes it, and without a zone: UTC, wherever the import runs.
  const moment =
    /^(\d{4})[-/](\d\d?)[-/](\d\d?)[T ](\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text)
  if (moment) {
    const [, year, month, date, time, zone = 'Z'] = moment
    if (noon(Number(year), Number(month), Number(date)) === null) return null
    const offset = zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2').toUpperCase()
    const at = Date.parse(
      `${year}-${month!.padStart(2, '0')}-${date!.padStart(2, '0')}T${time!.padStart(5, '0')}${offset}`,
    )
    return Number.isNaN(at) ? null : at
  }
  if (!/[a-z]{3}/i.test(text) || !/\d{4}/.test(text)) return null
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? null : noon(at.getFullYear(), at.getMonth() + 1, at.getDate())
}

/** `…/2024/12/05/slug.md`, `…/2024-12-05-slug.md` or `…/2024-12-05-slug/index.md`. */
function pathDate(path: string): number | null {
  const found = /(?:^|\/)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[-_/]|\.\w+$)/.exec(path)
  return found ? noon(Number(found[1]), Number(found[2]), Number(found[3])) : null
}

/** The file's name, or its folder's for an index; without date and ending. */
export function pathSlug(path: string): string {
  const parts = path.replace(/\.\w+$/, '').split('/')
  if (parts.length > 1 && /^_?(?:index|readme)$/i.test(parts.at(-1)!)) parts.pop()
  return parts.at(-1)!.replace(/^\d{4}-\d{1,2}-\d{1,2}[-_]?/, '')
}
