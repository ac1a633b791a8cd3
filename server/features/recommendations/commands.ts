/** Opting in and out of sharing what one reads, sharing it, and asking for a new model. */
import type { CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, refuse } from '#shared/core/result.ts'
import {
  canRetrain,
  type recommendations as contract,
  partsOf,
  type SharingRow,
  tableOf,
} from '#shared/features/recommendations.ts'
import { weightCap } from '#shared/recommend/weights.ts'
import { db } from './tables.ts'

type Handlers = {
  [K in keyof (typeof contract)['commands']]: CommandHandler<InputOf<(typeof contract)['commands'][K]>>
}

const day = 86_400_000

export const commands: Handlers = {
  set_sharing: {
    allow: () => ok(),
    async handle({ tx, viewer }, { on }) {
      if (on) {
        await db(tx)
          .insertInto('recommendations_sharing')
          .values({ member_id: viewer.id, at: tx.now })
          .onConflict((conflict) => conflict.column('member_id').doNothing())
          .execute()
      } else {
        await db(tx).deleteFrom('recommendations_shared').where('member_id', '=', viewer.id).execute()
        await db(tx).deleteFrom('recommendations_sharing').where('member_id', '=', viewer.id).execute()
      }
      await publishSharing(tx, viewer.id, on)
      return ok({ on })
    },
  },

  share_reads: {
    async allow({ tx, viewer }) {
      if (await isSharing(tx, viewer.id)) return ok()
      return refuse('forbidden', 'this member does not share what they read', {
        reason: 'recommendations.refused_not_sharing',
      })
    },
    async handle({ tx, viewer }, { items }) {
      const at = Math.floor(tx.now / day) * day
      let shared = 0
      for (const { item, weight } of items) {
        const { kind, id } = partsOf(item)!
        // Only what is there for them: otherwise anything at all could be stored under the name of an item, and the
        // answer would tell what exists.
        if (!(weight > 0) || !(await tx.mayRead(viewer, tableOf[kind], id))) continue
        const values = { weight: Math.min(weight, weightCap), at }
        await db(tx)
          .insertInto('recommendations_shared')
          .values({ member_id: viewer.id, item, ...values })
          .onConflict((conflict) => conflict.columns(['member_id', 'item']).doUpdateSet(values))
          .execute()
        shared += 1
      }
      if (shared > 0) await publishSharing(tx, viewer.id, true)
      return ok({ shared })
    },
  },

  retrain: {
    allow: ({ viewer }) =>
      canRetrain(viewer)
        ? ok()
        : refuse('forbidden', 'only owners train models', { reason: 'recommendations.refused_not_owner' }),
    async handle({ tx }) {
      await tx.later('recommendations.train', {}, { key: 'recommendations.retrain' })
      return ok({})
    },
  },
}

async function isSharing(tx: Tx, memberId: string): Promise<boolean> {
  const found = await db(tx)
    .selectFrom('recommendations_sharing')
    .select('at')
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  return found !== undefined
}

async function publishSharing(tx: Tx, memberId: string, on: boolean): Promise<void> {
  const { items } = await db(tx)
    .selectFrom('recommendations_shared')
    .select((select) => select.fn.countAll().as('items'))
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow()
  const row: SharingRow = { on, items: Number(items), at: tx.now }
  await tx.publish('sharing', memberId, row)
}
