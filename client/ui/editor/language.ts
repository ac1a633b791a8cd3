/**
 * Markdown for the editor: GitHub's, without nested HTML, which keeps the HTML and script parsers out
 * of the bundle (104 KB instead of 175 KB gzipped). Colours come from the page's custom properties.
 */
import { defineLanguageFacet, HighlightStyle, Language, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { tags } from '@lezer/highlight'
import { GFM, parser } from '@lezer/markdown'

const language = new Language(
  defineLanguageFacet(),
  parser.configure([GFM, { remove: ['HTMLBlock', 'HTMLTag'] }]),
  [],
  'markdown',
)

const colours = HighlightStyle.define([
  { tag: tags.heading1, fontSize: '1.3em', fontWeight: '650' },
  { tag: tags.heading2, fontSize: '1.18em', fontWeight: '650' },
  { tag: tags.heading, fontWeight: '650' },
  { tag: tags.strong, fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.labelName], color: 'var(--accent)' },
  { tag: tags.url, color: 'var(--text-3)' },
  { tag: tags.monospace, fontFamily: 'var(--mono)', fontSize: '0.92em', color: 'var(--code-string)' },
  { tag: tags.quote, color: 'var(--text-2)' },
  { tag: [tags.processingInstruction, tags.contentSeparator], color: 'var(--text-3)' },
])

/** Parser and colours. */
export function markdownLanguage(): Extension {
  return [language, syntaxHighlighting(colours)]
}
