/** What an act on drafts and articles will change, shown before the server has answered. */
import type { Overlay, RowPatch } from '#client/core/feature.ts'
import { isSold } from '#shared/core/opening.ts'
import { previewOf } from '#shared/core/preview.ts'
import { countWords } from '#shared/core/text.ts'
import { type AccountRow, type CommunityRow, communityId, type MemberRow } from '#shared/features/accounts.ts'
import {
  type ArticleRow,
  articleIdOf,
  contentRoom,
  type DraftRow,
  draftRoom,
  openingOf,
} from '#shared/features/articles.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { settingsOf } from '#shared/features/setup.ts'

type Existing = Parameters<NonNullable<Overlay['rows']>>[2]

function found<R>(existing: Existing, table: string, id: string): R | undefined {
  return existing(table, id)?.data as R | undefined
}

function draftPatch(id: string, data: Partial<DraftRow> | null): RowPatch {
  return { table: 'drafts', id, data: data as Record<string, unknown> | null }
}

function articlePatch(id: string, data: Partial<ArticleRow> | null): RowPatch {
  return { table: 'articles', id, data: data as Record<string, unknown> | null }
}

const startDraft: Overlay<CommandInput<'articles.start_draft'>> = {
  // Until the server has the draft, its room is this device's alone.
  room: (input) => draftRoom(input.id),
  rows(input, entry, existing, memberId) {
    const article =
      input.articleId === null ? undefined : found<ArticleRow>(existing, 'articles', input.articleId)
    const language = found<AccountRow>(existing, 'accounts', memberId)?.language
    const draft: DraftRow = {
      id: input.id,
      title: input.title || article?.title || '',
      articleId: input.articleId,
      authorIds: [memberId],
      description: article?.description ?? '',
      tags: article?.tags ?? [],
      lang: article?.lang ?? language ?? 'en',
      opening: article
        ? openingOf(article)
        : settingsOf(found<CommunityRow>(existing, 'community', communityId)).opening,
      createdAt: entry.at,
      updatedAt: entry.at,
    }
    return [draftPatch(input.id, draft)]
  },
}

const describeDraft: Overlay<CommandInput<'articles.describe_draft'>> = {
  rows: ({ id, ...details }, entry) => [
    draftPatch(id, { ...details, opening: openingOf(details), updatedAt: entry.at }),
  ],
}

const shareDraft: Overlay<CommandInput<'articles.share_draft'>> = {
  rows(input, _entry, existing) {
    const draft = found<DraftRow>(existing, 'drafts', input.id)
    if (!draft) return []
    const others = draft.authorIds.filter((id) => id !== input.memberId)
    return [draftPatch(input.id, { authorIds: input.on ? [...others, input.memberId] : others })]
  },
}

const discardDraft: Overlay<CommandInput<'articles.discard_draft'>> = {
  rows: (input) => [draftPatch(input.id, null)],
}

const publish: Overlay<CommandInput<'articles.publish'>> = {
  // Of a first publication; the room of a revised article is there already.
  room: (input) => contentRoom(input.draftId),
  rows({ draftId, body, ...said }, entry, existing, memberId) {
    const details = { ...said, opening: openingOf(said) }
    const draft = found<DraftRow>(existing, 'drafts', draftId)
    const id = articleIdOf({ id: draftId, articleId: draft?.articleId ?? null })
    const before = found<ArticleRow>(existing, 'articles', id)
    const words = countWords(body)
    const article: ArticleRow = before
      ? {
          ...before,
          ...details,
          preview: isSold(details.opening) ? previewOf(body) : '',
          words,
          updatedAt: entry.at,
        }
      : {
          ...details,
          id,
          // The server chooses the address; by its id an article is found in any case.
          slug: id,
          authorId: memberId,
          authorName: found<MemberRow>(existing, 'members', memberId)?.name ?? '',
          publishedAt: entry.at,
          updatedAt: entry.at,
          words,
          preview: isSold(details.opening) ? previewOf(body) : '',
          image: null,
        }
    return [
      draftPatch(draftId, { ...details, articleId: id, updatedAt: entry.at }),
      articlePatch(id, article),
    ]
  },
}

const schedule: Overlay<CommandInput<'articles.schedule'>> = {
  rows: ({ draftId, at }, _entry, _existing, memberId) => [
    draftPatch(draftId, { scheduled: { at, byId: memberId, failed: null } }),
  ],
}

const unschedule: Overlay<CommandInput<'articles.unschedule'>> = {
  rows: ({ draftId }) => [draftPatch(draftId, { scheduled: null })],
}

const withdraw: Overlay<CommandInput<'articles.withdraw'>> = {
  rows: (input) => [articlePatch(input.id, null)],
}

export const overlays = {
  start_draft: startDraft,
  describe_draft: describeDraft,
  share_draft: shareDraft,
  discard_draft: discardDraft,
  publish,
  schedule,
  unschedule,
  withdraw,
}
