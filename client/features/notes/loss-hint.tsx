/** Says calmly that much of the text was deleted, by whom and when, and offers it back. */
import { createMemo, createSignal, type JSX, Show, untrack } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CheckIcon, CloseIcon, HistoryIcon, UndoIcon } from '#client/ui/icons.tsx'
import { Banner, Button, IconButton, LinkButton, Row, Time } from '#client/ui/index.ts'
import { countWords } from '#shared/core/text.ts'
import type { NoteVersionRow } from '#shared/features/notes.ts'
import { restoreText } from '#shared/features/notes-restore.ts'
import { findBody, useBody } from './bodies.ts'
import { isBack, lossKey, openLoss } from './loss.ts'

export interface LossHintProps {
  handle: DocHandle
  sessionId: string
  versions: readonly NoteVersionRow[]
  text: string
  /** Address of the history. */
  href: string
}

export function LossHint(props: LossHintProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  // The panel is drawn anew for another session.
  const key = untrack(() => `notes.loss:${props.sessionId}`)
  const dismissed = core.local.live<string>(key)
  const [restored, setRestored] = createSignal<string>()
  const [absent, setAbsent] = createSignal(false)
  let history: HTMLAnchorElement | undefined
  const told = createMemo(() =>
    openLoss(props.versions, countWords(props.text), { now: Date.now(), dismissed: dismissed() }),
  )
  // Fetched as soon as there is a loss: bringing it back is then one click also without a network.
  const { found } = useBody(
    () => props.sessionId,
    () => told()?.id,
  )
  const lost = createMemo(() => {
    const version = told()
    const known = found()
    return version && typeof known === 'object' && isBack(known.body, props.text) ? undefined : version
  })
  const dismiss = (version: NoteVersionRow): void => {
    void core.local.set(key, lossKey(version))
  }
  const restore = async (version: NoteVersionRow): Promise<void> => {
    const known = await findBody(core, props.sessionId, version.id)
    setAbsent(known === 'absent')
    if (typeof known !== 'object') return
    restoreText(props.handle.doc, { id: version.id, body: known.body })
    setRestored(version.id)
    // The button that had the focus is gone.
    queueMicrotask(() => history?.focus())
  }
  return (
    <Show
      when={lost()}
      fallback={
        <Show when={restored()}>
          <Banner
            inline
            icon={CheckIcon}
            actions={
              <Row gap="snug">
                <LinkButton
                  small
                  href={props.href}
                  ref={(link) => {
                    history = link
                  }}
                >
                  {t('notes.history')}
                </LinkButton>
                <IconButton
                  small
                  icon={CloseIcon}
                  label={t('notes.close')}
                  onClick={() => setRestored(undefined)}
                />
              </Row>
            }
          >
            {t('notes.restored')}
          </Banner>
        </Show>
      }
    >
      {(version) => (
        <Banner
          inline
          tone="warn"
          icon={HistoryIcon}
          actions={
            <Row gap="snug">
              <Button small variant="primary" onClick={() => void restore(version())}>
                <UndoIcon />
                {t('notes.lost_restore')}
              </Button>
              <LinkButton small href={`${props.href}?version=${version().id}`}>
                {t('notes.lost_look')}
              </LinkButton>
              <IconButton
                small
                icon={CloseIcon}
                label={t('notes.lost_dismiss')}
                onClick={() => dismiss(version())}
              />
            </Row>
          }
        >
          <LossWords version={version()} />
          <Show when={absent()}>
            <div>{t('notes.version_absent_text')}</div>
          </Show>
        </Banner>
      )}
    </Show>
  )
}

function LossWords(props: { version: NoteVersionRow }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const words = (): string => {
    const { by } = props.version.loss!
    const names = by.map((writer) => writer.name).join(t('notes.list_separator'))
    if (by.length === 0) return t('notes.lost_by_somebody')
    if (by.length > 1) return t('notes.lost_while', { names })
    return by[0]!.id === core.session.viewer().id
      ? t('notes.lost_by_you')
      : t('notes.lost_by', { name: names })
  }
  return (
    <>
      {words()} · <Time at={props.version.loss!.at} locale={lang()} />
    </>
  )
}
