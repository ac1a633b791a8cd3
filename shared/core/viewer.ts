/**
 * Who is looking. The same value answers the button on the device and the rule on the server, so a pure rule
 * (`canEdit(viewer, article)`) is written once. An *audience* is a named set of viewers; feed rows, grants and
 * live delivery all speak of audiences.
 */

export const roles = ['owner', 'moderator', 'author', 'member'] as const
export type Role = (typeof roles)[number]

export interface Viewer {
  /** `null` = guest. */
  id: string | null
  /** Highest role; a guest has none. Each role holds all that stand after it in `roles`, but for `author`: moderators write too. */
  role: Role | null
}

export interface Member extends Viewer {
  id: string
  role: Role
}

export const guest: Viewer = { id: null, role: null }

export function isMember(viewer: Viewer): viewer is Member {
  return viewer.id !== null
}

/** Does the viewer hold at least this role? The order of `roles` is the order of power. */
export function holds(viewer: Viewer, role: Role): boolean {
  return viewer.role !== null && roles.indexOf(viewer.role) <= roles.indexOf(role)
}

/** `everyone` includes guests; `members` all who signed in; `role:x` those who hold x; `member:<id>` one person. */
export type Audience = 'everyone' | 'members' | `role:${Role}` | `member:${string}` | `${string}:${string}`

/** The audiences that follow from identity alone; grants add others (groups, tiers, event staff). */
export function baseAudiences(viewer: Viewer): Audience[] {
  if (!isMember(viewer)) return ['everyone']
  const held = roles.filter((role) => role !== 'member' && holds(viewer, role))
  return ['everyone', 'members', `member:${viewer.id}`, ...held.map((role): Audience => `role:${role}`)]
}
