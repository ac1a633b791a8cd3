/**
 * Groups: members put together by those who run the community, or by themselves where a group is open. To be in one is
 * a grant (`group:<id>`), so articles, courses and whatever else names audiences can be open to groups.
 */
import * as v from 'valibot'
import { command, defineContract, fact, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { type Audience, holds, type Viewer } from '../core/viewer.ts'

/** `closed`: somebody adds them; `open`: any member can join. */
export const joinRules = ['closed', 'open'] as const
export type JoinRule = (typeof joinRules)[number]

/** Open ones are seen by all members; closed ones by their own, and by those who choose whom content is for. */
export interface GroupRow {
  id: string
  name: string
  description: string
  joining: JoinRule
  members: number
  createdAt: number
}

/** Id: `<groupId>:<memberId>`. Seen within the group. */
export interface GroupMemberRow {
  groupId: string
  memberId: string
  /** Adds and removes others. */
  lead: boolean
  joinedAt: number
}

/** At once; more are another command. */
export const mostAdded = 500

const id = v.pipe(v.string(), v.uuid())
const described = {
  id,
  name: line(80),
  description: v.pipe(v.string(), v.trim(), v.maxLength(500)),
  joining: v.picklist(joinRules),
}
const one = v.strictObject({ groupId: id, memberId: id })
const lane = (input: { groupId: string }): string => `group:${input.groupId}`

export const groups = defineContract({
  name: 'groups',
  commands: {
    create: command(v.strictObject(described), (input) => `group:${input.id}`),
    describe: command(v.strictObject(described), (input) => `group:${input.id}`),
    delete: command(v.strictObject({ id }), (input) => `group:${input.id}`),
    /** By handle (with or without @); moderators also by email. All of them or, if one is unknown, none. */
    add: command(
      v.strictObject({
        groupId: id,
        who: v.pipe(
          v.array(v.pipe(v.string(), v.trim(), v.toLowerCase(), v.minLength(1), v.maxLength(200))),
          v.minLength(1),
          v.maxLength(mostAdded),
        ),
      }),
      lane,
    ),
    remove: command(one, lane),
    set_lead: command(v.strictObject({ ...one.entries, lead: v.boolean() }), lane),
    join: command(v.strictObject({ groupId: id }), lane),
    leave: command(v.strictObject({ groupId: id }), lane),
  },
  rows: {
    groups: row<GroupRow>('name'),
    group_members: row<GroupMemberRow>('groupId', 'memberId', 'joinedAt'),
  },
  documents: {},
  queries: {},
  facts: {
    joined: fact<{ groupId: string; memberId: string }>(),
    left: fact<{ groupId: string; memberId: string }>(),
  },
  own: { rows: { group_members: (row: GroupMemberRow, _id, memberId) => row.memberId === memberId } },
})

export function groupAudience(groupId: string): Audience {
  return `group:${groupId}`
}

export function groupMemberId(groupId: string, memberId: string): string {
  return `${groupId}:${memberId}`
}

/** Makes, changes and deletes groups, and names who leads them. */
export function canRunGroups(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

/** Adds and removes members. @param own the viewer's own row in the group, if there is one. */
export function canLead(viewer: Viewer, own: Pick<GroupMemberRow, 'lead'> | null | undefined): boolean {
  return canRunGroups(viewer) || own?.lead === true
}

/** From what somebody pastes: between spaces, commas, semicolons or lines, as `Name <ada@example.org>` too. */
export function namesIn(text: string): string[] {
  const found = text
    .split(/[\s,;，；、<>]+/)
    .map((name) => name.trim().replace(/^@/, '').toLowerCase())
    .filter((name) => name !== '')
  return [...new Set(found)]
}
