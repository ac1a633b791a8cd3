/** The dialog of `/` and Ctrl-K: where to go, and what there is, by a few letters. */
import { createMemo, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { HistoryIcon } from '#client/ui/icons.tsx'
import { lieOver } from '#client/ui/index.ts'
import { needlesOf } from '#shared/search/query.ts'
import { useCombo } from './combo.ts'
import { useFinder } from './finder.ts'
import { useJumps } from './jumps.ts'
import { lineOf } from './lines.ts'
import { useRecent } from './recent.ts'
import { type Group, type Line, Results, SearchField } from './results.tsx'
import styles from './search.module.css'
import { StateLine } from './state-line.tsx'

/** Of this device's; all of them are a page. */
const shownHere = 8
const shownElsewhere = 5

export function Palette(props: { onClose: () => void }): JSX.Element {
  const { t } = useI18n()
  const [text, setText] = createSignal('')
  const asked = createMemo(() => ({ text: text() }))
  const finder = useFinder(() => asked())
  const jumps = useJumps(text)
  const recent = useRecent()
  const isAsked = (): boolean => needlesOf(text()).length > 0
  const opened = (): void => {
    recent.add(text())
    props.onClose()
  }

  const all = (): Line[] =>
    isAsked() && (finder.here()?.found.length ?? 0) + finder.elsewhere().length > 0
      ? [
          {
            key: 'all',
            title: { text: t('search.all_results', { text: text().trim() }), marks: [] },
            icon: HistoryIcon,
            href: `/search?q=${encodeURIComponent(text().trim())}`,
            onOpen: opened,
          },
        ]
      : []
  const groups = createMemo((): Group[] => [
    {
      key: 'recent',
      label: t('search.recent'),
      lines: isAsked()
        ? []
        : recent.texts().map((one) => ({
            key: `recent ${one}`,
            title: { text: one, marks: [] },
            icon: HistoryIcon,
            act: () => setText(one),
          })),
    },
    {
      key: 'goto',
      label: t('search.goto'),
      lines: jumps().map((jump) => ({ ...jump, onOpen: props.onClose })),
    },
    {
      key: 'here',
      label: t('search.here'),
      lines: (finder.here()?.found ?? []).slice(0, shownHere).map((found) => lineOf(found, 'here', opened)),
    },
    {
      key: 'elsewhere',
      label: t('search.elsewhere'),
      lines: finder
        .elsewhere()
        .slice(0, shownElsewhere)
        .map((found) => lineOf(found, 'elsewhere', opened)),
    },
    { key: 'all', label: t('search.results'), lines: all() },
  ])
  const keys = createMemo(() => groups().flatMap(({ lines }) => lines.map(({ key }) => key)))
  const combo = useCombo(
    () => keys(),
    () => text(),
  )

  let dialog!: HTMLDialogElement
  let input!: HTMLInputElement
  const askToClose = (): void => props.onClose()
  onMount(() => {
    onCleanup(lieOver(askToClose))
    dialog.showModal()
    input.focus()
    // Or the focus would go with it, instead of to where it was.
    onCleanup(() => dialog.close())
    // The backdrop belongs to the dialog, so a click beside it has the dialog itself as its target.
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) props.onClose()
    })
  })

  return (
    <dialog
      ref={(made) => {
        dialog = made
      }}
      class={styles.dialog}
      aria-label={t('search.dialog')}
      onClose={() => props.onClose()}
    >
      <div class={styles.head}>
        <SearchField
          combo={combo}
          ref={(made) => {
            input = made
          }}
          value={text()}
          expanded={keys().length > 0}
          onInput={setText}
          onEscape={() => props.onClose()}
        />
        <button type="button" class={styles.leave} onClick={() => props.onClose()}>
          {t('search.close')}
        </button>
      </div>
      <div class={styles.scroll}>
        <Results combo={combo} groups={groups()} />
        <Show when={isAsked() && finder.here() && keys().length === 0 && finder.state() !== 'asking'}>
          <p class={styles.nothing}>
            {t(finder.state() === 'offline' ? 'search.none_offline' : 'search.none')}
          </p>
        </Show>
      </div>
      <div class={styles.foot}>
        <Show when={isAsked()} fallback={<Hints />}>
          <StateLine finder={finder} />
        </Show>
      </div>
    </dialog>
  )
}

function Hints(): JSX.Element {
  const { t } = useI18n()
  return (
    <div class={styles.hints} aria-hidden="true">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> {t('search.hint_move')}
      </span>
      <span>
        <kbd>↵</kbd> {t('search.hint_open')}
      </span>
      <span>
        <kbd>Esc</kbd> {t('search.hint_close')}
      </span>
    </div>
  )
}
