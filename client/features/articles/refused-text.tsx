/** Edits of a document that the server did not take: kept, shown, and let go only by their author. */
import { createResource, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button } from '#client/ui/index.ts'
import styles from './articles.module.css'

export function RefusedText(props: { handle: DocHandle }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
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
            <Button small variant="quiet" onClick={() => void forget()}>
              {t('articles.drop')}
            </Button>
          }
        >
          <p>
            {refusal(text().refusal)} {t('articles.refused_text')}
          </p>
          <pre class={styles.refusedText}>{text().text}</pre>
        </Banner>
      )}
    </Show>
  )
}
