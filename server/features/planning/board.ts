/** Boards: how one begins, and the rows that are read off its document after its organisers wrote. */
import type { Changed, CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { minorDigits } from '#shared/features/money.ts'
import { type Board, fillBoard, ownersOf, readBoard } from '#shared/features/plan-board.ts'
import {
  canStartPlan,
  type PlanBoardRow,
  type PlanTaskRow,
  type planning,
  planRoom,
  taskRowId,
} from '#shared/features/planning.ts'
import { planProposal } from './proposals.ts'
import { db, type Tables } from './tables.ts'

const noEvent = (): Result<never> =>
  refuse('not_found', 'no such event', { field: 'eventId', reason: 'planning.refused_event' })

export const start: CommandHandler<InputOf<typeof planning.commands.start>> = {
  async allow({ tx, viewer }, { eventId }) {
    if (!canStartPlan(viewer))
      return refuse('forbidden', 'moderators begin plans', { reason: 'planning.refused_organisers' })
    return (await tx.mayRead(viewer, 'events', eventId)) ? ok() : noEvent()
  },
  async handle({ tx, viewer }, { eventId, template, lang, currency, proposalId }) {
    if (await boardOf(tx, eventId)) {
      return refuse('conflict', 'the event has a plan already', { reason: 'planning.refused_started' })
    }
    if (proposalId !== null) {
      const planned = await planProposal(tx, proposalId, eventId)
      if (!planned.ok) return planned
    }
    const board = { event_id: eventId, template, currency, started_by: viewer.id, started_at: tx.now }
    await db(tx).insertInto('planning_board').values(board).execute()
    let read: Board | undefined
    const sequence = await tx.author(planRoom(eventId), (doc) => {
      fillBoard(doc, { template, lang, currency, digits: minorDigits(currency) })
      read = readBoard(doc)
    })
    if (read) await publishBoard(tx, board, read, sequence)
    await tx.tell('planning.started', { eventId, byId: viewer.id, template })
    return ok({ eventId })
  },
}

export function boardOf(
  tx: Pick<Tx, 'tables'>,
  eventId: string,
): Promise<Tables['planning_board'] | undefined> {
  return db(tx).selectFrom('planning_board').selectAll().where('event_id', '=', eventId).executeTakeFirst()
}

function boardRow(
  board: Tables['planning_board'],
  read: Pick<PlanBoardRow, 'tasks' | 'done' | 'sequence'>,
): PlanBoardRow {
  return {
    eventId: board.event_id,
    template: board.template,
    currency: board.currency,
    startedBy: board.started_by,
    startedAt: board.started_at,
    ...read,
  }
}

/** Reads the tasks off a board that was written. */
export async function projectBoard(tx: Tx, eventId: string, { doc, sequence }: Changed): Promise<void> {
  const board = await boardOf(tx, eventId)
  if (board) await publishBoard(tx, board, readBoard(doc), sequence)
}

async function publishBoard(
  tx: Tx,
  board: Tables['planning_board'],
  { tasks, roles }: Board,
  sequence: number,
): Promise<void> {
  const eventId = board.event_id
  const before = await db(tx)
    .selectFrom('planning_task')
    .selectAll()
    .where('event_id', '=', eventId)
    .execute()
  const known = new Map(before.map((task) => [task.task_id, task]))
  for (const task of tasks) {
    const held = known.get(task.id)
    known.delete(task.id)
    const values = {
      title: task.title,
      done: Number(task.done),
      days: task.days,
      owners: JSON.stringify(ownersOf(task, roles)),
    }
    if (held && Object.entries(values).every(([name, value]) => held[name as keyof typeof held] === value))
      continue
    await db(tx)
      .insertInto('planning_task')
      .values({ event_id: eventId, task_id: task.id, ...values, reminded_for: null })
      .onConflict((conflict) => conflict.columns(['event_id', 'task_id']).doUpdateSet(values))
      .execute()
    const row: PlanTaskRow = {
      eventId,
      title: task.title,
      done: task.done,
      days: task.days,
      owners: ownersOf(task, roles),
    }
    await tx.publish('plan_tasks', taskRowId(eventId, task.id), row)
  }
  for (const gone of known.keys()) {
    await db(tx)
      .deleteFrom('planning_task')
      .where('event_id', '=', eventId)
      .where('task_id', '=', gone)
      .execute()
    await tx.publish('plan_tasks', taskRowId(eventId, gone), null)
  }
  const done = tasks.filter((task) => task.done).length
  await tx.publish('plan_boards', eventId, boardRow(board, { tasks: tasks.length, done, sequence }))
}
