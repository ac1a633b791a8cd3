import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { TemplateId } from '#shared/features/plan-kinds.ts'
import type { PlanBoardRow, ProposalState } from '#shared/features/planning.ts'

export interface Tables {
  planning_board: {
    event_id: string
    template: TemplateId
    currency: PlanBoardRow['currency']
    started_by: string
    started_at: number
  }
  /** The board's tasks, as its document was read last. */
  planning_task: {
    event_id: string
    task_id: string
    title: string
    done: number
    days: number
    /** JSON array. */
    owners: string
    /** When it was due when its owners were last reminded. */
    reminded_for: number | null
  }
  planning_proposal: {
    id: string
    title: string
    text: string
    template: TemplateId
    state: ProposalState
    author_id: string
    author_name: string
    created_at: number
    event_id: string | null
    reason: string
  }
  planning_vote: { proposal_id: string; member_id: string; at: number }
  /** Drafts that were filled from an event's notes. */
  planning_recap: { draft_id: string; event_id: string; by_id: string; at: number }
}

export function db(reader: Pick<Reader, 'tables'>): Kysely<Tables> {
  return reader.tables<Tables>()
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    await db.schema
      .createTable('planning_board')
      .addColumn('event_id', 'text', (c) => c.primaryKey())
      .addColumn('template', 'text', (c) => c.notNull())
      .addColumn('currency', 'text', (c) => c.notNull())
      .addColumn('started_by', 'text', (c) => c.notNull())
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('planning_task')
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('task_id', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('done', 'integer', (c) => c.notNull())
      .addColumn('days', 'integer', (c) => c.notNull())
      .addColumn('owners', 'text', (c) => c.notNull())
      .addColumn('reminded_for', 'bigint')
      .addPrimaryKeyConstraint('planning_task_key', ['event_id', 'task_id'])
      .execute()
    await db.schema
      .createTable('planning_proposal')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('template', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('author_name', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('event_id', 'text')
      .addColumn('reason', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('planning_vote')
      .addColumn('proposal_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('planning_vote_key', ['proposal_id', 'member_id'])
      .execute()
    await db.schema
      .createTable('planning_recap')
      .addColumn('draft_id', 'text', (c) => c.primaryKey())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('by_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute()
  },
}
