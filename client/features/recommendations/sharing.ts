/**
 * What was looked at on this device, on its way to the server: only of a member who opted in, only from the tab that
 * leads, a few items at a time and only those that changed. Everything else in the log stays here.
 */
import { createEffect, onCleanup } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'
import type { Seen } from '#client/core/database.ts'
import { partsOf } from '#shared/features/recommendations.ts'
import { weightCap } from '#shared/recommend/weights.ts'

export interface Shared {
  item: string
  weight: number
}

/** Item → the weight that was sent. */
type Sent = Record<string, number>

const key = 'recommendations.sent'
const mostAtOnce = 40
const every = 5 * 60_000
/** Less than half a reading more is no news. */
const leastChange = 0.5

/** The next batch: what is new or has clearly grown, latest first. */
export function toShare(seen: readonly Seen[], sent: Sent): Shared[] {
  return [...seen]
    .sort((a, b) => b.at - a.at)
    .map(({ item, weight }) => ({ item, weight: Math.min(weightCap, weight) }))
    .filter(
      ({ item, weight }) =>
        partsOf(item) && weight > 0 && weight - (sent[item] ?? 0) >= thresholdOf(sent[item]),
    )
    .slice(0, mostAtOnce)
}

function thresholdOf(sent: number | undefined): number {
  return sent === undefined ? 0 : leastChange
}

/** Runs while its owner lives. */
export function followSharing(): void {
  const core = useCore()
  const row = core.feed.row('sharing', () => core.session.viewer().id ?? undefined)
  const mayShare = (): boolean => row()?.data.on === true && !row()?.pending && core.connection().leader

  createEffect(() => {
    if (!mayShare()) return
    void shareNext(core)
    const timer = setInterval(() => void shareNext(core), every)
    onCleanup(() => clearInterval(timer))
  })

  // After opting out the next opting in begins anew, and what is refused since then needs nobody's decision.
  createEffect(() => {
    if (row()?.data.on !== false) return
    void core.local.set(key, {} satisfies Sent)
    for (const entry of core.commands.entries()) {
      const isOurs = entry.name === 'recommendations.share_reads'
      if (isOurs && entry.state === 'refused' && core.connection().leader)
        void core.commands.discard(entry.id)
    }
  })
}

async function shareNext(core: Core): Promise<void> {
  const sent = (await core.local.get<Sent>(key)) ?? {}
  const items = toShare(await core.behaviour.all(), sent)
  if (items.length === 0) return
  await core.commands.send('recommendations.share_reads', { items })
  await core.local.set(key, {
    ...sent,
    ...Object.fromEntries(items.map(({ item, weight }) => [item, weight])),
  })
}

/** The log is gone, and with it the memory of what was sent of it. */
export async function forgetLooks(core: Core): Promise<void> {
  await core.behaviour.forget()
  await core.local.set(key, {} satisfies Sent)
}
