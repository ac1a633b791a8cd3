/** What the member has and has ordered, as the pages ask for it. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { type EntitlementRow, isInForce, type OrderRow, type TierRow } from '#shared/features/memberships.ts'

export interface Holdings {
  now(): number
  /** In force, the last to end first. */
  held: Accessor<Stored<EntitlementRow>[]>
  /** Until when the subject is open to the member by its own entitlements; `undefined`: it is not. */
  until(subject: string): number | null | undefined
  openOrder(subject: string): Stored<OrderRow> | undefined
}

/** Owners see everybody's rows: these are one's own. */
export function useHoldings(): Holdings {
  const core = useCore()
  const memberId = (): string => core.session.viewer().id ?? ''
  const rows = core.feed.rows('entitlements', () => ({ by: 'memberId', equals: memberId() }))
  const orders = core.feed.rows('orders', () => ({ by: 'memberId', equals: memberId() }))
  const now = (): number => Date.now() + core.session.clockOffset()
  const held = createMemo(() =>
    (rows() ?? [])
      .filter(({ data }) => isInForce(data, now()))
      .sort((a, b) => (b.data.until ?? Infinity) - (a.data.until ?? Infinity)),
  )
  return {
    now,
    held,
    until(subject) {
      const own = held().filter(({ data }) => data.subject === subject)
      return own[0]?.data.until
    },
    openOrder: (subject) => orders()?.find(({ data }) => data.subject === subject && data.state === 'open'),
  }
}

/** Those that are sold, lowest first. */
export function useTiers(): Accessor<Stored<TierRow>[] | undefined> {
  const core = useCore()
  return core.feed.rows('tiers', () => ({ by: 'rank' }))
}
