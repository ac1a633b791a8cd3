/** What notices are about: whether a member may see it, what it is called, and where it opens. */
import type { Reader } from '#server/core/feature.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import { subjectRow, type ThreadRow } from '#shared/features/discussions.ts'
import { aboutOf } from '#shared/features/notifications.ts'

interface Subject {
  table: string
  /** Field of the row that is its title. */
  title?: string
  /** The row that it is a part of, named by one of its fields: its address begins with that one's. */
  within?: { table: string; field: string }
  path(id: string, row: Record<string, unknown>, part: string, whole: Record<string, unknown>): string
}

const slugOr = (row: Record<string, unknown>, id: string): string =>
  encodeURIComponent(typeof row.slug === 'string' && row.slug !== '' ? row.slug : id)

const subjects: Record<string, Subject> = {
  thread: {
    table: 'threads',
    title: 'title',
    path: (id, _row, part) => `/discuss/${id}${part ? `#p${part}` : ''}`,
  },
  article: { table: 'articles', title: 'title', path: (id, row) => `/read/${slugOr(row, id)}` },
  course: {
    table: 'courses',
    title: 'title',
    path: (id, row, part) => `/learn/${slugOr(row, id)}${part ? `/${part}` : ''}`,
  },
  lesson: {
    table: 'lessons',
    title: 'title',
    within: { table: 'courses', field: 'courseId' },
    path: (id, row, _part, course) => `/learn/${slugOr(course, '')}/${slugOr(row, id)}`,
  },
  event: { table: 'events', title: 'title', path: (id, row) => `/events/${slugOr(row, id)}` },
  session: {
    table: 'sessions',
    title: 'title',
    within: { table: 'events', field: 'eventId' },
    path: (id, _row, _part, event) => `/events/${slugOr(event, '')}/${encodeURIComponent(id)}`,
  },
  proposal: { table: 'proposals', title: 'title', path: (id) => `/events/proposals/${id}` },
  order: { table: 'orders', path: (id) => `/me/orders/${id}` },
  /** The same, for whoever collects the money. */
  sale: { table: 'orders', path: () => '/admin/orders' },
  model: { table: 'model_states', path: () => '/admin/model' },
  standing: { table: 'standings', path: () => '/me/growth' },
}

/** @returns `undefined` when the viewer may not see it, or it is gone; an empty `about` is about nothing, and fine. */
export async function subjectFor(
  reader: Reader,
  viewer: Viewer,
  about: string,
): Promise<{ title: string; path: string } | undefined> {
  const named = aboutOf(about)
  if (!named) return { title: '', path: '/inbox' }
  const subject = Object.hasOwn(subjects, named.kind) ? subjects[named.kind] : undefined
  if (named.kind === 'saved') return { title: '', path: '/me/library' }
  // What only its own feature can open is opened from the inbox.
  if (!subject) return { title: '', path: '/inbox' }
  if (!(await reader.mayRead(viewer, subject.table, named.id))) return undefined
  const row = await reader.row<Record<string, unknown>>(subject.table, named.id)
  if (!row) return undefined
  if (named.kind === 'thread' && !(await mayReadThread(reader, viewer, row as unknown as ThreadRow)))
    return undefined
  const whole =
    subject.within &&
    (await reader.row<Record<string, unknown>>(subject.within.table, String(row[subject.within.field])))
  if (whole === null) return undefined
  const title = subject.title === undefined ? '' : row[subject.title]
  return {
    title: typeof title === 'string' ? title : '',
    path: subject.path(named.id, row, named.part, whole ?? {}),
  }
}

/** A thread about an article for one group is not for the others, although its row is on every member's feed. */
export async function mayReadThread(
  reader: Reader,
  viewer: Viewer,
  { subject }: Pick<ThreadRow, 'subject'>,
): Promise<boolean> {
  const about = subjectRow(subject)
  // What was withdrawn leaves its talk to the members.
  if (!about || (await reader.row(about.table, about.id)) === null) return true
  return reader.mayRead(viewer, about.table, about.id)
}
