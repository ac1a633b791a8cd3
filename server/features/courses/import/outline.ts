/**
 * What a course's folder says about its order: `sidebar.json`, as documentation sites keep it (nested `{title, path,
 * routes}` with section headers between), or mdBook's `SUMMARY.md`. Both become the same tree, and the tree chapters:
 * an entry with entries below it is a chapter, with its own page first; entries without stand in the chapter of the
 * section that they are in.
 */
import { fail, ok, type Result } from '#shared/core/result.ts'
import { mostChapters, mostLessons } from '#shared/features/courses.ts'

export interface Entry {
  title: string
  /** As written; `null`: only a title. */
  path: string | null
  below: Entry[]
  /** A title over what follows, on the same level. */
  isHeader: boolean
}

export interface Outline {
  /** '' when it does not say. */
  title: string
  chapters: { title: string; lessons: { title: string; path: string }[] }[]
}

const deepest = 8
/** Characters of a line in a summary; no entry is that long. */
const longestRow = 1_000

export function readSidebar(text: string): Result<Outline, string> {
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return fail('sidebar.json is not JSON')
  }
  const list = Array.isArray(root) ? root : (root as { routes?: unknown } | null)?.routes
  if (!Array.isArray(list)) return fail('sidebar.json has no list of routes')
  const entries = routes(list, 0)
  if (!entries.ok) return entries
  return toOutline(line((root as { title?: unknown }).title), entries.value)
}

function routes(list: unknown[], depth: number): Result<Entry[], string> {
  if (depth > deepest) return fail(`its outline is more than ${deepest} levels deep`)
  const entries: Entry[] = []
  for (const item of list) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return fail('sidebar.json has a route that is not an object')
    }
    const route = item as Record<string, unknown>
    const header = line(route.sectionHeader) || line(route.heading)
    if (header) entries.push({ title: header, path: null, below: [], isHeader: true })
    const title = line(route.title)
    if (!title) continue
    const below = Array.isArray(route.routes) ? routes(route.routes, depth + 1) : ok<Entry[]>([])
    if (!below.ok) return below
    const path = typeof route.path === 'string' ? route.path : null
    entries.push({ title, path, below: below.value, isHeader: false })
  }
  return ok(entries)
}

const link = /^\[((?:\\.|[^\]\\])*)\]\(\s*<?([^)>]*)>?\s*\)/

/** mdBook's summary: headings are parts, list items chapters, deeper ones what is below them. */
export function readSummary(text: string): Result<Outline, string> {
  const root: Entry[] = []
  /** The lists that are open, and how far their items are indented. */
  const open: { indent: number; below: Entry[] }[] = []
  let title = ''
  for (const row of text.replaceAll('\r\n', '\n').split('\n')) {
    if (row.length > longestRow) continue
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(row)?.[1]
    if (heading !== undefined) {
      open.length = 0
      if (root.length === 0 && title === '' && /^#\s/.test(row))
        title = /^summary$/i.test(heading) ? ' ' : line(heading)
      else root.push({ title: line(heading), path: null, below: [], isHeader: true })
      continue
    }
    const item = /^(\s*)(?:[-*+]\s+)?(\[.*)$/.exec(row)
    const found = item && link.exec(item[2]!)
    if (!item || !found) continue
    const indent = item[1]!.replaceAll('\t', '    ').length
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop()
    if (open.length > deepest) return fail(`its outline is more than ${deepest} levels deep`)
    const name = line(found[1]!.replace(/\\(.)/g, '$1').replace(/[`*_]/g, ''))
    const entry: Entry = { title: name, path: found[2]!.trim() || null, below: [], isHeader: false }
    ;(open.at(-1)?.below ?? root).push(entry)
    open.push({ indent, below: entry.below })
  }
  return toOutline(title.trim(), root)
}

function toOutline(title: string, entries: readonly Entry[]): Result<Outline, string> {
  const chapters: Outline['chapters'] = []
  let section = title
  /** Entries of a section that have nothing below them share a chapter. */
  let shared: Outline['chapters'][number] | undefined
  for (const entry of entries) {
    if (entry.isHeader) {
      section = entry.title
      shared = undefined
      continue
    }
    const lessons = flat(entry)
    if (entry.below.length > 0) {
      shared = undefined
      chapters.push({ title: entry.title, lessons })
    } else {
      if (!shared) {
        shared = { title: section || entry.title, lessons: [] }
        chapters.push(shared)
      }
      shared.lessons.push(...lessons)
    }
  }
  const filled = chapters.filter((chapter) => chapter.lessons.length > 0)
  const lessons = filled.reduce((sum, chapter) => sum + chapter.lessons.length, 0)
  if (lessons === 0) return fail('its outline names no lessons')
  if (lessons > mostLessons) return fail(`its outline names ${lessons} lessons; ${mostLessons} are the most`)
  if (filled.length > mostChapters) {
    return fail(`its outline has ${filled.length} chapters; ${mostChapters} are the most`)
  }
  return ok({ title, chapters: filled })
}

/** The entry's own page, then all below it, in order. */
function flat(entry: Entry): { title: string; path: string }[] {
  const own = entry.path === null ? [] : [{ title: entry.title, path: entry.path }]
  return [...own, ...entry.below.flatMap(flat)]
}

/** One line of text that can be shown anywhere. */
function line(value: unknown): string {
  if (typeof value !== 'string') return ''
  return Array.from(
    value
      .normalize('NFC')
      // Neither control characters nor marks that turn the direction of what follows.
      .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  )
    .slice(0, 200)
    .join('')
}
