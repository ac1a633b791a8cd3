/**
 * Words in documents that the server does not have: also where the document is not theirs to open any more, what somebody
 * wrote in it stays, and can be read and taken along.
 */
import { createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, createConfirm, Row, Stack } from '#client/ui/index.ts'
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
        <For each={shown()}>
          {({ room, text }) => <Words room={room} text={text} open={props.room !== undefined} />}
        </For>
      </Stack>
    </Show>
  )
}

function Words(props: { room: string; text: string; open: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const [copied, setCopied] = createSignal(false)
  const handle = core.docs.use(() => props.room)
  // What waits for the network, or was refused of a document that goes on, is dealt with there.
  const isClosed = (): boolean => handle()?.closed() !== undefined
  const discard = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('core.edits_discard_title'),
      text: t('core.edits_discard_text'),
      confirm: t('core.edits_discard'),
      cancel: t('core.cancel'),
      danger: true,
    })
    if (sure) await core.docs.forget(props.room)
  }
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.text)
    setCopied(true)
  }
  return (
    <details open={props.open}>
      <summary>{excerpt(props.text, 60)}</summary>
      <pre class={styles.refusedText}>{props.text}</pre>
      <Row>
        <Button small onClick={() => void copy()}>
          {t(copied() ? 'core.edits_copied' : 'core.edits_copy')}
        </Button>
        <Show when={isClosed()}>
          <Button small variant="quiet" onClick={() => void discard()}>
            {t('core.edits_discard')}
          </Button>
        </Show>
      </Row>
      <confirm.View />
    </details>
  )
}
