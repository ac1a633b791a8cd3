import type { Reader, Tx } from '#server/core/feature.ts'
import { rulesId } from '#shared/features/moderation.ts'
import { defaultRules, type ModerationRules } from '#shared/features/moderation-rules.ts'
import { log } from './log.ts'
import { db } from './tables.ts'

export async function rulesOf(reader: Reader): Promise<ModerationRules> {
  const found = await db(reader)
    .selectFrom('moderation_rules')
    .select('rules')
    .where('id', '=', rulesId)
    .executeTakeFirst()
  return found ? (JSON.parse(found.rules) as ModerationRules) : defaultRules
}

export async function setRules(tx: Tx, rules: ModerationRules, byId: string): Promise<void> {
  const text = JSON.stringify(rules)
  await db(tx)
    .insertInto('moderation_rules')
    .values({ id: rulesId, rules: text })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ rules: text }))
    .execute()
  await tx.publish('moderation_rules', rulesId, rules)
  await log(tx, { byId, act: 'rules' })
}
