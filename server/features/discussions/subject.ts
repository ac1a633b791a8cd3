import type { Reader } from '#server/core/feature.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import { subjectRow } from '#shared/features/discussions.ts'

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
  const about = subjectRow(subject)
  if (!about || (await reader.row(about.table, about.id)) === null) return !options.mustExist
  return reader.mayRead(viewer, about.table, about.id)
}
