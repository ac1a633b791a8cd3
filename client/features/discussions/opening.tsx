/** The form of a first post, on a page of its own and in small under what it is about. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { createAddingPictures, PicturesWaiting } from '#client/parts/adding-pictures.tsx'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { Button, Form, MarkdownField, Segments, TextInput } from '#client/ui/index.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { longestBody } from './composer.tsx'
import styles from './discussions.module.css'
import type { Draft } from './draft.ts'
import type { OpeningDraft } from './opening-draft.ts'
import { PollFields, pollOfDraft } from './poll-fields.tsx'
import { parseSubject } from './subject.tsx'

const longestTitle = 200

/** `tags, 标签，…` → lower case, each once. */
export function tagsIn(text: string): string[] {
  const tags = text.split(/[,，、;；\n]/).map((tag) => tag.trim().replace(/^#/, '').toLowerCase())
  return [...new Set(tags)].filter((tag) => tag !== '')
}

export function OpeningForm(props: {
  draft: Draft<OpeningDraft>
  /** `article:<id>` … or ''. */
  subject: string
  /** Ids of a thread that was refused: it keeps them when it is sent again. */
  again?: { threadId: string; postId: string }
  onSubmit: (input: CommandInput<'discussions.open_thread'>) => Promise<void>
  onCancel?: () => void
  /** Without the choice of kind and the tags. */
  small?: boolean
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [errors, setErrors] = createSignal<{ title?: string; tags?: string; body?: string; poll?: string }>(
    {},
  )
  const [busy, setBusy] = createSignal(false)
  const adding = createAddingPictures()
  const pictures = usePictures(() => props.draft.value().body)
  const isQuestion = (): boolean => props.draft.value().kind === 'question'

  const submit = async (): Promise<void> => {
    if (busy()) return
    const { title, kind, tags, body, poll } = props.draft.value()
    const named = tagsIn(tags)
    const found: { title?: string; tags?: string; body?: string; poll?: string } = {}
    const asked = poll ? pollOfDraft(poll, Date.now() + core.session.clockOffset()) : undefined
    if (title.trim() === '') found.title = t('discussions.need_title')
    if (title.trim().length > longestTitle) found.title = t('discussions.too_long', { limit: longestTitle })
    if (body.trim() === '') found.body = t('discussions.need_body')
    if (body.trim().length > longestBody) found.body = t('discussions.too_long', { limit: longestBody })
    if (named.length > 8 || named.some((tag) => tag.length > 40)) found.tags = t('discussions.many_tags')
    if (typeof asked === 'string') found.poll = t(asked)
    setErrors(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const made = {
        threadId: props.again?.threadId ?? core.newId(),
        postId: props.again?.postId ?? core.newId(),
        title: title.trim(),
        kind,
        subject: parseSubject(props.subject) ?? null,
        tags: named,
        body: body.trim(),
        ...(asked && typeof asked === 'object' ? { poll: asked } : {}),
      }
      await props.draft.send(props.onSubmit(made))
    } catch {
      setErrors({ body: t('discussions.send_failed') })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form class={styles.opening} onSubmit={() => void submit()}>
      <Show when={!props.small}>
        <Segments
          label={t('discussions.form_kind')}
          options={[
            { value: 'talk', label: t('discussions.kind_talk') },
            { value: 'question', label: t('discussions.kind_question') },
          ]}
          value={props.draft.value().kind}
          onChange={(kind) => props.draft.set({ kind: kind as ThreadRow['kind'] })}
        />
      </Show>
      <TextInput
        label={t(isQuestion() ? 'discussions.form_title_question' : 'discussions.form_title')}
        value={props.draft.value().title}
        error={errors().title}
        onInput={(event) => props.draft.set({ title: event.currentTarget.value })}
      />
      <Panel
        name="recommendations.similar"
        title={props.draft.value().title}
        tags={tagsIn(props.draft.value().tags)}
        body={props.draft.value().body}
        except={props.again?.threadId}
      />
      <MarkdownField
        label={t('discussions.form_body')}
        hint={t('discussions.form_body_hint')}
        value={props.draft.value().body}
        error={errors().body}
        onInput={(body) => props.draft.set({ body })}
        onSubmit={() => void submit()}
        labels={editorLabels(t)}
        markdown={{ labels: markdownLabels(t), headingShift: 3, resolveImage: pictures.resolve }}
        onPictures={adding.add}
      />
      <PicturesWaiting text={props.draft.value().body} />
      <adding.View />
      <Show when={!props.small}>
        <TextInput
          label={t('discussions.form_tags')}
          optional={t('discussions.optional')}
          hint={t('discussions.form_tags_hint')}
          value={props.draft.value().tags}
          error={errors().tags}
          onInput={(event) => props.draft.set({ tags: event.currentTarget.value })}
        />
      </Show>
      <div class={styles.acts}>
        <PollFields
          value={props.draft.value().poll}
          error={errors().poll}
          onChange={(poll) => props.draft.set({ poll })}
        />
        <div class={styles.send}>
          <Show when={props.onCancel}>
            {(cancel) => <Button onClick={() => cancel()()}>{t('discussions.cancel')}</Button>}
          </Show>
          <Button type="submit" variant="primary" busy={busy()}>
            {t(isQuestion() ? 'discussions.publish_question' : 'discussions.publish_talk')}
          </Button>
        </div>
      </div>
    </Form>
  )
}
