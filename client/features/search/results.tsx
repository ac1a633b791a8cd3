/** The lines of a search, in groups that say where each is from, and the field that stands over them. */
import { type Component, createUniqueId, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '#client/core/i18n.ts'
import {
  BookIcon,
  CalendarIcon,
  ClockIcon,
  CloseIcon,
  DiscussIcon,
  GroupIcon,
  IdeaIcon,
  LearnIcon,
  NotebookIcon,
  PersonIcon,
  SearchIcon,
} from '#client/ui/icons.tsx'
import { classes, Meta } from '#client/ui/index.ts'
import type { Marked } from '#shared/search/snippet.ts'
import type { Kind } from '#shared/search/subjects.ts'
import type { Combo } from './combo.ts'
import styles from './search.module.css'

const icons: Record<Kind, Component> = {
  article: BookIcon,
  course: LearnIcon,
  lesson: LearnIcon,
  thread: DiscussIcon,
  event: CalendarIcon,
  session: ClockIcon,
  notes: NotebookIcon,
  proposal: IdeaIcon,
  group: GroupIcon,
  person: PersonIcon,
}

export interface Line {
  key: string
  title: Marked
  icon?: Component | undefined
  kind?: Kind | undefined
  snippet?: Marked | undefined
  author?: string | undefined
  at?: number | undefined
  number?: number | undefined
  tags?: readonly string[] | undefined
  href?: string | undefined
  act?: (() => void) | undefined
  /** Opened. */
  onOpen?: (() => void) | undefined
}

export interface Group {
  key: string
  label: string
  /** Beside the label. */
  action?: JSX.Element
  lines: readonly Line[]
}

export interface FieldProps {
  combo: Combo
  value: string
  onInput: (text: string) => void
  /** Has lines below it. */
  expanded: boolean
  ref?: (input: HTMLInputElement) => void
  onEscape?: () => void
}

export function SearchField(props: FieldProps): JSX.Element {
  const { t } = useI18n()
  let input!: HTMLInputElement
  const activeId = (): string | undefined => {
    const key = props.combo.active()
    return props.expanded && key !== undefined ? props.combo.optionId(key) : undefined
  }
  return (
    <div class={styles.field}>
      <SearchIcon />
      <input
        ref={(made) => {
          input = made
          props.ref?.(made)
        }}
        type="text"
        inputmode="search"
        enterkeyhint="search"
        role="combobox"
        aria-label={t('search.field')}
        aria-autocomplete="list"
        aria-expanded={props.expanded}
        aria-controls={props.combo.listId}
        aria-activedescendant={activeId()}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxlength={200}
        placeholder={t('search.placeholder')}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.isComposing && props.onEscape) props.onEscape()
          else props.combo.onKeyDown(event)
        }}
      />
      <Show when={props.value !== ''}>
        <button
          type="button"
          class={styles.clear}
          aria-label={t('search.clear')}
          onClick={() => {
            props.onInput('')
            input.focus()
          }}
        >
          <CloseIcon />
        </button>
      </Show>
    </div>
  )
}

export function Results(props: { combo: Combo; groups: readonly Group[] }): JSX.Element {
  const { t } = useI18n()
  return (
    <div role="listbox" id={props.combo.listId} aria-label={t('search.results')} class={styles.list}>
      <For each={props.groups}>{(group) => <ResultGroup group={group} combo={props.combo} />}</For>
    </div>
  )
}

function ResultGroup(props: { group: Group; combo: Combo }): JSX.Element {
  const id = createUniqueId()
  return (
    <Show when={props.group.lines.length > 0}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box */}
      <div role="group" aria-labelledby={id} class={styles.group}>
        <div class={styles.heading} role="presentation">
          <span id={id}>{props.group.label}</span>
        </div>
        <For each={props.group.lines}>{(line) => <ResultLine line={line} combo={props.combo} />}</For>
      </div>
    </Show>
  )
}

function ResultLine(props: { line: Line; combo: Combo }): JSX.Element {
  const isActive = (): boolean => props.combo.active() === props.line.key
  const open = (): void => {
    props.line.act?.()
    props.line.onOpen?.()
  }
  return (
    // The field has the focus and its keys: this line is for the pointer.
    <Dynamic
      component={props.line.href === undefined ? 'div' : 'a'}
      role="option"
      id={props.combo.optionId(props.line.key)}
      aria-selected={isActive()}
      tabindex={-1}
      href={props.line.href}
      class={classes(styles.line, isActive() && styles.active)}
      onClick={open}
      onPointerMove={() => props.combo.point(props.line.key)}
    >
      <span class={styles.icon} aria-hidden="true">
        <Dynamic component={props.line.icon ?? icons[props.line.kind ?? 'article']} />
      </span>
      <span class={styles.text}>
        <span class={styles.title}>
          <MarkedText of={props.line.title} />
        </span>
        <Show when={props.line.snippet}>
          {(snippet) => (
            <span class={styles.snippet}>
              <MarkedText of={snippet()} />
            </span>
          )}
        </Show>
        <Show when={props.line.kind}>{(kind) => <About kind={kind()} line={props.line} />}</Show>
      </span>
    </Dynamic>
  )
}

function About(props: { kind: Kind; line: Line }): JSX.Element {
  const { t, date } = useI18n()
  const dayOf = (at: number): string =>
    date(at, new Date(at).getFullYear() === new Date().getFullYear() ? 'short' : 'day')
  const parts = (): string[] =>
    [
      t(`search.${props.kind}`),
      props.line.number !== undefined && props.line.number > 1
        ? t('search.post', { n: props.line.number })
        : '',
      props.line.author ?? '',
      props.line.at !== undefined && props.line.at > 0 ? dayOf(props.line.at) : '',
      ...(props.line.tags ?? []).map((tag) => `#${tag}`),
    ].filter((part) => part !== '')
  return (
    <Meta>
      <For each={parts()}>{(part) => <span>{part}</span>}</For>
    </Meta>
  )
}

/** A text with what was found in it. */
function MarkedText(props: { of: Marked }): JSX.Element {
  const pieces = (): { text: string; marked: boolean }[] => {
    const { text, marks } = props.of
    let at = 0
    const all = marks.flatMap(([from, to]) => {
      const before = { text: text.slice(at, from), marked: false }
      at = to
      return [before, { text: text.slice(from, to), marked: true }]
    })
    return [...all, { text: text.slice(at), marked: false }]
  }
  return (
    <For each={pieces()}>
      {(piece) => (
        <Show when={piece.marked} fallback={piece.text}>
          <mark class={styles.mark}>{piece.text}</mark>
        </Show>
      )}
    </For>
  )
}
