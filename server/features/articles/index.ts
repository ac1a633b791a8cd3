/** Articles, server half: see shared/features/articles.ts for what they are. */
import type { ServerHalf } from '#server/core/feature.ts'
import {
  audiencesOf,
  canEditDraft,
  type articles as contract,
  type DraftRow,
} from '#shared/features/articles.ts'
import { addedBy, filesIn } from '#shared/features/pictures.ts'
import { commands, publishDraft } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { importMarkdown } from './import/folder.ts'
import { matters } from './matters.ts'
import { pages, routes } from './pages.ts'
import { republish } from './republish.ts'
import { queries } from './revisions.ts'
import { publishDue } from './schedule.ts'
import { db, draftById, migrations } from './tables.ts'

/** Milliseconds within which typing does not move a draft up its authors' lists again. */
const quiet = 60_000

export const articles: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    articles_article: ['articles', 'article_texts', 'content'],
    articles_draft: ['drafts'],
    articles_discarded: 'server',
    articles_revision: ['content'],
  },
  commands,
  matters,
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: {
    articles: { audience: (article) => audiencesOf(article).row },
    article_texts: { audience: (text, id) => audiencesOf({ ...text, id }).text },
    // Owners can open any draft (rescue one whose author left), so they must be able to find it; the app says so.
    drafts: { audience: (draft) => ['role:owner', ...draft.authorIds.map((id) => `member:${id}` as const)] },
  },
  documents: {
    content: { access: 'row' },
    draft: {
      async access(reader, viewer, id) {
        const draft = await reader.row<DraftRow>('drafts', id)
        return draft !== null && canEditDraft(viewer, draft)
      },
      async project(tx, id, { doc }) {
        const draft = await draftById(tx, id)
        if (!draft) return
        const shown = doc.getText('body').toString()
        if (filesIn(shown).length > 0) {
          const authors = JSON.parse(draft.author_ids) as string[]
          await tx.refer('drafts', id, await addedBy(tx, shown, authors))
        }
        if (tx.now - draft.updated_at < quiet) return
        await db(tx).updateTable('articles_draft').set({ updated_at: tx.now }).where('id', '=', id).execute()
        await publishDraft(tx, { ...draft, updated_at: tx.now })
      },
    },
  },
  queries,
  jobs: { publish_due: publishDue },
  routes,
  pages,
  start: republish,
  imports: { markdown: importMarkdown },
}
