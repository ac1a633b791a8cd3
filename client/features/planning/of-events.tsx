/** On the page of all events: the way to what members propose. */
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { IdeaIcon } from '#client/ui/icons.tsx'
import { LinkButton } from '#client/ui/index.ts'

export function OfEvents(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  return (
    <Show when={core.session.viewer().id !== null}>
      <LinkButton href="/events/proposals">
        <IdeaIcon />
        {t('planning.proposals')}
      </LinkButton>
    </Show>
  )
}
