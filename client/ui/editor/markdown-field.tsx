/** A plain text field for posts and comments: toolbar, shortcuts, list continuation and a preview. */
import { createSignal, type JSX, Show } from 'solid-js'
import { Field, type FieldText } from '../field.tsx'
import { Markdown, type MarkdownProps } from '../markdown/markdown.tsx'
import { picturesIn } from './files.ts'
import { applyFormat, continueLine, type Edit, type Format } from './format.ts'
import { formatOf } from './shortcuts.ts'
import styles from './toolbar.module.css'
import { Toolbar } from './toolbar.tsx'
import type { EditorLabels } from './words.ts'

export interface MarkdownFieldProps extends FieldText {
  value: string
  onInput: (value: string) => void
  labels: EditorLabels
  /** How the preview renders: labels, resolvers. */
  markdown: Omit<MarkdownProps, 'text'>
  placeholder?: string
  maxLength?: number
  /** Ctrl/⌘ + Enter. */
  onSubmit?: () => void
  ref?: (element: HTMLTextAreaElement) => void
  /** Makes Markdown of pictures; with it they can be chosen, pasted and dropped. Nothing: they are not to be added. */
  onPictures?: (files: File[]) => Promise<string | undefined>
}

/** A Field around a textarea that knows Markdown. */
export function MarkdownField(props: MarkdownFieldProps): JSX.Element {
  let area!: HTMLTextAreaElement
  const [previewing, setPreviewing] = createSignal(false)

  // insertText is the one way that keeps the browser's own undo; setRangeText is for where it is refused.
  const apply = (edit: Edit): void => {
    area.focus()
    area.setSelectionRange(edit.from, edit.to)
    const done = edit.insert
      ? document.execCommand('insertText', false, edit.insert)
      : document.execCommand('delete')
    if (!done) area.setRangeText(edit.insert, edit.from, edit.to, 'end')
    area.setSelectionRange(edit.select[0], edit.select[1])
    props.onInput(area.value)
  }
  const add = async (files: File[]): Promise<void> => {
    const { selectionStart: from, selectionEnd: to } = area
    const insert = await props.onPictures?.(files)
    if (!insert) return void area.focus()
    const caret = from + insert.length
    apply({ from, to, insert, select: [caret, caret] })
  }
  const take = (event: Event, from: DataTransfer | null): void => {
    const files = props.onPictures ? picturesIn(from) : []
    if (files.length === 0) return
    event.preventDefault()
    void add(files)
  }
  const format = (wanted: Format): void =>
    apply(applyFormat(wanted, area.value, area.selectionStart, area.selectionEnd))
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && props.onSubmit) {
      event.preventDefault()
      props.onSubmit()
      return
    }
    const wanted = formatOf(event)
    if (wanted) {
      event.preventDefault()
      format(wanted)
    } else if (event.key === 'Enter' && !event.shiftKey && area.selectionStart === area.selectionEnd) {
      const at = area.selectionStart
      const start = at === 0 ? 0 : area.value.lastIndexOf('\n', at - 1) + 1
      const found = area.value.indexOf('\n', at)
      const end = found === -1 ? area.value.length : found
      const next = continueLine(area.value.slice(start, end), at - start)
      if (!next) return
      event.preventDefault()
      if ('clear' in next) apply({ from: start, to: end, insert: '', select: [start, start] })
      else {
        const caret = at + next.insert.length
        apply({ from: at, to: at, insert: next.insert, select: [caret, caret] })
      }
    }
  }
  return (
    <Field
      label={props.label}
      hint={props.hint}
      error={props.error}
      optional={props.optional}
      hideLabel={props.hideLabel}
    >
      {(wiring) => (
        <div class={styles.box}>
          <Toolbar
            labels={props.labels}
            onFormat={format}
            onPictures={props.onPictures && ((files) => void add(files))}
            previewing={previewing()}
            onPreview={(preview) => {
              setPreviewing(preview)
              if (!preview) area.focus()
            }}
          />
          <textarea
            {...wiring}
            ref={(element) => {
              area = element
              props.ref?.(element)
            }}
            class={styles.area}
            value={props.value}
            placeholder={props.placeholder}
            maxlength={props.maxLength}
            hidden={previewing()}
            onInput={(event) => props.onInput(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            onPaste={(event) => take(event, event.clipboardData)}
            onDrop={(event) => take(event, event.dataTransfer)}
          />
          <Show when={previewing()}>
            <div class={styles.preview}>
              <Show when={props.value.trim()} fallback={<p class={styles.nothing}>{props.labels.nothing}</p>}>
                <Markdown size="post" {...props.markdown} text={props.value} />
              </Show>
            </div>
          </Show>
        </div>
      )}
    </Field>
  )
}
