import { type Component, For, type JSX, Show } from 'solid-js'
import { Button, IconButton } from '../button.tsx'
import { classes } from '../classes.ts'
import {
  BoldIcon,
  CodeIcon,
  HeadingIcon,
  ItalicIcon,
  LinkIcon,
  ListIcon,
  PictureIcon,
  QuoteIcon,
  RedoIcon,
  UndoIcon,
} from '../icons.tsx'
import type { Format } from './format.ts'
import { SHORTCUTS } from './shortcuts.ts'
import styles from './toolbar.module.css'
import type { EditorLabels } from './words.ts'

const FORMATS: readonly (readonly [Exclude<Format, 'numbered'>, Component])[] = [
  ['bold', BoldIcon],
  ['italic', ItalicIcon],
  ['heading', HeadingIcon],
  ['list', ListIcon],
  ['quote', QuoteIcon],
  ['code', CodeIcon],
  ['link', LinkIcon],
]

const apple = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform)

/** "Ctrl+B" or "⌘B". */
function keysOf(format: Format): string {
  const parts = SHORTCUTS[format].split('-').map((part) => part.toUpperCase())
  const names: Record<string, string> = apple()
    ? { MOD: '⌘', SHIFT: '⇧', ALT: '⌥' }
    : { MOD: 'Ctrl', SHIFT: 'Shift', ALT: 'Alt' }
  return parts.map((part) => names[part] ?? part).join(apple() ? '' : '+')
}

export interface ToolbarProps {
  labels: EditorLabels
  onFormat: (format: Format) => void
  onUndo?: () => void
  onRedo?: () => void
  /** With it, a button chooses pictures. */
  onPictures?: (files: File[]) => void
  /** With it, a button switches between writing and preview. */
  onPreview?: (preview: boolean) => void
  previewing?: boolean
  /** Stays in sight while a long text scrolls. */
  sticky?: boolean
}

/** One stop for Tab; the arrow keys go from button to button. */
export function Toolbar(props: ToolbarProps): JSX.Element {
  let bar!: HTMLDivElement
  let chooser!: HTMLInputElement
  const buttons = (): HTMLButtonElement[] => [
    ...bar.querySelectorAll<HTMLButtonElement>('button:not(:disabled)'),
  ]
  const rove = (event: KeyboardEvent): void => {
    const all = buttons()
    const here = all.indexOf(event.target as HTMLButtonElement)
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    all[(to + all.length) % all.length]?.focus()
  }
  const enter = (event: FocusEvent): void => {
    for (const button of buttons()) button.tabIndex = button === event.target ? 0 : -1
  }
  // A press must not take the focus, and with it the selection, from the text.
  const keepFocus = (event: MouseEvent): void => event.preventDefault()
  return (
    <div
      ref={bar}
      role="toolbar"
      aria-label={props.labels.toolbar}
      class={classes(styles.bar, props.sticky && styles.sticky)}
      onKeyDown={rove}
      onFocusIn={enter}
      onMouseDown={keepFocus}
    >
      <For each={FORMATS}>
        {([format, icon], index) => (
          <IconButton
            small
            icon={icon}
            label={props.labels[format]}
            title={`${props.labels[format]} (${keysOf(format)})`}
            tabindex={index() === 0 ? 0 : -1}
            disabled={props.previewing}
            onClick={() => props.onFormat(format)}
          />
        )}
      </For>
      <Show when={props.onPictures}>
        <IconButton
          small
          icon={PictureIcon}
          label={props.labels.picture}
          tabindex="-1"
          disabled={props.previewing}
          onClick={() => chooser.click()}
        />
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          multiple
          hidden
          aria-label={props.labels.picture}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])]
            // The same file may be chosen again.
            event.currentTarget.value = ''
            if (files.length > 0) props.onPictures?.(files)
          }}
        />
      </Show>
      <Show when={props.onUndo}>
        <span class={styles.gap} aria-hidden="true" />
        <IconButton
          small
          icon={UndoIcon}
          label={props.labels.undo}
          tabindex="-1"
          disabled={props.previewing}
          onClick={() => props.onUndo?.()}
        />
        <IconButton
          small
          icon={RedoIcon}
          label={props.labels.redo}
          tabindex="-1"
          disabled={props.previewing}
          onClick={() => props.onRedo?.()}
        />
      </Show>
      <Show when={props.onPreview}>
        <span class={styles.end}>
          <Button
            small
            variant="quiet"
            tabindex={props.previewing ? 0 : -1}
            onClick={() => props.onPreview?.(!props.previewing)}
          >
            {props.previewing ? props.labels.write : props.labels.preview}
          </Button>
        </span>
      </Show>
    </div>
  )
}
