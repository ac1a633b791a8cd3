/** What members do with drafts and articles. */
import type { Act, ServerHalf, Tx } from '#server/core/feature.ts'
import type { Opening } from '#shared/core/opening.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { holds } from '#shared/core/viewer.ts'
import { type AccountRow, type CommunityRow, communityId, type MemberRow } from '#shared/features/accounts.ts'
import {
  articleIdOf,
  canEditDraft,
  canRevise,
  canUnshare,
  canWithdraw,
  canWrite,
  type articles as contract,
  draftRoom,
} from '#shared/features/articles.ts'
import { settingsOf } from '#shared/features/setup.ts'
import { keepRevision } from './revisions.ts'
import { saveArticle, unpublishArticle } from './save.ts'
import { handleSchedule, handleUnschedule } from './schedule.ts'
import {
  articleById,
  type DraftRecord,
  db,
  draftById,
  draftOfArticle,
  isUsed,
  toArticleRow,
  toDraftRow,
} from './tables.ts'

type Commands = ServerHalf<typeof contract>['commands']

/** As the community has chosen for what is new. */
async function usualOpening(tx: Tx): Promise<Opening> {
  return settingsOf(await tx.row<CommunityRow>('community', communityId)).opening
}

export const commands: Commands = {
  start_draft: {
    async allow({ tx, viewer }, input) {
      if (!canWrite(viewer))
        return refuse('forbidden', 'only authors write', { reason: 'articles.authors_only' })
      if (input.articleId === null) return ok()
      const article = await articleById(tx, input.articleId)
      if (!article || article.withdrawn_at !== null) return noArticle()
      return canRevise(viewer, toArticleRow(article))
        ? ok()
        : refuse('forbidden', 'the article is someone else’s', { reason: 'articles.not_yours' })
    },
    async handle({ tx, viewer }, input) {
      // An article has the id of the draft that it came from: whoever took it for a new one would publish over it.
      if (await isUsed(tx, input.id)) return refuse('conflict', 'this id is in use already', { field: 'id' })
      const article = input.articleId === null ? undefined : await articleById(tx, input.articleId)
      if (article && (await draftOfArticle(tx, article.id))) {
        return refuse('conflict', 'a draft of this article exists', { reason: 'articles.already_revised' })
      }
      const record: DraftRecord = {
        id: input.id,
        article_id: article?.id ?? null,
        title: input.title || article?.title || '',
        description: article?.description ?? '',
        tags: article?.tags ?? '[]',
        lang: article?.lang ?? (await tx.row<AccountRow>('accounts', viewer.id))?.language ?? 'en',
        opening: article?.opening ?? JSON.stringify(await usualOpening(tx)),
        author_ids: JSON.stringify([viewer.id]),
        created_at: tx.now,
        updated_at: tx.now,
        scheduled: null,
        scheduled_input: null,
      }
      await db(tx).insertInto('articles_draft').values(record).execute()
      if (article) {
        await tx.author(draftRoom(input.id), (doc) => doc.getText('body').insert(0, article.body))
      }
      await publishDraft(tx, record)
      return ok({ id: input.id })
    },
  },

  describe_draft: {
    allow: (act, input) => allowEditing(act, input.id),
    async handle({ tx }, { id, tags, opening, ...details }) {
      const draft = await changeDraft(tx, id, { ...details, ...toColumns({ tags, opening }) })
      await publishDraft(tx, draft)
      return ok()
    },
  },

  share_draft: {
    async allow(act, input) {
      const allowed = await allowEditing(act, input.id)
      if (!allowed.ok || !input.on) return allowed
      const member = await act.tx.row<MemberRow>('members', input.memberId)
      if (!member) return refuse('not_found', 'no such member', { field: 'memberId' })
      return canWrite({ id: member.id, role: member.role })
        ? ok()
        : refuse('conflict', 'the member is not an author', {
            field: 'memberId',
            reason: 'articles.not_an_author',
          })
    },
    async handle({ tx }, input) {
      const draft = await draftById(tx, input.id)
      if (!draft) return noDraft()
      const { authorIds } = toDraftRow(draft)
      if (!input.on && !canUnshare({ authorIds }, input.memberId)) {
        return refuse('conflict', 'whoever began a draft keeps it', { reason: 'articles.keeps_draft' })
      }
      const others = authorIds.filter((id) => id !== input.memberId)
      const changed = await changeDraft(tx, input.id, {
        author_ids: JSON.stringify(input.on ? unique([...authorIds, input.memberId]) : others),
      })
      await publishDraft(tx, changed)
      return ok()
    },
  },

  discard_draft: {
    allow: (act, input) => allowEditing(act, input.id),
    async handle({ tx }, input) {
      await db(tx).deleteFrom('articles_draft').where('id', '=', input.id).execute()
      await db(tx).insertInto('articles_discarded').values({ id: input.id }).execute()
      await tx.rebase(draftRoom(input.id), () => {})
      await tx.publish('drafts', input.id, null)
      return ok()
    },
  },

  publish: {
    allow: (act, input) => allowPublishing(act, input.draftId),
    async handle({ tx, viewer }, { draftId, body, tags, opening, ...details }) {
      const draft = await draftById(tx, draftId)
      if (!draft) return noDraft()
      const authors = JSON.parse(draft.author_ids) as string[]
      const articleId = articleIdOf(toDraftRow(draft))
      const before = await articleById(tx, articleId)
      const { record, first } = await saveArticle(tx, {
        id: articleId,
        text: {
          ...details,
          tags: unique(tags),
          opening,
          body,
          // An owner's correction does not make an imported or another's article theirs.
          author_id: before ? before.author_id : (authors[0] ?? null),
          author_name:
            before && before.author_id !== authors[0] ? before.author_name : await namesOf(tx, authors),
        },
      })
      const changed = await changeDraft(tx, draftId, {
        ...details,
        ...toColumns({ tags, opening }),
        article_id: articleId,
        // Whatever was planned, its text is out.
        scheduled: null,
        scheduled_input: null,
      })
      await keepRevision(tx, before, record, { id: viewer.id, name: await namesOf(tx, [viewer.id]) })
      await publishDraft(tx, changed)
      await tx.tell('articles.published', { articleId, authorId: record.author_id, first })
      return ok({ id: articleId, slug: record.slug })
    },
  },

  schedule: { allow: (act, input) => allowPublishing(act, input.draftId), handle: handleSchedule },
  unschedule: { allow: (act, input) => allowEditing(act, input.draftId), handle: handleUnschedule },

  withdraw: {
    async allow({ tx, viewer }, input) {
      const article = await articleById(tx, input.id)
      if (!article || article.withdrawn_at !== null) return noArticle()
      return canWithdraw(viewer, toArticleRow(article))
        ? ok()
        : refuse('forbidden', 'the article is someone else’s', { reason: 'articles.not_yours' })
    },
    async handle({ tx, viewer }, input) {
      await db(tx)
        .updateTable('articles_article')
        .set({ withdrawn_at: tx.now, withdrawn_by: viewer.id })
        .where('id', '=', input.id)
        .execute()
      await unpublishArticle(tx, input.id)
      await tx.tell('articles.withdrawn', { articleId: input.id })
      return ok()
    },
  },
}

