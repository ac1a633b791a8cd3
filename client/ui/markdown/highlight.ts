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

/** Milliseconds of colouring after which the page may breathe. */
const SLICE = 8

/**
 * Colours every `code.language-…` below `root` once, those that can be seen before those folded away; a little at a
 * time, since an article may hold hundreds of kilobytes of code. Stops when `root` has left the page.
 */
export async function highlightIn(root: HTMLElement): Promise<void> {
  const codes = [
    ...root.querySelectorAll<HTMLElement>('pre > code[class^="language-"]:not([data-coloured])'),
  ].sort((a, b) => Number(isFolded(a)) - Number(isFolded(b)))
  let begin = performance.now()
  for (const code of codes) {
    if (performance.now() - begin > SLICE) {
      await new Promise((resolve) => setTimeout(resolve))
      if (!root.isConnected) return
      begin = performance.now()
    }
    const language = code.className.replace('language-', '').toLowerCase()
    const text = code.textContent ?? ''
    code.dataset.coloured = ''
    if (text.length > MOST || !hljs.getLanguage(language)) continue
    code.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value
  }
}

function isFolded(code: HTMLElement): boolean {
  return code.closest('details:not([open])') !== null
}
