/** A session's notes on a page of their own, with room to write. */
import { useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Page, Skeleton } from '#client/ui/index.ts'
import { NotesPanel } from './panel.tsx'

export function NotesPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ slug: string; sessionId: string }>()
  const session = core.feed.row('sessions', () => params.sessionId)
  useTitle(() => {
    const title = session()?.data.title
    return title && t('notes.title_of', { title })
  })
  return (
    <Show
      when={session()}
      fallback={
        <Show
          when={session() === null && core.feed.ready()}
          fallback={
            <Page>
              <Skeleton label={t('notes.loading')} lines={6} />
            </Page>
          }
        >
          <Page
            title={t('notes.unknown')}
            lead={t('notes.unknown_text')}
            back={{ href: '/events', label: t('events.back') }}
          />
        </Show>
      }
    >
      {(row) => (
        <Page
          width="text"
          title={t('notes.title_of', { title: row().data.title })}
          lead={t('notes.lead')}
          back={{ href: `/events/${params.slug}/${params.sessionId}`, label: t('notes.back') }}
        >
          <NotesPanel alone sessionId={row().data.id} eventId={row().data.eventId} title={row().data.title} />
        </Page>
      )}
    </Show>
  )
}