async function allowPublishing(act: Act, draftId: string): Promise<Result<unknown>> {
  const allowed = await allowEditing(act, draftId)
  if (!allowed.ok) return allowed
  const article = await articleById(act.tx, articleIdOf(toDraftRow(allowed.value)))
  const theirs = (JSON.parse(allowed.value.author_ids) as string[]).includes(article?.withdrawn_by ?? '')
  return article?.withdrawn_at && !theirs && !holds(act.viewer, 'moderator')
    ? refuse('forbidden', 'the article was withdrawn by a moderator', {
        reason: 'articles.withdrawn_by_others',
      })
    : ok()
}

async function allowEditing({ tx, viewer }: Act, draftId: string): Promise<Result<DraftRecord>> {
  const draft = await draftById(tx, draftId)
  if (!draft) return noDraft()
  return canEditDraft(viewer, toDraftRow(draft))
    ? ok(draft)
    : refuse('forbidden', 'the draft is someone else’s', { reason: 'articles.not_yours' })
}

async function changeDraft(tx: Tx, id: string, changes: Partial<DraftRecord>): Promise<DraftRecord> {
  return db(tx)
    .updateTable('articles_draft')
    .set({ ...changes, updated_at: tx.now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function publishDraft(tx: Tx, draft: DraftRecord): Promise<void> {
  await tx.publish('drafts', draft.id, toDraftRow(draft))
}

async function namesOf(tx: Tx, memberIds: string[]): Promise<string> {
  const members = await tx.rows<MemberRow>('members', memberIds)
  return memberIds.flatMap((id) => members.find((member) => member.id === id)?.data.name ?? []).join(', ')
}

function toColumns(said: { tags: string[]; opening: Opening }): Pick<DraftRecord, 'tags' | 'opening'> {
  return { tags: JSON.stringify(unique(said.tags)), opening: JSON.stringify(said.opening) }
}

function unique(values: string[]): string[] {
  return [...new Set(values)]
}

function noDraft(): Result<never> {
  return refuse('not_found', 'no such draft', { reason: 'articles.no_draft' })
}

function noArticle(): Result<never> {
  return refuse('not_found', 'no such article', { reason: 'articles.no_article' })
}
