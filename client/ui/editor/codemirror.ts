/**
 * The editor proper: CodeMirror in a shadow root. There it puts its styles into adopted style sheets,
 * which a strict content security policy allows, where in the page it would need style elements. It is
 * bound to the relay's mirror, never to the room (see relay.ts), and undoes only what was typed here.
 */
import { defaultKeymap } from '@codemirror/commands'
import { Compartment, EditorSelection, EditorState, type Extension } from '@codemirror/state'
import { EditorView, type KeyBinding, keymap, placeholder as placeholderText } from '@codemirror/view'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { cursorTheme, refreshCursors, remoteCursors } from './cursors.ts'
import { picturesIn } from './files.ts'
import { applyFormat, continueLine, type Format } from './format.ts'
import { markdownLanguage } from './language.ts'
import { createRelay } from './relay.ts'
import { SHORTCUTS } from './shortcuts.ts'
import { theme } from './theme.ts'

export interface MountOptions {
  text: Y.Text
  awareness?: Awareness
  readOnly: boolean
  /** Accessible name of the text box. */
  label: string
  placeholder: string
  /** Pictures that were pasted or dropped; the caret is where they belong. */
  onPictures?: (files: File[]) => void
  /** Who wrote in the editor that this one takes the place of. */
  writer?: Writer
}

/** Where somebody was, and in what. */
export interface Writer {
  text: string
  anchor: number
  head: number
  hasFocus: boolean
}

export interface MountedEditor {
  format: (format: Format) => void
  /** Puts text where the caret is, as if it had been typed. */
  insert: (text: string) => void
  undo: () => void
  redo: () => void
  focus: () => void
  setReadOnly: (readOnly: boolean) => void
  /** Changes what assistive technology and the empty box say. */
  setWords: (label: string, placeholder: string) => void
  writer: () => Writer
  close: () => void
}

/** Remote edits wait this long after a composition ends: the browser still touches the text then. */
const AFTER_COMPOSITION = 50

/** Puts an editor into `host`, which must not be used for anything else. */
export function mountEditor(host: HTMLElement, options: MountOptions): MountedEditor {
  const relay = createRelay(options.text)
  const undoManager = new Y.UndoManager(relay.text)
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const [locked, words] = [new Compartment(), new Compartment()]

  const lock = (readOnly: boolean): Extension => [
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    EditorView.contentAttributes.of(readOnly ? { tabindex: '0', 'aria-readonly': 'true' } : {}),
  ]
  const say = (label: string, placeholder: string): Extension => [
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'true', autocapitalize: 'sentences' }),
    placeholderText(placeholder),
  ]

  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: relay.text.toString(),
      extensions: [
        // The text's only line break is \n, whoever wrote it; otherwise offsets would not be Yjs's.
        EditorState.lineSeparator.of('\n'),
        EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, '\n')),
        EditorView.lineWrapping,
        locked.of(lock(options.readOnly)),
        words.of(say(options.label, options.placeholder)),
        yCollab(relay.text, null, { undoManager }),
        options.awareness ? remoteCursors(relay.text, options.awareness, relay.held) : [],
        keymap.of([...formatKeys, { key: 'Enter', run: nextItem }, ...yUndoManagerKeymap, ...defaultKeymap]),
        markdownLanguage(),
        options.onPictures ? takePictures(options.onPictures) : [],
        theme,
        cursorTheme,
      ],
    }),
  })

  if (options.writer) seat(view, options.writer)

  const stopWatching = watchComposition(view.contentDOM, relay.hold, () => {
    relay.release()
    if (options.awareness) refreshCursors(view)
  })

  return {
    format: (format) => {
      formatSelection(view, format)
      view.focus()
    },
    insert: (text) => {
      if (view.state.readOnly) return
      view.dispatch({ ...view.state.replaceSelection(text), scrollIntoView: true, userEvent: 'input.paste' })
      view.focus()
    },
    undo: () => {
      undoManager.undo()
      view.focus()
    },
    redo: () => {
      undoManager.redo()
      view.focus()
    },
    focus: () => view.focus(),
    setReadOnly: (readOnly) => view.dispatch({ effects: locked.reconfigure(lock(readOnly)) }),
    setWords: (label, placeholder) => view.dispatch({ effects: words.reconfigure(say(label, placeholder)) }),
    writer: () => {
      const { anchor, head } = view.state.selection.main
      return { text: view.state.doc.toString(), anchor, head, hasFocus: view.hasFocus }
    },
    close: () => {
      stopWatching()
      view.destroy()
      undoManager.destroy()
      relay.close()
    },
  }
}

