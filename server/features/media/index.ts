/** Media, server half: see shared/features/media.ts for what it is. */
import type { ServerHalf, Tx } from '#server/core/feature.ts'
import type { DraftRow } from '#shared/features/articles.ts'
import type { media as contract } from '#shared/features/media.ts'
import { arrange, dropSet, isGone, publishSet } from './sets.ts'
import { onDeleted, planSweep, sweep } from './sweep.ts'
import { db, migrations } from './tables.ts'
import { routes } from './uploads.ts'

export { storeUpload } from './uploads.ts'

export const media: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    media_begun: 'server',
    media_file: ['uploads'],
    media_set: ['attachments'],
    media_use: 'server',
  },
  commands: { arrange },
  rows: {
    uploads: { audience: (_row, id) => `member:${id.slice(id.indexOf('.') + 1)}` },
    // Published for whoever has the text that it belongs to.
    attachments: { audience: () => [] },
  },
  documents: {},
  queries: {},
  beside: {
    rows: {
      lesson_texts: (tx, id) => follow(tx, `lesson:${id}`),
      article_texts: (tx, id) => follow(tx, `article:${id}`),
      drafts: async (tx, id, draft: DraftRow | null) => {
        await follow(tx, `article:${draft?.articleId ?? id}`)
        if (draft === null) await followWithdrawn(tx)
      },
    },
  },
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  jobs: { sweep },
  start: (services) => services.transact(planSweep),
  routes,
}

/** A lesson that was removed does not come back; what else is out of sight may. */
async function follow(tx: Tx, subject: string): Promise<void> {
  if (subject.startsWith('lesson:') && (await isGone(tx, subject))) return dropSet(tx, subject)
  await publishSet(tx, subject)
}

/** Which article a draft was of cannot be told any more. */
async function followWithdrawn(tx: Tx): Promise<void> {
  const sets = await db(tx)
    .selectFrom('media_set')
    .select('subject')
    .where('subject', 'like', 'article:%')
    .execute()
  for (const { subject } of sets) {
    const text = await tx.row('article_texts', subject.slice('article:'.length))
    if (text === null) await publishSet(tx, subject)
  }
}
