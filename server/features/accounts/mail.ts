import type { Services } from '#server/core/services.ts'
import { hashToken } from '#server/core/session.ts'
import { type CommunityRow, communityId } from '#shared/features/accounts.ts'
import { translate } from '#shared/words/index.ts'
import { memberBy } from './members.ts'
import { newToken } from './secrets.ts'
import type { Tables } from './tables.ts'

const hour = 3_600_000

/**
 * Makes the reset token when the mail is written, so that it never lies in the job's payload. Run twice, the second
 * mail's link is the one that works.
 */
export async function mailReset(services: Services, payload: { email: string }): Promise<void> {
  const token = newToken()
  const found = await services.transact(async (tx) => {
    const member = await memberBy(tx, 'email', payload.email)
    if (!member) return undefined
    const tables = tx.tables<Tables>()
    await tables.deleteFrom('accounts_reset').where('member_id', '=', member.id).execute()
    await tables
      .insertInto('accounts_reset')
      .values({ token_hash: hashToken(token), member_id: member.id, expires_at: tx.now + hour })
      .execute()
    return { member, community: await tx.row<CommunityRow>('community', communityId) }
  })
  if (!found) return
  const t = translate(found.member.language)
  const words = {
    name: found.member.name,
    community: found.community?.name ?? 'Lyceum',
    link: `${services.env.publicUrl}/reset?token=${token}`,
  }
  await services.mail(
    payload.email,
    t('accounts.mail_reset_subject', words),
    t('accounts.mail_reset_text', words),
  )
}
