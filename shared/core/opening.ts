/**
 * Who may open an item's body: an article's text, a lesson, an event's notes. What everybody may know of it (title,
 * description, preview) is the item's own row; the body goes with a second row, published to these audiences, so that
 * one withdrawn row ends everything: the room, the copy on the device, search, files.
 */
import * as v from 'valibot'
import type { Audience } from './viewer.ts'

/** `tiers` also opens to whoever bought the item by itself, where it is sold. */
export const openingKinds = ['public', 'members', 'groups', 'tiers', 'purchase'] as const

export interface Opening {
  to: (typeof openingKinds)[number]
  /** Ids; of `groups` and `tiers`. */
  groups?: string[]
  tiers?: string[]
}

const ids = v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.maxLength(20)))

export const opening = v.strictObject({ to: v.picklist(openingKinds), groups: ids, tiers: ids })

/** @param item `article:<id>`, `course:<id>`, `event:<id>` */
export function openTo(rule: Opening, item: string): Audience[] {
  switch (rule.to) {
    case 'public':
      return ['everyone']
    case 'members':
      return ['members']
    case 'groups':
      return ['role:moderator', ...(rule.groups ?? []).map((id): Audience => `group:${id}`)]
    case 'tiers':
      return ['role:moderator', itemAudience(item), ...(rule.tiers ?? []).map((id): Audience => `tier:${id}`)]
    case 'purchase':
      return ['role:moderator', itemAudience(item)]
  }
}

/** Whom the item's title and preview may reach: what is sold is shown to all, what is internal to those it is for. */
export function shownTo(rule: Opening, item: string): Audience[] {
  return isSold(rule) ? ['everyone'] : openTo(rule, item)
}

export function isSold(rule: Opening): boolean {
  return rule.to === 'tiers' || rule.to === 'purchase'
}

/** Not for everybody, nor for every member: without the server a device opens it only while it holds a lease. */
export function isLimited(rule: Opening): boolean {
  return rule.to !== 'public' && rule.to !== 'members'
}

/** Those who bought the item by itself. */
export function itemAudience(item: string): Audience {
  return `item:${item}`
}
