/** Memberships on the server: a ledger, what follows from it, and the providers that money comes through. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { memberships as contract } from '#shared/features/memberships.ts'

export const memberships: ServerHalf<typeof contract> = {
  migrations: {},
  tables: {},
  commands: {},
  rows: {},
  documents: {},
  queries: {},
}
