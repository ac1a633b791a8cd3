/**
 * Who belongs to the community: members, roles, invitations, one's own preferences. Signing in and out, setup,
 * sign-up and everything about passwords are HTTP routes of the server half: they happen before there is a member,
 * or carry what must never wait in an outbox.
 */
import * as v from 'valibot'
import { command, defineContract, fact, query, row } from '../core/contract.ts'
import type { SignedLease } from '../core/lease.ts'
import { line } from '../core/line.ts'
import { type OwnFile, type OwnSource, plainOf } from '../core/own.ts'
import { holds, type Role, roles, type Viewer } from '../core/viewer.ts'
import { presetNames, type Settings, settings } from './setup.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Ask `settingsOf` for its settings: rows of older versions have none. */
export interface CommunityRow extends Partial<Settings> {
  name: string
  about: string
  /** For guests whose browser asks for neither. */
  language: Language
}

export interface MemberRow {
  id: string
  handle: string
  name: string
  bio: string
  role: Role
  joinedAt: number
}

/** Only the member sees it; its id is the member's. */
export interface AccountRow {
  email: string
  language: Language
  theme: Theme
  timeZone: string | null
  signedUpAt: number
}

export interface InviteRow {
  id: string
  token: string
  role: Role
  note: string
  /** Sign-ups left. */
  uses: number
  createdAt: number
  expiresAt: number
  createdBy: string
}

/** Somebody who asked to join; those who run the community see them. */
export interface ApplicantRow {
  id: string
  name: string
  handle: string
  email: string
  language: Language
  /** What they said about themselves. */
  why: string
  askedAt: number
}

/** The one row of `community`. */
export const communityId = 'community'

export interface SessionInfo {
  member: { id: string; name: string; handle: string; role: Role } | null
  community: CommunityRow | null
  /** False until the setup link has been used. */
  ready: boolean
  /** Server time, for clocks that are wrong. */
  now: number
  /** What the member may open without the server; of servers that give any. */
  lease?: SignedLease
  /** The session was one of a member who is kept out for now; `why` is a key of the dictionary. */
  suspended?: { until: number; why: string }
}

export const name = line(60)
export const handle = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(/^[a-z0-9][a-z0-9_-]{1,29}$/))
export const email = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.email(), v.maxLength(200))
/** ASVS 5.0 asks for at least 8 and for no rule about which characters. */
export const password = v.pipe(v.string(), v.minLength(8), v.maxLength(200))

export const signIn = v.strictObject({
  email,
  password: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
})
export const signUp = v.strictObject({
  /** Absent or empty: without an invitation. */
  invite: v.optional(v.pipe(v.string(), v.maxLength(100)), ''),
  name,
  handle,
  email,
  password,
  language: v.picklist(languages),
  why: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500)), ''),
})
export const setup = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(100)),
  community: line(80),
  about: v.pipe(v.string(), v.trim(), v.maxLength(500)),
  name,
  handle,
  email,
  password,
  language: v.picklist(languages),
  /** Absent: every feature, by invitation. */
  preset: v.optional(v.picklist(presetNames)),
})
export const forgotPassword = v.strictObject({ email })
export const resetPassword = v.strictObject({ token: v.pipe(v.string(), v.maxLength(100)), password })
export const changePassword = v.strictObject({
  current: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  password,
})

/** A browser that is signed in. */
export interface Device {
  id: string
  /** Its own User-Agent. */
  agent: string
  openedAt: number
  seenAt: number
  /** The one that asks. */
  current: boolean
}

/** Documents that each member has for themselves. There are no others, or a member could make them without end. */
export const privateKinds = ['notes', 'highlights', 'library', 'reading', 'interests'] as const

const id = v.pipe(v.string(), v.uuid())
const nothing = v.strictObject({})

export const accounts = defineContract({
  name: 'accounts',
  always: true,
  commands: {
    edit_profile: command(
      v.strictObject({ name, handle, bio: v.pipe(v.string(), v.trim(), v.maxLength(500)) }),
      () => 'profile',
    ),
    set_preferences: command(
      v.strictObject({
        language: v.optional(v.picklist(languages)),
        theme: v.optional(v.picklist(themes)),
        timeZone: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(60)))),
      }),
      () => 'preferences',
    ),
    invite: command(
      v.strictObject({
        id,
        role: v.picklist(roles),
        note: v.pipe(v.string(), v.trim(), v.maxLength(120)),
        uses: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
        days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365)),
      }),
      () => 'invites',
    ),
    revoke_invite: command(v.strictObject({ id }), () => 'invites'),
    set_role: command(
      v.strictObject({ memberId: id, role: v.picklist(roles) }),
      (input) => `role:${input.memberId}`,
    ),
    accept_applicant: command(v.strictObject({ id }), (input) => `applicant:${input.id}`),
    decline_applicant: command(v.strictObject({ id }), (input) => `applicant:${input.id}`),
    sign_out_everywhere: command(v.strictObject({}), () => 'sessions'),
    describe_community: command(
      v.strictObject({
        name: line(80),
        about: v.pipe(v.string(), v.trim(), v.maxLength(500)),
        language: v.picklist(languages),
      }),
      () => 'community',
    ),
    /** All settings at once: they are changed on one page. */
    configure_community: command(settings, () => 'community'),
  },
  rows: {
    community: row<CommunityRow>(),
    members: row<MemberRow>('joinedAt', 'handle'),
    accounts: row<AccountRow>(),
    invites: row<InviteRow>('createdAt'),
    applicants: row<ApplicantRow>('askedAt'),
  },
  /** `me/<memberId>/<kind>`, of `privateKinds`: what a member's own devices share; nobody else may open it. */
  documents: { me: { writers: 'members' } },
  queries: {
    devices: query<typeof nothing, Device[]>(nothing),
  },
  facts: {
    joined: fact<{ memberId: string; handle: string }>(),
    role_changed: fact<{ memberId: string; role: Role }>(),
    /** Told to features that have just been switched on, too. */
    configured: fact<Settings>(),
  },
  own: {
    rows: {
      accounts: (_row, id, memberId) => id === memberId,
      members: (_row, id, memberId) => id === memberId,
    },
    files: privateFiles,
  },
})

async function* privateFiles({ memberId, doc }: OwnSource): AsyncGenerator<OwnFile> {
  for (const kind of privateKinds) {
    const room = await doc(`me/${memberId}/${kind}`)
    if (!room) continue
    const plain = plainOf(room)
    if (Object.keys(plain).length === 0) continue
    yield { path: `private/${kind}.json`, title: kind, text: JSON.stringify(plain, null, 2) }
  }
}

export function canInvite(viewer: Viewer, role: Role): boolean {
  return role === 'owner' ? holds(viewer, 'owner') : holds(viewer, 'moderator')
}

export function canAdmit(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

export function canDescribeCommunity(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}

/** Owners change roles, not their own: a community must not lose its last owner by a slip. */
export function canSetRole(viewer: Viewer, memberId: string): boolean {
  return holds(viewer, 'owner') && viewer.id !== memberId
}
