/** One file of a course's folder: found without ever leaving the folder, and read within bounds. */
import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'
import { parse } from 'yaml'
import { headlineOf } from '#server/core/import/headline.ts'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { longestLesson } from '#shared/features/courses.ts'

/** Bytes; far above any text that people read. */
const largest = 2 * 1024 * 1024

export interface LessonFile {
  /** '' when it has none. */
  title: string
  description: string
  lang: 'zh' | 'en' | null
  tags: string[]
  free: boolean
  body: string
}

/**
 * Where the page lies that an outline calls `/learn/setup` or `setup.md`.
 * @returns its path within the folder, with slashes; or why there is none.
 */
export async function locate(root: string, written: string): Promise<Result<string, string>> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(written) || written.startsWith('//')) return fail('it lies on another site')
  const path = decoded(written.replace(/[?#].*$/s, '')).replaceAll('\\', '/')
  if (path.includes('\0')) return fail('its path is not a path')
  const plain = posix.normalize(path.replace(/^\/+/, '').replace(/\/+$/, '') || '.')
  if (plain === '..' || plain.startsWith('../')) return fail('it leads out of the folder')
  const bases = [plain, plain.split('/').slice(1).join('/')].filter(
    (base, index) => index === 0 || base !== '',
  )
  for (const base of bases) {
    const candidates = /\.(?:md|mdx|markdown)$/i.test(base)
      ? [base]
      : ['.md', '.mdx', '.markdown', '/index.md', '/index.mdx', '/README.md'].map((end) =>
          posix.normalize(base + end),
        )
    for (const candidate of candidates) {
      const found = await lstat(join(root, candidate)).catch(() => undefined)
      if (found) return ok(candidate)
    }
  }
  return fail('there is no such file')
}

/** The bytes of a text file that truly lies in the folder, whatever links say. */
export async function readWithin(root: string, path: string): Promise<Result<string, string>> {
  let bytes: Uint8Array
  try {
    const real = await realpath(join(root, path))
    if (!real.startsWith((await realpath(root)) + sep))
      return fail('it is a link that leads out of the folder')
    const found = await stat(real)
    if (!found.isFile()) return fail('it is not a file')
    if (found.size > largest) return fail(`it is larger than ${largest / 1024 / 1024} MB`)
    bytes = await readFile(real)
  } catch {
    return fail('it cannot be read')
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
    return text.includes('\0') ? fail('it is not text') : ok(text)
  } catch {
    return fail('it is not valid UTF-8')
  }
}

export function readLesson(text: string): Result<LessonFile, string> {
  const split = /^---[ \t]*\n([\s\S]*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text)
  let matter: Record<string, unknown> = {}
  try {
    const read: unknown = split ? parse(split[1]!, { maxAliasCount: 20 }) : {}
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) matter = read as typeof matter
  } catch (error) {
    return fail(`its front matter is broken: ${(error as Error).message.split('\n')[0]}`)
  }
  const content = text.slice(split?.[0].length ?? 0)
  const top = headlineOf(content)
  const headline = top?.headline ?? ''
  const title = line(matter.title)
  // The page shows the title; the text need not say it again.
  const body = (top && (title === '' || title === headline) ? top.rest : content).trim()
  if (body.length > longestLesson) return fail(`it is longer than ${longestLesson} characters`)
  const language = line(matter.lang ?? matter.language).toLowerCase()
  return ok({
    title: title || line(headline),
    description: line(matter.description ?? matter.summary),
    lang: language.startsWith('zh') ? 'zh' : language.startsWith('en') ? 'en' : null,
    tags: tagsOf(matter.tags ?? matter.keywords),
    free: matter.free === true || matter.preview === true,
    body,
  })
}

function line(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
    : ''
}

function tagsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,，、]/) : []
  return [
    ...new Set(list.map((tag) => line(tag).toLowerCase().slice(0, 40)).filter((tag) => tag !== '')),
  ].slice(0, 8)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
