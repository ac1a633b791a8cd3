import { type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord } from '#client/parts/act.tsx'

/** How an act stands, and why when it was refused; `brief` where the reason stands elsewhere, at its field. */
export function ActState(props: { entry: OutboxEntry; brief?: boolean }): JSX.Element {
  const { t, refusal } = useI18n()
  const reason = (): string | undefined => {
    if (props.entry.refusal) return refusal(props.entry.refusal)
    return props.entry.state === 'parked' ? t('core.act_parked') : undefined
  }
  return (
    <>
      <ActWord entry={props.entry} />
      <Show when={!props.brief && reason()}>
        <span>{reason()}</span>
      </Show>
    </>
  )
}
