import { type JSX, Show } from 'solid-js'
import type { OutboxEntry, OutboxState } from '#client/core/commands.ts'
import { useI18n } from '#client/core/i18n.ts'
import { StateWord, type WorkState } from '#client/ui/index.ts'
import type { WordKey } from '#shared/words/index.ts'

const words = {
  device: 'core.state_device',
  sent: 'core.state_sent',
  saved: 'core.state_saved',
  held: 'core.state_held',
  refused: 'core.state_refused',
  parked: 'accounts.state_parked',
} as const satisfies Record<OutboxState, WordKey>

/** How an act stands, and why when it was refused; `brief` where the reason stands elsewhere, at its field. */
export function ActState(props: { entry: OutboxEntry; brief?: boolean }): JSX.Element {
  const { t, refusal } = useI18n()
  const look = (): WorkState => (props.entry.state === 'parked' ? 'refused' : props.entry.state)
  const reason = (): string | undefined => {
    if (props.entry.refusal) return refusal(props.entry.refusal)
    return props.entry.state === 'parked' ? t('accounts.state_parked_text') : undefined
  }
  return (
    <>
      <StateWord state={look()} word={t(words[props.entry.state])} />
      <Show when={!props.brief && reason()}>
        <span>{reason()}</span>
      </Show>
    </>
  )
}