function takePictures(take: (files: File[]) => void): Extension {
  const taken = (event: Event, view: EditorView, files: File[]): boolean => {
    if (files.length === 0 || view.state.readOnly) return false
    event.preventDefault()
    take(files)
    return true
  }
  return EditorView.domEventHandlers({
    paste: (event, view) => taken(event, view, picturesIn(event.clipboardData)),
    drop(event, view) {
      const files = picturesIn(event.dataTransfer)
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY })
      if (files.length > 0 && at !== null) view.dispatch({ selection: EditorSelection.cursor(at) })
      return taken(event, view, files)
    },
  })
}

/** Puts the caret where it was in the former text, as far as both are alike. */
function seat(view: EditorView, { text, anchor, head, hasFocus }: Writer): void {
  const now = view.state.doc.toString()
  const most = Math.min(text.length, now.length)
  let start = 0
  while (start < most && text[start] === now[start]) start++
  let end = 0
  while (end < most - start && text[text.length - 1 - end] === now[now.length - 1 - end]) end++
  const moved = (at: number): number => {
    if (at <= start) return at
    return at >= text.length - end ? now.length - (text.length - at) : start
  }
  view.dispatch({ selection: EditorSelection.range(moved(anchor), moved(head)) })
  if (hasFocus) view.focus()
}

/** Holds from the start of a composition until shortly after its end; a blur ends it in any case. */
function watchComposition(element: HTMLElement, hold: () => void, release: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const start = (): void => {
    clearTimeout(timer)
    hold()
  }
  const end = (): void => {
    clearTimeout(timer)
    timer = setTimeout(release, AFTER_COMPOSITION)
  }
  element.addEventListener('compositionstart', start)
  element.addEventListener('compositionend', end)
  element.addEventListener('blur', end)
  return () => {
    clearTimeout(timer)
    element.removeEventListener('compositionstart', start)
    element.removeEventListener('compositionend', end)
    element.removeEventListener('blur', end)
  }
}

function formatSelection(view: EditorView, format: Format): boolean {
  if (view.state.readOnly) return false
  const { from, to } = view.state.selection.main
  const edit = applyFormat(format, view.state.doc.toString(), from, to)
  view.dispatch({
    changes: { from: edit.from, to: edit.to, insert: edit.insert },
    selection: EditorSelection.range(edit.select[0], edit.select[1]),
    scrollIntoView: true,
    userEvent: 'input.format',
  })
  return true
}

const formatKeys: KeyBinding[] = Object.entries(SHORTCUTS).map(([format, key]) => ({
  key,
  run: (view) => formatSelection(view, format as Format),
}))

/** Enter in a list begins the next item, and in an empty item ends the list. */
function nextItem(view: EditorView): boolean {
  const { main } = view.state.selection
  if (view.state.readOnly || !main.empty) return false
  const line = view.state.doc.lineAt(main.head)
  const next = continueLine(line.text, main.head - line.from)
  if (!next) return false
  const changes =
    'clear' in next ? { from: line.from, to: line.to } : { from: main.head, insert: next.insert }
  const caret = 'clear' in next ? line.from : main.head + next.insert.length
  view.dispatch({
    changes,
    selection: EditorSelection.cursor(caret),
    scrollIntoView: true,
    userEvent: 'input',
  })
  return true
}
