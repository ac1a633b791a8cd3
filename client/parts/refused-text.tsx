/** Edits of a document that the server did not take: kept, shown, and let go only by whoever wrote them. */
import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle, Docs } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button } from '#client/ui/index.ts'
import styles from './parts.module.css'

type RefusedWords = Awaited<ReturnType<Docs['refused']>>

export function RefusedText(props: { handle: DocHandle }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const [copied, setCopied] = createSignal(false)
  const [kept, setKept] = createSignal<RefusedWords>()
  // Not a resource: that would take the editor off the page, and the caret with it, at every change of state.
  createEffect(() => {
    const { room } = props.handle
    props.handle.state()
    let current = true
    onCleanup(() => {
      current = false
    })
    void core.docs.refused(room).then((text) => {
      if (current) setKept(text)
    })
  })
  const forget = async (): Promise<void> => {
    await core.docs.forget(props.handle.room)
    setKept(undefined)
  }
  return (
    <Show when={kept()}>
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
                {t(copied() ? 'core.edits_copied' : 'core.edits_copy')}
              </Button>
              <Button small variant="quiet" onClick={() => void forget()}>
                {t('core.edits_discard')}
              </Button>
            </>
          }
        >
          <p>
            {refusal(text().refusal)} {t('core.edits_refused')}
          </p>
          <pre class={styles.refusedText}>{text().text}</pre>
        </Banner>
      )}
    </Show>
  )
}
