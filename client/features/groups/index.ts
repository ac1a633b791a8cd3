/** Groups in the app: the list, a group's page, and a line on its members' pages. */
import { lazy } from 'solid-js'
import type { ClientHalf, Place } from '#client/core/feature.ts'
import { GroupIcon } from '#client/ui/icons.tsx'
import { type groups as contract, type GroupRow, groupMemberId } from '#shared/features/groups.ts'

const place = {
  href: '/groups',
  word: 'groups.title',
  about: 'groups.lead',
  icon: GroupIcon,
} satisfies Partial<Place>

export const groups: ClientHalf<typeof contract> = {
  places: [
    {
      ...place,
      in: 'me',
      order: 40,
      needs: 'member',
      shown(core) {
        const rows = core.feed.rows('groups', () => ({ limit: 1 }))
        return () => (rows()?.length ?? 0) > 0
      },
    },
    { ...place, in: 'admin', group: 'people', order: 30, needs: 'moderator' },
  ],

  routes: [
    {
      path: '/groups',
      page: lazy(() => import('./list.tsx').then((m) => ({ default: m.GroupsPage }))),
      needs: 'member',
    },
    {
      path: '/groups/:id',
      page: lazy(() => import('./group.tsx').then((m) => ({ default: m.GroupPage }))),
      needs: 'member',
    },
  ],

  panels: {
    'groups.of_member': lazy(() => import('./of-member.tsx').then((m) => ({ default: m.OfMember }))),
  },

  overlays: {
    create: {
      rows(input, entry) {
        const row: GroupRow = { ...input, members: 0, createdAt: entry.at }
        return [{ table: 'groups', id: input.id, data: { ...row } }]
      },
    },
    describe: { rows: (input) => [{ table: 'groups', id: input.id, data: { ...input } }] },
    delete: { rows: (input) => [{ table: 'groups', id: input.id, data: null }] },
    // Who is meant, only the server knows.
    add: {},
    remove: {
      rows: ({ groupId, memberId }) => [
        { table: 'group_members', id: groupMemberId(groupId, memberId), data: null },
      ],
    },
    set_lead: {
      rows: ({ groupId, memberId, lead }) => [
        { table: 'group_members', id: groupMemberId(groupId, memberId), data: { lead } },
      ],
    },
    join: {
      rows: ({ groupId }, entry, _existing, memberId) => [
        {
          table: 'group_members',
          id: groupMemberId(groupId, memberId),
          data: { groupId, memberId, lead: false, joinedAt: entry.at },
        },
      ],
    },
    leave: {
      rows: ({ groupId }, _entry, _existing, memberId) => [
        { table: 'group_members', id: groupMemberId(groupId, memberId), data: null },
      ],
    },
  },
}
