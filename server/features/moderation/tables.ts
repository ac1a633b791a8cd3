import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { DecisionAct, LogAct, Reason, ReportRow, ReviewItemRow } from '#shared/features/moderation.ts'

export interface Tables {
  moderation_report: {
    /** `reportId(memberId, target)`. */
    id: string
    target: string
    member_id: string
    reason: Reason
    note: string
    /** In hundredths. */
    weight: number
    at: number
    outcome: ReportRow['outcome']
    answered_at: number | null
  }
  moderation_item: {
    id: string
    kind: ReviewItemRow['kind']
    /** 1 while it is to be decided. */
    open: number
    version: number
    target: string
    author_id: string | null
    command: string
    command_id: string
    /** JSON of what is held; '' once it was decided. */
    input: string
    /** When its author acted, by their device. */
    acted_at: number
    rule: string
    /** Kind of that rule. */
    why: string
    score: number
    claimed_by: string | null
    claimed_at: number
    created_at: number
    decision_id: string | null
    decided_by: string | null
    decided_at: number | null
  }
  moderation_decision: {
    id: string
    act: DecisionAct
    /** '' = of an imported text, which is no member's. */
    member_id: string
    target: string
    title: string
    text: string
    command: string | null
    command_id: string | null
    /** JSON. */
    input: string | null
    acted_at: number
    reason: Reason
    note: string
    by_id: string | null
    at: number
    until: number | null
    appeal_until: number
    appeal: string | null
    appealed_at: number | null
    outcome: 'upheld' | 'overturned' | null
    outcome_note: string
    closed_at: number | null
    /** Of its text, by which it is known again. */
    print: string
  }
  /** Appended to, never changed. */
  moderation_log: {
    number: number
    at: number
    by_id: string | null
    act: LogAct
    target: string
    member_id: string | null
    reason: Reason | null
    note: string
    until: number | null
    hash: string
  }
  /** The one record `rules`, as JSON. */
  moderation_rules: { id: string; rules: string }
  /** What was posted, by the command's id: no text, but what equal ones are known by. */
  moderation_post: {
    /** `postId(…)`. */ id: string
    member_id: string
    print: string
    at: number
    let_through: number
  }
}

/** Ids of commands are their members' own: two may have the same. */
export function postId(memberId: string, commandId: string): string {
  return `${memberId}:${commandId}`
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    const table = (name: string) => db.schema.createTable(`moderation_${name}`)
    await table('report')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('target', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('weight', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('outcome', 'text')
      .addColumn('answered_at', 'bigint')
      .execute()
    await db.schema.createIndex('moderation_report_target').on('moderation_report').column('target').execute()
    await db.schema
      .createIndex('moderation_report_member')
      .on('moderation_report')
      .column('member_id')
      .execute()
    await table('item')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('open', 'integer', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('target', 'text', (c) => c.notNull())
      .addColumn('author_id', 'text')
      .addColumn('command', 'text', (c) => c.notNull())
      .addColumn('command_id', 'text', (c) => c.notNull())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('acted_at', 'bigint', (c) => c.notNull())
      .addColumn('rule', 'text', (c) => c.notNull())
      .addColumn('why', 'text', (c) => c.notNull())
      .addColumn('score', 'integer', (c) => c.notNull())
      .addColumn('claimed_by', 'text')
      .addColumn('claimed_at', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('decision_id', 'text')
      .addColumn('decided_by', 'text')
      .addColumn('decided_at', 'bigint')
      .execute()
    await db.schema.createIndex('moderation_item_target').on('moderation_item').column('target').execute()
    await table('decision')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('act', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('target', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('command', 'text')
      .addColumn('command_id', 'text')
      .addColumn('input', 'text')
      .addColumn('acted_at', 'bigint', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('by_id', 'text')
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('until', 'bigint')
      .addColumn('appeal_until', 'bigint', (c) => c.notNull())
      .addColumn('appeal', 'text')
      .addColumn('appealed_at', 'bigint')
      .addColumn('outcome', 'text')
      .addColumn('outcome_note', 'text', (c) => c.notNull())
      .addColumn('closed_at', 'bigint')
      .addColumn('print', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('moderation_decision_member')
      .on('moderation_decision')
      .column('member_id')
      .execute()
    await db.schema
      .createIndex('moderation_decision_target')
      .on('moderation_decision')
      .column('target')
      .execute()
    await db.schema
      .createIndex('moderation_decision_print')
      .on('moderation_decision')
      .column('print')
      .execute()
    await table('log')
      .addColumn('number', 'integer', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('by_id', 'text')
      .addColumn('act', 'text', (c) => c.notNull())
      .addColumn('target', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text')
      .addColumn('reason', 'text')
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('until', 'bigint')
      .addColumn('hash', 'text', (c) => c.notNull())
      .execute()
    await table('rules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('rules', 'text', (c) => c.notNull())
      .execute()
    await table('post')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('print', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('let_through', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('moderation_post_member')
      .on('moderation_post')
      .columns(['member_id', 'at'])
      .execute()
    await db.schema
      .createIndex('moderation_post_print')
      .on('moderation_post')
      .columns(['print', 'at'])
      .execute()
  },
}

export type Item = Tables['moderation_item']
export type Decision = Tables['moderation_decision']
export type Report = Tables['moderation_report']

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}
