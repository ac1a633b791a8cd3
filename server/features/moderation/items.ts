/** What waits for somebody to look at it, and how moderators and authors see it. */
import { createHash } from 'node:crypto'
import type { MatterNow, Tx } from '#server/core/feature.ts'
import type { HeldItemRow, ReviewItemRow } from '#shared/features/moderation.ts'
import { decisionById } from './decisions.ts'
import { nameOf } from './log.ts'
import { db, type Item, type Report } from './tables.ts'

export function itemById(tx: Tx, id: string): Promise<Item | undefined> {
  return db(tx).selectFrom('moderation_item').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The one that is open about this target. */
export function openItem(tx: Tx, target: string): Promise<Item | undefined> {
  return db(tx)
    .selectFrom('moderation_item')
    .selectAll()
    .where('target', '=', target)
    .where('kind', '=', 'reported')
    .where('open', '=', 1)
    .executeTakeFirst()
}

/** As it is now; `undefined`: it is gone, or its feature is not used. */
export async function matterNow(tx: Tx, target: string): Promise<MatterNow | undefined> {
  const [kind, id] = target.split(':', 2) as [string, string]
  const matters = await tx.matters()
  return Object.hasOwn(matters, kind) ? matters[kind]!.find(tx, id) : undefined
}

export async function addItem(
  tx: Tx,
  item: Pick<Item, 'kind'> & Partial<Item>,
  shown?: Shown,
): Promise<Item> {
  const record: Item = {
    id: await nameItem(tx, item),
    open: 1,
    version: 1,
    target: '',
    author_id: null,
    command: '',
    command_id: '',
    input: '',
    acted_at: tx.now,
    rule: '',
    why: '',
    score: 0,
    claimed_by: null,
    claimed_at: 0,
    created_at: tx.now,
    decision_id: null,
    decided_by: null,
    decided_at: null,
    ...item,
  }
  await db(tx).insertInto('moderation_item').values(record).execute()
  await publishItem(tx, record, shown)
  return record
}

/**
 * By what it is about: after a restore, when members' devices send again what they did, what moderators decided finds
 * what it was about.
 */
async function nameItem(tx: Tx, item: Pick<Item, 'kind'> & Partial<Item>): Promise<string> {
  const earlier = await db(tx)
    .selectFrom('moderation_item')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('kind', '=', 'reported')
    .where('target', '=', item.target ?? '')
    .executeTakeFirst()
  const round = item.kind === 'reported' ? Number(earlier?.count ?? 0) : 0
  const about = [item.kind, item.author_id, item.command_id, item.decision_id, item.target, round].join()
  const hash = createHash('sha256').update(about).digest('hex')
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-')
}

export async function changeItem(tx: Tx, id: string, changes: Partial<Item>, shown?: Shown): Promise<Item> {
  const changed = await db(tx)
    .updateTable('moderation_item')
    .set({ id, ...changes })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await publishItem(tx, changed, shown)
  return changed
}

/** It is decided: what it held is somewhere else now, or nowhere. */
export async function closeItem(tx: Tx, item: Item, byId: string | null): Promise<void> {
  await changeItem(tx, item.id, { open: 0, input: '', decided_by: byId, decided_at: tx.now })
  if (item.kind === 'held') await tx.publish('held_items', item.id, null)
}

type Shown = Pick<ReviewItemRow, 'title' | 'text' | 'path' | 'hidden'>

/** @param shown what it is about, where that is on its way only. */
async function publishItem(tx: Tx, item: Item, shown?: Shown): Promise<void> {
  if (item.open === 0) {
    await tx.publish('review_items', item.id, null)
    return
  }
  const reports = item.target === '' ? [] : await openReports(tx, item.target)
  const decision = item.decision_id === null ? undefined : await decisionById(tx, item.decision_id)
  const about: Shown = shown ?? (await shownOf(tx, item)) ?? { title: '', text: '', path: '', hidden: false }
  const row: ReviewItemRow = {
    id: item.id,
    kind: item.kind,
    version: item.version,
    target: item.target,
    command: item.command,
    authorId: item.author_id,
    authorName: await nameOf(tx, item.author_id),
    ...about,
    rule: item.rule,
    reports: await Promise.all(
      reports.map(async (report) => ({
        memberId: report.member_id,
        name: await nameOf(tx, report.member_id),
        reason: report.reason,
        note: report.note,
        at: report.at,
      })),
    ),
    score: item.score / 100,
    claimedBy: item.claimed_by,
    claimedName: await nameOf(tx, item.claimed_by),
    claimedAt: item.claimed_at,
    createdAt: item.created_at,
    decision: decision
      ? {
          id: decision.id,
          act: decision.act,
          reason: decision.reason,
          note: decision.note,
          byId: decision.by_id,
          appeal: decision.appeal ?? '',
        }
      : null,
  }
  await tx.publish('review_items', item.id, row)
}

async function shownOf(tx: Tx, item: Item): Promise<Shown | undefined> {
  if (item.kind === 'held') {
    const input = JSON.parse(item.input) as Record<string, unknown>
    const { title, text } = wordsOf(input)
    const isReply = item.command !== 'discussions.open_thread' && typeof input.threadId === 'string'
    return { title, text, path: isReply ? `/discuss/${input.threadId}` : '', hidden: true }
  }
  if (item.decision_id !== null) {
    const decision = await decisionById(tx, item.decision_id)
    const now = decision && decision.target !== '' ? await matterNow(tx, decision.target) : undefined
    return decision && { title: decision.title, text: decision.text, path: now?.path ?? '', hidden: true }
  }
  const now = await matterNow(tx, item.target)
  return now && { title: now.title, text: now.text, path: now.path, hidden: now.hidden }
}

/** What somebody wrote in a command. */
export function wordsOf(input: Record<string, unknown>): { title: string; text: string; all: string } {
  const said = (field: string): string => (typeof input[field] === 'string' ? (input[field] as string) : '')
  const tags = Array.isArray(input.tags) ? input.tags.filter((tag) => typeof tag === 'string').join(' ') : ''
  const { options } = (input.poll ?? {}) as { options?: unknown }
  const answers = Array.isArray(options)
    ? options.filter((option) => typeof option === 'string').join('\n')
    : ''
  const text = [said('description'), said('body'), answers].filter(Boolean).join('\n\n')
  return { title: said('title'), text, all: [said('title'), text, tags].filter(Boolean).join('\n') }
}

export async function publishHeld(tx: Tx, item: Item): Promise<void> {
  const row: HeldItemRow = {
    memberId: item.author_id!,
    command: item.command,
    input: JSON.parse(item.input) as Record<string, unknown>,
    why: item.why,
    at: item.created_at,
  }
  await tx.publish('held_items', item.id, row)
}

export function openReports(tx: Tx, target: string): Promise<Report[]> {
  return db(tx)
    .selectFrom('moderation_report')
    .selectAll()
    .where('target', '=', target)
    .where('outcome', 'is', null)
    .orderBy('at')
    .execute()
}
