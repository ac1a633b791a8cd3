import type { StoredRow } from '#client/core/database.ts'
import type { Wanted } from '#client/core/holdings-plan.ts'
import { type PlanBoardRow, planRoom } from '#shared/features/planning.ts'

/** Boards are few, and wanted where the network is worst: all that this member may see are at hand. */
export async function keep(rows: (table: string) => Promise<StoredRow[]>): Promise<Wanted[]> {
  const boards = await rows('plan_boards')
  return boards
    .map(({ id, data }) => ({ id, board: data as unknown as PlanBoardRow }))
    .sort((a, b) => b.board.startedAt - a.board.startedAt)
    .slice(0, 20)
    .map(({ id, board }) => ({ room: planRoom(id), sequence: board.sequence, why: 'own' }))
}
