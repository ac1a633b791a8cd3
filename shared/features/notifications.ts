/**
 * Notices: what a member should hear of, in their inbox on every device, and by push or mail as far as they want it. Other
 * features ask for one with the fact `notifications.notify`, and bring the words for it; what a notice is about is named, not
 * told, so that whoever may not see it any more reads nothing of it here either.
 */
import * as v from 'valibot'
import { command, defineContract, fact, row } from '../core/contract.ts'
import type { WordKey, WordParams } from '../words/index.ts'

export const noticeTypes = [
  'mentions',
  'replies',
  'reactions',
  'events',
  'courses',
  'reminders',
  'memberships',
  'moderation',
  'growth',
  'running',
] as const
export type NoticeType = (typeof noticeTypes)[number]

/** Each holds those before it: `mail` is also pushed where a device asked for it, and stands in the inbox. */
export const noticeLevels = ['off', 'inbox', 'push', 'mail'] as const
export type NoticeLevel = (typeof noticeLevels)[number]

export const defaultLevels: Record<NoticeType, NoticeLevel> = {
  mentions: 'mail',
  replies: 'push',
  reactions: 'inbox',
  events: 'mail',
  courses: 'push',
  reminders: 'push',
  memberships: 'mail',
  moderation: 'mail',
  growth: 'inbox',
  running: 'mail',
}

/** Row id: `noticeId(memberId, key)`. */
export interface NoticeRow {
  memberId: string
  type: NoticeType
  /** Of the dictionary; `params` fill it, and `{{title}}` is what `about` is called. */
  word: WordKey
  params: WordParams
  /** `thread:<id>#12`, `event:<id>` …; '' = nothing to open. */
  about: string
  at: number
  readAt: number | null
}

/** Row id: the member's. */
export interface NoticeSettingsRow {
  levels: Record<NoticeType, NoticeLevel>
  /** Minutes of the day in the member's time zone; `null`: never quiet. `from` > `to` goes over midnight. */
  quiet: { from: number; to: number } | null
  digest: 'weekly' | 'off'
  /** Devices that are pushed to. */
  devices: { id: string; name: string; at: number }[]
}

export const defaultSettings: NoticeSettingsRow = {
  levels: defaultLevels,
  quiet: { from: 22 * 60, to: 8 * 60 },
  digest: 'weekly',
  devices: [],
}

/** Row id: `followId(memberId, threadId)`. */
export interface FollowRow {
  memberId: string
  threadId: string
  /** `false`: told not to hear of it, although they wrote in it. */
  on: boolean
}

/** The one row of `push_key`. */
export const pushKeyId = 'vapid'
export interface PushKeyRow {
  /** VAPID, base64url. */
  publicKey: string
}

const id = v.pipe(v.string(), v.uuid())
const minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_439))
const base64url = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+={0,2}$/))

export const notifications = defineContract({
  name: 'notifications',
  commands: {
    /** Of one's own. Read on one device is read on all; it is not taken back. */
    read: command(
      v.strictObject({ ids: v.pipe(v.array(v.pipe(v.string(), v.maxLength(300))), v.maxLength(500)) }),
      () => 'notices',
    ),
    set_levels: command(
      v.strictObject({
        levels: v.partial(
          v.strictObject(
            Object.fromEntries(noticeTypes.map((type) => [type, v.picklist(noticeLevels)])) as Record<
              NoticeType,
              v.PicklistSchema<typeof noticeLevels, undefined>
            >,
          ),
        ),
        quiet: v.optional(v.nullable(v.strictObject({ from: minute, to: minute }))),
        digest: v.optional(v.picklist(['weekly', 'off'])),
      }),
      () => 'notice_settings',
    ),
    follow: command(v.strictObject({ threadId: id, on: v.boolean() }), (input) => `follow:${input.threadId}`),
    /** A device asks to be pushed to. */
    subscribe: command(
      v.strictObject({
        id,
        name: v.pipe(v.string(), v.trim(), v.maxLength(80)),
        endpoint: v.pipe(v.string(), v.url(), v.maxLength(1_000)),
        p256dh: v.pipe(base64url, v.maxLength(200)),
        auth: v.pipe(base64url, v.maxLength(100)),
      }),
      () => 'push',
    ),
    unsubscribe: command(v.strictObject({ id }), () => 'push'),
  },
  rows: {
    notices: row<NoticeRow>('at'),
    notice_settings: row<NoticeSettingsRow>(),
    follows: row<FollowRow>('threadId'),
    push_key: row<PushKeyRow>(),
  },
  documents: {},
  queries: {},
  facts: {
    /** Any feature asks for a notice. It is dropped when the member may not see what it is about. */
    notify: fact<{
      memberId: string
      type: NoticeType
      word: WordKey
      about: string
      params?: WordParams
      /** A later notice with the same key takes the place of an earlier one; made anew each time when absent. */
      key?: string
    }>(),
  },
  // Notices themselves tell of others.
  own: {
    rows: {
      notice_settings: (_row, id, memberId) => id === memberId,
      follows: (row: FollowRow, _id, memberId) => row.memberId === memberId,
    },
  },
})

export function noticeId(memberId: string, key: string): string {
  return `${memberId}:${key}`
}

export function followId(memberId: string, threadId: string): string {
  return `${memberId}:${threadId}`
}

/** `thread:<id>#12` → its parts; `undefined` when there is nothing to open. */
export function aboutOf(about: string): { kind: string; id: string; part: string } | undefined {
  const [, kind, id, part] = /^([a-z_]+):([^#]+)(?:#(.*))?$/.exec(about) ?? []
  return kind && id ? { kind, id, part: part ?? '' } : undefined
}

/** @returns when the quiet hours that `at` lies in end, in epoch ms; `at` itself when it lies in none. */
export function afterQuiet(quiet: NoticeSettingsRow['quiet'], at: number, timeZone: string | null): number {
  if (!quiet || quiet.from === quiet.to) return at
  const minutes = minutesOfDay(at, timeZone)
  const inside =
    quiet.from < quiet.to
      ? minutes >= quiet.from && minutes < quiet.to
      : minutes >= quiet.from || minutes < quiet.to
  if (!inside) return at
  const left = (quiet.to - minutes + 1_440) % 1_440
  return Math.floor(at / 60_000) * 60_000 + left * 60_000
}

function minutesOfDay(at: number, timeZone: string | null): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: timeZone ?? 'UTC',
  }).formatToParts(at)
  const figure = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return figure('hour') * 60 + figure('minute')
}
