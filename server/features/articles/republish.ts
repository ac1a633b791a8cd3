/** Articles and drafts whose rows are of an earlier version, which had no texts apart, get today's. */
import type { Services } from '#server/core/services.ts'
import type { DraftRow } from '#shared/features/articles.ts'
import { publishDraft } from './commands.ts'
import { publishArticle } from './save.ts'
import { db } from './tables.ts'

export async function republish(services: Services): Promise<void> {
  const { articles, drafts } = await services.read(async (reader) => {
    const texts = new Set((await reader.rows('article_texts')).map((row) => row.id))
    const rows = await reader.rows<Partial<DraftRow>>('drafts')
    const described = new Set(rows.flatMap((row) => (row.data.opening ? row.id : [])))
    const all = await db(reader)
      .selectFrom('articles_article')
      .select('id')
      .where('withdrawn_at', 'is', null)
      .execute()
    const written = await db(reader).selectFrom('articles_draft').select('id').execute()
    return {
      articles: all.filter(({ id }) => !texts.has(id)),
      drafts: written.filter(({ id }) => !described.has(id)),
    }
  })
  for (const { id } of articles) {
    await services.transact(async (tx) => {
      const record = await db(tx)
        .selectFrom('articles_article')
        .selectAll()
        .where('id', '=', id)
        .where('withdrawn_at', 'is', null)
        .executeTakeFirst()
      if (record) await publishArticle(tx, record)
    })
  }
  for (const { id } of drafts) {
    await services.transact(async (tx) => {
      const record = await db(tx)
        .selectFrom('articles_draft')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      if (record) await publishDraft(tx, record)
    })
  }
}
