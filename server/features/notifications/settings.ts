/** What members want to hear, and where. */
import type { Reader, Tx } from '#server/core/feature.ts'
import {
  defaultSettings,
  type NoticeLevel,
  type NoticeSettingsRow,
  type NoticeType,
  noticeLevels,
} from '#shared/features/notifications.ts'
import { db } from './tables.ts'

export async function settingsOf(reader: Reader, memberId: string): Promise<NoticeSettingsRow> {
  const found = await db(reader)
    .selectFrom('notifications_settings')
    .selectAll()
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  const devices = await db(reader)
    .selectFrom('notifications_device')
    .select(['id', 'name', 'at'])
    .where('member_id', '=', memberId)
    .orderBy('at')
    .execute()
  if (!found) return { ...defaultSettings, devices }
  return {
    levels: { ...defaultSettings.levels, ...(JSON.parse(found.levels) as NoticeSettingsRow['levels']) },
    quiet: JSON.parse(found.quiet) as NoticeSettingsRow['quiet'],
    digest: found.digest as NoticeSettingsRow['digest'],
    devices,
  }
}

export async function saveSettings(
  tx: Tx,
  memberId: string,
  change: Partial<Omit<NoticeSettingsRow, 'devices'>>,
): Promise<void> {
  const { devices: _, ...before } = await settingsOf(tx, memberId)
  const after = { ...before, ...change }
  const values = {
    levels: JSON.stringify(after.levels),
    quiet: JSON.stringify(after.quiet),
    digest: after.digest,
  }
  await db(tx)
    .insertInto('notifications_settings')
    .values({ member_id: memberId, ...values, digest_at: 0 })
    .onConflict((conflict) => conflict.column('member_id').doUpdateSet(values))
    .execute()
  await publishSettings(tx, memberId)
}

export async function publishSettings(tx: Tx, memberId: string): Promise<void> {
  await tx.publish('notice_settings', memberId, await settingsOf(tx, memberId))
}

/** Does the member want this type at this level, or at a louder one? */
export function wants(settings: NoticeSettingsRow, type: NoticeType, level: NoticeLevel): boolean {
  return noticeLevels.indexOf(settings.levels[type]) >= noticeLevels.indexOf(level)
}
