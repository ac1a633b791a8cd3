import type { Act, Reader, ServerHalf } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import {
  canAdmit,
  canDescribeCommunity,
  canInvite,
  canSetRole,
  type accounts as contract,
  type InviteRow,
  privateKinds,
} from '#shared/features/accounts.ts'
import { onDeleted } from './deleted.ts'
import { publishInvite } from './invites.ts'
import { accept, decline, mailAccepted } from './joining.ts'
import { mailReset } from './mail.ts'
import {
  configureCommunity,
  findTaken,
  memberBy,
  publishAccount,
  publishCommunity,
  publishMember,
} from './members.ts'
import { routes } from './routes.ts'
import { isPassword, newToken } from './secrets.ts'
import { migrations, type Tables } from './tables.ts'

export { createMember, describeCommunity, resetPassword, setupLink } from './members.ts'

const notAllowed = refuse('forbidden', 'your role does not allow this', { reason: 'accounts.not_your_role' })
const allowIf = (allowed: boolean): Result<void> => (allowed ? ok() : notAllowed)

const day = 86_400_000

async function inviteOf(reader: Reader, id: string): Promise<Tables['accounts_invite'] | undefined> {
  return reader
    .tables<Tables>()
    .selectFrom('accounts_invite')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
}

async function ownRecord(act: Act): Promise<Tables['accounts_member']> {
  const record = await memberBy(act.tx, 'id', act.viewer.id)
  if (!record) throw new Error(`member ${act.viewer.id} has no record`)
  return record
}

