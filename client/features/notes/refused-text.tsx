/** Words that the server did not take: kept, shown, and let go only by whoever wrote them. */
import { createResource, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button } from '#client/ui/index.ts'
import styles from './notes.module.css'

export function RefusedText(props: { handle: DocHandle }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const [copied, setCopied] = createSignal(false)
  const [kept, { refetch }] = createResource(
    () => ({ room: props.handle.room, state: props.handle.state() }),
    ({ room }) => core.docs.refused(room),
  )
  const forget = async (): Promise<void> => {
    await core.docs.forget(props.handle.room)
    await refetch()
  }
  return (
    <Show when={kept.latest}>
      {(text) => (
        <Banner
          inline
          tone="danger"
          icon={RefusedIcon}
          actions={
            <>
              <Button
                small
                onClick={() => void navigator.clipboard.writeText(text().text).then(() => setCopied(true))}
              >
                {t(copied() ? 'notes.refused_copied' : 'notes.refused_copy')}
              </Button>
              <Button small variant="quiet" onClick={() => void forget()}>
                {t('notes.refused_drop')}
              </Button>
            </>
          }
        >
          <p>
            {refusal(text().refusal)} {t('notes.refused_text')}
          </p>
          <pre class={styles.refusedText}>{text().text}</pre>
        </Banner>
      )}
    </Show>
  )
}
