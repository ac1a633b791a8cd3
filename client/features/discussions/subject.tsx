/** What a thread is about: its name and a way there. */
import { type Accessor, createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { coursePath, lessonPath } from '#shared/features/courses.ts'
import type { subjectKinds } from '#shared/features/discussions.ts'
import type { WordKey } from '#shared/words/index.ts'

type SubjectKind = (typeof subjectKinds)[number]

const kindWords = {
  article: 'discussions.subject_article',
  session: 'discussions.subject_session',
  event: 'discussions.subject_event',
  course: 'discussions.subject_course',
  lesson: 'discussions.subject_lesson',
  proposal: 'discussions.subject_proposal',
} as const satisfies Record<SubjectKind, WordKey>

export interface Subject {
  kind: SubjectKind
  id: string
}

/** @param text `article:<id>`; @returns undefined for '' and what is no subject. */
export function parseSubject(text: string): Subject | undefined {
  const match = /^(article|session|event|course|lesson|proposal):(.+)$/.exec(text)
  return match ? { kind: match[1] as SubjectKind, id: match[2]! } : undefined
}

export interface Named {
  kind: SubjectKind
  title: string
  href: string
}

/** `undefined` while loading, `null` when it is no longer there. */
export function useSubject(subject: () => string): Accessor<Named | null | undefined> {
  const core = useCore()
  const parsed = createMemo(() => parseSubject(subject()))
  const article = core.feed.row('articles', () => idOf(parsed(), 'article'))
  const session = core.feed.row('sessions', () => idOf(parsed(), 'session'))
  const event = core.feed.row('events', () => idOf(parsed(), 'event') ?? session()?.data.eventId)
  const lesson = core.feed.row('lessons', () => idOf(parsed(), 'lesson'))
  const proposal = core.feed.row('proposals', () => idOf(parsed(), 'proposal'))
  const course = core.feed.row('courses', () => idOf(parsed(), 'course') ?? lesson()?.data.courseId)
  const named = createMemo((): Named | null | undefined => {
    switch (parsed()?.kind) {
      case 'article': {
        const row = article()
        return (
          row && {
            kind: 'article',
            title: row.data.title,
            href: `/read/${encodeURIComponent(row.data.slug)}`,
          }
        )
      }
      case 'session': {
        const row = session()
        const of = event()
        if (row === null) return null
        return (
          row && of && { kind: 'session', title: row.data.title, href: `/events/${of.data.slug}/${row.id}` }
        )
      }
      case 'event': {
        const row = event()
        return row && { kind: 'event', title: row.data.title, href: `/events/${row.data.slug}` }
      }
      case 'course': {
        const row = course()
        return row && { kind: 'course', title: row.data.title, href: coursePath(row.data) }
      }
      case 'lesson': {
        const row = lesson()
        const of = course()
        if (row === null) return null
        return row && of && { kind: 'lesson', title: row.data.title, href: lessonPath(of.data, row.data) }
      }
      case 'proposal': {
        const row = proposal()
        return row && { kind: 'proposal', title: row.data.title, href: `/events/proposals/${row.id}` }
      }
      default:
        return undefined
    }
  })
  return named
}

const idOf = (subject: Subject | undefined, kind: SubjectKind): string | undefined =>
  subject?.kind === kind ? subject.id : undefined

/** "Article: …", as a link. */
export function SubjectLine(props: { subject: string }): JSX.Element {
  const { t } = useI18n()
  const found = useSubject(() => props.subject)
  return (
    <Show when={props.subject !== ''}>
      <Show
        when={found()}
        fallback={<Show when={found() === null}>{<span>{t('discussions.subject_gone')}</span>}</Show>}
      >
        {(subject) => (
          <span>
            {t('discussions.subject_of', { kind: t(kindWords[subject().kind]) })}
            <a href={subject().href}>{subject().title}</a>
          </span>
        )}
      </Show>
    </Show>
  )
}
