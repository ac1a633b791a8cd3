/** How an act stands on its way to the server, and what its member can do about one that was not accepted. */
import { type JSX, Show } from 'solid-js'
import type { OutboxEntry, OutboxState } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { DocState } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button, StateWord } from '#client/ui/index.ts'
import { isUnknown, type Refusal } from '#shared/core/result.ts'
import type { WordKey } from '#shared/words/index.ts'

const words = {
  storing: 'core.state_storing',
  device: 'core.state_device',
  sent: 'core.state_sent',
  saved: 'core.state_saved',
  held: 'core.state_held',
  refused: 'core.state_refused',
  parked: 'core.state_parked',
} as const satisfies Record<OutboxState | 'storing', WordKey>

/** Draws nothing for an act that has landed and is forgotten. */
export function ActWord(props: { entry: OutboxEntry | undefined }): JSX.Element {
  const { t, refusal } = useI18n()
  return (
    <Show when={props.entry?.state}>
      {(state) => (
        <StateWord
          state={state() === 'parked' ? 'refused' : (state() as Exclude<OutboxState, 'parked'>)}
          word={t(words[state()])}
          title={
            state() === 'held' ? t('core.held_text') : unknown(props.entry) && refusal(unknown(props.entry)!)
          }
        />
      )}
    </Show>
  )
}

/** Why the server has not taken it yet, when it does not know it yet. */
function unknown(entry: OutboxEntry | null | undefined): Refusal | undefined {
  return entry?.state === 'device' && isUnknown(entry.refusal) ? entry.refusal : undefined
}

/** How a document's own edits stand; nothing while it is loading. */
export function DocWord(props: { state: DocState }): JSX.Element {
  const { t } = useI18n()
  const known = (): Exclude<DocState, 'loading'> | undefined =>
    props.state === 'loading' ? undefined : props.state
  return <Show when={known()}>{(state) => <StateWord state={state()} word={t(words[state()])} />}</Show>
}

/** Refused, or given up after the server failed on it several times. */
export function needsDecision(entry: OutboxEntry | null | undefined): boolean {
  return entry?.state === 'refused' || entry?.state === 'parked'
}

/**
 * Says why, and offers to edit, to send again and to discard. Of acts on their way it says only of those that the server
 * does not know yet that they will be a while.
 */
export function Undecided(props: {
  entry: OutboxEntry | null | undefined
  onEdit?: () => void
}): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const open = (): OutboxEntry | undefined =>
    needsDecision(props.entry) ? (props.entry ?? undefined) : undefined
  return (
    <Show
      when={open()}
      fallback={<Show when={unknown(props.entry)}>{(why) => <Banner inline>{refusal(why())}</Banner>}</Show>}
    >
      {(entry) => (
        <Banner
          inline
          tone="danger"
          icon={RefusedIcon}
          actions={
            <>
              <Show when={props.onEdit && entry().state === 'refused'}>
                <Button small onClick={() => props.onEdit?.()}>
                  {t('core.act_edit')}
                </Button>
              </Show>
              <Button small onClick={() => void core.commands.resend(entry().id)}>
                {t('core.act_resend')}
              </Button>
              <Button small variant="quiet" onClick={() => void core.commands.discard(entry().id)}>
                {t('core.act_discard')}
              </Button>
            </>
          }
        >
          <strong>{t('core.act_refused')}</strong> {(() => {
            const why = entry().refusal
            return why ? refusal(why) : t('core.act_parked')
          })()}
        </Banner>
      )}
    </Show>
  )
}
