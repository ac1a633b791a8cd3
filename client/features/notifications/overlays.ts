import type { Overlay } from '#client/core/feature.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { defaultSettings, followId, type NoticeSettingsRow } from '#shared/features/notifications.ts'

type Existing = (table: string, id: string) => { data: unknown } | undefined

const settingsOf = (existing: Existing, memberId: string): NoticeSettingsRow =>
  (existing('notice_settings', memberId)?.data as NoticeSettingsRow | undefined) ?? defaultSettings

const read: Overlay<CommandInput<'notifications.read'>> = {
  rows: ({ ids }, entry, existing) =>
    ids
      .filter((id) => existing('notices', id) !== undefined)
      .map((id) => ({ table: 'notices', id, data: { readAt: entry.at } })),
}

const setLevels: Overlay<CommandInput<'notifications.set_levels'>> = {
  rows({ levels, quiet, digest }, _entry, existing, memberId) {
    const before = settingsOf(existing, memberId)
    const data = {
      ...before,
      levels: { ...before.levels, ...levels },
      ...(quiet === undefined ? {} : { quiet }),
      ...(digest === undefined ? {} : { digest }),
    }
    return [{ table: 'notice_settings', id: memberId, data }]
  },
}

const follow: Overlay<CommandInput<'notifications.follow'>> = {
  rows: ({ threadId, on }, _entry, _existing, memberId) => [
    { table: 'follows', id: followId(memberId, threadId), data: { memberId, threadId, on } },
  ],
}

const subscribe: Overlay<CommandInput<'notifications.subscribe'>> = {
  rows({ id, name }, entry, existing, memberId) {
    const before = settingsOf(existing, memberId)
    const devices = [...before.devices.filter((device) => device.id !== id), { id, name, at: entry.at }]
    return [{ table: 'notice_settings', id: memberId, data: { ...before, devices } }]
  },
}

const unsubscribe: Overlay<CommandInput<'notifications.unsubscribe'>> = {
  rows({ id }, _entry, existing, memberId) {
    const before = settingsOf(existing, memberId)
    const devices = before.devices.filter((device) => device.id !== id)
    return [{ table: 'notice_settings', id: memberId, data: { ...before, devices } }]
  },
}

export const overlays = { read, set_levels: setLevels, follow, subscribe, unsubscribe }
