/** Analytics on the server: facts are counted as they happen, and figures read when an organiser asks. */
import type { ServerHalf } from '#server/core/feature.ts'
import { type analytics as contract, maySeeFigures } from '#shared/features/analytics.ts'
import { followVisits, on, planVisits } from './counting.ts'
import { figuresOf } from './figures.ts'
import { migrations } from './tables.ts'

export const analytics: ServerHalf<typeof contract> = {
  migrations,
  tables: { analytics_count: ['figures'], analytics_active: ['figures'] },
  commands: {},
  rows: {},
  documents: {},
  queries: {
    figures: {
      access: maySeeFigures,
      run: ({ reader, services, viewer }, { days }) => figuresOf(reader, services, viewer, days),
    },
  },
  on,
  jobs: { visits: followVisits },
  start: (services) => services.transact(planVisits),
}
