/** Where a link of one lesson leads, when it means another one. */
import { posix } from 'node:path'
import { lessonPath } from '#shared/features/courses.ts'
import type { Found } from './folder.ts'

export interface Places {
  /** @param from path of the file that links. @returns `null` for a page that is not in the course. */
  resolve(address: string, from: string): string | null
}

/** @param folder name of the imported folder, which sites may put before the paths of its pages. */
export function createPlaces(folder: string, course: string, lessons: readonly Found[]): Places {
  const byPath = new Map<string, Found>()
  for (const lesson of lessons) {
    const written = posix.normalize(lesson.written.replace(/[?#].*$/s, '').replace(/^\/+/, '') || '.')
    for (const path of [withoutEnding(lesson.path), withoutEnding(written)]) {
      if (!byPath.has(path)) byPath.set(path, lesson)
      if (!byPath.has(`${folder}/${path}`)) byPath.set(`${folder}/${path}`, lesson)
    }
  }
  return {
    resolve(address, from) {
      if (address.startsWith('#') || /^(?:https?|mailto):/i.test(address)) return address
      if (address.startsWith('//')) return `https:${address}`
      if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address === '') return null
      const [, path, tail] = /^([^?#]*)(.*)$/s.exec(address)!
      const fromRoot = withoutEnding(decoded(path!.replace(/^\/+/, '')))
      const beside = withoutEnding(posix.join(posix.dirname(from), decoded(path!)))
      // Authors forget the slash that their site would have needed.
      const lesson = (path!.startsWith('/') ? undefined : byPath.get(beside)) ?? byPath.get(fromRoot)
      return lesson ? lessonPath({ slug: course }, lesson) + (/#.*$/s.exec(tail!)?.[0] ?? '') : null
    },
  }
}

function withoutEnding(path: string): string {
  return path
    .replace(/\/+$/, '')
    .replace(/\.(?:md|mdx|markdown|html?)$/i, '')
    .replace(/(?:^|\/)(?:index|readme)$/i, '')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
