/** What its member put on the list, pinned to this device or is likely to read next, in the rooms that hold it. */
import type { StoredRow } from '#client/core/database.ts'
import { type DeviceChoices, deviceKey, type Wanted } from '#client/core/holdings-plan.ts'
import { mirrorKey } from '#client/parts/own-map.ts'
import { type ArticleTextRow, contentRoom } from '#shared/features/articles.ts'
import { inOrder } from '#shared/features/course-progress.ts'
import { type LessonRow, type LessonTextRow, lessonRoom } from '#shared/features/courses.ts'
import { type ThreadRow, threadRoom } from '#shared/features/discussions.ts'
import type { Saved } from '#shared/features/library.ts'
import { type NotesRow, notesRoom } from '#shared/features/notes.ts'
import { aheadKey } from '#shared/features/recommendations.ts'

type Rows = (table: string) => Promise<StoredRow[]>

export async function keep(rows: Rows, local: <T>(key: string) => Promise<T | undefined>): Promise<Wanted[]> {
  const [choices, saved, ahead] = await Promise.all([
    local<DeviceChoices>(deviceKey),
    local<Record<string, Saved>>(mirrorKey('library')),
    local<string[]>(aheadKey),
  ])
  const newestFirst = (times: [string, number][]): string[] =>
    times.sort(([, a], [, b]) => b - a).map(([item]) => item)
  const pinned = newestFirst(Object.entries(choices?.pinned ?? {}))
  const toRead = Object.entries(saved ?? {}).filter(([, { readAt }]) => readAt === null)
  const listed = newestFirst(toRead.map(([item, { at }]) => [item, at]))
  if (pinned.length + listed.length + (ahead?.length ?? 0) === 0) return []
  const roomsOf = await roomFinder(rows)
  return [
    ...pinned.flatMap((item) => roomsOf(item).map((room) => ({ ...room, why: 'pinned' as const }))),
    ...listed.flatMap((item) => roomsOf(item).map((room) => ({ ...room, why: 'saved' as const }))),
    ...(ahead ?? []).flatMap((item) =>
      roomsOf(item)
        .slice(0, mostAhead)
        .map((room) => ({ ...room, why: 'ahead' as const })),
    ),
  ]
}

/** Of a long thing that nobody asked for, its beginning will do. */
const mostAhead = 2

async function roomFinder(rows: Rows): Promise<(item: string) => { room: string; sequence?: number }[]> {
  const [articles, lessons, texts, threads, notes] = await Promise.all([
    rows('article_texts'),
    rows('lessons'),
    rows('lesson_texts'),
    rows('threads'),
    rows('notes'),
  ])
  const byId = <R>(list: readonly StoredRow[]): Map<string, R> =>
    new Map(list.map(({ id, data }) => [id, data as unknown as R]))
  const articleTexts = byId<ArticleTextRow>(articles)
  const lessonTexts = byId<LessonTextRow>(texts)
  const threadRows = byId<ThreadRow>(threads)
  const noteRows = byId<NotesRow>(notes)
  const lesson = (id: string): { room: string; sequence: number }[] => {
    const text = lessonTexts.get(id)
    return text ? [{ room: lessonRoom(id), sequence: text.sequence }] : []
  }
  return (item) => {
    const [kind, id = ''] = item.split(':', 2)
    if (kind === 'article') {
      const text = articleTexts.get(id)
      return text ? [{ room: contentRoom(id), sequence: text.sequence }] : []
    }
    if (kind === 'lesson') return lesson(id)
    if (kind === 'course') {
      const mine = lessons
        .map(({ data }) => data as unknown as LessonRow)
        .filter(({ courseId }) => courseId === id)
      return inOrder(mine).flatMap((each) => lesson(each.id))
    }
    if (kind === 'thread') {
      const pages = threadRows.get(id)?.sequences ?? []
      return pages.map((sequence, at) => ({ room: threadRoom(id, at + 1), sequence }))
    }
    if (kind === 'session') {
      const sequence = noteRows.get(id)?.sequence
      return sequence === undefined ? [] : [{ room: notesRoom(id), sequence }]
    }
    return []
  }
}
