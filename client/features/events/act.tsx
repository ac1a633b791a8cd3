/** How a plan stands on its way to the server, and what to do about one that was not accepted. */
import { For, type JSX, Show } from 'solid-js'
import type { OutboxEntry, OutboxState } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button, StateWord } from '#client/ui/index.ts'
import type { WordKey } from '#shared/words/index.ts'

const words = {
  device: 'core.state_device',
  sent: 'core.state_sent',
  saved: 'core.state_saved',
  held: 'core.state_held',
  refused: 'core.state_refused',
  parked: 'core.state_refused',
} as const satisfies Record<OutboxState, WordKey>

export function ActWord(props: { entry: OutboxEntry | undefined }): JSX.Element {
  const { t } = useI18n()
  return (
    <Show when={props.entry}>
      {(entry) => (
        <StateWord
          state={entry().state === 'parked' ? 'refused' : (entry().state as Exclude<OutboxState, 'parked'>)}
          word={t(words[entry().state])}
        />
      )}
    </Show>
  )
}

/** One line for each act that needs its member's decision. */
export function Undecided(props: { entries: readonly OutboxEntry[] }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  return (
    <For each={props.entries.filter((entry) => entry.state === 'refused' || entry.state === 'parked')}>
      {(entry) => (
        <Banner
          inline
          tone="danger"
          icon={RefusedIcon}
          actions={
            <>
              <Button small onClick={() => void core.commands.resend(entry.id)}>
                {t('events.resend')}
              </Button>
              <Button small variant="quiet" onClick={() => void core.commands.discard(entry.id)}>
                {t('events.discard')}
              </Button>
            </>
          }
        >
          <strong>{t('events.refused_title')}</strong>{' '}
          {refusal(entry.refusal ?? { code: 'internal', message: '' })}
        </Banner>
      )}
    </For>
  )
}
