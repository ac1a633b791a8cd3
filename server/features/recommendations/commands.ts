/** Opting in and out of sharing what one reads, sharing it; and for owners: models, which one serves, what acts weigh. */
import type { Act, CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import {
  canRetrain,
  type recommendations as contract,
  partsOf,
  type SharingRow,
  tableOf,
} from '#shared/features/recommendations.ts'
import { weightCap } from '#shared/recommend/weights.ts'
import { changeState, publishState, runOf } from './state.ts'
import { db } from './tables.ts'
import { isNewest, pinTo, versionRow } from './versions.ts'

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
    allow: ownersOnly,
    async handle({ tx }) {
      await tx.later('recommendations.train', { by: 'demand' }, { key: 'recommendations.retrain' })
      return ok({})
    },
  },

  cancel_training: {
    allow: ownersOnly,
    async handle({ tx }) {
      const run = await runOf(tx)
      if (!run) return ok({ cancelled: false })
      // Another process may be running it: it looks here every second.
      await db(tx).updateTable('recommendations_run').set({ cancelling: 1 }).execute()
      await publishState(tx)
      await tx.later('recommendations.cancel', { holder: run.holder })
      return ok({ cancelled: true })
    },
  },

  roll_back: {
    async allow(act, { version }) {
      const may = ownersOnly(act)
      if (!may.ok) return may
      const row = await versionRow(act.tx, version)
      if (!row) return refuse('not_found', 'no such version', { reason: 'models.refused_no_version' })
      return row.here
        ? ok()
        : refuse('conflict', 'its file is not kept', { reason: 'models.refused_not_kept' })
    },
    async handle({ tx }, { version }) {
      // The newest is what would serve by itself.
      await changeState(tx, { pinned: (await isNewest(tx, version)) ? null : version })
      await pinTo(tx, version)
      return ok({})
    },
  },

  unpin: {
    allow: ownersOnly,
    async handle({ tx }) {
      await changeState(tx, { pinned: null })
      return ok({})
    },
  },

  try_weights: {
    allow: ownersOnly,
    async handle({ tx }, weights) {
      await tx.later('recommendations.try', weights, { key: 'recommendations.try' })
      return ok({})
    },
  },

  set_weights: {
    allow: ownersOnly,
    async handle({ tx }, weights) {
      await changeState(tx, { weights })
      return ok({})
    },
  },
}

function ownersOnly({ viewer }: Pick<Act, 'viewer'>): Result<unknown> {
  return canRetrain(viewer)
    ? ok()
    : refuse('forbidden', 'only owners train models', { reason: 'recommendations.refused_not_owner' })
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
