/**
 * Colours code in place. Loaded only when a page shows code in one of these languages; highlight.js
 * escapes what it wraps, so its output may be set as HTML.
 */
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import cpp from 'highlight.js/lib/languages/cpp'
import css from 'highlight.js/lib/languages/css'
import diff from 'highlight.js/lib/languages/diff'
import go from 'highlight.js/lib/languages/go'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import python from 'highlight.js/lib/languages/python'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'

const LANGUAGES = {
  bash,
  cpp,
  css,
  diff,
  go,
  java,
  javascript,
  json,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
}
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language)
hljs.registerAliases(['vue', 'svelte'], { languageName: 'xml' })

/** Longer code stays plain: colouring it would hold up scrolling. */
const MOST = 20_000

/** Colours every `code.language-…` below `root` once. */
export function highlightIn(root: ParentNode): void {
  for (const code of root.querySelectorAll<HTMLElement>(
    'pre > code[class^="language-"]:not([data-coloured])',
  )) {
    const language = code.className.replace('language-', '').toLowerCase()
    const text = code.textContent ?? ''
    code.dataset.coloured = ''
    if (text.length > MOST || !hljs.getLanguage(language)) continue
    code.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value
  }
}
