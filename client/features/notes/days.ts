import type { NoteVersionRow } from '#shared/features/notes.ts'

export interface Day {
  /** Midnight at its beginning, on the device's clock. */
  at: number
  versions: NoteVersionRow[]
}

/** Newest day first, and in it the newest version first. */
export function daysOf(versions: readonly NoteVersionRow[]): Day[] {
  const days: Day[] = []
  for (const version of versions.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))) {
    const at = new Date(version.at).setHours(0, 0, 0, 0)
    const last = days.at(-1)
    if (last?.at === at) last.versions.push(version)
    else days.push({ at, versions: [version] })
  }
  return days
}
