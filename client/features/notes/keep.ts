import type { StoredRow } from '#client/core/database.ts'
import type { Wanted } from '#client/core/holdings-plan.ts'
import type { PlanRow } from '#shared/features/events.ts'
import { type NotesRow, notesRoom } from '#shared/features/notes.ts'

/** How many of the notes written in last are at hand offline, besides those of one's own schedule. */
const recent = 80

/**
 * Notes of the sessions that a member plans to attend come first, also those that nobody has begun: they are likely
 * to be begun where the network is worst.
 */
export async function keep(rows: (table: string) => Promise<StoredRow[]>): Promise<Wanted[]> {
  const [notes, plans] = await Promise.all([rows('notes'), rows('plans')])
  const bySession = new Map(notes.map((row) => [row.id, row.data as unknown as NotesRow]))
  const planned = plans
    .filter((row) => (row.data as unknown as PlanRow).kind === 'session')
    .map((row) => row.id)
  const written = [...bySession.values()]
    .filter((row) => row.words > 0)
    .sort((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, recent)
    .map((row) => row.id)
  return [...new Set([...planned, ...written])].map((sessionId) => {
    const sequence = bySession.get(sessionId)?.sequence
    return {
      room: notesRoom(sessionId),
      ...(sequence === undefined ? {} : { sequence }),
      ...(planned.includes(sessionId) ? { why: 'taken' as const } : {}),
    }
  })
}
