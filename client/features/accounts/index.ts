import { lazy } from 'solid-js'
import type { Core } from '#client/core/core.ts'
import type { ClientHalf } from '#client/core/feature.ts'
import { HeldIcon, HistoryIcon, InfoIcon, MailIcon, ModulesIcon, PersonIcon } from '#client/ui/icons.tsx'
import { communityId, type accounts as contract, type InviteRow } from '#shared/features/accounts.ts'
import { settingsOf } from '#shared/features/setup.ts'

const day = 86_400_000

function countApplicants(core: Core): () => number {
  const rows = core.feed.rows('applicants')
  return () => rows()?.length ?? 0
}

export const accounts: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'main',
      href: '/me',
      word: 'app.me',
      icon: PersonIcon,
      order: 90,
      keys: 'g m',
      under: ['/members', '/growth', '/admin'],
    },
    {
      in: 'admin',
      href: '/admin/members',
      word: 'accounts.admin_members',
      about: 'accounts.members_lead',
      icon: PersonIcon,
      group: 'people',
      order: 10,
      needs: 'moderator',
    },
    {
      in: 'admin',
      href: '/admin/invites',
      word: 'accounts.admin_invites',
      about: 'accounts.invites_lead',
      icon: MailIcon,
      group: 'people',
      order: 20,
      needs: 'moderator',
    },
    {
      in: 'admin',
      href: '/admin/applicants',
      word: 'accounts.applicants',
      about: 'accounts.applicants_lead',
      icon: HeldIcon,
      group: 'people',
      order: 15,
      needs: 'moderator',
      badge: countApplicants,
      shown(core) {
        const community = core.feed.row('community', () => communityId)
        const count = countApplicants(core)
        return () => settingsOf(community()?.data).signUp === 'approval' || count() > 0
      },
    },
    {
      in: 'admin',
      href: '/admin/modules',
      word: 'setup.title',
      about: 'setup.lead',
      icon: ModulesIcon,
      group: 'settings',
      order: 890,
      needs: 'owner',
    },
    {
      in: 'admin',
      href: '/admin/community',
      word: 'accounts.admin_community',
      about: 'accounts.community_lead',
      icon: InfoIcon,
      group: 'settings',
      order: 900,
      needs: 'owner',
    },
    {
      in: 'admin',
      href: '/admin/recovery',
      word: 'recovery.title',
      about: 'recovery.lead',
      icon: HistoryIcon,
      group: 'settings',
      order: 950,
      needs: 'moderator',
      // Seldom: only after a restore from an older backup.
      shown(core) {
        const copies = core.feed.rows('recoveries', () => ({ limit: 1 }))
        return () => (copies()?.length ?? 0) > 0
      },
    },
  ],

  routes: [
    { path: '/sign-in', page: lazy(() => import('./sign-in.tsx').then((m) => ({ default: m.SignIn }))) },
    { path: '/sign-up', page: lazy(() => import('./sign-up.tsx').then((m) => ({ default: m.SignUp }))) },
    { path: '/setup', page: lazy(() => import('./setup.tsx').then((m) => ({ default: m.Setup }))) },
    { path: '/reset', page: lazy(() => import('./reset.tsx').then((m) => ({ default: m.Reset }))) },
    { path: '/me', page: lazy(() => import('./me.tsx').then((m) => ({ default: m.Me }))) },
    {
      path: '/me/waiting',
      page: lazy(() => import('./waiting.tsx').then((m) => ({ default: m.Waiting }))),
      needs: 'member',
    },
    {
      path: '/members/:handle',
      page: lazy(() => import('./member.tsx').then((m) => ({ default: m.Member }))),
      needs: 'member',
    },
    {
      path: '/admin',
      page: lazy(() => import('./admin.tsx').then((m) => ({ default: m.Admin }))),
      needs: 'member',
    },
    {
      path: '/admin/members',
      page: lazy(() => import('./members.tsx').then((m) => ({ default: m.Members }))),
      needs: 'moderator',
    },
    {
      path: '/admin/invites',
      page: lazy(() => import('./invites.tsx').then((m) => ({ default: m.Invites }))),
      needs: 'moderator',
    },
    {
      path: '/admin/applicants',
      page: lazy(() => import('./applicants.tsx').then((m) => ({ default: m.Applicants }))),
      needs: 'moderator',
    },
    {
      path: '/admin/modules',
      page: lazy(() => import('./modules.tsx').then((m) => ({ default: m.Modules }))),
      needs: 'owner',
    },
    {
      path: '/admin/community',
      page: lazy(() => import('./community.tsx').then((m) => ({ default: m.Community }))),
      needs: 'owner',
    },
    {
      path: '/admin/recovery',
      page: lazy(() => import('./recovery.tsx').then((m) => ({ default: m.Recovery }))),
      needs: 'moderator',
    },
  ],

  panels: {
    'accounts.waiting': lazy(() => import('./waiting.tsx').then((m) => ({ default: m.WaitingList }))),
    'accounts.appearance': lazy(() => import('./appearance.tsx').then((m) => ({ default: m.Appearance }))),
    'accounts.following': lazy(() =>
      import('./preferences.tsx').then((m) => ({ default: m.FollowPreferences })),
    ),
  },

  overlays: {
    edit_profile: {
      rows: (input, _entry, _existing, memberId) => [{ table: 'members', id: memberId, data: { ...input } }],
    },
    set_preferences: {
      rows: (input, _entry, _existing, memberId) => [{ table: 'accounts', id: memberId, data: { ...input } }],
    },
    invite: {
      rows: (input, entry, _existing, memberId) => {
        const row: InviteRow = {
          id: input.id,
          token: '',
          role: input.role,
          note: input.note,
          uses: input.uses,
          createdAt: entry.at,
          expiresAt: entry.at + input.days * day,
          createdBy: memberId,
        }
        return [{ table: 'invites', id: input.id, data: { ...row } }]
      },
    },
    revoke_invite: { rows: (input) => [{ table: 'invites', id: input.id, data: null }] },
    set_role: { rows: (input) => [{ table: 'members', id: input.memberId, data: { role: input.role } }] },
    accept_applicant: { rows: (input) => [{ table: 'applicants', id: input.id, data: null }] },
    decline_applicant: { rows: (input) => [{ table: 'applicants', id: input.id, data: null }] },
    sign_out_everywhere: {},
    describe_community: { rows: (input) => [{ table: 'community', id: communityId, data: { ...input } }] },
    configure_community: { rows: (input) => [{ table: 'community', id: communityId, data: { ...input } }] },
  },
}
