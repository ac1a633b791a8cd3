/** What an item is called and where it is read, from the rows on this device. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { articlePath } from '#shared/features/articles.ts'
import { coursePath, lessonPath } from '#shared/features/courses.ts'
import { addressOf, type Saved } from '#shared/features/library.ts'
import { type ItemKind, itemKinds, nameOf } from '#shared/features/recommendations.ts'

/** `link`: a page elsewhere. */
export type Kind = ItemKind | 'link'

export interface Item {
  kind: Kind
  title: string
  href: string
  /** '' where its row does not say. */
  lang: string
  /** Author, course, or event. */
  by: string
}

/** `undefined` while the rows are read. */
export function useItems(): Accessor<ReadonlyMap<string, Item> | undefined> {
  const { feed } = useCore()
  const articles = feed.table('articles')
  const courses = feed.table('courses')
  const lessons = feed.table('lessons')
  const threads = feed.table('threads')
  const events = feed.table('events')
  const sessions = feed.table('sessions')
  const items = createMemo(() => {
    const all = [articles(), courses(), lessons(), threads(), events(), sessions()]
    if (all.includes(undefined)) return undefined
    const found = new Map<string, Item>()
    for (const { id, data } of articles()!) {
      const { title, lang, authorName: by } = data
      found.set(nameOf('article', id), { kind: 'article', title, href: articlePath(data), lang, by })
    }
    const courseById = new Map(courses()!.map(({ id, data }) => [id, data]))
    for (const [id, data] of courseById) {
      const { title, lang, authorName: by } = data
      found.set(nameOf('course', id), { kind: 'course', title, href: coursePath(data), lang, by })
    }
    for (const { id, data } of lessons()!) {
      const course = courseById.get(data.courseId)
      if (!course) continue
      const href = lessonPath(course, data)
      found.set(nameOf('lesson', id), {
        kind: 'lesson',
        title: data.title,
        href,
        lang: data.lang,
        by: course.title,
      })
    }
    for (const { id, data } of threads()!) {
      const href = `/discuss/${id}`
      found.set(nameOf('thread', id), {
        kind: 'thread',
        title: data.title,
        href,
        lang: '',
        by: data.authorName,
      })
    }
    const eventById = new Map(events()!.map(({ id, data }) => [id, data]))
    for (const [id, { title, slug, place }] of eventById) {
      const href = `/events/${encodeURIComponent(slug)}`
      found.set(nameOf('event', id), { kind: 'event', title, href, lang: '', by: place })
    }
    for (const { id, data } of sessions()!) {
      const event = eventById.get(data.eventId)
      if (!event) continue
      const href = `/events/${encodeURIComponent(event.slug)}/${encodeURIComponent(id)}`
      found.set(nameOf('session', id), {
        kind: 'session',
        title: data.title,
        href,
        lang: data.lang,
        by: event.title,
      })
    }
    return found
  })
  return items
}

/** What stands on the list under a name; `undefined` when it is gone. */
export function savedItem(
  known: ReadonlyMap<string, Item> | undefined,
  name: string,
  entry: Saved | undefined,
): Item | undefined {
  const address = addressOf(name)
  if (address === undefined) return known?.get(name)
  const { host } = new URL(address)
  return { kind: 'link', title: entry?.title || host, href: address, lang: '', by: host }
}

/** Of an item that may be gone. */
export function kindOf(item: string): Kind {
  const kind = item.slice(0, item.indexOf(':'))
  if (kind === 'link') return 'link'
  return (itemKinds as readonly string[]).includes(kind) ? (kind as ItemKind) : 'article'
}
