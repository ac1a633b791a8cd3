/** Growth on the server: other features' facts become entries of a ledger, and its sums standings, levels and badges. */
import type { ServerHalf } from '#server/core/feature.ts'
import { type growth as contract, defaultRules, rulesId } from '#shared/features/growth.ts'
import { makeBoards, planNight } from './boards.ts'
import { commands } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { on } from './facts.ts'
import { migrations } from './tables.ts'

export const growth: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    growth_entry: ['points', 'standings', 'boards'],
    growth_mark: 'server',
    growth_standing: ['standings'],
    growth_day: ['standings'],
    growth_rules: ['growth_rules'],
    growth_honour: ['honours'],
    growth_challenge: ['challenges'],
    growth_challenge_day: ['challenge_days'],
  },
  commands,
  rows: {
    growth_rules: { audience: () => 'members' },
    points: { audience: (entry) => `member:${entry.memberId}` },
    standings: { audience: (standing, id) => (standing.hidden ? `member:${id}` : 'members') },
    boards: { audience: () => 'members' },
    honours: { audience: () => 'members' },
    challenges: { audience: () => 'members' },
    challenge_days: { audience: () => 'members' },
  },
  documents: {},
  queries: {},
  on: { ...on, 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  jobs: { boards: makeBoards },
  start: (services) =>
    services.transact(async (tx) => {
      if ((await tx.row('growth_rules', rulesId)) === null)
        await tx.publish('growth_rules', rulesId, defaultRules)
      await planNight(tx)
    }),
}
