/**
 * Members' own acts that the server has said yes to, kept on the device for 30 days. When the server was restored from
 * an older backup it may have lost some of them: all are sent again, in their old order and under their old ids. Those
 * that it still knows it answers from memory, the others it takes. Nothing of this is watched by anybody, so that
 * keeping costs one write an act.
 */
import { type Database, type DoneCommand, keepOwnFor, type OutboxRow } from './database.ts'

const most = 5_000
const prefix = 'done:'

function keyOf(savedAt: number, id: string): string {
  return `${prefix}${String(savedAt).padStart(15, '0')}:${id}`
}

/** Inside a transaction on meta. */
export async function keepDone(db: Database, entry: OutboxRow, now: number): Promise<void> {
  const { order, id, name, input, after, at, lane } = entry
  const value: DoneCommand = { order, id, name, input, after, at, lane }
  await db.meta.put({ key: keyOf(now, id), value })
}

/** Forgets those that were acknowledged more than 30 days ago. */
export async function pruneDone(db: Database, now: number): Promise<void> {
  const all = db.meta.where('key').between(prefix, keyOf(now - keepOwnFor, ''))
  await all.delete()
  const kept = await db.meta.where('key').startsWith(prefix).primaryKeys()
  if (kept.length > most) await db.meta.bulkDelete(kept.slice(0, kept.length - most))
}

/** The server has another history: everything that it had said yes to is to be said again. Inside a transaction on outbox and meta. */
export async function doAgain(db: Database): Promise<void> {
  const again = { state: 'device', again: true, attempts: 0, failures: 0, retryAt: 0 } as const
  await db.outbox.toCollection().modify((entry) => {
    if (entry.state === 'saved' || entry.state === 'held') Object.assign(entry, again)
  })
  const waiting = await db.outbox.toArray()
  const done = (await db.meta.where('key').startsWith(prefix).toArray()).map(
    ({ value }) => value as DoneCommand,
  )
  const ids = new Set([...waiting, ...done].map((entry) => entry.id))
  const known = new Set(waiting.map((entry) => entry.id))
  for (const { after, ...command } of done) {
    if (known.has(command.id)) continue
    known.add(command.id)
    // What is kept no longer was taken long ago, and cannot arrive any more.
    await db.outbox.put({ ...command, ...again, after: after.filter((id) => ids.has(id)) })
  }
  await db.meta.where('key').startsWith(prefix).delete()
}
