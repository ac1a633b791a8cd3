/**
 * `lyceum import markdown <folder>`: every Markdown file below the folder becomes an article, each in a transaction of
 * its own. An article is known by its path, so that a second run changes what has changed and makes nothing twice.
 * What members did since then stands: articles that were revised or withdrawn here are left alone, and said so.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ImportReport } from '#server/core/feature.ts'
import { type Assets, createAssets } from '#server/core/import/assets.ts'
import { rewriteLinks } from '#server/core/import/links.ts'
import { unwrap } from '#server/core/import/unwrap.ts'
import { plainText } from '#server/core/markdown.ts'
import type { Services } from '#server/core/services.ts'
import { isSold } from '#shared/core/opening.ts'
import { previewOf } from '#shared/core/preview.ts'
import { fail } from '#shared/core/result.ts'
import { excerpt, slugify, unspacedShare } from '#shared/core/text.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { saveArticle, type Text } from '../save.ts'
import { articleById, draftOfArticle } from '../tables.ts'
import { readSource, type Source } from './front-matter.ts'
import { createPlaces, type Places } from './places.ts'

export interface Found {
  id: string
  /** Within the folder, with slashes. */
  path: string
  slug: string
  source: Source
}

export async function importMarkdown(services: Services, folder: string): Promise<ImportReport> {
  const report: ImportReport = { created: 0, updated: 0, unchanged: 0, skipped: [], remarks: [] }
  const root = resolve(folder)
  const found: Found[] = []
  const paths = await markdownFiles(root).catch(() => undefined)
  if (!paths) report.skipped.push({ what: folder, why: 'it is not a folder that can be read' })
  for (const path of paths ?? []) {
    const bytes = await readFile(join(root, path)).catch(() => undefined)
    const read = bytes ? readSource(bytes, path) : fail('it cannot be read')
    if (!read.ok) report.skipped.push({ what: path, why: read.error })
    else found.push({ id: idOf(root, path), path, slug: '', source: read.value })
  }
  await nameAll(services, found)
  const places = createPlaces(basename(root), found)
  const members = await services.read((reader) => reader.rows<MemberRow>('members'))
  for (const file of found) {
    const assets = createAssets(services, root, file.path)
    const remarks = [...file.source.remarks]
    const text = await toText(
      file,
      members.map((member) => member.data),
      places,
      assets,
      remarks,
    )
    const outcome = await save(services, file, text)
    if (typeof outcome === 'string') report[outcome]++
    else report.skipped.push({ what: file.path, why: outcome.why })
    if (typeof outcome === 'string') report.remarks.push(...remarks.map((why) => ({ what: file.path, why })))
  }
  return report
}

/** Paths of all Markdown files below, in order; hidden folders and installed packages are not looked into. */
async function markdownFiles(root: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true })
  const paths: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) paths.push(...(await markdownFiles(root, path)))
    else if (entry.isFile() && /\.(?:md|mdx|markdown)$/i.test(entry.name)) paths.push(path)
  }
  return paths
}

/** The same for the same path in a folder of the same name, wherever the folder lies. A UUIDv8 (RFC 9562). */
function idOf(root: string, path: string): string {
  const hash = createHash('sha256')
    .update(`markdown:${basename(root)}/${path}`)
    .digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

/** Gives every file its address before any is written, so that they can link to each other. */
async function nameAll(services: Services, found: Found[]): Promise<void> {
  const taken = new Set<string>()
  await services.read(async (reader) => {
    for (const file of found) {
      const existing = await articleById(reader, file.id)
      if (existing) file.slug = existing.slug
      taken.add(file.slug)
    }
  })
  for (const file of found.filter((one) => one.slug === '')) {
    const wanted = slugify(file.source.slug) || slugify(file.source.title, file.id)
    let slug = wanted
    for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`
    taken.add(slug)
    file.slug = slug
  }
}

async function toText(
  { path, source }: Found,
  members: MemberRow[],
  places: Places,
  assets: Assets,
  remarks: string[],
): Promise<Text> {
  const lang = source.lang ?? (unspacedShare(plainText(source.body)) > 0.3 ? 'zh' : 'en')
  const unwrapped = unwrap(source.body, lang)
  if (unwrapped.tags.size > 0) {
    const tags = [...unwrapped.tags].map(([name, count]) =>
      count === 1 ? `<${name}>` : `<${name}> ×${count}`,
    )
    remarks.push(`unwrapped ${tags.join(', ')}`)
  }
  const lost: string[] = []
  const body = await assets.replaced(
    rewriteLinks(unwrapped.text, {
      image: (address) => assets.image(address),
      link(address) {
        const place = assets.file(address) ?? places.resolve(address, path)
        if (place === null) lost.push(address)
        return place
      },
    }),
  )
  if (lost.length > 0)
    remarks.push(`links to pages that are not here became text (${lost.length}): ${some(lost)}`)
  if (assets.absent.length > 0) {
    remarks.push(`pictures are not there (${assets.absent.length}): ${some(assets.absent)}`)
  }
  const author = members.find(
    (member) => `@${member.handle}` === source.author || member.handle === source.author,
  )
  const shown = source.opening.to === 'public' ? body : isSold(source.opening) ? previewOf(body) : ''
  return {
    title: source.title,
    // All see the description: it must not be made of what only some may read.
    description: excerpt(plainText(source.description) || firstParagraph(plainText(shown)), 500),
    tags: source.tags,
    lang,
    opening: source.opening,
    author_id: author?.id ?? null,
    author_name: author?.name ?? source.author,
    body,
  }
}

function firstParagraph(text: string): string {
  return excerpt(text.split('\n').find((line) => line.length > 40) ?? text, 200)
}

function some(list: string[]): string {
  const names = [...new Set(list)]
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '')
}

type Outcome = 'created' | 'updated' | 'unchanged' | { why: string }

async function save(services: Services, file: Found, text: Text): Promise<Outcome> {
  const importedAs = createHash('sha256')
    .update(JSON.stringify([text, file.source.date, file.source.updated]))
    .digest('hex')
  return services.transact(async (tx): Promise<Outcome> => {
    const before = await articleById(tx, file.id)
    if (before?.withdrawn_at) return { why: 'it was withdrawn here' }
    if (before && before.imported_as === null) return { why: 'it was revised here since it was imported' }
    if (before?.imported_as === importedAs) return 'unchanged'
    if (before && (await draftOfArticle(tx, file.id))) return { why: 'it is being revised here' }
    const publishedAt = file.source.date ?? before?.published_at ?? tx.now
    const { record, first } = await saveArticle(tx, {
      id: file.id,
      text,
      slug: file.slug,
      publishedAt,
      updatedAt: file.source.updated ?? (before ? tx.now : publishedAt),
      importedAs,
    })
    await tx.tell('articles.published', { articleId: file.id, authorId: record.author_id, first })
    return before ? 'updated' : 'created'
  })
}
