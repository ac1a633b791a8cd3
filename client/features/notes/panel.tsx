/**
 * A session's shared notes: read, and with one click written in together. Opening the editor needs no network and no
 * permission of anybody; what two people write apart is merged when they meet.
 */
import {
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
} from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { DocWord } from '#client/parts/act.tsx'
import { useText } from '#client/parts/doc-text.ts'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { RefusedText } from '#client/parts/refused-text.tsx'
import { EditIcon, ExternalIcon, HistoryIcon, NotebookIcon, OfflineIcon } from '#client/ui/icons.tsx'
import {
  Button,
  Editor,
  EmptyState,
  ErrorState,
  hueOf,
  Markdown,
  Row,
  Section,
  Skeleton,
  Stack,
  Time,
} from '#client/ui/index.ts'
import { unspacedShare } from '#shared/core/text.ts'
import type { EventRow } from '#shared/features/events.ts'
import { canTakeNotes, type NotesRow, notesRoom } from '#shared/features/notes.ts'
import { usePresentBodies } from './bodies.ts'
import { GuestNotes } from './guest.tsx'
import { LossHint } from './loss-hint.tsx'
import styles from './notes.module.css'
import { useOthers } from './others.ts'

export interface NotesProps {
  sessionId: string
  eventId: string
  title: string
  /** On their own page: no link to it, and no heading of a section. */
  alone?: boolean
}

export function NotesPanel(props: NotesProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const event = core.feed.row('events', () => props.eventId)
  const pageLink = (row: { data: EventRow }): JSX.Element => (
    <a class={styles.pageLink} href={`/events/${row.data.slug}/${props.sessionId}/notes`}>
      <ExternalIcon />
      {t('notes.open_page')}
    </a>
  )
  const content = (): JSX.Element => (
    <Show when={canTakeNotes(core.session.viewer())} fallback={<GuestNotes />}>
      <Show when={props.sessionId} keyed>
        {(sessionId) => (
          <Notes
            sessionId={sessionId}
            title={props.title}
            shift={props.alone ? 1 : 2}
            historyHref={event() ? `/events/${event()!.data.slug}/${sessionId}/notes/history` : undefined}
          />
        )}
      </Show>
    </Show>
  )
  return (
    <Show when={!props.alone} fallback={content()}>
      <Section
        id="notes"
        title={t('notes.title')}
        action={<Show when={canTakeNotes(core.session.viewer()) && event()}>{(row) => pageLink(row())}</Show>}
      >
        {content()}
      </Section>
    </Show>
  )
}

interface OpenNotesProps {
  sessionId: string
  title: string
  /** Levels by which the text's own headings go down: below the page's, or its section's. */
  shift: 1 | 2
  /** `undefined` while the event is not known. */
  historyHref: string | undefined
}

function Notes(props: OpenNotesProps): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const handle = core.docs.use(() => notesRoom(props.sessionId))
  const row = core.feed.row('notes', () => props.sessionId)
  const versionRows = core.feed.rows('note_versions', () => ({ by: 'sessionId', equals: props.sessionId }))
  const versions = createMemo(() => (versionRows() ?? []).map((version) => version.data))
  usePresentBodies(() => props.sessionId, versionRows)
  const [writing, setWriting] = createSignal(false)
  const [wrote, setWrote] = createSignal(false)
  const done = (): void => {
    setWrote(true)
    setWriting(false)
  }
  const text = useText(handle)
  /** Or had: what was deleted is in the history, and how the deletion stands is worth a word. */
  const hasText = (): boolean => text() !== '' || versions().length > 0
  /** The feed knows of words that this device does not have. */
  const isAbsent = (): boolean => !handle()?.present() && (row()?.data.words ?? 0) > 0
  return (
    <Show when={handle()} fallback={<Skeleton label={t('notes.loading')} lines={4} />}>
      {(open) => (
        <Stack gap="snug">
          <RefusedText handle={open()} />
          <Show when={open().present() && props.historyHref}>
            {(href) => (
              <LossHint
                handle={open()}
                sessionId={props.sessionId}
                versions={versions()}
                text={text()}
                href={href()}
              />
            )}
          </Show>
          <Switch fallback={<Skeleton label={t('notes.loading')} lines={4} />}>
            <Match when={open().refusal() && text() === ''}>
              <ErrorState title={t('notes.refused')}>{refusal(open().refusal()!)}</ErrorState>
            </Match>
            <Match when={writing() && open().loaded()}>
              <Writing handle={open()} title={props.title} shift={props.shift} text={text()} onDone={done} />
            </Match>
            <Match when={open().loaded() && text() !== ''}>
              <Reading text={text()} shift={props.shift} focus={wrote()} onWrite={() => setWriting(true)} />
            </Match>
            <Match when={open().loaded() && isAbsent() && !core.connection().online}>
              <EmptyState
                icon={OfflineIcon}
                title={t('notes.absent')}
                actions={<Button onClick={() => setWriting(true)}>{t('notes.absent_write')}</Button>}
              >
                {t('notes.absent_text')}
              </EmptyState>
            </Match>
            <Match when={open().loaded() && (open().present() || !core.connection().online || !isAbsent())}>
              <EmptyState
                icon={NotebookIcon}
                title={t(versions().length > 0 ? 'notes.emptied' : 'notes.none')}
                actions={
                  <Button variant="primary" onClick={() => setWriting(true)}>
                    <EditIcon />
                    {t('notes.start')}
                  </Button>
                }
              >
                {t(versions().length > 0 ? 'notes.emptied_text' : 'notes.none_text')}
              </EmptyState>
            </Match>
          </Switch>
          <Foot
            handle={open()}
            row={row()?.data}
            hasText={hasText() || writing()}
            historyHref={hasText() ? props.historyHref : undefined}
          />
        </Stack>
      )}
    </Show>
  )
}

