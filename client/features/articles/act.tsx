/** How an act on a draft or an article stands, and what its member can do about one that was not accepted. */
import { type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button, StateWord } from '#client/ui/index.ts'
import { stateWords } from './labels.ts'

export function ActWord(props: { entry: OutboxEntry }): JSX.Element {
  const { t } = useI18n()
  const state = () => (props.entry.state === 'parked' ? 'refused' : props.entry.state)
  return <StateWord state={state()} word={t(stateWords[state()])} />
}

export function isRefused(entry: OutboxEntry): boolean {
  return entry.state === 'refused' || entry.state === 'parked'
}

/** Says why it was refused, and offers to send it again or to let it go. Draws nothing for acts on their way. */
export function Refused(props: { entry: OutboxEntry | undefined }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const refused = (): OutboxEntry | undefined =>
    props.entry && isRefused(props.entry) ? props.entry : undefined
  return (
    <Show when={refused()}>
      {(entry) => (
        <Banner
          inline
          tone="danger"
          icon={RefusedIcon}
          actions={
            <>
              <Button small onClick={() => void core.commands.resend(entry().id)}>
                {t('articles.again')}
              </Button>
              <Button small variant="quiet" onClick={() => void core.commands.discard(entry().id)}>
                {t('articles.drop')}
              </Button>
            </>
          }
        >
          {t('articles.refused', {
            why: refusal(entry().refusal ?? { code: 'internal', message: '' }),
          })}
        </Banner>
      )}
    </Show>
  )
}
