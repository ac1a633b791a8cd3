/** How a notice comes to be: kept, put on its member's feed, and told by push and mail as far as they want it. */

import type { Tx } from '#server/core/feature.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { AccountRow } from '#shared/features/accounts.ts'
import type { Fact } from '#shared/features/index.ts'
import { afterQuiet, type NoticeRow, noticeId } from '#shared/features/notifications.ts'
import { settingsOf, wants } from './settings.ts'
import { subjectFor } from './subjects.ts'
import { db, type Tables } from './tables.ts'

/** Notices that a member keeps; older ones go. */
const kept = 300
/** Milliseconds that mails wait for more to tell, and for the member to read it in the app. */
const mailAfter = 10 * 60_000

export async function notify(tx: Tx, asked: Fact<'notifications.notify'>): Promise<void> {
  const { memberId, type, word, about, params = {} } = asked
  const settings = await settingsOf(tx, memberId)
  if (!wants(settings, type, 'inbox')) return
  const viewer = await tx.viewerOf(memberId)
  if (viewer.id === null || !(await subjectFor(tx, viewer, about))) return
  const id = noticeId(memberId, asked.key ?? uuidv7(tx.now))
  const byMail = wants(settings, type, 'mail')
  const record = {
    id,
    member_id: memberId,
    type,
    word,
    params: JSON.stringify(params),
    about,
    at: tx.now,
    read_at: null,
    mailed: byMail ? 0 : 1,
  }
  await db(tx)
    .insertInto('notifications_notice')
    .values(record)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(record))
    .execute()
  await tx.publish('notices', id, noticeRow(record))
  await forgetOld(tx, memberId)

  const timeZone = (await tx.row<AccountRow>('accounts', memberId))?.timeZone ?? null
  if (wants(settings, type, 'push') && settings.devices.length > 0) {
    const at = afterQuiet(settings.quiet, tx.now, timeZone)
    await tx.later('notifications.push', { id }, { at, key: `notifications.push:${id}` })
  }
  if (byMail) {
    const at = afterQuiet(settings.quiet, tx.now + mailAfter, timeZone)
    await tx.later('notifications.mail', { memberId }, { at, key: `notifications.mail:${memberId}` })
  }
}

/** Takes back what is no longer so: a like that was withdrawn, an offer that is over. */
export async function withdraw(tx: Tx, memberId: string, key: string): Promise<void> {
  const id = noticeId(memberId, key)
  const gone = await db(tx).deleteFrom('notifications_notice').where('id', '=', id).executeTakeFirst()
  if (Number(gone.numDeletedRows) > 0) await tx.publish('notices', id, null)
}

export function noticeRow(record: Tables['notifications_notice']): NoticeRow {
  return {
    memberId: record.member_id,
    type: record.type as NoticeRow['type'],
    word: record.word as NoticeRow['word'],
    params: JSON.parse(record.params) as NoticeRow['params'],
    about: record.about,
    at: record.at,
    readAt: record.read_at,
  }
}

/** @returns how many there were. */
export async function markRead(tx: Tx, memberId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const unread = await db(tx)
    .selectFrom('notifications_notice')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('id', 'in', ids)
    .where('read_at', 'is', null)
    .execute()
  for (const record of unread) {
    const read = { ...record, read_at: tx.now, mailed: 1 }
    await db(tx)
      .updateTable('notifications_notice')
      .set({ read_at: tx.now, mailed: 1 })
      .where('id', '=', record.id)
      .execute()
    await tx.publish('notices', record.id, noticeRow(read))
  }
  return unread.length
}

async function forgetOld(tx: Tx, memberId: string): Promise<void> {
  const old = await db(tx)
    .selectFrom('notifications_notice')
    .select('id')
    .where('member_id', '=', memberId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .offset(kept)
    .limit(50)
    .execute()
  for (const { id } of old) {
    await db(tx).deleteFrom('notifications_notice').where('id', '=', id).execute()
    await tx.publish('notices', id, null)
  }
}
