import type { Reader } from '#server/core/feature.ts'
import { type Audience, isMember, type Viewer } from '#shared/core/viewer.ts'
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

/** Whom a thread's row is for: members who may see the row of its subject; all of them once that is gone. */
export async function audiencesOfSubject(reader: Reader, subject: string): Promise<Audience[]> {
  const about = subjectRow(subject)
  const shown = about ? await reader.shownTo(about.table, about.id) : []
  const isForAll = shown.length === 0 || shown.includes('everyone') || shown.includes('members')
  return isForAll ? ['members'] : shown
}
