/** On the page of all events: the way to what members propose, and a new event with its plan. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { IdeaIcon, PlanIcon } from '#client/ui/icons.tsx'
import { Button, LinkButton, Row } from '#client/ui/index.ts'
import { canStartPlan } from '#shared/features/planning.ts'
import { NewEventDialog } from './new-event.tsx'

export function OfEvents(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [making, setMaking] = createSignal(false)
  return (
    <Row>
      <Show when={core.session.viewer().id !== null}>
        <LinkButton href="/events/proposals">
          <IdeaIcon />
          {t('planning.proposals')}
        </LinkButton>
      </Show>
      <Show when={canStartPlan(core.session.viewer())}>
        <Button onClick={() => setMaking(true)}>
          <PlanIcon />
          {t('planning.new_event')}
        </Button>
        <NewEventDialog open={making()} onClose={() => setMaking(false)} />
      </Show>
    </Row>
  )
}
