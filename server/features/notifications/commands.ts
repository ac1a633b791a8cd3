import type { ServerHalf } from '#server/core/feature.ts'
import { ok, refuse } from '#shared/core/result.ts'
import { type notifications as contract, followId } from '#shared/features/notifications.ts'
import { markRead } from './notices.ts'
import { mayPushTo } from './push.ts'
import { publishSettings, saveSettings, settingsOf } from './settings.ts'
import { db } from './tables.ts'

type Handlers = ServerHalf<typeof contract>['commands']

/** Devices that one member is pushed on. */
const mostDevices = 10

export function createCommands(pushHosts: () => readonly string[]): Handlers {
  return {
    read: {
      allow: () => ok(),
      handle: async ({ tx, viewer }, { ids }) => ok({ read: await markRead(tx, viewer.id, ids) }),
    },

    set_levels: {
      allow: () => ok(),
      async handle({ tx, viewer }, { levels, quiet, digest }) {
        const before = await settingsOf(tx, viewer.id)
        await saveSettings(tx, viewer.id, {
          levels: { ...before.levels, ...levels },
          ...(quiet === undefined ? {} : { quiet }),
          ...(digest === undefined ? {} : { digest }),
        })
        return ok({})
      },
    },

    follow: {
      async allow({ tx, viewer }, { threadId }) {
        return (await tx.mayRead(viewer, 'threads', threadId))
          ? ok()
          : refuse('not_found', 'there is no such thread', { field: 'threadId' })
      },
      async handle({ tx, viewer }, { threadId, on }) {
        await db(tx)
          .insertInto('notifications_follow')
          .values({ member_id: viewer.id, thread_id: threadId, on: Number(on) })
          .onConflict((conflict) =>
            conflict.columns(['member_id', 'thread_id']).doUpdateSet({ on: Number(on) }),
          )
          .execute()
        await tx.publish('follows', followId(viewer.id, threadId), { memberId: viewer.id, threadId, on })
        return ok({ on })
      },
    },

    subscribe: {
      async allow({ tx, viewer }, { id, endpoint }) {
        if (!mayPushTo(endpoint, pushHosts())) {
          return refuse('invalid', 'this is not the address of a push service that we know', {
            field: 'endpoint',
            reason: 'notifications.refused_endpoint',
          })
        }
        const taken = await db(tx)
          .selectFrom('notifications_device')
          .select('member_id')
          .where('id', '=', id)
          .executeTakeFirst()
        return taken && taken.member_id !== viewer.id
          ? refuse('conflict', 'this id is taken', { field: 'id' })
          : ok()
      },
      async handle({ tx, viewer }, { id, name, endpoint, p256dh, auth }) {
        const values = { id, member_id: viewer.id, name, endpoint, p256dh, auth, at: tx.now }
        // A browser that is signed in as somebody else now tells the former nothing any more.
        const former = await db(tx)
          .deleteFrom('notifications_device')
          .where('endpoint', '=', endpoint)
          .where('member_id', '!=', viewer.id)
          .returning('member_id')
          .execute()
        for (const { member_id } of former) await publishSettings(tx, member_id)
        await db(tx)
          .deleteFrom('notifications_device')
          .where('member_id', '=', viewer.id)
          .where((where) => where.or([where('endpoint', '=', endpoint), where('id', '=', id)]))
          .execute()
        await db(tx).insertInto('notifications_device').values(values).execute()
        const old = await db(tx)
          .selectFrom('notifications_device')
          .select('id')
          .where('member_id', '=', viewer.id)
          .orderBy('at', 'desc')
          .offset(mostDevices)
          .limit(10)
          .execute()
        for (const one of old)
          await db(tx).deleteFrom('notifications_device').where('id', '=', one.id).execute()
        await publishSettings(tx, viewer.id)
        return ok({})
      },
    },

    unsubscribe: {
      allow: () => ok(),
      async handle({ tx, viewer }, { id }) {
        await db(tx)
          .deleteFrom('notifications_device')
          .where('id', '=', id)
          .where('member_id', '=', viewer.id)
          .execute()
        await publishSettings(tx, viewer.id)
        return ok({})
      },
    },
  }
}
