/** The history of a session's notes: versions on one side, what has changed since on the other. */

import { useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, on, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { useText } from '#client/parts/doc-text.ts'
import { BackIcon, CheckIcon, HistoryIcon, NotebookIcon } from '#client/ui/icons.tsx'
import { Banner, Button, createConfirm, EmptyState, Page, Skeleton } from '#client/ui/index.ts'
import { canPurge, canTakeNotes, type NoteVersionRow, notesRoom } from '#shared/features/notes.ts'
import { keepBody, usePresentBodies } from './bodies.ts'
import { GuestNotes } from './guest.tsx'
import styles from './history.module.css'
import { NameForm } from './name-form.tsx'
import { VersionList } from './version-list.tsx'
import { VersionText, VersionView } from './version-view.tsx'

/** While others write, the difference is drawn again only so often. */
const calm = 400

export function HistoryPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ slug: string; sessionId: string }>()
  const session = core.feed.row('sessions', () => params.sessionId)
  const title = (): string | undefined => session()?.data.title
  useTitle(() => title() && t('notes.history_of', { title: title()! }))
  const isUnknown = (): boolean => session() === null && core.feed.ready()
  return (
    <Show
      when={session()}
      fallback={
        <Page>
          <Show when={isUnknown()} fallback={<Skeleton label={t('notes.history_loading')} lines={6} />}>
            <EmptyState icon={NotebookIcon} title={t('notes.unknown')}>
              {t('notes.unknown_text')}
            </EmptyState>
          </Show>
        </Page>
      }
    >
      <Page
        width="wide"
        title={t('notes.history_of', { title: title()! })}
        lead={t('notes.history_lead')}
        back={{ href: `/events/${params.slug}/${params.sessionId}/notes`, label: t('notes.history_back') }}
      >
        <Show when={canTakeNotes(core.session.viewer())} fallback={<GuestNotes />}>
          <Show when={params.sessionId} keyed>
            {(sessionId) => <History sessionId={sessionId} />}
          </Show>
        </Show>
      </Page>
    </Show>
  )
}

function History(props: { sessionId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [query, setQuery] = useSearchParams<{ version?: string }>()
  const handle = core.docs.use(() => notesRoom(props.sessionId))
  const text = useText(handle, calm)
  const rows = core.feed.rows('note_versions', () => ({ by: 'sessionId', equals: props.sessionId }))
  const versions = createMemo(() => (rows() ?? []).map((row) => row.data))
  const chosen = createMemo(() => versions().find((version) => version.id === query.version))
  usePresentBodies(() => props.sessionId, rows)
  let box: HTMLDivElement | undefined
  createEffect(
    on(
      () => query.version,
      () => {
        // On a phone list and version take each other's place, and the link that had the focus is gone.
        const active = document.activeElement
        if (active !== document.body && (active as HTMLElement).offsetParent !== null) return
        box?.querySelector<HTMLElement>('h2')?.focus()
      },
      { defer: true },
    ),
  )
  return (
    <Show when={rows() && handle()} fallback={<Skeleton label={t('notes.history_loading')} lines={6} />}>
      {(open) => (
        <div ref={box} class={styles.history} data-chosen={query.version === undefined ? undefined : ''}>
          <div class={styles.main}>
            <Show when={query.version !== undefined}>
              <a class={styles.toList} href="?">
                <BackIcon />
                {t('notes.history_all')}
              </a>
            </Show>
            <Show
              when={chosen()}
              fallback={
                <Show
                  when={query.version !== undefined}
                  fallback={
                    <Present
                      handle={open()}
                      text={text()}
                      versions={versions()}
                      sessionId={props.sessionId}
                    />
                  }
                >
                  <EmptyState icon={HistoryIcon} title={t('notes.version_gone')}>
                    {t('notes.version_gone_text')}
                  </EmptyState>
                </Show>
              }
            >
              {(version) => (
                <VersionView handle={open()} text={text()} version={version()} versions={versions()} />
              )}
            </Show>
          </div>
          <div class={styles.side}>
            <VersionList
              versions={versions()}
              current={query.version}
              hrefOf={(id) => (id === undefined ? '?' : `?version=${id}`)}
            />
            <Show when={canPurge(core.session.viewer()) && versions().length > 0}>
              <Purge sessionId={props.sessionId} onDone={() => setQuery({ version: undefined })} />
            </Show>
          </div>
        </div>
      )}
    </Show>
  )
}

/** The notes as they are: they can be given a name. */
function Present(props: {
  handle: DocHandle
  text: string
  versions: readonly NoteVersionRow[]
  sessionId: string
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [kept, setKept] = createSignal<string>()
  const keep = async (name: string): Promise<void> => {
    const id = core.newId()
    // What is kept is what the field stood beside, not what others type while it is on its way.
    const body = props.handle.doc.getText('body').toString()
    await keepBody(core, props.sessionId, id, body)
    await core.commands.send('notes.keep_version', { sessionId: props.sessionId, id, name, body })
    setKept(name)
  }
  const acts = createMemo(() =>
    core.commands
      .entries()
      .filter((entry) => entry.name === 'notes.keep_version' && entry.input?.sessionId === props.sessionId),
  )
  return (
    <div class={styles.view}>
      <header class={styles.viewHead}>
        <h2 tabindex="-1">{t('notes.now')}</h2>
        <p class={styles.viewMeta}>
          <span>{t(props.versions.length > 0 ? 'notes.now_text' : 'notes.history_none_text')}</span>
          <ActWord entry={acts().at(-1)} />
        </p>
      </header>
      <Show when={props.text.trim() !== ''}>
        <NameForm
          label={t('notes.name_now')}
          hint={t('notes.name_now_hint')}
          versions={props.versions}
          onName={keep}
        />
      </Show>
      <div aria-live="polite">
        <Show when={kept()}>
          {(name) => (
            <Banner inline icon={CheckIcon}>
              {t('notes.name_kept', { name: name() })}
            </Banner>
          )}
        </Show>
      </div>
      <Undecided entry={acts().find(needsDecision)} />
      <Show when={props.text.trim() !== ''}>
        <VersionText text={props.text} />
      </Show>
    </div>
  )
}

function Purge(props: { sessionId: string; onDone: () => void }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const confirm = createConfirm()
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  const purge = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('notes.purge_title'),
      text: t('notes.purge_text'),
      confirm: t('notes.purge_confirm'),
      cancel: t('notes.purge_cancel'),
      danger: true,
    })
    if (!sure) return
    setBusy(true)
    const id = await core.commands.send('notes.purge', { sessionId: props.sessionId })
    const result = await core.commands.settled(id)
    setBusy(false)
    setProblem(result.ok ? undefined : refusal(result.error))
    if (result.ok) props.onDone()
  }
  return (
    <div class={styles.purge}>
      <Button small variant="quiet" busy={busy()} onClick={() => void purge()}>
        {t('notes.purge')}
      </Button>
      <div aria-live="polite">
        <Show when={problem()}>
          {(words) => (
            <Banner inline tone="warn">
              {words()}
            </Banner>
          )}
        </Show>
      </div>
      <confirm.View />
    </div>
  )
}
