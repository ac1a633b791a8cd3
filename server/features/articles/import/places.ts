/** Where a link of one imported file leads, when it means another one. */
import { posix } from 'node:path'
import { articlePath } from '#shared/features/articles.ts'
import type { Found } from './folder.ts'

export interface Places {
  /** @param from path of the file that links. @returns `null` for a page that is not among the files. */
  resolve(address: string, from: string): string | null
}

/** @param folder name of the imported folder, which sites put before the paths of its pages. */
export function createPlaces(folder: string, found: readonly Found[]): Places {
  const byPath = new Map<string, Found>()
  for (const file of found) {
    const plain = withoutEnding(file.path)
    const dated = plain.replace(/(^|\/)(\d{4})-(\d\d)-(\d\d)-([^/]+)$/, '$1$2/$3/$4/$5')
    for (const path of new Set([
      plain,
      dated,
      dated.replace(/^_posts\//, ''),
      posix.join(posix.dirname(plain), file.source.slug),
    ])) {
      if (!byPath.has(path)) byPath.set(path, file)
      if (!byPath.has(`${folder}/${path}`)) byPath.set(`${folder}/${path}`, file)
    }
  }
  return {
    resolve(address, from) {
      if (address.startsWith('#') || /^(?:https?|mailto):/i.test(address)) return address
      if (address.startsWith('//')) return `https:${address}`
      if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address === '') return null
      const [, path, tail] = /^([^?#]*)(.*)$/s.exec(address)!
      const asked = path!.startsWith('/') ? path!.slice(1) : posix.join(posix.dirname(from), decoded(path!))
      const file = byPath.get(withoutEnding(decoded(asked)))
      return file ? articlePath(file) + (/#.*$/s.exec(tail!)?.[0] ?? '') : null
    },
  }
}

function withoutEnding(path: string): string {
  return path
    .replace(/\/+$/, '')
    .replace(/\.(?:md|mdx|markdown|html?)$/i, '')
    .replace(/(?:^|\/)_?(?:index|readme)$/i, '')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
