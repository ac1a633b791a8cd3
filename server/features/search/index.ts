/** Search on the server: an index that is kept with what it is of, and the one question that is asked of it. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { search as contract } from '#shared/features/search.ts'
import { type Kind, kindOfRoom, kindOfTable, kinds, subjects } from '#shared/search/subjects.ts'
import { keepGround, keepRoom, keepRow } from './entries.ts'
import { find } from './find.ts'
import { readRooms, rebuild } from './rebuild.ts'
import { db, indexVersion, migrations } from './tables.ts'

export { rebuild as rebuildSearch } from './rebuild.ts'

type Beside = NonNullable<ServerHalf<typeof contract>['beside']>

const rows: NonNullable<Beside['rows']> = {}
for (const [table, kind] of kindOfTable) rows[table] = (tx, id, data) => keepRow(tx, kind, id, data)
for (const kind of kinds) {
  const { room, table } = subjects[kind]
  if (room && room.ground !== table) rows[room.ground] = (tx, id, data) => keepGround(tx, kind, id, data)
}

const rooms: NonNullable<Beside['rooms']> = {}
for (const [name, kind] of kindOfRoom) rooms[name] = (tx, id, doc) => keepRoom(tx, kind, id, doc)

export const search: ServerHalf<typeof contract> = {
  migrations,
  tables: { search_entry: ['find'], search_words: ['find'], search_state: 'server' },
  commands: {},
  rows: {},
  documents: {},
  queries: { find },
  beside: { rows, rooms },
  jobs: {
    read: (services, { kind, id }: { kind: Kind; id: string }) => readRooms(services, kind, id),
    rebuild: async (services) => void (await rebuild(services)),
  },
  async start(services) {
    const state = await services.read((reader) =>
      db(reader).selectFrom('search_state').selectAll().executeTakeFirst(),
    )
    if (state?.version === indexVersion) return
    await services.transact((tx) => tx.later('search.rebuild', {}, { key: 'search.rebuild' }))
  },
}
