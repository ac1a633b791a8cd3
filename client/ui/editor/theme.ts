import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/** Custom properties reach into the shadow root; the page's rules do not, so everything is said here. */
export const theme: Extension = EditorView.theme({
  '&': { color: 'var(--text)', fontSize: '1rem', minHeight: 'inherit' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--sans)',
    lineHeight: 'var(--leading-read)',
    minHeight: 'inherit',
    overflowX: 'auto',
  },
  '.cm-content': {
    padding: '0.9rem 0',
    caretColor: 'var(--accent)',
    maxWidth: 'calc(var(--measure) + 2rem)',
    minHeight: 'var(--editor-height, 9rem)',
    textAutospace: 'no-autospace',
  },
  '.cm-line': { padding: '0 1rem' },
  '.cm-placeholder': { color: 'var(--text-3)' },
  '.cm-content ::selection': { backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)' },
})
