/**
 * What belongs to a lesson or an article, and to whom it is shown: whoever may read its text; while there is none, or it
 * was withdrawn, those who write it. Files that no list names any more go.
 */
import type { CommandHandler, Reader, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { Audience, Viewer } from '#shared/core/viewer.ts'
import { type ArticleRow, canEditDraft, canRevise, type DraftRow } from '#shared/features/articles.ts'
import { canEditCourse, type LessonRow } from '#shared/features/courses.ts'
import {
  type Attached,
  type AttachmentsRow,
  type media as contract,
  hashesOf,
  uploadId,
} from '#shared/features/media.ts'
import { isMedia } from '#shared/features/media-types.ts'
import { db, type SetRecord } from './tables.ts'

type Arranged = InputOf<(typeof contract)['commands']['arrange']>

export const arrange: CommandHandler<Arranged> = {
  async allow({ tx, viewer }, { subject }) {
    const editing = await mayEdit(tx, viewer, subject)
    if (editing === undefined) return refuse('not_found', 'nothing is there', { reason: 'media.no_subject' })
    return editing ? ok() : refuse('forbidden', 'it is someone else’s', { reason: 'media.not_yours' })
  },
  async handle({ tx, viewer }, input) {
    const before = await setOf(tx, input.subject)
    const known = await knownFiles(tx, viewer.id, input, before)
    if (!known.ok) return known
    const file = ({ hash, name }: { hash: string; name: string }): Attached => ({
      hash,
      name,
      ...known.value.get(hash)!,
    })
    const list: AttachmentsRow = {
      media: input.media && {
        ...file(input.media),
        kind: input.media.kind,
        seconds: Math.round(input.media.seconds * 10) / 10,
      },
      captions: input.media
        ? input.captions.map((each) => ({ ...each, size: known.value.get(each.hash)!.size }))
        : [],
      files: input.files.map(file),
    }
    if (list.media && !isMedia(list.media.type)) return notMedia('media')
    if (list.captions.some(({ hash }) => known.value.get(hash)!.type !== 'text/vtt')) {
      return refuse('invalid', 'these are no captions', { field: 'captions', reason: 'media.no_captions' })
    }
    await keepSet(tx, {
      subject: input.subject,
      member_id: viewer.id,
      list: JSON.stringify(list),
      at: tx.now,
    })
    if (before) await release(tx, hashesOf(listOf(before)), before.at)
    return ok()
  },
}

/** Those whom the text is for now have the list; nobody has what no longer exists. */
export async function publishSet(tx: Tx, subject: string): Promise<void> {
  const set = await setOf(tx, subject)
  if (!set) return
  const audiences = await audiencesOf(tx, subject)
  const list = listOf(set)
  await tx.publish('attachments', subject, audiences.length > 0 ? list : null, audiences)
  await tx.refer('attachments', subject, hashesOf(list))
}

/** Of a lesson or an article that is gone for good. */
export async function dropSet(tx: Tx, subject: string): Promise<void> {
  const set = await setOf(tx, subject)
  if (!set) return
  await tx.publish('attachments', subject, null)
  await tx.refer('attachments', subject, [])
  await db(tx).deleteFrom('media_set').where('subject', '=', subject).execute()
  await db(tx).deleteFrom('media_use').where('subject', '=', subject).execute()
  await release(tx, hashesOf(listOf(set)), set.at)
}

/** Is there anything left of it that could be read again, or written on? */
export async function isGone(reader: Reader, subject: string): Promise<boolean> {
  const [kind, id] = partsOf(subject)
  if (kind === 'lesson') return (await reader.row('lessons', id)) === null
  return (await reader.row('articles', id)) === null && (await draftOf(reader, id)) === undefined
}

/**
 * Deletes those of these files that no list names, whoever uploaded them.
 * @param until what somebody has uploaded since then is for a list to come
 */
export async function release(tx: Tx, hashes: readonly string[], until: number): Promise<void> {
  const free: string[] = []
  for (const hash of hashes) {
    const used = await db(tx)
      .selectFrom('media_use')
      .select('subject')
      .where('hash', '=', hash)
      .limit(1)
      .executeTakeFirst()
    if (!used) free.push(hash)
  }
  if (free.length === 0) return
  const uploads = await db(tx)
    .deleteFrom('media_file')
    .where('hash', 'in', free)
    .where((where) => where.or([where('at', '<=', until), where('member_id', '=', '')]))
    .returningAll()
    .execute()
  for (const { hash, member_id } of uploads) await withdrawUpload(tx, hash, member_id)
  await tx.dropFiles(free)
  await tx.later('media.sweep', {}, { key: `media.sweep:${free[0]}:${tx.now}` })
}

export async function withdrawUpload(tx: Tx, hash: string, memberId: string): Promise<void> {
  const id = uploadId(hash, memberId)
  await tx.publish('uploads', id, null)
  await tx.refer('uploads', id, [])
}

/** `undefined`: there is no such lesson or article. */
export async function mayEdit(reader: Reader, viewer: Viewer, subject: string): Promise<boolean | undefined> {
  const [kind, id] = partsOf(subject)
  if (kind === 'lesson') {
    const lesson = await reader.row<LessonRow>('lessons', id)
    return lesson === null ? undefined : canEditCourse(viewer, lesson)
  }
  const article = await reader.row<ArticleRow>('articles', id)
  if (article && canRevise(viewer, article)) return true
  const draft = await draftOf(reader, id)
  if (draft) return canEditDraft(viewer, draft)
  return article ? false : undefined
}

async function audiencesOf(reader: Reader, subject: string): Promise<Audience[]> {
  const [kind, id] = partsOf(subject)
  const shown = await reader.shownTo(kind === 'lesson' ? 'lesson_texts' : 'article_texts', id)
  if (kind === 'lesson' || shown.length > 0) return shown
  const draft = await draftOf(reader, id)
  return draft ? reader.shownTo('drafts', draft.id) : []
}

/** The draft that an article is, or that revises it. */
async function draftOf(reader: Reader, articleId: string): Promise<DraftRow | undefined> {
  const own = await reader.row<DraftRow>('drafts', articleId)
  if (own) return own
  const all = await reader.rows<DraftRow>('drafts')
  return all.find(({ data }) => data.articleId === articleId)?.data
}

/** Type and size of each file that is named: of the list as it was, or uploaded by whoever names it. */
async function knownFiles(
  tx: Tx,
  memberId: string,
  { media, captions, files }: Arranged,
  before: SetRecord | undefined,
): Promise<Result<Map<string, { type: string; size: number }>>> {
  const kept = new Set(before ? hashesOf(listOf(before)) : [])
  const known = new Map<string, { type: string; size: number }>()
  for (const [field, named] of [
    ['media', media ? [media] : []],
    ['captions', captions],
    ['files', files],
  ] as const) {
    for (const { hash } of named) {
      const found = await db(tx)
        .selectFrom('media_file')
        .select(['type', 'size', 'member_id'])
        .where('hash', '=', hash)
        .execute()
      const file = found.find(({ member_id }) => member_id === memberId) ?? (kept.has(hash) && found[0])
      if (!file) return refuse('not_found', 'this was not uploaded', { field, reason: 'media.not_uploaded' })
      known.set(hash, { type: file.type, size: file.size })
    }
  }
  return ok(known)
}

async function keepSet(tx: Tx, set: SetRecord): Promise<void> {
  const { subject, ...changes } = set
  const hashes = hashesOf(listOf(set))
  await db(tx).deleteFrom('media_use').where('subject', '=', subject).execute()
  if (hashes.length === 0) {
    await db(tx).deleteFrom('media_set').where('subject', '=', subject).execute()
    await tx.publish('attachments', subject, null)
    await tx.refer('attachments', subject, [])
    return
  }
  await db(tx)
    .insertInto('media_use')
    .values(hashes.map((hash) => ({ hash, subject })))
    .execute()
  await db(tx)
    .insertInto('media_set')
    .values(set)
    .onConflict((conflict) => conflict.column('subject').doUpdateSet(changes))
    .execute()
  await publishSet(tx, subject)
}

export function setOf(reader: Reader, subject: string): Promise<SetRecord | undefined> {
  return db(reader).selectFrom('media_set').selectAll().where('subject', '=', subject).executeTakeFirst()
}

function listOf(set: SetRecord): AttachmentsRow {
  return JSON.parse(set.list) as AttachmentsRow
}

function partsOf(subject: string): ['lesson' | 'article', string] {
  const at = subject.indexOf(':')
  return [subject.slice(0, at) as 'lesson' | 'article', subject.slice(at + 1)]
}

export function notMedia(field: string): Result<never> {
  return refuse('invalid', 'this is no film or recording of a kind that plays', {
    field,
    reason: 'media.no_media',
  })
}
