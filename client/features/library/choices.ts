/** What the member decides about this device: what stays, what does not, and how much. */
import type { Accessor } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { type DeviceChoices, deviceKey, noChoices } from '#client/core/holdings-plan.ts'

export interface Choices {
  now: Accessor<DeviceChoices>
  pin(item: string, on: boolean): void
  /** Off this device, and not fetched again. What was pinned of it is not any more. */
  drop(rooms: readonly string[], items: readonly string[]): void
  allow(rooms: readonly string[]): void
  set(part: Partial<Pick<DeviceChoices, 'bytes' | 'mediaBytes' | 'ahead'>>): void
}

let last: Promise<unknown> = Promise.resolve()

export function useChoices(): Choices {
  const core = useCore()
  const stored = core.local.live<DeviceChoices>(deviceKey)
  /** One after the other, so that none writes over another's. */
  const change = (work: (now: DeviceChoices) => DeviceChoices): void => {
    last = last
      .then(async () => {
        const now = { ...noChoices, ...(await core.local.get<DeviceChoices>(deviceKey)) }
        await core.local.set(deviceKey, work(now))
      })
      .catch((error: unknown) => console.error(error))
  }
  const persist = (): void => void navigator.storage?.persist?.().catch(() => false)
  return {
    now: () => ({ ...noChoices, ...stored() }),
    pin(item, on) {
      // Whoever wants something kept does not want the browser to clear it.
      if (on) persist()
      change((now) => ({
        ...now,
        pinned: on ? { ...now.pinned, [item]: Date.now() } : without(now.pinned, [item]),
      }))
    },
    drop(rooms, items) {
      const at = Date.now()
      change((now) => ({
        ...now,
        pinned: without(now.pinned, items),
        dropped: { ...now.dropped, ...Object.fromEntries(rooms.map((room) => [room, at])) },
      }))
    },
    allow: (rooms) => change((now) => ({ ...now, dropped: without(now.dropped, rooms) })),
    set: (part) => change((now) => ({ ...now, ...part })),
  }
}

function without<T>(record: Record<string, T>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))
}
