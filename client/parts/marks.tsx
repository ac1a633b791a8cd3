/**
 * Highlights and private notes on a text: made from a selection, painted without touching the text, listed below it.
 * They lie in the member's private room, and are found again by their words when the text has changed.
 */
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { EditIcon, HighlightIcon, NotebookIcon } from '#client/ui/icons.tsx'
import { Button, classes, IconButton, Section } from '#client/ui/index.ts'
import { inTextOrder, type Mark, type MarkColour, markColours } from '#shared/features/library.ts'
import { anchorOf, findAnchor, type Span } from '#shared/marks/anchor.ts'
import { MarkDialog } from './mark-dialog.tsx'
import styles from './marks.module.css'
import { type DrawnText, drawnText, passagesOf, placeAt, rangeOf, spanOf } from './marks-in-text.ts'
import { useOwnMap } from './own-map.ts'

/** A selection at rest for so many milliseconds is one that somebody made. */
const settled = 180
const longest = 4_000

interface Placed {
  id: string
  mark: Mark
  /** `undefined`: its words are not in the text any more. */
  span: Span | undefined
}

export function Marks(props: { item: string; host: HTMLElement; lang: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const map = useOwnMap<Mark>('highlights')
  const [drawn, setDrawn] = createSignal<DrawnText>({ text: '', nodes: [] })
  const placed = createMemo((): Placed[] => {
    const { text } = drawn()
    const mine = [...(map.entries() ?? [])].filter(([, mark]) => mark.item === props.item)
    return mine.map(([id, mark]) => ({ id, mark, span: text === '' ? undefined : findAnchor(text, mark) }))
  })
  const found = createMemo(() =>
    inTextOrder(
      placed().flatMap(({ id, mark, span }) =>
        span ? [{ id, mark, span, start: span.start, at: mark.at }] : [],
      ),
    ),
  )
  const lost = (): Placed[] => (drawn().text === '' ? [] : placed().filter(({ span }) => !span))

  // The text is drawn again when it changes, and its code a moment later in colours.
  onMount(() => {
    const look = (): void => {
      setDrawn(drawnText(props.host))
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const watcher = new MutationObserver(() => {
      clearTimeout(timer)
      timer = setTimeout(look, 60)
    })
    watcher.observe(props.host, { childList: true, subtree: true, characterData: true })
    look()
    onCleanup(() => {
      watcher.disconnect()
      clearTimeout(timer)
    })
  })

  createEffect(() => {
    if (!('highlights' in CSS)) return
    const text = drawn()
    for (const colour of markColours) {
      const ranges = found().flatMap(({ mark, span }) =>
        mark.colour === colour ? (rangeOf(text, span) ?? []) : [],
      )
      CSS.highlights.set(`mark-${colour}`, new Highlight(...ranges))
    }
  })
  onCleanup(() => {
    if ('highlights' in CSS) for (const colour of markColours) CSS.highlights.delete(`mark-${colour}`)
  })

  const [selected, setSelected] = createSignal<{ span: Span; top: number; left: number }>()
  const [editing, setEditing] = createSignal<string>()
  const [choosing, setChoosing] = createSignal(false)

  onMount(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (): void => {
      const selection = document.getSelection()
      const range =
        selection && !selection.isCollapsed && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined
      const span =
        range && props.host.contains(range.commonAncestorContainer) ? spanOf(drawn(), range) : undefined
      if (!range || !span) return void setSelected(undefined)
      const box = range.getBoundingClientRect()
      setSelected({ span, top: box.top, left: box.left + box.width / 2 })
    }
    const later = (): void => {
      clearTimeout(timer)
      timer = setTimeout(look, settled)
    }
    const onKey = (event: KeyboardEvent): void => {
      if (!selected() || event.ctrlKey || event.metaKey || event.altKey) return
      if ((event.target as Element | null)?.closest?.('input, textarea, select, [contenteditable=true]'))
        return
      if (event.key === 'h') make('yellow')
      else if (event.key === 'n') setEditing(make('yellow'))
      else return
      event.preventDefault()
    }
    const onClick = (event: MouseEvent): void => {
      if ((event.target as Element).closest('a, button, summary') || selected()) return
      if (document.getSelection()?.isCollapsed === false) return
      const place = placeAt(drawn(), event.clientX, event.clientY)
      if (place === undefined) return
      const hit = found().findLast(({ span }) => span.start <= place && place <= span.end)
      if (hit) setEditing(hit.id)
    }
    document.addEventListener('selectionchange', later)
    document.addEventListener('scroll', later, { passive: true })
    document.addEventListener('keydown', onKey)
    props.host.addEventListener('click', onClick)
    const host = props.host
    onCleanup(() => {
      clearTimeout(timer)
      document.removeEventListener('selectionchange', later)
      document.removeEventListener('scroll', later)
      document.removeEventListener('keydown', onKey)
      host.removeEventListener('click', onClick)
    })
  })

  function make(colour: MarkColour, of: Span | undefined = selected()?.span): string | undefined {
    if (!of) return undefined
    const span = { start: of.start, end: Math.min(of.end, of.start + longest) }
    const id = core.newId()
    const at = Date.now() + core.session.clockOffset()
    map.set(id, { ...anchorOf(drawn().text, span), item: props.item, colour, note: '', at })
    document.getSelection()?.removeAllRanges()
    setSelected(undefined)
    return id
  }

  function show({ span }: { span: Span }): void {
    const range = rangeOf(drawn(), span)
    range?.startContainer.parentElement?.scrollIntoView({ block: 'center' })
  }

  return (
    <>
      <Show when={selected()}>
        {(at) => (
          <Toolbar
            top={at().top}
            left={at().left}
            onColour={(colour) => make(colour)}
            onNote={() => setEditing(make('yellow'))}
          />
        )}
      </Show>
      <Show when={map.entries() && drawn().text !== ''}>
        <Section
          id="highlights"
          title={t('library.marks_here')}
          hint={t(found().length + lost().length > 0 ? 'library.marks_private' : 'library.marks_how')}
          action={
            <Button small variant="quiet" onClick={() => setChoosing(true)}>
              <HighlightIcon />
              {t('library.mark_passage')}
            </Button>
          }
        >
          <Show when={found().length + lost().length > 0}>
            <ul class={styles.list} aria-label={t('library.marks_here')}>
              <For each={found()}>
                {(each) => (
                  <MarkItem
                    mark={each.mark}
                    lang={props.lang}
                    onShow={() => show(each)}
                    onEdit={() => setEditing(each.id)}
                  />
                )}
              </For>
              <For each={lost()}>
                {(each) => (
                  <MarkItem lost mark={each.mark} lang={props.lang} onEdit={() => setEditing(each.id)} />
                )}
              </For>
            </ul>
          </Show>
        </Section>
      </Show>
      <MarkDialog
        mark={editing() === undefined ? undefined : map.entries()?.get(editing()!)}
        onClose={() => setEditing(undefined)}
        onSave={(part) => {
          const before = map.entries()?.get(editing()!)
          if (before) map.set(editing()!, { ...before, ...part })
          setEditing(undefined)
        }}
        onDelete={() => {
          map.set(editing()!, null)
          setEditing(undefined)
        }}
      />
      <Show when={choosing()}>
        <MarkDialog
          passages={passagesOf(drawn(), props.host).map((span) => ({
            span,
            text: drawn().text.slice(span.start, span.end),
          }))}
          onClose={() => setChoosing(false)}
          onSave={(part, span) => {
            const id = make(part.colour, span)
            const made = id === undefined ? undefined : map.entries()?.get(id)
            if (id !== undefined && made) map.set(id, { ...made, note: part.note })
            setChoosing(false)
          }}
        />
      </Show>
    </>
  )
}

/** One highlight in a list: its words, and what was noted. */
export function MarkItem(props: {
  mark: Mark
  lang?: string
  lost?: boolean
  /** A link elsewhere, where there is no text here to go to. */
  href?: string
  onShow?: () => void
  onEdit?: () => void
}): JSX.Element {
  const { t } = useI18n()
  return (
    <li class={styles.item} data-mark={props.mark.colour} data-lost={props.lost}>
      <div class={styles.itemText}>
        <Show when={props.lost}>
          <p class={styles.lost}>{t('library.mark_lost')}</p>
        </Show>
        <blockquote class={classes(styles.quote, styles[props.mark.colour])} lang={props.lang}>
          <Show
            when={props.onShow}
            fallback={
              <Show when={props.href} fallback={props.mark.quote}>
                <a href={props.href}>{props.mark.quote}</a>
              </Show>
            }
          >
            <button type="button" class={styles.go} onClick={() => props.onShow?.()}>
              {props.mark.quote}
            </button>
          </Show>
        </blockquote>
        <Show when={props.mark.note}>
          <p class={styles.note}>{props.mark.note}</p>
        </Show>
      </div>
      <Show when={props.onEdit}>
        <IconButton
          small
          variant="quiet"
          icon={EditIcon}
          label={t('library.mark_edit', { quote: props.mark.quote.slice(0, 40) })}
          onClick={() => props.onEdit?.()}
        />
      </Show>
    </li>
  )
}

/** Above the selection; on a phone at the lower edge, where the system's own menu does not cover it. */
function Toolbar(props: {
  top: number
  left: number
  onColour: (colour: MarkColour) => void
  onNote: () => void
}): JSX.Element {
  const { t } = useI18n()
  let bar!: HTMLDivElement
  createEffect(() => {
    bar.style.setProperty('--top', `${Math.max(64, props.top)}px`)
    bar.style.setProperty('--left', `${Math.min(window.innerWidth - 150, Math.max(150, props.left))}px`)
  })
  // The selection stays where it is.
  const hold = (event: Event): void => event.preventDefault()
  return (
    <div
      ref={bar}
      class={styles.toolbar}
      role="toolbar"
      aria-label={t('library.mark_toolbar')}
      onMouseDown={hold}
      data-mark-toolbar
    >
      <For each={markColours}>
        {(colour) => (
          <button
            type="button"
            class={classes(styles.dot, styles[colour])}
            aria-label={t(`library.mark_${colour}`)}
            title={t(`library.mark_${colour}`)}
            onClick={() => props.onColour(colour)}
          />
        )}
      </For>
      <Button small variant="quiet" onClick={() => props.onNote()}>
        <NotebookIcon />
        {t('library.mark_note')}
      </Button>
    </div>
  )
}
