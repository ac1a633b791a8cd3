/** The library on the server is the members' private rooms, which `accounts` guards. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { library as contract } from '#shared/features/library.ts'

export const library: ServerHalf<typeof contract> = {
  migrations: {},
  tables: {},
  commands: {},
  rows: {},
  documents: {},
  queries: {},
}
