/**
 * Reminders of a reading list that its member's devices share by way of the server: they come as notices, on every device.
 * A list that stays on one device is not here, and that device reminds by itself.
 */
import type * as Y from 'yjs'
import { listener, type Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { addressOf, isSaved, type Saved } from '#shared/features/library.ts'
import { profiles } from '#shared/features/profiles.ts'
import { db } from './tables.ts'

/** The next ones; a list is written by its member's programs, and may hold anything. */
const most = 200
const longestItem = 2_100
/** Of JavaScript; what is later is no time. */
const lastDay = 8_640_000_000_000_000
/** Kinds of which a notice knows what they are called and where they open. */
const told = ['article', 'thread', 'course', 'lesson', 'event', 'session']
const longestTitle = 300

/** `id`: of a private room, after `me/`. */
export async function follow(tx: Tx, id: string, doc: Y.Doc): Promise<void> {
  const [memberId, kind] = id.split('/') as [string, string | undefined]
  if (kind !== 'library') return
  const wanted = new Map(
    [...doc.getMap('saved').entries()]
      .filter((entry): entry is [string, Saved & { remindAt: number }] => {
        const [item, saved] = entry
        if (!isSaved(saved) || item.length > longestItem) return false
        const { readAt, remindAt } = saved
        return readAt === null && remindAt !== null && remindAt > tx.now && remindAt <= lastDay
      })
      .sort(([, a], [, b]) => a.remindAt - b.remindAt)
      .slice(0, most)
      .map(([item, { remindAt, title }]) => [
        item,
        {
          at: Math.round(remindAt),
          title: item.startsWith('link:') ? (title ?? '').slice(0, longestTitle) : '',
        },
      ]),
  )
  const known = await db(tx)
    .selectFrom('library_reminder')
    .selectAll()
    .where('member_id', '=', memberId)
    .execute()
  for (const { id: reminder, item, at } of known) {
    if (wanted.get(item)?.at === at) wanted.delete(item)
    // One that is due is on its way to its member.
    else if (at > tx.now) await db(tx).deleteFrom('library_reminder').where('id', '=', reminder).execute()
  }
  for (const [item, { at, title }] of wanted) {
    const reminder = uuidv7(tx.now)
    await db(tx)
      .insertInto('library_reminder')
      .values({ id: reminder, member_id: memberId, item, at, title })
      .execute()
    await tx.later('library.remind', { id: reminder }, { at })
  }
}

export async function remind(services: Services, { id }: { id: string }): Promise<void> {
  await services.transact(async (tx) => {
    const found = await db(tx)
      .deleteFrom('library_reminder')
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    if (!found) return
    const { member_id: memberId, item, title } = found
    const isTold = told.includes(item.slice(0, item.indexOf(':')))
    const address = addressOf(item)
    const name = title || (address ? new URL(address).host : '')
    await tx.tell('notifications.notify', {
      memberId,
      type: 'reminders',
      word: isTold ? 'library.notice_due' : name ? 'library.notice_due_named' : 'library.notice_due_any',
      params: isTold || !name ? {} : { name },
      about: isTold ? item : `saved:${id}`,
      key: `remind:${isTold ? item : id}`,
    })
  })
}

export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  await db(tx).deleteFrom('library_reminder').where('member_id', '=', memberId).execute()
})
