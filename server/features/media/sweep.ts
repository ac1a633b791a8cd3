/**
 * What nobody uses goes: uploads that were never ended or never shown, lists of what no longer exists, and the parts of
 * files that are gone, a few at a time so that nobody else has to wait.
 */
import { listener, type Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { profiles } from '#shared/features/profiles.ts'
import { dropSet, isGone, release, withdrawUpload } from './sets.ts'
import { db } from './tables.ts'

const hour = 3_600_000
/** An upload that was lost is not gone on with later than that; nor is one shown for the first time. */
const patience = 24 * hour
/** A withdrawn article can be published again. */
const rest = 30 * 24 * hour
const atOnce = 4

export async function sweep(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    await db(tx)
      .deleteFrom('media_begun')
      .where('at', '<', tx.now - patience)
      .execute()
    const unused = await db(tx)
      .selectFrom('media_file')
      .select('hash')
      .where('at', '<', tx.now - patience)
      .where('hash', 'not in', (eb) => eb.selectFrom('media_use').select('media_use.hash'))
      .execute()
    await release(tx, [...new Set(unused.map(({ hash }) => hash))], tx.now - patience)
    const old = await db(tx)
      .selectFrom('media_set')
      .select('subject')
      .where('at', '<', tx.now - rest)
      .execute()
    for (const { subject } of old) if (await isGone(tx, subject)) await dropSet(tx, subject)
    await planSweep(tx)
  })
  const dropSome = (): Promise<number> =>
    services.transact(async (tx) => {
      const begun = await db(tx).selectFrom('media_begun').select('id').execute()
      return tx.dropParts(
        begun.map(({ id }) => id),
        atOnce,
      )
    })
  while ((await dropSome()) === atOnce) await new Promise((resolve) => setImmediate(resolve))
}

/** The next, within an hour. */
export async function planSweep(tx: Tx): Promise<void> {
  const at = (Math.floor(tx.now / hour) + 1) * hour
  await tx.later('media.sweep', {}, { at, key: `media.sweep:${at}` })
}

/** What others show of theirs stays theirs to show; what nobody shows goes, and what belonged to what is gone with them. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  await db(tx).deleteFrom('media_begun').where('member_id', '=', memberId).execute()
  const sets = await db(tx).selectFrom('media_set').select('subject').execute()
  for (const { subject } of sets) if (await isGone(tx, subject)) await dropSet(tx, subject)
  const theirs = await db(tx)
    .selectFrom('media_file')
    .select('hash')
    .where('member_id', '=', memberId)
    .execute()
  for (const { hash } of theirs) {
    await withdrawUpload(tx, hash, memberId)
    // Somebody who has left had the same.
    await db(tx).deleteFrom('media_file').where('member_id', '=', '').where('hash', '=', hash).execute()
    await db(tx)
      .updateTable('media_file')
      .set({ member_id: '', name: '' })
      .where('member_id', '=', memberId)
      .where('hash', '=', hash)
      .execute()
  }
  await db(tx).updateTable('media_set').set({ member_id: '' }).where('member_id', '=', memberId).execute()
  await release(
    tx,
    theirs.map(({ hash }) => hash),
    tx.now - patience,
  )
})
