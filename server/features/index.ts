/** Every feature's server half. A contract without one does not compile. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { Contracts } from '#shared/features/index.ts'
import { accounts } from './accounts/index.ts'
import { analytics } from './analytics/index.ts'
import { articles } from './articles/index.ts'
import { courses } from './courses/index.ts'
import { discussions } from './discussions/index.ts'
import { events } from './events/index.ts'
import { groups } from './groups/index.ts'
import { growth } from './growth/index.ts'
import { library } from './library/index.ts'
import { media } from './media/index.ts'
import { memberships } from './memberships/index.ts'
import { moderation } from './moderation/index.ts'
import { notes } from './notes/index.ts'
import { notifications } from './notifications/index.ts'
import { pictures } from './pictures/index.ts'
import { planning } from './planning/index.ts'
import { profiles } from './profiles/index.ts'
import { recommendations } from './recommendations/index.ts'
import { recovery } from './recovery/index.ts'
import { search } from './search/index.ts'

export const features = {
  accounts,
  analytics,
  articles,
  courses,
  discussions,
  events,
  memberships,
  groups,
  growth,
  library,
  media,
  moderation,
  notes,
  notifications,
  pictures,
  planning,
  profiles,
  recommendations,
  recovery,
  search,
} satisfies {
  [K in keyof Contracts]: ServerHalf<Contracts[K]>
}
