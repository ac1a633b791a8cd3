/** One earlier version: what has changed since, its text, its name, and the way back to it. */
import { createEffect, createMemo, createSignal, type JSX, Match, on, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { DiffView } from '#client/parts/diff-view.tsx'
import { markdownLabels } from '#client/parts/labels.ts'
import { CheckIcon, EditIcon, OfflineIcon, UndoIcon } from '#client/ui/icons.tsx'
import { Banner, Button, EmptyState, Markdown, Row, Segments, Skeleton } from '#client/ui/index.ts'
import { countWords, unspacedShare } from '#shared/core/text.ts'
import { changedWords } from '#shared/core/text-diff.ts'
import { canNameVersion, type NoteVersionRow } from '#shared/features/notes.ts'
import { restoreText } from '#shared/features/notes-restore.ts'
import { type Found, useBody } from './bodies.ts'
import styles from './history.module.css'
import { NameForm } from './name-form.tsx'
import { Occasion } from './version-list.tsx'
import { useWriters } from './writers.ts'

export interface VersionViewProps {
  handle: DocHandle
  /** The notes as they are. */
  text: string
  version: NoteVersionRow
  versions: readonly NoteVersionRow[]
}

export function VersionView(props: VersionViewProps): JSX.Element {
  const { t } = useI18n()
  const [shown, setShown] = createSignal<'changes' | 'text'>('changes')
  const [restored, setRestored] = createSignal(false)
  const { found, retry } = useBody(
    () => props.version.sessionId,
    () => props.version.id,
  )
  createEffect(
    on(
      () => props.version.id,
      () => setRestored(false),
    ),
  )
  const body = (): string | undefined => bodyIn(found())
  const isSame = (): boolean => body() === props.text
  const restore = (): void => {
    restoreText(props.handle.doc, { id: props.version.id, body: body()! })
    setRestored(true)
    // The button that had the focus is gone.
    box?.querySelector<HTMLElement>('h2')?.focus()
  }
  let box: HTMLDivElement | undefined
  return (
    <div ref={box} class={styles.view}>
      <Head version={props.version} versions={props.versions} />
      <Switch fallback={<Skeleton label={t('notes.history_loading')} lines={6} />}>
        <Match when={found() === 'gone'}>
          <EmptyState title={t('notes.version_gone')}>{t('notes.version_gone_text')}</EmptyState>
        </Match>
        <Match when={found() === 'absent'}>
          <EmptyState
            icon={OfflineIcon}
            title={t('notes.version_absent')}
            actions={<Button onClick={retry}>{t('notes.version_retry')}</Button>}
          >
            {t('notes.version_absent_text')}
          </EmptyState>
        </Match>
        <Match when={body() !== undefined && props.handle.present()}>
          <div class={styles.tools}>
            <Segments
              label={t('notes.show')}
              hideLabel
              value={shown()}
              onChange={(value) => setShown(value as 'changes' | 'text')}
              options={[
                { value: 'changes', label: t('notes.show_changes') },
                { value: 'text', label: t('notes.show_text') },
              ]}
            />
            <Show when={!isSame()}>
              <Button variant="primary" onClick={restore}>
                <UndoIcon />
                {t('notes.restore')}
              </Button>
            </Show>
          </div>
          <div aria-live="polite">
            <Show when={restored() && isSame()}>
              <Banner inline icon={CheckIcon}>
                {t('notes.restored')}
              </Banner>
            </Show>
          </div>
          <Show when={shown() === 'changes'} fallback={<VersionText text={body()!} />}>
            <Changes before={body()!} after={props.text} quiet={restored()} />
          </Show>
        </Match>
      </Switch>
    </div>
  )
}

function bodyIn(found: Found | undefined): string | undefined {
  return typeof found === 'object' ? found.body : undefined
}

function Head(props: { version: NoteVersionRow; versions: readonly NoteVersionRow[] }): JSX.Element {
  const core = useCore()
  const { t, date, number } = useI18n()
  const writers = useWriters()
  const [naming, setNaming] = createSignal(false)
  createEffect(
    on(
      () => props.version.id,
      () => setNaming(false),
    ),
  )
  const act = createMemo(() => {
    const { id } = props.version
    return core.commands
      .entries()
      .findLast((entry) => entry.name.startsWith('notes.') && entry.input?.id === id)
  })
  const mayName = (): boolean => canNameVersion(core.session.viewer(), props.version)
  const give = async (name: string | null): Promise<void> => {
    const { id, sessionId } = props.version
    await core.commands.send('notes.name_version', { sessionId, id, name })
    setNaming(false)
  }
  return (
    <header class={styles.viewHead}>
      <h2 tabindex="-1" data-version={props.version.id}>
        {props.version.name ?? date(props.version.at)}
      </h2>
      <p class={styles.viewMeta}>
        <Show when={props.version.name !== null}>
          <span>{date(props.version.at)}</span>
        </Show>
        <Show when={props.version.authors.length > 0}>
          <span>{writers(props.version.authors)}</span>
        </Show>
        <span>{t('notes.words', { count: number(props.version.words) })}</span>
        <Show when={props.version.namedBy}>
          {(by) => <span>{t('notes.named_by', { name: by().name })}</span>}
        </Show>
        <Occasion version={props.version} />
      </p>
      <Undecided entry={act()} />
      <Show when={mayName()}>
        <Show
          when={naming()}
          fallback={
            <Row gap="snug">
              <Button small variant="quiet" onClick={() => setNaming(true)}>
                <EditIcon />
                {t(props.version.name === null ? 'notes.name_give' : 'notes.name_change')}
              </Button>
              <Show when={props.version.name !== null}>
                <Button small variant="quiet" onClick={() => void give(null)}>
                  {t('notes.name_take')}
                </Button>
              </Show>
            </Row>
          }
        >
          <NameForm
            autofocus
            label={t('notes.name')}
            value={props.version.name ?? ''}
            id={props.version.id}
            versions={props.versions}
            onName={give}
            onCancel={() => setNaming(false)}
          />
        </Show>
      </Show>
    </header>
  )
}

function Changes(props: { before: string; after: string; quiet: boolean }): JSX.Element {
  const { t, number } = useI18n()
  const words = createMemo(() => changedWords(props.before, props.after, countWords))
  return (
    <Show
      when={props.before !== props.after}
      fallback={
        <Show when={!props.quiet}>
          <p class={styles.same}>{t('notes.diff_none')}</p>
        </Show>
      }
    >
      <p class={styles.summary}>
        {t('notes.diff_summary', { added: number(words().added), removed: number(words().removed) })}
      </p>
      <DiffView before={props.before} after={props.after} label={t('notes.show_changes')} />
    </Show>
  )
}

/** A text as readers see it. */
export function VersionText(props: { text: string }): JSX.Element {
  const { t } = useI18n()
  const lang = createMemo(() => (unspacedShare(props.text) > 0.3 ? 'zh' : 'en'))
  return (
    <div class={styles.paper}>
      <Markdown
        text={props.text}
        labels={markdownLabels(t)}
        lang={lang()}
        size="post"
        headingShift={2}
        idPrefix="version-"
      />
    </div>
  )
}
