/** Everything on this device that could be recommended, as it is shown: from the rows of these tables. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useLocked } from '#client/parts/locked.ts'
import { type ArticleRow, articlePath } from '#shared/features/articles.ts'
import {
  type CourseRow,
  coursePath,
  type LessonRow,
  type LessonTextRow,
  lessonPath,
} from '#shared/features/courses.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { EventDoorRow } from '#shared/features/event-seats.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { type ItemKind, itemOf, nameOf } from '#shared/features/recommendations.ts'
import type { CatalogueItem } from '#shared/recommend/model.ts'

export interface ShelfItem extends CatalogueItem {
  kind: ItemKind
  title: string
  /** A sentence or two; may be ''. */
  detail: string
  href: string
  /** What it is written or held in, as its row says, or its title; '' where nobody can say. */
  lang: string
  /** Whose words: author or speakers; '' for events. */
  by: string
  byId: string | null
  /** Of what takes place: epoch ms; 0 otherwise. */
  start: number
  end: number
  /** IANA zone in which `start` is told; '' otherwise. */
  zone: string
  /** Room or venue; '' otherwise. */
  place: string
  /** Of a thread: the item that it is under; of a lesson: its course; '' otherwise. */
  subject: string
  /** People or posts that speak for it, as far as everybody may know. */
  count: number
  /** Its text is not for this member, or not now. */
  locked: boolean
  /** Locked, and without a preview: there is nothing to read. */
  sealed: boolean
  /** Of what takes place: nobody can come, or not yet: cancelled, or a draft of those who run it. */
  off?: boolean
  /** Whoever asks now has to wait for a seat. */
  full?: boolean
  /** It can be followed from anywhere. */
  online?: boolean
  /** When somebody last spoke about it. */
  talkedAt?: number
  /** Of an event and its sessions: the event. */
  eventId?: string
}

export type Shelf = ReadonlyMap<string, ShelfItem>

export interface ShelfRows {
  articles: readonly Stored<ArticleRow>[]
  threads: readonly Stored<ThreadRow>[]
  sessions: readonly Stored<SessionRow>[]
  events: readonly Stored<EventRow>[]
  courses: readonly Stored<CourseRow>[]
  lessons: readonly Stored<LessonRow>[]
  /** Of the lessons that can be opened. */
  texts: readonly Stored<LessonTextRow>[]
  /** Of the events that one may join, where it is said who may; absent: any. */
  doors?: readonly Stored<EventDoorRow>[]
  /** Of an article. */
  isLocked?(row: Stored<ArticleRow>): boolean
}

/** @returns undefined while the device's rows are being read. */
export function useShelf(): Accessor<Shelf | undefined> {
  const { feed } = useCore()
  const isLocked = useLocked()
  const articles = feed.table('articles')
  const threads = feed.table('threads')
  const sessions = feed.table('sessions')
  const events = feed.table('events')
  const courses = feed.table('courses')
  const lessons = feed.table('lessons')
  const texts = feed.table('lesson_texts')
  const doors = feed.table('event_doors')
  const shelf = createMemo(() => {
    const rows = {
      articles: articles(),
      threads: threads(),
      sessions: sessions(),
      events: events(),
      courses: courses(),
      lessons: lessons(),
      texts: texts(),
      doors: doors(),
      isLocked,
    }
    return Object.values(rows).includes(undefined) ? undefined : shelfOf(rows as ShelfRows)
  })
  return shelf
}

