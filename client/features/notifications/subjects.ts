/** What a notice is about: its title and address, from rows that this device has; none for what it may not see. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import type { LessonRow } from '#shared/features/courses.ts'
import type { SessionRow } from '#shared/features/events.ts'
import type { TableName } from '#shared/features/index.ts'
import { aboutOf } from '#shared/features/notifications.ts'

export interface Subject {
  title: string
  href: string | undefined
}

const tables = {
  thread: 'threads',
  article: 'articles',
  course: 'courses',
  event: 'events',
  proposal: 'proposals',
  lesson: 'lessons',
  session: 'sessions',
} as const
type Kind = keyof typeof tables

const slugged = (path: string, row: object, id: string): string =>
  `${path}/${encodeURIComponent('slug' in row && typeof row.slug === 'string' && row.slug ? row.slug : id)}`

const addresses: Record<Kind, (id: string, row: object, part: string, whole: object) => string> = {
  thread: (id, _row, part) => `/discuss/${id}${part ? `#p${part}` : ''}`,
  article: (id, row) => slugged('/read', row, id),
  course: (id, row, part) => slugged('/learn', row, id) + (part ? `/${part}` : ''),
  event: (id, row) => slugged('/events', row, id),
  proposal: (id) => `/events/proposals/${id}`,
  lesson: (id, row, _part, course) => slugged(slugged('/learn', course, ''), row, id),
  session: (id, _row, _part, event) => `${slugged('/events', event, '')}/${encodeURIComponent(id)}`,
}

/** Kinds that have no title of their own here. */
const places: Record<string, (id: string) => string> = {
  order: (id) => `/me/orders/${id}`,
  sale: () => '/admin/orders',
  membership: () => '/me/membership',
  standing: () => '/me/growth',
  model: () => '/admin/model',
  decision: () => '/me/decisions',
  saved: () => '/me/library',
}

/** `undefined` while loading; `null` when it is not here (any more). */
export function useNoticeSubject(about: Accessor<string>): Accessor<Subject | null | undefined> {
  const core = useCore()
  const named = createMemo(() => aboutOf(about()))
  const rowOf = (kind: Kind): Accessor<Stored<object> | null | undefined> =>
    core.feed.row(tables[kind] as TableName, () => {
      const found = named()
      return found?.kind === kind ? found.id : undefined
    })
  const rows: Record<Kind, Accessor<Stored<object> | null | undefined>> = {
    thread: rowOf('thread'),
    article: rowOf('article'),
    course: rowOf('course'),
    event: rowOf('event'),
    proposal: rowOf('proposal'),
    lesson: rowOf('lesson'),
    session: rowOf('session'),
  }
  /** What they are parts of. */
  const course = core.feed.row('courses', () => (rows.lesson()?.data as LessonRow | undefined)?.courseId)
  const event = core.feed.row('events', () => (rows.session()?.data as SessionRow | undefined)?.eventId)
  const subject = createMemo((): Subject | null | undefined => {
    const found = named()
    if (!found) return { title: '', href: undefined }
    if (!Object.hasOwn(tables, found.kind)) return { title: '', href: places[found.kind]?.(found.id) }
    const kind = found.kind as Kind
    const stored = rows[kind]()
    if (!stored) return stored
    const whole = kind === 'lesson' ? course() : kind === 'session' ? event() : stored
    if (!whole) return whole
    const row = stored.data
    const title = 'title' in row && typeof row.title === 'string' ? row.title : ''
    return { title, href: addresses[kind](found.id, row, found.part, whole.data) }
  })
  return subject
}
