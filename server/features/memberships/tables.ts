import type { Migration } from '#server/core/feature.ts'

export interface Tables {
  memberships_tier: {
    id: string
    rank: number
    archived: number
    /** JSON of the feed's row. */
    details: string
  }
  /** Single items for sale, by the audience that they open. */
  memberships_price: { subject: string; amount: number; currency: string }
  /** The one row `ways`. */
  memberships_setting: { id: string; details: string }
  /** The ledger: rows are added and never changed. `entry_key` is unique by cause: what is told twice is written once. */
  memberships_entry: {
    id: string
    entry_key: string
    kind: string
    /** When it happened, by the clock of whoever told it; what follows from the ledger does not depend on `recorded_at`. */
    at: number
    recorded_at: number
    member_id: string
    order_id: string | null
    /** Signed: refunds are negative. */
    amount: number
    currency: string | null
    /** The entry that it follows from. */
    cause: string | null
    details: string
  }
  /** What follows from the ledger, as it stands. */
  memberships_order: {
    id: string
    number: string
    member_id: string
    state: string
    at: number
    /** JSON of the feed's row. */
    details: string
  }
  memberships_entitlement: {
    id: string
    member_id: string
    subject: string
    state: string
    until: number | null
    /** 1: its end has been announced. */
    reminded: number
    details: string
  }
  /** What core has been told to grant. */
  memberships_grant: { member_id: string; audience: string; source: string; until: number | null }
  /** What a provider calls things of ours. */
  memberships_ref: { ref: string; order_id: string; entry_id: string | null }
  /** What providers told, as they told it. */
  memberships_event: {
    id: string
    provider: string
    received_at: number
    /** `new`, `waiting` (for what it is about), `done`, `ignored` */
    state: string
    body: string
  }
  memberships_coupon: {
    id: string
    code: string
    used: number
    limit_of: number | null
    /** JSON of the feed's row. */
    details: string
  }
  memberships_coupon_use: { coupon_id: string; order_id: string; member_id: string }
  memberships_batch: {
    id: string
    ended: number
    expires_at: number | null
    redeemed: number
    details: string
  }
  memberships_code: { code: string; batch_id: string; uses_left: number }
  memberships_redemption: { code: string; member_id: string; at: number }
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    const table = (name: string) => db.schema.createTable(name)
    await table('memberships_tier')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('rank', 'integer', (c) => c.notNull())
      .addColumn('archived', 'integer', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await table('memberships_price')
      .addColumn('subject', 'text', (c) => c.primaryKey())
      .addColumn('amount', 'bigint', (c) => c.notNull())
      .addColumn('currency', 'text', (c) => c.notNull())
      .execute()
    await table('memberships_setting')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await table('memberships_entry')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('entry_key', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('recorded_at', 'bigint', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('order_id', 'text')
      .addColumn('amount', 'bigint', (c) => c.notNull())
      .addColumn('currency', 'text')
      .addColumn('cause', 'text')
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    const index = (name: string) => db.schema.createIndex(name)
    await index('memberships_entry_member').on('memberships_entry').column('member_id').execute()
    await index('memberships_entry_order').on('memberships_entry').column('order_id').execute()
    await table('memberships_order')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('number', 'text', (c) => c.notNull().unique())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await index('memberships_order_member').on('memberships_order').column('member_id').execute()
    await table('memberships_entitlement')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('until', 'bigint')
      .addColumn('reminded', 'integer', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await index('memberships_entitlement_member').on('memberships_entitlement').column('member_id').execute()
    await index('memberships_entitlement_until')
      .on('memberships_entitlement')
      .columns(['state', 'until'])
      .execute()
    await table('memberships_grant')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('audience', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('until', 'bigint')
      .addPrimaryKeyConstraint('memberships_grant_key', ['member_id', 'audience', 'source'])
      .execute()
    await table('memberships_ref')
      .addColumn('ref', 'text', (c) => c.primaryKey())
      .addColumn('order_id', 'text', (c) => c.notNull())
      .addColumn('entry_id', 'text')
      .execute()
    await table('memberships_event')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('provider', 'text', (c) => c.notNull())
      .addColumn('received_at', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute()
    await index('memberships_event_state').on('memberships_event').columns(['state', 'received_at']).execute()
    await table('memberships_coupon')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('code', 'text', (c) => c.notNull().unique())
      .addColumn('used', 'integer', (c) => c.notNull())
      .addColumn('limit_of', 'integer')
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await table('memberships_coupon_use')
      .addColumn('coupon_id', 'text', (c) => c.notNull())
      .addColumn('order_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('memberships_coupon_use_key', ['coupon_id', 'order_id'])
      .execute()
    await table('memberships_batch')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('ended', 'integer', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('redeemed', 'integer', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await table('memberships_code')
      .addColumn('code', 'text', (c) => c.primaryKey())
      .addColumn('batch_id', 'text', (c) => c.notNull())
      .addColumn('uses_left', 'integer', (c) => c.notNull())
      .execute()
    await index('memberships_code_batch').on('memberships_code').column('batch_id').execute()
    await table('memberships_redemption')
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('memberships_redemption_key', ['code', 'member_id'])
      .execute()
  },
}
