/**
 * A feature that only these tests have. Circles are joined by grants, as what members buy or are admitted to will be:
 * whatever access can hang on (an audience, a row, two kinds of rooms, a file, a query, a route, a page), a circle has.
 */
import * as v from 'valibot'
import type { Migration, Registry, ServerHalf } from '#server/core/feature.ts'
import { features } from '#server/features/index.ts'
import { command, defineContract, query, row } from '#shared/core/contract.ts'
import { ok, refuse } from '#shared/core/result.ts'
import { guest, holds, isMember } from '#shared/core/viewer.ts'
import { contracts } from '#shared/features/index.ts'

export interface CircleRow {
  id: string
  access: 'public' | 'circle'
  /** What it says now. */
  text: string
}

interface Tables {
  circles_circle: { id: string; details: string }
}

const id = v.pipe(v.string(), v.uuid())
const aCircle = v.strictObject({ id })

export const contract = defineContract({
  name: 'circles',
  commands: {
    found: command(
      v.strictObject({
        id,
        access: v.picklist(['public', 'circle']),
        text: v.string(),
        file: v.nullable(v.string()),
      }),
      (input) => `circle:${input.id}`,
    ),
    tell: command(v.strictObject({ id, text: v.string() }), (input) => `circle:${input.id}`),
    close: command(aCircle, (input) => `circle:${input.id}`),
    admit: command(
      v.strictObject({ id, memberId: id, until: v.nullable(v.number()) }),
      (input) => `circle:${input.id}`,
    ),
    expel: command(v.strictObject({ id, memberId: id }), (input) => `circle:${input.id}`),
    /** Ends somebody's membership of the community, as a suspension will. */
    remove: command(v.strictObject({ memberId: id }), (input) => `member:${input.memberId}`),
  },
  rows: { circles: row<CircleRow>() },
  documents: { hall: { writers: 'server', row: 'circles' }, board: { writers: 'members', row: 'circles' } },
  queries: { minutes: query<typeof aCircle, { text: string } | null>(aCircle) },
  facts: {},
})

export const audienceOf = (circleId: string): `circle:${string}` => `circle:${circleId}`

const create: Migration = async (db) => {
  await db.schema
    .createTable('circles_circle')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('details', 'text', (column) => column.notNull())
    .execute()
}

const forModerators = refuse('forbidden', 'only moderators do this')

const circles: ServerHalf<typeof contract> = {
  migrations: { '001': create },
  tables: { circles_circle: ['circles', 'minutes'] },
  commands: {
    found: {
      allow: ({ viewer }) => (holds(viewer, 'moderator') ? ok() : forModerators),
      async handle({ tx }, { id, access, text, file }) {
        const details: CircleRow = { id, access, text }
        await tx
          .tables<Tables>()
          .insertInto('circles_circle')
          .values({ id, details: JSON.stringify(details) })
          .execute()
        await tx.publish('circles', id, details)
        await tx.refer('circles', id, file === null ? [] : [file])
        await tx.author(`hall/${id}`, (doc) => doc.getText('body').insert(0, text))
        return ok({})
      },
    },
    tell: {
      allow: ({ viewer }) => (holds(viewer, 'moderator') ? ok() : forModerators),
      async handle({ tx }, { id, text }) {
        const before = await tx.row<CircleRow>('circles', id)
        if (!before) return refuse('not_found', 'no such circle')
        await tx.publish('circles', id, { ...before, text })
        await tx.author(`hall/${id}`, (doc) => {
          doc.getText('body').delete(0, doc.getText('body').length)
          doc.getText('body').insert(0, text)
        })
        return ok({})
      },
    },
    close: {
      allow: ({ viewer }) => (holds(viewer, 'moderator') ? ok() : forModerators),
      async handle({ tx }, { id }) {
        await tx.publish('circles', id, null)
        await tx.refer('circles', id, [])
        return ok({})
      },
    },
    admit: {
      allow: ({ viewer }) => (holds(viewer, 'moderator') ? ok() : forModerators),
      async handle({ tx }, { id, memberId, until }) {
        await tx.grant(memberId, audienceOf(id), 'circles', until ?? undefined)
        return ok({})
      },
    },
    expel: {
      allow: ({ viewer }) => (holds(viewer, 'moderator') ? ok() : forModerators),
      async handle({ tx }, { id, memberId }) {
        await tx.revoke(memberId, audienceOf(id), 'circles')
        return ok({})
      },
    },
    remove: {
      allow: ({ viewer }) => (holds(viewer, 'owner') ? ok() : forModerators),
      async handle({ tx }, { memberId }) {
        await tx.setRole(memberId, null)
        return ok({})
      },
    },
  },
  rows: {
    circles: { audience: (circle, id) => (circle.access === 'public' ? 'everyone' : audienceOf(id)) },
  },
  documents: {
    hall: { access: 'row' },
    board: { access: async (_reader, viewer) => isMember(viewer) },
  },
  queries: {
    minutes: {
      access: isMember,
      async run({ reader, viewer }, { id }) {
        if (!(await reader.mayRead(viewer, 'circles', id))) return null
        const circle = await reader.row<CircleRow>('circles', id)
        return circle && { text: circle.text }
      },
    },
  },
  routes: [
    {
      method: 'GET',
      path: '/api/circles/:id/minutes',
      access: 'member',
      async handle({ c, viewer, services }) {
        const id = c.req.param('id') ?? ''
        if (!(await services.access(viewer, { kind: 'row', table: 'circles', id }, 'read')))
          return c.json({}, 404)
        return c.json(await services.read((reader) => reader.row<CircleRow>('circles', id)))
      },
    },
  ],
  pages: [
    {
      path: '/circles/:id',
      async render({ reader, params, lang }) {
        const circle = await reader.row<CircleRow>('circles', params.id ?? '')
        if (!circle || !(await reader.mayRead(guest, 'circles', circle.id))) return null
        return { title: 'A circle', description: circle.text, lang, html: `<p>${circle.text}</p>` }
      },
    },
  ],
}

export const registry: Registry = {
  contracts: { ...contracts, circles: contract },
  features: { ...features, circles },
}
