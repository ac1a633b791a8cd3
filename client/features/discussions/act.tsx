/** How an act stands, and what its member can do about one that was not accepted. */
import { type Accessor, type JSX, Show } from 'solid-js'
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

export function ActWord(props: { entry: OutboxEntry }): JSX.Element {
  const { t } = useI18n()
  return (
    <StateWord
      state={props.entry.state === 'parked' ? 'refused' : props.entry.state}
      word={t(words[props.entry.state])}
      title={props.entry.state === 'held' ? t('discussions.held_text') : undefined}
    />
  )
}

/** Acts that wait to change a room, oldest first. */
export function useWaiting(room: () => string | undefined): Accessor<OutboxEntry[]> {
  return useCore().commands.waitingFor(room)
}

export const needsDecision = (entry: OutboxEntry | null | undefined): boolean =>
  entry?.state === 'refused' || entry?.state === 'parked'

/** Says why, and offers to edit, to send again and to discard. Draws nothing for acts on their way. */
export function Undecided(props: {
  entry: OutboxEntry | null | undefined
  onEdit?: () => void
}): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const open = (): OutboxEntry | undefined =>
    needsDecision(props.entry) ? (props.entry ?? undefined) : undefined
  return (
    <Show when={open()}>
      {(entry) => (
        <Banner
          inline
          tone="danger"
          icon={RefusedIcon}
          actions={
            <>
              <Show when={props.onEdit && entry().state === 'refused'}>
                <Button small onClick={() => props.onEdit?.()}>
                  {t('discussions.edit_again')}
                </Button>
              </Show>
              <Button small onClick={() => void core.commands.resend(entry().id)}>
                {t('discussions.resend')}
              </Button>
              <Button small variant="quiet" onClick={() => void core.commands.discard(entry().id)}>
                {t('discussions.discard')}
              </Button>
            </>
          }
        >
          <strong>{t('discussions.refused_title')}</strong> {(() => {
            const why = entry().refusal
            return why ? refusal(why) : t('discussions.parked')
          })()}
        </Banner>
      )}
    </Show>
  )
}
