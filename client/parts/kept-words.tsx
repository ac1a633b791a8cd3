/**
 * Words in documents that the server does not have: also where the document is not theirs to open any more, what somebody
 * wrote in it stays, and can be read and taken along.
 */
import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Stack } from '#client/ui/index.ts'
import { excerpt } from '#shared/core/text.ts'
import styles from './parts.module.css'

/** @param props.room of that document alone; it is then shown at once */
export function KeptWords(props: { room?: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [all] = createResource(
    () => `${core.connection().waiting} ${core.connection().refused}`,
    () => core.unsentTexts(),
  )
  const shown = () => (all.latest ?? []).filter(({ room }) => !props.room || room === props.room)
  return (
    <Show when={shown().length > 0}>
      <Stack>
        <p>{t('core.edits_kept')}</p>
        <For each={shown()}>{({ text }) => <Words text={text} open={props.room !== undefined} />}</For>
      </Stack>
    </Show>
  )
}

function Words(props: { text: string; open: boolean }): JSX.Element {
  const { t } = useI18n()
  const [copied, setCopied] = createSignal(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.text)
    setCopied(true)
  }
  return (
    <details open={props.open}>
      <summary>{excerpt(props.text, 60)}</summary>
      <pre class={styles.refusedText}>{props.text}</pre>
      <Button small onClick={() => void copy()}>
        {t(copied() ? 'core.edits_copied' : 'core.edits_copy')}
      </Button>
    </details>
  )
}
