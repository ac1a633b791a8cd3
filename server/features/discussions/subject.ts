import type { Reader } from '#server/core/feature.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import type { subjectKinds } from '#shared/features/discussions.ts'

/** The feed's table of each kind. */
const tables: { readonly [K in (typeof subjectKinds)[number]]: string } = {
  article: 'articles',
  session: 'sessions',
  event: 'events',
  course: 'courses',
  // Who talks about a lesson has read it: its text's row, not its title's.
  lesson: 'lesson_texts',
  proposal: 'proposals',
}

/**
 * May the viewer read what a thread is about, and so the thread? A subject that was withdrawn leaves its talk to the
 * members, unless it `mustExist`.
 * @param subject `article:<id>`, `session:<id>`, `event:<id>`, or '' for a thread on its own.
 */
export async function mayReadSubject(
  reader: Reader,
  viewer: Viewer,
  subject: string,
  options: { mustExist?: boolean } = {},
): Promise<boolean> {
  if (!isMember(viewer)) return false
  if (subject === '') return true
  const colon = subject.indexOf(':')
  const table = Object.entries(tables).find(([kind]) => kind === subject.slice(0, colon))?.[1]
  const id = subject.slice(colon + 1)
  if (table === undefined || (await reader.row(table, id)) === null) return !options.mustExist
  return reader.mayRead(viewer, table, id)
}
