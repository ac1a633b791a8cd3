import { useNavigate } from '@solidjs/router'
import { createSignal, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Button, LinkButton, Page } from '#client/ui/index.ts'
import type { EventFields } from '#shared/features/event-inputs.ts'
import { deviceZone } from './clock.ts'
import { EventForm } from './event-form.tsx'
import { blank } from './form-state.ts'

export function NewEventPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  useTitle(() => t('events.new'))
  const now = Date.now() + core.session.clockOffset()
  const [draft, setDraft] = createSignal(false)
  async function make(fields: EventFields): Promise<void> {
    const eventId = core.newId()
    await core.commands.send('events.create', { eventId, ...fields, draft: draft() })
    navigate(`/events/${eventId}`)
  }
  return (
    <Page
      width="narrow"
      title={t('events.new')}
      lead={t('events.new_lead')}
      back={{ href: '/events', label: t('events.back') }}
    >
      <EventForm
        initial={blank(now, deviceZone(), { to: 'members' })}
        onSend={(fields) => void make(fields)}
        actions={
          <>
            <LinkButton variant="quiet" href="/events">
              {t('events.cancel')}
            </LinkButton>
            <Button type="submit" onClick={() => setDraft(true)}>
              {t('events.save_draft')}
            </Button>
            <Button type="submit" variant="primary" onClick={() => setDraft(false)}>
              {t('events.make')}
            </Button>
          </>
        }
      />
    </Page>
  )
}