function Reading(props: { text: string; shift: 1 | 2; focus: boolean; onWrite: () => void }): JSX.Element {
  const { t } = useI18n()
  let button: HTMLButtonElement | undefined
  // The editor that had the focus is gone.
  onMount(() => {
    if (props.focus) button?.focus()
  })
  const lang = createMemo(() => (unspacedShare(props.text) > 0.3 ? 'zh' : 'en'))
  return (
    <div class={styles.paper}>
      <Markdown
        text={props.text}
        labels={markdownLabels(t)}
        lang={lang()}
        size="post"
        headingShift={props.shift}
        idPrefix="notes-"
      />
      <Row>
        <Button ref={button} onClick={() => props.onWrite()}>
          <EditIcon />
          {t('notes.edit')}
        </Button>
      </Row>
    </div>
  )
}

interface WritingProps {
  handle: DocHandle
  title: string
  shift: 1 | 2
  text: string
  onDone: () => void
}

function Writing(props: WritingProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const me = core.feed.row('members', () => core.session.viewer().id ?? undefined)
  let box!: HTMLDivElement
  // Whoever asked to write wants the caret in the text; the editor is there a moment later.
  createEffect(
    on(
      () => props.handle.room,
      () => {
        const observer = new MutationObserver(() => focusEditor(box) && observer.disconnect())
        observer.observe(box, {
          childList: true,
          subtree: true,
          attributes: true,
          attributeFilter: ['hidden'],
        })
        onCleanup(() => observer.disconnect())
      },
    ),
  )
  return (
    <Stack gap="snug">
      <div ref={box}>
        <Editor
          text={bodyOf(props.handle.doc)}
          awareness={props.handle.awareness}
          user={{
            name: me()?.data.name ?? core.session.info().member?.name ?? '',
            color: hueOf(core.session.viewer().id ?? ''),
          }}
          label={t('notes.label', { title: props.title })}
          labels={editorLabels(t)}
          placeholder={t('notes.placeholder')}
          markdown={{
            labels: markdownLabels(t),
            size: 'post',
            headingShift: props.shift,
            idPrefix: 'notes-',
          }}
        />
      </div>
      <Row>
        <Button onClick={() => props.onDone()}>{t('notes.done')}</Button>
      </Row>
    </Stack>
  )
}

/** @returns whether the editor was there to be focused. */
function focusEditor(box: HTMLElement): boolean {
  for (const host of box.querySelectorAll('*')) {
    const content = host.shadowRoot?.querySelector<HTMLElement>('.cm-content')
    if (content) {
      content.focus()
      return true
    }
  }
  return false
}

/** Who wrote, who is here, and whether one's own words have arrived. */
function Foot(props: {
  handle: DocHandle
  row: NotesRow | undefined
  hasText: boolean
  historyHref: string | undefined
}): JSX.Element {
  const { t, lang, number } = useI18n()
  const others = useOthers(() => props.handle.awareness)
  const writers = (row: NotesRow): string => {
    const names = row.contributors.slice(0, 4).join(t('notes.list_separator'))
    const rest = row.contributors.length - 4
    return rest > 0
      ? t('notes.contributors_more', { names, rest, all: row.contributors.length })
      : t('notes.contributors', { names })
  }
  return (
    <div class={styles.foot}>
      <Show when={props.hasText}>
        <DocWord state={props.handle.state()} />
      </Show>
      <Show when={props.row && props.row.contributors.length > 0 && props.row}>
        {(row) => (
          <>
            <span>{writers(row())}</span>
            <span>{t('notes.words', { count: number(row().words) })}</span>
            <Time at={row().updatedAt} locale={lang()} />
          </>
        )}
      </Show>
      <span aria-live="polite">
        <Show when={others().length > 0}>
          {t('notes.here', { names: others().join(t('notes.list_separator')) })}
        </Show>
      </span>
      <Show when={props.historyHref}>
        {(href) => (
          <a class={styles.pageLink} href={href()}>
            <HistoryIcon />
            {t('notes.history')}
          </a>
        )}
      </Show>
    </div>
  )
}
