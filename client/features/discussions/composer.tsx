/** The field below a thread: a draft that survives a reload, and a post that is stored before the field empties. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { createAddingPictures, PicturesWaiting } from '#client/parts/adding-pictures.tsx'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { CloseIcon, SendIcon } from '#client/ui/icons.tsx'
import { Button, Form, IconButton, MarkdownField, Muted } from '#client/ui/index.ts'
import type { PollInput } from '#shared/features/discussions.ts'
import styles from './discussions.module.css'
import type { Draft } from './draft.ts'
import { type PollDraft, PollFields, pollOfDraft } from './poll-fields.tsx'

export const longestBody = 20_000

export interface PostDraft {
  text: string
  poll: PollDraft | null
  replyTo: string | null
}

export interface ComposerProps {
  draft: Draft<PostDraft>
  /** Names the post that is answered. */
  replyLabel: string | undefined
  /** Stores the post; rejects when this device cannot. */
  onSend: (body: string, replyTo: string | null, poll: PollInput | undefined) => Promise<void>
  ref?: (field: HTMLTextAreaElement) => void
}

export function Composer(props: ComposerProps): JSX.Element {
  const { t } = useI18n()
  const [error, setError] = createSignal<string>()
  const [pollError, setPollError] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  const core = useCore()
  const adding = createAddingPictures()
  const pictures = usePictures(() => props.draft.value().text)

  const send = async (): Promise<void> => {
    const { text, replyTo, poll } = props.draft.value()
    const body = text.trim()
    if (busy()) return
    if (body === '') return void setError(t('discussions.need_body'))
    if (body.length > longestBody) return void setError(t('discussions.too_long', { limit: longestBody }))
    const asked = poll ? pollOfDraft(poll, Date.now() + core.session.clockOffset()) : undefined
    if (typeof asked === 'string') return void setPollError(t(asked))
    setPollError(undefined)
    setBusy(true)
    try {
      await props.draft.send(props.onSend(body, replyTo, asked))
      setError(undefined)
    } catch {
      setError(t('discussions.send_failed'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form class={styles.composer} onSubmit={() => void send()}>
      <Show when={props.draft.value().replyTo !== null && props.replyLabel}>
        {(label) => (
          <div class={styles.replying}>
            <span>{label()}</span>
            <IconButton
              small
              icon={CloseIcon}
              label={t('discussions.stop_replying')}
              onClick={() => props.draft.set({ replyTo: null })}
            />
          </div>
        )}
      </Show>
      <MarkdownField
        label={t('discussions.form_reply')}
        hint={t('discussions.form_body_hint')}
        error={error()}
        value={props.draft.value().text}
        onInput={(text) => {
          setError(undefined)
          props.draft.set({ text })
        }}
        onSubmit={() => void send()}
        labels={editorLabels(t)}
        markdown={{ labels: markdownLabels(t), headingShift: 3, resolveImage: pictures.resolve }}
        onPictures={adding.add}
        ref={(element) => props.ref?.(element)}
      />
      <PicturesWaiting text={props.draft.value().text} />
      <adding.View />
      <div class={styles.acts}>
        <PollFields
          value={props.draft.value().poll}
          error={pollError()}
          onChange={(poll) => props.draft.set({ poll })}
        />
        <div class={styles.send}>
          <Show when={props.draft.value().text.trim() !== ''}>
            <Muted>{t('discussions.draft_kept')}</Muted>
          </Show>
          <Button type="submit" variant="primary" busy={busy()}>
            <SendIcon />
            {t('discussions.send')}
          </Button>
        </div>
      </div>
    </Form>
  )
}

/** A post's text in place of the post, while it is being changed. */
export function PostEditor(props: {
  body: string
  onSave: (body: string) => Promise<void>
  onCancel: () => void
}): JSX.Element {
  const { t } = useI18n()
  // The field starts from the text as it was when editing began.
  // eslint-disable-next-line solid/reactivity
  const [text, setText] = createSignal(props.body)
  const [error, setError] = createSignal<string>()
  const adding = createAddingPictures()
  const pictures = usePictures(text)
  const save = async (): Promise<void> => {
    const body = text().trim()
    if (body === '') return void setError(t('discussions.need_body'))
    if (body.length > longestBody) return void setError(t('discussions.too_long', { limit: longestBody }))
    try {
      await props.onSave(body)
    } catch {
      setError(t('discussions.send_failed'))
    }
  }
  return (
    <Form onSubmit={() => void save()}>
      <MarkdownField
        label={t('discussions.form_edit')}
        value={text()}
        error={error()}
        onInput={setText}
        onSubmit={() => void save()}
        labels={editorLabels(t)}
        markdown={{ labels: markdownLabels(t), headingShift: 3, resolveImage: pictures.resolve }}
        onPictures={adding.add}
        ref={(element) => queueMicrotask(() => element.focus())}
      />
      <PicturesWaiting text={text()} />
      <adding.View />
      <div class={styles.send}>
        <Button onClick={() => props.onCancel()}>{t('discussions.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('discussions.save')}
        </Button>
      </div>
    </Form>
  )
}