/** Plain values throughout: a worker can be handed any of it. */
export function shelfOf(rows: ShelfRows): Shelf {
  const { articles, threads, sessions, events, isLocked = () => false } = rows
  const items: ShelfItem[] = []
  const talk = new Map<string, number>()
  const talked = new Map<string, number>()
  for (const { id, data: thread } of threads) {
    // Whoever opens a thread has spoken to nobody yet.
    if (thread.posts > 1) talked.set(nameOf('thread', id), thread.lastPostAt)
    if (thread.subject === '') continue
    talk.set(thread.subject, (talk.get(thread.subject) ?? 0) + thread.posts)
    talked.set(thread.subject, Math.max(talked.get(thread.subject) ?? 0, thread.lastPostAt))
  }
  const add = (item: CatalogueItem, more: Omit<ShelfItem, keyof CatalogueItem>): void => {
    const talkedAt = talked.get(item.id)
    const spoken = talkedAt === undefined ? {} : { talkedAt }
    items.push({ ...item, tags: [...item.tags], ...more, ...spoken } as ShelfItem)
  }
  for (const row of articles) {
    const { id, data: article } = row
    add(itemOf('article', id, article), {
      title: article.title,
      detail: article.description,
      href: articlePath(article),
      lang: article.lang,
      by: article.authorName,
      byId: article.authorId,
      ...untimed,
      locked: isLocked(row),
      sealed: isLocked(row) && article.preview === '',
      count: talk.get(nameOf('article', id)) ?? 0,
    })
  }
  for (const { id, data: thread } of threads) {
    add(itemOf('thread', id, thread), {
      title: thread.title,
      detail: '',
      href: `/discuss/${id}`,
      lang: languageOf(thread.title),
      by: thread.authorName,
      byId: thread.authorId,
      ...untimed,
      subject: thread.subject,
      count: thread.posts - 1,
    })
  }
  const eventById = new Map(events.map(({ id, data }) => [id, data]))
  const doors = rows.doors && new Set(rows.doors.map(({ id }) => id))
  const isClosed = (event: EventRow): boolean =>
    doors !== undefined && event.opening !== undefined && !doors.has(event.id)
  for (const { id, data: session } of sessions) {
    const event = eventById.get(session.eventId)
    if (!event) continue
    add(itemOf('session', id, session), {
      title: session.title,
      detail: session.subtitle || session.abstract,
      href: `/events/${encodeURIComponent(event.slug)}/${encodeURIComponent(id)}`,
      lang: session.lang,
      by: session.persons.join(', '),
      byId: null,
      start: session.start,
      end: session.end,
      zone: event.timeZone,
      place: session.room,
      subject: '',
      locked: isClosed(event),
      sealed: isClosed(event),
      off: isOff(event) || session.draft === true,
      full: isFull(session),
      online: event.online === true,
      eventId: event.id,
      count: talk.get(nameOf('session', id)) ?? 0,
    })
  }
  for (const { id, data: event } of events) {
    add(itemOf('event', id, event), {
      title: event.title,
      detail: event.description,
      href: `/events/${encodeURIComponent(event.slug)}`,
      lang: languageOf(event.title),
      by: '',
      byId: null,
      start: event.start,
      end: event.end,
      zone: event.timeZone,
      place: event.place,
      subject: '',
      locked: isClosed(event),
      sealed: isClosed(event),
      off: isOff(event),
      full: isFull(event),
      online: event.online === true,
      eventId: id,
      count: event.going,
    })
  }
  const open = new Set(rows.texts.map(({ id }) => id))
  const closed = new Set(
    rows.lessons.filter(({ id, data }) => !data.free && !open.has(id)).map(({ data }) => data.courseId),
  )
  const courseById = new Map(rows.courses.map(({ id, data }) => [id, data]))
  for (const { id, data: course } of rows.courses) {
    if (!course.published) continue
    add(itemOf('course', id, course), {
      title: course.title,
      detail: course.description,
      href: coursePath(course),
      lang: course.lang,
      by: course.authorName,
      byId: course.authorId,
      ...untimed,
      locked: closed.has(id),
      sealed: closed.has(id) && course.previews === 0,
      count: talk.get(nameOf('course', id)) ?? 0,
    })
  }
  for (const { id, data: lesson } of rows.lessons) {
    const course = courseById.get(lesson.courseId)
    if (!course?.published || !open.has(id)) continue
    add(itemOf('lesson', id, lesson), {
      title: lesson.title,
      detail: course.title,
      href: lessonPath(course, lesson),
      lang: course.lang,
      by: course.authorName,
      byId: course.authorId,
      ...untimed,
      subject: nameOf('course', course.id),
      count: talk.get(nameOf('lesson', id)) ?? 0,
    })
  }
  return new Map(items.map((item) => [item.id, item]))
}

const untimed = { start: 0, end: 0, zone: '', place: '', subject: '', locked: false, sealed: false }

/** Of a title whose row does not say: 中文, English, or '' where it has words of both. */
export function languageOf(title: string): '' | 'zh' | 'en' {
  if (!/\p{Script=Han}/u.test(title)) return /[a-z]{2}/i.test(title) ? 'en' : ''
  // A name or two does not make it English.
  return (title.match(/[a-z][a-z'’-]+/gi)?.length ?? 0) >= 3 || / · [a-z ]+$/i.test(title) ? '' : 'zh'
}

function isOff({ state = 'open' }: EventRow): boolean {
  return state !== 'open'
}

function isFull({
  capacity = null,
  going = 0,
  offered = 0,
  waiting = 0,
}: Pick<SessionRow, 'capacity' | 'going' | 'offered' | 'waiting'>): boolean {
  return capacity !== null && (waiting > 0 || going + offered >= capacity)
}

/** What is over cannot be attended; everything else stays. */
export function isOver(item: Pick<ShelfItem, 'end'>, now: number): boolean {
  return item.end > 0 && item.end <= now
}
