/** Versions of a session's notes under their days; each is a link, so that one can be sent to somebody. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { AlertIcon, TagIcon, UndoIcon } from '#client/ui/icons.tsx'
import { classes, Muted, Segments } from '#client/ui/index.ts'
import type { NoteVersionRow } from '#shared/features/notes.ts'
import { daysOf } from './days.ts'
import styles from './history.module.css'
import { useWriters } from './writers.ts'

export interface VersionListProps {
  versions: readonly NoteVersionRow[]
  /** Id of the one that is shown; undefined: the notes as they are. */
  current: string | undefined
  hrefOf: (id: string | undefined) => string
}

const dayLength = 24 * 60 * 60_000

export function VersionList(props: VersionListProps): JSX.Element {
  const { t, date } = useI18n()
  const [which, setWhich] = createSignal('every')
  const hasNames = createMemo(() => props.versions.some((version) => version.name !== null))
  const days = createMemo(() =>
    daysOf(which() === 'named' ? props.versions.filter((version) => version.name !== null) : props.versions),
  )
  const dayWord = (at: number): string => {
    const today = new Date().setHours(0, 0, 0, 0)
    if (at === today) return t('notes.today')
    // A day is an hour longer or shorter twice a year.
    return new Date(today - dayLength / 2).setHours(0, 0, 0, 0) === at
      ? t('notes.yesterday')
      : date(at, 'day')
  }
  return (
    <nav class={styles.versions} aria-label={t('notes.history_list')}>
      <a
        class={classes(styles.version, styles.toNow)}
        href={props.hrefOf(undefined)}
        aria-current={props.current === undefined ? 'true' : undefined}
      >
        <span class={styles.versionName}>{t('notes.now')}</span>
      </a>
      <Show when={hasNames()}>
        <Segments
          label={t('notes.history_which')}
          hideLabel
          value={which()}
          onChange={setWhich}
          options={[
            { value: 'every', label: t('notes.history_every') },
            { value: 'named', label: t('notes.history_named') },
          ]}
        />
      </Show>
      <For each={days()} fallback={<Muted>{t('notes.history_none_text')}</Muted>}>
        {(day) => (
          <section>
            <h3 class={styles.day}>{dayWord(day.at)}</h3>
            <ol class={styles.dayVersions}>
              <For each={day.versions}>
                {(version) => (
                  <li>
                    <Version
                      version={version}
                      href={props.hrefOf(version.id)}
                      current={version.id === props.current}
                    />
                  </li>
                )}
              </For>
            </ol>
          </section>
        )}
      </For>
    </nav>
  )
}

function Version(props: { version: NoteVersionRow; href: string; current: boolean }): JSX.Element {
  const { date } = useI18n()
  const writers = useWriters()
  const time = (): string => date(props.version.at, 'time')
  return (
    <a class={styles.version} href={props.href} aria-current={props.current ? 'true' : undefined}>
      <span class={styles.versionName}>
        <Show when={props.version.name} fallback={time()}>
          {(name) => (
            <>
              <TagIcon />
              <span>{name()}</span>
            </>
          )}
        </Show>
      </span>
      <Counts version={props.version} />
      <span class={styles.versionBy}>
        <Show when={props.version.name !== null}>{time()} · </Show>
        {writers(props.version.authors)}
      </span>
      <Occasion version={props.version} />
    </a>
  )
}

/** Words that came and went since the version before. */
function Counts(props: { version: NoteVersionRow }): JSX.Element {
  const { t, number } = useI18n()
  const spoken = (): string =>
    [
      props.version.added > 0 && t('notes.words_added', { count: props.version.added }),
      props.version.removed > 0 && t('notes.words_removed', { count: props.version.removed }),
    ]
      .filter(Boolean)
      .join(t('notes.list_separator'))
  return (
    <span class={styles.counts}>
      <span class="visually-hidden">{spoken()}</span>
      <span aria-hidden="true">
        <Show when={props.version.added > 0}>
          <span class={styles.came}>+{number(props.version.added)}</span>
        </Show>{' '}
        <Show when={props.version.removed > 0}>
          <span class={styles.went}>−{number(props.version.removed)}</span>
        </Show>
      </span>
    </span>
  )
}

/** Why it was kept, when that says something. */
export function Occasion(props: { version: NoteVersionRow }): JSX.Element {
  const { t } = useI18n()
  return (
    <Show
      when={props.version.loss || props.version.reason === 'loss'}
      fallback={
        <Show when={props.version.reason === 'restore'}>
          <span class={styles.occasion}>
            <UndoIcon />
            {t('notes.before_restore')}
          </span>
        </Show>
      }
    >
      <span class={styles.occasion} data-loss="">
        <AlertIcon />
        {t('notes.before_loss')}
      </span>
    </Show>
  )
}