async function hasOtherOwner(reader: Reader, memberId: string): Promise<boolean> {
  const other = await reader
    .tables<Tables>()
    .selectFrom('accounts_member')
    .select('id')
    .where('role', '=', 'owner')
    .where('id', '!=', memberId)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

export const accounts: ServerHalf<typeof contract> = {
  migrations,
  routes,
  jobs: { mail_reset: mailReset, mail_accepted: mailAccepted },
  tables: {
    accounts_member: ['members', 'accounts'],
    accounts_invite: 'secret',
    accounts_applicant: ['applicants'],
    accounts_reset: 'secret',
    accounts_setup: 'secret',
  },

  matters: {
    member: {
      async find(reader, id) {
        const found = await memberBy(reader, 'id', id)
        if (!found?.role) return undefined
        const { name, bio, joined_at: at, handle } = found
        return {
          authorId: id,
          authorName: name,
          title: name,
          text: bio,
          at,
          hidden: false,
          path: `/members/${handle}`,
        }
      },
      mayRead: (reader, viewer, id) => reader.mayRead(viewer, 'members', id),
    },
  },

  nameOf: async (reader, memberId) => (await memberBy(reader, 'id', memberId))?.name,

  isPassword: async (services, memberId, password) =>
    isPassword((await services.read((reader) => memberBy(reader, 'id', memberId)))?.password_hash, password),

  commands: {
    edit_profile: {
      allow: () => ok(),
      async handle(act, input) {
        const record = await ownRecord(act)
        const taken = await findTaken(act.tx, { handle: input.handle }, record.id)
        if (!taken.ok) return taken
        await act.tx
          .tables<Tables>()
          .updateTable('accounts_member')
          .set({ name: input.name, handle: input.handle, bio: input.bio })
          .where('id', '=', record.id)
          .execute()
        await publishMember(act.tx, { ...record, ...input })
        return ok({})
      },
    },

    set_preferences: {
      allow: () => ok(),
      async handle(act, input) {
        const record = await ownRecord(act)
        const after = {
          ...record,
          language: input.language ?? record.language,
          theme: input.theme ?? record.theme,
          time_zone: input.timeZone === undefined ? record.time_zone : input.timeZone,
        }
        await act.tx
          .tables<Tables>()
          .updateTable('accounts_member')
          .set({ language: after.language, theme: after.theme, time_zone: after.time_zone })
          .where('id', '=', record.id)
          .execute()
        await publishAccount(act.tx, after)
        return ok({})
      },
    },

    invite: {
      allow: (act, input) => allowIf(canInvite(act.viewer, input.role)),
      async handle(act, input) {
        if (await inviteOf(act.tx, input.id)) {
          return refuse('conflict', 'an invitation has this id', { field: 'id' })
        }
        const invite: Tables['accounts_invite'] = {
          id: input.id,
          token: newToken(),
          role: input.role,
          note: input.note,
          uses: input.uses,
          created_at: act.tx.now,
          expires_at: act.tx.now + input.days * day,
          created_by: act.viewer.id,
        }
        await act.tx.tables<Tables>().insertInto('accounts_invite').values(invite).execute()
        await publishInvite(act.tx, invite)
        // The row brings the token. Results are kept for good, and a token has no business there.
        return ok({})
      },
    },

    revoke_invite: {
      async allow(act, input) {
        const invite = await inviteOf(act.tx, input.id)
        return allowIf(canInvite(act.viewer, invite?.role ?? 'member'))
      },
      async handle(act, input) {
        const gone = await act.tx
          .tables<Tables>()
          .deleteFrom('accounts_invite')
          .where('id', '=', input.id)
          .executeTakeFirst()
        if (gone.numDeletedRows === 0n) {
          return refuse('not_found', 'there is no such invitation', { reason: 'accounts.invite_unknown' })
        }
        await act.tx.publish('invites', input.id, null)
        return ok({})
      },
    },

    set_role: {
      allow(act, input) {
        if (act.viewer.id === input.memberId) {
          return refuse('forbidden', 'nobody changes their own role', { reason: 'accounts.own_role' })
        }
        return allowIf(canSetRole(act.viewer, input.memberId))
      },
      async handle(act, { memberId, role }) {
        const record = await memberBy(act.tx, 'id', memberId)
        if (!record) return refuse('not_found', 'there is no such member', { field: 'memberId' })
        // Two owners may demote each other at once; whoever comes second finds themselves the last.
        if (record.role === 'owner' && role !== 'owner' && !(await hasOtherOwner(act.tx, memberId))) {
          return refuse('conflict', 'a community needs an owner', {
            field: 'role',
            reason: 'accounts.last_owner',
          })
        }
        await act.tx
          .tables<Tables>()
          .updateTable('accounts_member')
          .set({ role })
          .where('id', '=', memberId)
          .execute()
        await act.tx.setRole(memberId, role)
        await publishMember(act.tx, { ...record, role })
        await act.tx.tell('accounts.role_changed', { memberId, role })
        return ok({})
      },
    },

    accept_applicant: {
      allow: (act) => allowIf(canAdmit(act.viewer)),
      handle: (act, { id }) => accept(act.tx, id),
    },

    decline_applicant: {
      allow: (act) => allowIf(canAdmit(act.viewer)),
      async handle(act, { id }) {
        const declined = await decline(act.tx, id)
        return declined.ok ? ok({}) : declined
      },
    },

    sign_out_everywhere: {
      allow: () => ok(),
      async handle(act) {
        await act.tx.endSessions(act.viewer.id)
        return ok({})
      },
    },

    describe_community: {
      allow: (act) => allowIf(canDescribeCommunity(act.viewer)),
      async handle(act, input) {
        await publishCommunity(act.tx, input)
        return ok({})
      },
    },

    configure_community: {
      allow: (act) => allowIf(canDescribeCommunity(act.viewer)),
      async handle(act, input) {
        await configureCommunity(act.tx, input)
        return ok({})
      },
    },
  },

  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: {
    community: { audience: () => 'everyone' },
    members: { audience: () => 'members' },
    accounts: { audience: (_account, memberId) => `member:${memberId}` },
    applicants: { audience: () => 'role:moderator' },
    // A link that makes owners must not be readable by those who could then make themselves one.
    invites: {
      audience: (invite: InviteRow) => (invite.role === 'owner' ? 'role:owner' : 'role:moderator'),
      secret: true,
    },
  },

  documents: {
    me: {
      access: async (_reader, viewer, id) => {
        const [memberId, kind, ...rest] = id.split('/')
        const isKind = (privateKinds as readonly (string | undefined)[]).includes(kind)
        return viewer.id !== null && memberId === viewer.id && isKind && rest.length === 0
      },
    },
  },

  queries: {
    devices: {
      access: (viewer) => viewer.id !== null,
      async run({ viewer, services, sessionId }) {
        const devices = await services.sessions.list(viewer.id!)
        return devices.map((device) => ({ ...device, current: device.id === sessionId }))
      },
    },
  },
}
