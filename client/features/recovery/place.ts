import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { parseRoom } from '#shared/core/wire.ts'
import type { WordKey } from '#shared/words/index.ts'

export interface Place {
  name: string
  /** Where the document is read; absent when the server has lost the whole of it. */
  href: string | undefined
}

const kinds: Record<string, WordKey> = {
  thread: 'recovery.discussion',
  notes: 'recovery.notes',
  content: 'recovery.article',
  draft: 'recovery.draft',
}

/** What a room is called, and where it is: by the rows that carry it, if they are there. */
export function usePlace(room: Accessor<string>): Accessor<Place> {
  const core = useCore()
  const { t } = useI18n()
  const kind = createMemo(() => parseRoom(room())?.kind ?? '')
  const id = createMemo(() => parseRoom(room())?.id.split('/')[0])
  const thread = core.feed.row('threads', () => (kind() === 'thread' ? id() : undefined))
  const session = core.feed.row('sessions', () => (kind() === 'notes' ? id() : undefined))
  const event = core.feed.row('events', () => session()?.data.eventId)
  const article = core.feed.row('articles', () => (kind() === 'content' ? id() : undefined))
  const draft = core.feed.row('drafts', () => (kind() === 'draft' ? id() : undefined))

  const found = createMemo((): { title: string; href: string } | undefined => {
    const [discussed, held, at, read, written] = [thread(), session(), event(), article(), draft()]
    if (discussed) return { title: discussed.data.title, href: `/discuss/${discussed.id}` }
    if (held && at) return { title: held.data.title, href: `/events/${at.data.slug}/${held.id}/notes` }
    if (read) return { title: read.data.title, href: `/read/${read.data.slug}` }
    return written ? { title: written.data.title, href: `/write/${written.id}` } : undefined
  })
  const place = createMemo((): Place => {
    const title = found()?.title || room()
    const called = { kind: t(kinds[kind()] ?? 'recovery.document'), title }
    return { name: t('recovery.called', called), href: found()?.href }
  })
  return place
}
