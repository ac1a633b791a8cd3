/**
 * How a command ends that a screen held: carried out as its member's, or refused. Either way the result that was stored
 * for it is changed, so that whatever its member made depend on it follows.
 */
import { type Result, refuse } from '#shared/core/result.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { CommandResult } from '#shared/core/wire.ts'
import { findCommand } from './commands.ts'
import type { Act, Held, Tx } from './feature.ts'
import type { CoreTx } from './transact.ts'

export async function perform(tx: CoreTx, memberId: string, held: Held): Promise<Result<unknown>> {
  const viewer = await tx.viewerOf(memberId)
  if (!isMember(viewer)) {
    return refuse('forbidden', 'whoever sent it is not a member now', { reason: 'core.refused_sender' })
  }
  const used = await tx.used()
  const found = findCommand(used, used, held.name, held.input)
  if (!found.ok) return found
  const { handler, input } = found.value
  const act: Act = { tx, viewer, commandId: held.commandId, at: held.at }
  const allowed = await handler.allow(act, input)
  if (!allowed.ok) return allowed
  const done = await handler.handle(act, input)
  if (done.ok) {
    const { commandId: id } = held
    await settle(tx, memberId, { id, ok: true, state: 'saved', data: done.value ?? null, lands: {} })
  }
  return done
}

export async function refuseHeld(
  tx: CoreTx,
  memberId: string,
  commandId: string,
  refusal: Parameters<Tx['refuseHeld']>[2],
): Promise<void> {
  await settle(tx, memberId, { id: commandId, ok: false, ...refusal })
}

async function settle({ trx }: CoreTx, memberId: string, result: CommandResult): Promise<void> {
  await trx
    .updateTable('command_result')
    .set({ result: JSON.stringify(result) })
    .where('member_id', '=', memberId)
    .where('command_id', '=', result.id)
    .execute()
}
