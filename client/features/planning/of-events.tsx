/** On the page of all events: the way to what members propose, and to a new event, blank or with its plan. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CalendarIcon, IdeaIcon, PlanIcon, PlusIcon } from '#client/ui/icons.tsx'
import { LinkButton, Menu, Row } from '#client/ui/index.ts'
import { canStartPlan } from '#shared/features/planning.ts'
import { NewEventDialog } from './new-event.tsx'

export function OfEvents(props: {
  /** How an event is made without a plan. */
  blank: { label: string; href: string }
}): JSX.Element {
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
        <Menu
          label={props.blank.label}
          lead={PlusIcon}
          variant="primary"
          items={[
            { label: t('planning.new_event_blank'), icon: CalendarIcon, href: props.blank.href },
            { label: t('planning.new_event'), icon: PlanIcon, onSelect: () => setMaking(true) },
          ]}
        />
        <NewEventDialog open={making()} onClose={() => setMaking(false)} />
      </Show>
    </Row>
  )
}
