/**
 * Publishing at a time that was chosen. What is published then is what its author saw when they chose; it goes the way
 * of every other command, with an id that was given it when it was scheduled, so that it happens once however often
 * the job runs, and by the rules and screens of that time.
 */
import type { CommandHandler, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { isTransient, ok, type Refusal, refuse } from '#shared/core/result.ts'
import { isMember } from '#shared/core/viewer.ts'
import { type articles as contract, longestSchedule, type Scheduled } from '#shared/features/articles.ts'
import { type DraftRecord, db, draftById, toDraftRow } from './tables.ts'

type Commands = (typeof contract)['commands']

interface Due {
  draftId: string
  commandId: string
}

export const handleSchedule: CommandHandler<InputOf<Commands['schedule']>>['handle'] = async (
  { tx, viewer },
  { at, ...input },
) => {
  if (at <= tx.now || at > tx.now + longestSchedule) {
    return refuse('invalid', 'a time to come, within a year', {
      field: 'at',
      reason: 'articles.schedule_when',
    })
  }
  const commandId = uuidv7(tx.now)
  const scheduled: Scheduled & { commandId: string } = { at, byId: viewer.id, failed: null, commandId }
  await change(tx, input.draftId, {
    scheduled: JSON.stringify(scheduled),
    scheduled_input: JSON.stringify(input),
  })
  const due: Due = { draftId: input.draftId, commandId }
  await tx.later('articles.publish_due', due, { at, key: `articles.publish_due:${commandId}` })
  return ok({ at })
}

export const handleUnschedule: CommandHandler<InputOf<Commands['unschedule']>>['handle'] = async (
  { tx },
  { draftId },
) => {
  await change(tx, draftId, { scheduled: null, scheduled_input: null })
  return ok({})
}

const noMember = {
  ok: false,
  code: 'forbidden',
  message: 'whoever scheduled it is no member now',
  reason: 'articles.authors_only',
} as { ok: false } & Refusal

/** The job. What was called off, or put to another time, is none of this one's. */
export async function publishDue(services: Services, due: Due): Promise<void> {
  const found = await services.read(async (reader) => {
    const draft = await draftById(reader, due.draftId)
    const planned = draft?.scheduled && (JSON.parse(draft.scheduled) as Scheduled & { commandId: string })
    if (!draft || !planned || planned.commandId !== due.commandId || planned.failed !== null) return undefined
    return { planned, input: JSON.parse(draft.scheduled_input!), viewer: await reader.viewerOf(planned.byId) }
  })
  if (!found) return
  const { planned, input, viewer } = found
  const envelope = { id: due.commandId, name: 'articles.publish', input, at: planned.at }
  const result = isMember(viewer) ? await services.execute(viewer, envelope) : noMember
  if (result.ok) {
    // A held one is its screen's from here on.
    await services.transact((tx) => clear(tx, due))
    return
  }
  const { code, message, reason, params } = result
  // The job is tried again.
  if (isTransient(code)) throw new Error(message)
  const failed: Refusal = { code, message, ...(reason && { reason }), ...(params && { params }) }
  await services.transact(async (tx) => {
    const draft = await draftById(tx, due.draftId)
    if (!draft?.scheduled?.includes(due.commandId)) return
    await change(tx, due.draftId, { scheduled: JSON.stringify({ ...planned, failed }) })
  })
}

async function clear(tx: Tx, { draftId, commandId }: Due): Promise<void> {
  const draft = await draftById(tx, draftId)
  if (draft?.scheduled?.includes(commandId)) {
    await change(tx, draftId, { scheduled: null, scheduled_input: null })
  }
}

async function change(tx: Tx, id: string, changes: Partial<DraftRecord>): Promise<void> {
  const changed = await db(tx)
    .updateTable('articles_draft')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (changed) await tx.publish('drafts', id, toDraftRow(changed))
}
