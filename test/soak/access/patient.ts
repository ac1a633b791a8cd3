import { openSqlite } from '#server/core/db.ts'
import type { Registry } from '#server/core/feature.ts'
import { openCommunity, type TestCommunity } from '../../support/community.ts'
import { registry } from './circles.ts'

/** A community that turns nobody away for asking too much: that would hide what stands behind it. */
export async function openPatient(rules: Registry = registry): Promise<TestCommunity> {
  const endless = Number.MAX_SAFE_INTEGER
  const community = await openCommunity({
    database: openSqlite(':memory:'),
    registry: rules,
    bounds: {
      upgradesPerMember: endless,
      guestUpgradesPerAddress: endless,
      joinsPerSecond: endless,
      joinsAtOnce: endless,
      commandsPerMinute: endless,
      requestsUnderWay: endless,
      requestsWhenOverloaded: endless,
      requestsTurn: endless,
      requestsTurnWhenOverloaded: endless,
    },
  })
  community.services.allowRate = async () => true
  return community
}
