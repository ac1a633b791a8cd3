import type { Reader } from '#server/core/feature.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'

/**
 * May the viewer read what a thread is about, and so the thread? A subject that was withdrawn leaves its talk to the
 * members, unless it `mustExist`. A kind of access that this version does not know is refused.
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
  const access = await accessOf(reader, subject)
  if (access === null) return !options.mustExist
  return access === 'public' || access === 'members'
}

async function accessOf(reader: Reader, subject: string): Promise<string | null> {
  const colon = subject.indexOf(':')
  const id = subject.slice(colon + 1)
  switch (subject.slice(0, colon)) {
    case 'article':
      return (await reader.row<ArticleRow>('articles', id))?.access ?? null
    case 'session':
      return (await reader.row<SessionRow>('sessions', id))?.access ?? null
    case 'event':
      return (await reader.row<EventRow>('events', id))?.access ?? null
    default:
      return null
  }
}
