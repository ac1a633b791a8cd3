/** A recap: what was noted in an event's sessions, in the order of the programme, with whom to thank for it. */
import type { CommandHandler, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, refuse } from '#shared/core/result.ts'
import { type ArticleRow, canEditDraft, type DraftRow, draftRoom } from '#shared/features/articles.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import type { Fact } from '#shared/features/index.ts'
import { type NotesRow, notesRoom } from '#shared/features/notes.ts'
import { canRecap, type planning, type RecapRow } from '#shared/features/planning.ts'
import { translate } from '#shared/words/index.ts'
import { db } from './tables.ts'

export const recap: CommandHandler<InputOf<typeof planning.commands.recap>> = {
  async allow({ tx, viewer }, { eventId, draftId }) {
    if (!canRecap(viewer))
      return refuse('forbidden', 'only authors write', { reason: 'planning.refused_authors' })
    if (!(await tx.mayRead(viewer, 'events', eventId)))
      return refuse('not_found', 'no such event', { field: 'eventId', reason: 'planning.refused_event' })
    const draft = await tx.row<DraftRow>('drafts', draftId)
    return draft && canEditDraft(viewer, draft)
      ? ok()
      : refuse('not_found', 'no such draft', { field: 'draftId', reason: 'planning.refused_draft' })
  },
  async handle({ tx, viewer }, { eventId, draftId, lang }) {
    const record = { draft_id: draftId, event_id: eventId, by_id: viewer.id, at: tx.now }
    const { draft_id: _, ...rest } = record
    await db(tx)
      .insertInto('planning_recap')
      .values(record)
      .onConflict((conflict) => conflict.column('draft_id').doUpdateSet(rest))
      .execute()
    await tx.later(
      'planning.recap',
      { eventId, draftId, lang, memberId: viewer.id },
      { key: `recap:${draftId}` },
    )
    return ok({ draftId })
  },
}

interface Work {
  eventId: string
  draftId: string
  lang: 'zh' | 'en'
  memberId: string
}

/** Longest draft that can be published, less what the article's author adds. */
const longest = 400_000

/** Documents are read outside the transaction that writes the draft. */
export async function fillRecap(services: Services, work: Work): Promise<void> {
  const viewer = await services.read((reader) => reader.viewerOf(work.memberId))
  const event = await services.read((reader) => reader.row<EventRow>('events', work.eventId))
  if (!event) return
  const sessions = (await services.read((reader) => reader.rows<SessionRow>('sessions')))
    .map(({ data }) => data)
    .filter((session) => session.eventId === work.eventId)
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
  const noted: Noted[] = []
  for (const session of sessions) {
    const room = notesRoom(session.id)
    const row = await services.read((reader) => reader.row<NotesRow>('notes', session.id))
    if (!row || row.words === 0 || !(await services.access(viewer, { kind: 'room', room }, 'read'))) continue
    const text = (await services.docOf(room)).getText('body').toString().trim()
    if (text !== '') noted.push({ session, text, writers: row.contributors })
  }
  const body = recapText(event, noted, work.lang)
  await services.transact(async (tx) => {
    const draft = await tx.row<DraftRow>('drafts', work.draftId)
    if (!draft || !canEditDraft(viewer, draft)) return
    await tx.author(draftRoom(work.draftId), (doc) => {
      const text = doc.getText('body')
      // A job can come twice.
      if (!text.toString().includes(body)) text.insert(text.length, `${text.length > 0 ? '\n\n' : ''}${body}`)
    })
  })
}

export interface Noted {
  session: Pick<SessionRow, 'id' | 'title' | 'persons'>
  text: string
  writers: readonly string[]
}

/** The article's first text, for its author to go on with. */
export function recapText(
  event: Pick<EventRow, 'title' | 'slug'>,
  noted: readonly Noted[],
  lang: 'zh' | 'en',
): string {
  const t = translate(lang)
  const comma = lang === 'zh' ? '、' : ', '
  const intro = t('planning.recap_intro', {
    event: `[${plain(event.title)}](/events/${encodeURIComponent(event.slug)})`,
  })
  const parts = [intro]
  let size = intro.length
  for (const { session, text, writers } of noted) {
    const credits = [
      session.persons.length > 0 &&
        t('planning.recap_speakers', { names: session.persons.map(plain).join(comma) }),
      writers.length > 0 && t('planning.recap_writers', { names: writers.map(plain).join(comma) }),
    ].filter((line) => line !== false)
    const part = [`## ${plain(session.title)}`, credits.join(' · '), lowered(text)]
      .filter((line) => line !== '')
      .join('\n\n')
    size += part.length
    if (size > longest) break
    parts.push(part)
  }
  const speakers = unique(noted.flatMap(({ session }) => session.persons))
  const writers = unique(noted.flatMap((one) => one.writers))
  if (speakers.length + writers.length > 0) {
    const thanks = [
      speakers.length > 0 && `- ${t('planning.recap_speakers', { names: speakers.map(plain).join(comma) })}`,
      writers.length > 0 && `- ${t('planning.recap_writers', { names: writers.map(plain).join(comma) })}`,
    ].filter((line) => line !== false)
    parts.push(`## ${t('planning.recap_thanks')}\n\n${thanks.join('\n')}`)
  }
  return parts.join('\n\n')
}

const unique = (names: readonly string[]): string[] => [...new Set(names)]

/** A name in Markdown says no more than itself. */
function plain(name: string): string {
  return name.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|]/g, (mark) => `\\${mark}`)
}

/** Headings of the notes stand below those of their session. */
function lowered(text: string): string {
  let fence = ''
  return text
    .split('\n')
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? ''
      if (fence === '' && mark !== '') fence = mark
      else if (fence !== '' && mark.startsWith(fence)) fence = ''
      else if (fence === '')
        return line.replace(/^(#{1,6})(?=\s)/, (marks) => '#'.repeat(Math.min(6, marks.length + 2)))
      return line
    })
    .join('\n')
}

/** Links an event with the article that was made of it, once that is there for others. */
export async function onPublished(tx: Tx, { articleId }: Fact<'articles.published'>): Promise<void> {
  const made = await db(tx)
    .selectFrom('planning_recap')
    .selectAll()
    .where('draft_id', '=', articleId)
    .executeTakeFirst()
  if (!made) return
  const [article, event] = [
    await tx.row<ArticleRow>('articles', articleId),
    await tx.row<EventRow>('events', made.event_id),
  ]
  // That there is an article for a group alone is not told to others.
  const isShown = article !== null && event !== null && article.opening.to !== 'groups'
  const isPublic = isShown && event.access === 'public' && article.opening.to !== 'members'
  const row: RecapRow = { eventId: made.event_id, articleId, isPublic, at: tx.now }
  await tx.publish('recaps', articleId, isShown ? row : null)
}

export async function onWithdrawn(tx: Tx, { articleId }: Fact<'articles.withdrawn'>): Promise<void> {
  if (await tx.row('recaps', articleId)) await tx.publish('recaps', articleId, null)
}
