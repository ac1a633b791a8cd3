/** The library on the server is the members' private rooms, which `accounts` guards, and the reminders that stand in them. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { library as contract } from '#shared/features/library.ts'
import { follow, onDeleted, remind } from './reminders.ts'
import { migrations } from './tables.ts'

export const library: ServerHalf<typeof contract> = {
  migrations,
  tables: { library_reminder: 'secret' },
  commands: {},
  rows: {},
  documents: {},
  queries: {},
  beside: { rooms: { me: follow } },
  on: { 'profiles.deleted': onDeleted },
  jobs: { remind },
}
