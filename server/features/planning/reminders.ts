/** Once a day the owners of what is overdue hear of it, once for each day on which it was due. */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { EventRow } from '#shared/features/events.ts'
import type { Fact } from '#shared/features/index.ts'
import { dueAt } from '#shared/features/plan-board.ts'
import { db } from './tables.ts'

export async function remind(services: Services): Promise<void> {
  await services.transact(planMorning)
  const boards = await services.read((reader) =>
    db(reader).selectFrom('planning_board').select('event_id').execute(),
  )
  for (const { event_id } of boards) await services.transact((tx) => remindOf(tx, event_id))
}

async function remindOf(tx: Tx, eventId: string): Promise<void> {
  const event = await tx.row<EventRow>('events', eventId)
  // Months after an event nobody needs to hear of what was never done.
  if (!event || tx.now > event.end + 60 * 86_400_000) return
  const tasks = await db(tx)
    .selectFrom('planning_task')
    .selectAll()
    .where('event_id', '=', eventId)
    .where('done', '=', 0)
    .execute()
  const overdue = new Map<string, { count: number; title: string; isNew: boolean }>()
  for (const task of tasks) {
    const due = dueAt(task, event)
    if (due > tx.now) continue
    const isNew = task.reminded_for !== due
    const owners = JSON.parse(task.owners) as string[]
    if (owners.length === 0) continue
    for (const owner of owners) {
      const known = overdue.get(owner)
      overdue.set(owner, {
        count: (known?.count ?? 0) + 1,
        title: isNew || !known ? task.title : known.title,
        isNew: isNew || (known?.isNew ?? false),
      })
    }
    if (!isNew) continue
    await db(tx)
      .updateTable('planning_task')
      .set({ reminded_for: due })
      .where('event_id', '=', eventId)
      .where('task_id', '=', task.task_id)
      .execute()
  }
  for (const [memberId, { count, title, isNew }] of overdue) {
    if (!isNew) continue
    // Owners stand in a document that devices write: only those hear of it who may see the board.
    if (!(await tx.mayRead(await tx.viewerOf(memberId), 'plan_boards', eventId))) continue
    const notice: Fact<'notifications.notify'> = {
      memberId,
      type: 'events',
      word: 'planning.notice_overdue',
      about: `event:${eventId}`,
      params: { count, task: title },
      key: `plan:${eventId}`,
    }
    await tx.tell('notifications.notify', notice)
  }
}

export async function planMorning(tx: Tx): Promise<void> {
  const morning = new Date(tx.now)
  morning.setHours(8, 0, 0, 0)
  if (morning.getTime() <= tx.now) morning.setDate(morning.getDate() + 1)
  await tx.later('planning.remind', {}, { at: morning.getTime(), key: 'planning.daily' })
}
