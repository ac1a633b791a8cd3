/** Takes over what pages that are gone could not store any more (parting.ts): at the start, and whenever a tab has gone. */
import type { Database } from './database.ts'
import { enqueueOnce } from './outbox.ts'
import { takeWords, type Words } from './parting.ts'
import type { Surroundings } from './surroundings.ts'
import type { TabMessage, Tabs } from './tabs.ts'
import { addEdits } from './update-log.ts'

/** A tab's lock may be free a moment before its last words can be read. */
const wordsAfter = 1_000

export interface InheritanceOptions {
  db: Database
  around: Surroundings
  tabs: Tabs
  /** Tells this tab's own rooms. */
  hear(message: TabMessage): void
  /** Looks for what they could store, and could not speak of. */
  recount(): Promise<void>
  report(error: unknown): void
}

export interface Inheritance {
  /** What was there at the start is stored. */
  first: Promise<void>
  /** A tab has gone. */
  again(): void
  close(): void
}

export function createInheritance({
  db,
  around,
  tabs,
  hear,
  recount,
  report,
}: InheritanceOptions): Inheritance {
  let taking = Promise.resolve()
  let closed = false

  function take(): Promise<void> {
    if (!closed) taking = taking.then(() => takeWords(around.shelf, db.name, tabs.tab, store)).catch(report)
    return taking
  }

  async function takeAll(): Promise<void> {
    await take()
    if (!closed) await recount().catch(report)
  }

  async function store({ edits, commands }: Words): Promise<void> {
    await db.open()
    for (const { room, copy = (await db.docs.get(room))?.copy ?? 0, update } of edits) {
      const key = await addEdits(db, room, copy, [update], around.now())
      const message = { type: 'edit', room, copy, key, update } as const
      hear(message)
      tabs.post(message)
    }
    for (const command of commands) await enqueueOnce(db, command)
    if (commands.length > 0) tabs.post({ type: 'outbox' })
  }

  return {
    first: take(),
    again() {
      void takeAll()
      around.after(wordsAfter, () => void takeAll())
    },
    close() {
      closed = true
    },
  }
}
