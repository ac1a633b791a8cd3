import type { Reader, Tx } from '#server/core/feature.ts'
import { fail, ok, type Refusal, type Result, refuse } from '#shared/core/result.ts'
import type { InviteRow } from '#shared/features/accounts.ts'
import type { Tables } from './tables.ts'

export const inviteUsed: Refusal = {
  code: 'gone',
  field: 'invite',
  message: 'this invitation is used up',
  reason: 'accounts.invite_used',
}

export const noInvitation: Refusal = {
  code: 'not_found',
  field: 'invite',
  message: 'there is no such invitation',
  reason: 'accounts.invite_unknown',
}

/** The invitation that a link names, if it can still be used. */
export async function openInvite(reader: Reader, token: string): Promise<Result<Tables['accounts_invite']>> {
  const invite = await reader
    .tables<Tables>()
    .selectFrom('accounts_invite')
    .selectAll()
    .where('token', '=', token)
    .executeTakeFirst()
  if (!invite) return fail(noInvitation)
  if (invite.expires_at <= reader.now) {
    return refuse('gone', 'this invitation has expired', {
      field: 'invite',
      reason: 'accounts.invite_expired',
    })
  }
  return invite.uses > 0 ? ok(invite) : fail(inviteUsed)
}

export async function publishInvite(tx: Tx, invite: Tables['accounts_invite']): Promise<void> {
  const row: InviteRow = {
    id: invite.id,
    token: invite.token,
    role: invite.role,
    note: invite.note,
    uses: invite.uses,
    createdAt: invite.created_at,
    expiresAt: invite.expires_at,
    createdBy: invite.created_by,
  }
  await tx.publish('invites', invite.id, row)
}
