import type { Act, CommandHandler, ServerHalf } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { canLead, canRunGroups, type groups as contract, groupAudience } from '#shared/features/groups.ts'
import { onDeleted } from './deleted.ts'
import { addTo, empty, findMembers, publishGroup, removeFrom, setLead } from './members.ts'
import { db, groupById, membership, migrations } from './tables.ts'

const unknown = refuse('not_found', 'there is no such group', { reason: 'groups.unknown' })
const notYours = refuse('forbidden', 'this is for those who run or lead the group', {
  reason: 'groups.not_yours',
})

async function allowLeading(act: Act, groupId: string): Promise<Result<void>> {
  if (canRunGroups(act.viewer)) return ok()
  const own = await membership(act.tx, groupId, act.viewer.id)
  return canLead(act.viewer, own && { lead: own.lead === 1 }) ? ok() : notYours
}

const runs: CommandHandler['allow'] = (act) => (canRunGroups(act.viewer) ? ok() : notYours)

export const groups: ServerHalf<typeof contract> = {
  migrations,
  tables: { groups_group: ['groups'], groups_member: ['group_members'] },

  commands: {
    create: {
      allow: runs,
      async handle({ tx }, input) {
        if (await groupById(tx, input.id)) return refuse('conflict', 'a group has this id', { field: 'id' })
        const group = { ...input, created_at: tx.now }
        await db(tx).insertInto('groups_group').values(group).execute()
        await publishGroup(tx, group)
        return ok({ id: input.id })
      },
    },

    describe: {
      allow: (act, input) => allowLeading(act, input.id),
      async handle({ tx, viewer }, input) {
        const group = await groupById(tx, input.id)
        if (!group) return unknown
        // Who may come in is decided by those who run the community.
        if (input.joining !== group.joining && !canRunGroups(viewer)) return notYours
        const after = { ...group, ...input }
        await db(tx).updateTable('groups_group').set(input).where('id', '=', input.id).execute()
        await publishGroup(tx, after)
        return ok({})
      },
    },

    delete: {
      allow: runs,
      async handle({ tx }, { id }) {
        if (!(await groupById(tx, id))) return unknown
        await empty(tx, id)
        await db(tx).deleteFrom('groups_group').where('id', '=', id).execute()
        await tx.publish('groups', id, null)
        return ok({})
      },
    },

    add: {
      allow: (act, input) => allowLeading(act, input.groupId),
      async handle({ tx, viewer }, { groupId, who }) {
        const group = await groupById(tx, groupId)
        if (!group) return unknown
        const found = await findMembers(tx, who, canRunGroups(viewer))
        // All or none: whoever pasted them can mend the list and send it again.
        if (found.unknown.length > 0) {
          const names = found.unknown.slice(0, 20).join(', ')
          return refuse('not_found', `not members: ${names}`, {
            field: 'who',
            reason: 'groups.not_found',
            params: { names },
          })
        }
        for (const memberId of found.ids) await addTo(tx, groupId, memberId)
        await publishGroup(tx, group)
        return ok({ added: found.ids.length })
      },
    },

    remove: {
      allow: (act, input) => allowLeading(act, input.groupId),
      handle: ({ tx }, { groupId, memberId }) => takeOut(tx, groupId, memberId),
    },

    set_lead: {
      allow: runs,
      async handle({ tx }, { groupId, memberId, lead }) {
        const record = await membership(tx, groupId, memberId)
        if (!record) return refuse('not_found', 'they are not in the group', { reason: 'groups.not_in' })
        await setLead(tx, record, lead)
        return ok({})
      },
    },

    join: {
      async allow({ tx }, { groupId }) {
        const group = await groupById(tx, groupId)
        // Of closed groups nobody learns here that they are there.
        return group?.joining === 'open' ? ok() : unknown
      },
      async handle({ tx, viewer }, { groupId }) {
        await addTo(tx, groupId, viewer.id)
        await publishGroup(tx, (await groupById(tx, groupId))!)
        return ok({})
      },
    },

    leave: {
      allow: () => ok(),
      handle: ({ tx, viewer }, { groupId }) => takeOut(tx, groupId, viewer.id),
    },
  },

  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: {
    groups: {
      // Authors and organisers choose whom something is for.
      audience: (group) => (group.joining === 'open' ? 'members' : ['role:author', groupAudience(group.id)]),
    },
    group_members: { audience: (row) => ['role:moderator', groupAudience(row.groupId)] },
  },

  documents: {},
  queries: {},
}

async function takeOut(tx: Act['tx'], groupId: string, memberId: string): Promise<Result<object>> {
  const group = await groupById(tx, groupId)
  if (!group || !(await removeFrom(tx, groupId, memberId)))
    return refuse('not_found', 'they are not in the group', { reason: 'groups.not_in' })
  await publishGroup(tx, group)
  return ok({})
}
