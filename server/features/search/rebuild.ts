/** Reads everything into the index that can be found: the first time, after terms are made another way, and by hand. */
import type { Services } from '#server/core/services.ts'
import { clearWords } from '#server/core/words.ts'
import { type Kind, kinds, subjects } from '#shared/search/subjects.ts'
import { keepRoom, keepRow, type Row } from './entries.ts'
import { db, indexVersion, wordsTable } from './tables.ts'

/** Subjects that are read in one transaction: others have their turn in between. */
const atOnce = 20

/** @returns how many entries there are then. */
export async function rebuild(services: Services): Promise<number> {
  await services.transact(async (tx) => {
    await db(tx).updateTable('search_state').set({ version: 0 }).execute()
    await clearWords(tx.tables(), wordsTable)
    await db(tx).deleteFrom('search_entry').execute()
  })
  for (const kind of kinds) {
    const rows = await services.read((reader) => reader.rows<Row>(subjects[kind].table))
    const ids = rows.map(({ id }) => id)
    for (let from = 0; from < ids.length; from += atOnce)
      await readAgain(services, kind, ids.slice(from, from + atOnce))
  }
  return services.transact(async (tx) => {
    await db(tx).updateTable('search_state').set({ version: indexVersion }).execute()
    const { count } = await db(tx)
      .selectFrom('search_entry')
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  })
}

/** What a subject's row and rooms say now. */
async function readAgain(services: Services, kind: Kind, ids: readonly string[]): Promise<void> {
  const { table } = subjects[kind]
  await services.transact(async (tx) => {
    for (const id of ids) await keepRow(tx, kind, id, await tx.row<Row>(table, id))
  })
  for (const id of ids) await readRooms(services, kind, id)
}

/** What the rooms of a subject hold, when there is a row that opens them. */
export async function readRooms(services: Services, kind: Kind, id: string): Promise<void> {
  const { room, table } = subjects[kind]
  if (!room) return
  const row = await services.read((reader) => reader.row<Row>(table, id))
  const ground = await services.read((reader) => reader.row(room.ground, id))
  if (!row || !ground) return
  const pages = typeof row.pages === 'number' ? row.pages : 1
  for (let page = 1; page <= pages; page++) {
    const name = page === 1 ? id : `${id}/${page}`
    const doc = await services.docOf(`${room.kind}/${name}`)
    await services.transact(async (tx) => {
      // It may have gone while the document was opened.
      if ((await tx.row(room.ground, id)) !== null) await keepRoom(tx, kind, name, doc)
    })
  }
}
