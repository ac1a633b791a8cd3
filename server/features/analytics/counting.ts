/** Facts of other features, counted by the day (UTC). */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { dayOf } from '#shared/core/day.ts'
import type { Metric } from '#shared/features/analytics.ts'
import { db } from './tables.ts'

const day = 86_400_000
/** Days for which it is kept who took part. */
const keptDays = 92

async function count(
  tx: Tx,
  metric: Metric | `paid:${string}` | `refunded:${string}`,
  by = 1,
): Promise<void> {
  await db(tx)
    .insertInto('analytics_count')
    .values({ day: dayOf(tx.now), metric, value: by })
    .onConflict((conflict) =>
      conflict
        .columns(['day', 'metric'])
        .doUpdateSet((of) => ({ value: of('analytics_count.value', '+', by) })),
    )
    .execute()
}

async function tookPart(tx: Tx, memberId: string): Promise<void> {
  await db(tx)
    .insertInto('analytics_active')
    .values({ day: dayOf(tx.now), member_id: memberId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Facts by name, as loosely as they are needed: a feature that is not there tells none. */
interface Told {
  memberId?: string
  authorId?: string | null
  byId?: string
  on?: boolean
  first?: boolean
  postId?: string | null
  amount?: number
  currency?: string
}

function counted(
  metric: Metric,
  options: { who?: (fact: Told) => string | null | undefined; when?: (fact: Told) => boolean } = {},
): (tx: Tx, fact: Told) => Promise<void> {
  return async (tx, fact) => {
    const { who = ({ memberId, authorId }) => memberId ?? authorId, when = () => true } = options
    const member = who(fact)
    if (member) await tookPart(tx, member)
    if (when(fact)) await count(tx, metric)
  }
}

export const on: Record<string, (tx: Tx, fact: Told) => Promise<void>> = {
  'accounts.joined': counted('joined'),
  'discussions.thread_opened': counted('threads'),
  'discussions.posted': counted('posts'),
  'discussions.reacted': counted('reactions', { when: ({ on: isOn }) => isOn === true }),
  'discussions.accepted': counted('accepted', { when: ({ postId }) => postId !== null }),
  'articles.published': counted('articles', { when: ({ first }) => first === true }),
  'courses.enrolled': counted('enrolled'),
  'courses.lesson_completed': counted('lessons'),
  'courses.completed': counted('courses_done'),
  'events.rsvp': counted('rsvps', { when: ({ on: isOn }) => isOn === true }),
  'events.checked_in': counted('attended', { when: ({ on: isOn }) => isOn !== false }),
  'moderation.reported': counted('reports', { who: ({ byId, memberId }) => byId ?? memberId }),
  'moderation.hidden': counted('removed', { who: () => null }),
  async 'memberships.paid'(tx, { amount, currency, memberId }) {
    if (memberId) await tookPart(tx, memberId)
    if (amount && currency) await count(tx, `paid:${currency}`, amount)
  },
  async 'memberships.refunded'(tx, { amount, currency }) {
    if (amount && currency) await count(tx, `refunded:${currency}`, amount)
  },
}

/** Whoever's devices asked the server today took part, too; what is older than is needed goes. */
export async function followVisits(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    const seen = await tx
      .tables<{ session: { member_id: string; seen_at: number } }>()
      .selectFrom('session')
      .select(['member_id', 'seen_at'])
      .where('seen_at', '>', tx.now - day)
      .execute()
    for (const { member_id, seen_at } of seen) {
      await db(tx)
        .insertInto('analytics_active')
        .values({ day: dayOf(Number(seen_at)), member_id })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    await db(tx)
      .deleteFrom('analytics_active')
      .where('day', '<', dayOf(tx.now - keptDays * day))
      .execute()
    await planVisits(tx)
  })
}

export async function planVisits(tx: Tx): Promise<void> {
  await tx.later('analytics.visits', {}, { at: tx.now + 3_600_000, key: 'analytics.visits' })
}
