/**
 * The shared editor as a component. CodeMirror comes in a chunk of its own; until it is there, the text
 * can be read. A new `text` (another room, another epoch) makes a new editor.
 */
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from 'solid-js'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { classes } from '../classes.ts'
import { Skeleton } from '../empty.tsx'
import { Markdown, type MarkdownProps } from '../markdown/markdown.tsx'
import type { MountedEditor, Writer } from './codemirror.ts'
import styles from './toolbar.module.css'
import { Toolbar } from './toolbar.tsx'
import type { EditorLabels } from './words.ts'

export interface EditorProps {
  /** A top-level text of the room's document. */
  text: Y.Text
  /** The room's awareness; without it nobody sees anybody's caret. */
  awareness?: Awareness
  /** How others see this caret. `color` is a hue, 0…7, from hueOf(member id). */
  user?: { name: string; color: number }
  readOnly?: boolean
  /** Accessible name of the text box. */
  label: string
  labels: EditorLabels
  placeholder?: string
  /** With it a button switches to a preview rendered this way. */
  markdown?: Omit<MarkdownProps, 'text'>
  lang?: string
  /** Makes Markdown of pictures; with it they can be chosen, pasted and dropped. Nothing: they are not to be added. */
  onPictures?: (files: File[]) => Promise<string | undefined>
}

let codemirror: typeof import('./codemirror.ts') | undefined

/** Hex forms of the hues, for editors of other makers in the same room. */
const HEX = ['#0a6a5b', '#26589a', '#8a3b12', '#7b3080', '#5b6212', '#a02a4a', '#4a4a9e', '#1f6b2d']

/** Collaborative Markdown, safe with input methods. */
export function Editor(props: EditorProps): JSX.Element {
  let host!: HTMLDivElement
  const [editor, setEditor] = createSignal<MountedEditor>()
  const [preview, setPreview] = createSignal<string>()
  const add = async (files: File[]): Promise<void> => {
    const markdown = await props.onPictures?.(files)
    if (markdown) editor()?.insert(markdown)
    else editor()?.focus()
  }

  createEffect(() => {
    const awareness = props.awareness
    const user = props.user
    if (awareness && user) {
      awareness.setLocalStateField('user', {
        name: user.name,
        color: HEX[user.color] ?? HEX[0],
        hue: user.color,
      })
    }
  })

  // Memos, since a parent may compute both anew and mean the same: an editor must not be remade under its writer.
  const source = createMemo(() => props.text)
  const company = createMemo(() => props.awareness)
  // The document may be replaced by another one of the same text, in the middle of a word.
  let writer: Writer | undefined
  createEffect(
    on(
      () => [source(), company()] as const,
      ([text, awareness]) => {
        let closed = false
        let mounted: MountedEditor | undefined
        const mount = (chunk: typeof import('./codemirror.ts')): void => {
          codemirror = chunk
          if (closed) return
          mounted = chunk.mountEditor(host, {
            text,
            awareness,
            readOnly: props.readOnly ?? false,
            label: props.label,
            placeholder: props.placeholder ?? '',
            writer,
            ...(props.onPictures ? { onPictures: (files) => void add(files) } : {}),
          })
          setEditor(mounted)
        }
        if (codemirror) mount(codemirror)
        else void import('./codemirror.ts').then(mount)
        onCleanup(() => {
          closed = true
          setEditor(undefined)
          writer = mounted?.writer()
          mounted?.close()
        })
      },
    ),
  )
  createEffect(() => editor()?.setReadOnly(props.readOnly ?? false))
  createEffect(() => editor()?.setWords(props.label, props.placeholder ?? ''))

  // While previewing, what others write shows too.
  createEffect(() => {
    if (preview() === undefined) return
    const text = props.text
    const show = (): string => setPreview(text.toString())
    text.observe(show)
    onCleanup(() => text.unobserve(show))
  })

  return (
    <div class={classes(styles.box, props.readOnly && styles.readOnly)} lang={props.lang}>
      <Show when={!props.readOnly}>
        <Toolbar
          sticky
          labels={props.labels}
          onFormat={(format) => editor()?.format(format)}
          onPictures={props.onPictures && ((files) => void add(files))}
          onUndo={() => editor()?.undo()}
          onRedo={() => editor()?.redo()}
          previewing={preview() !== undefined}
          onPreview={
            props.markdown &&
            ((on) => {
              setPreview(on ? props.text.toString() : undefined)
              if (!on) editor()?.focus()
            })
          }
        />
      </Show>
      <Show when={!editor()}>
        <div class={styles.preview}>
          <Skeleton label={props.labels.loading} lines={5} />
        </div>
      </Show>
      <div ref={host} class={styles.host} hidden={!editor() || preview() !== undefined} />
      <Show when={preview() !== undefined && props.markdown}>
        {(markdown) => (
          <div class={styles.preview}>
            <Show when={preview()?.trim()} fallback={<p class={styles.nothing}>{props.labels.nothing}</p>}>
              <Markdown {...markdown()} text={preview() ?? ''} />
            </Show>
          </div>
        )}
      </Show>
    </div>
  )
}
