/**
 * What Markdown here has beyond GitHub's: formulas (`$…$`, `$$…$$`) and footnotes (`[^1]`). A formula leaves the parser as
 * code in the language `math`, as if it had been written so: whoever cannot draw it shows its source.
 */
import type { MarkedExtension, Token, Tokens, TokensList } from 'marked'

const inlineMath = /^(\$\$?)(?![\s$])((?:\\[^\n]|[^\\$\n`]){1,2000}?)(?<!\s)\1(?![\d$])/
const blockMath = /^\$\$[ \t]*\n?([^$]{1,20000}?)\n?[ \t]*\$\$[ \t]*(?:\n+|$)/
const reference = /^\[\^([^\]\s[]{1,60})\](?!:)/
const definition =
  /^\[\^([^\]\s[]{1,60})\]:[ \t]*([^\n]*(?:\n(?:(?: {2,}|\t)[^\n]*|[ \t]*(?=\n(?: {2,}|\t)\S)))*)(?:\n+|$)/

interface Reference extends Tokens.Generic {
  label: string
  /** Of the footnote in the text, and of this mention among those of the same; 0 = there is no such footnote. */
  number: number
  mention: number
}

export interface Footnote {
  number: number
  mentions: number
  tokens: Token[]
}

/** @param hrefOf where a mention of a footnote leads, until it is dressed. */
export function notation(hrefOf: (number: number, mention: number) => string): MarkedExtension {
  return {
    extensions: [
      {
        name: 'blockMath',
        level: 'block',
        start: (source) => startOf(source, /^\$\$/m),
        tokenizer(source) {
          const found = blockMath.exec(source)
          return found?.[1]?.trim() ? { type: 'blockMath', raw: found[0], text: found[1].trim() } : undefined
        },
        renderer: (token) => `<pre><code class="language-math">${escaped(String(token.text))}</code></pre>\n`,
      },
      {
        name: 'inlineMath',
        level: 'inline',
        start: (source) => startOf(source, /\$/),
        tokenizer(source) {
          const found = inlineMath.exec(source)
          return found
            ? { type: 'inlineMath', raw: found[0], text: found[2] ?? '', wide: found[1] === '$$' }
            : undefined
        },
        renderer: (token) =>
          `<code class="language-math${token.wide ? '-display' : ''}">${escaped(String(token.text))}</code>`,
      },
      {
        name: 'footnote',
        level: 'block',
        start: (source) => startOf(source, /^\[\^/m),
        tokenizer(source) {
          const found = definition.exec(source)
          if (!found) return undefined
          const text = (found[2] ?? '').replace(/\n(?: {1,4}|\t)/g, '\n')
          return {
            type: 'footnote',
            raw: found[0],
            label: found[1] ?? '',
            tokens: this.lexer.blockTokens(text, []),
          }
        },
        renderer: () => '',
      },
      {
        name: 'mention',
        level: 'inline',
        start: (source) => startOf(source, /\[\^/),
        tokenizer(source) {
          const found = reference.exec(source)
          return found
            ? { type: 'mention', raw: found[0], label: found[1] ?? '', number: 0, mention: 0 }
            : undefined
        },
        renderer(token) {
          const { number, mention, raw } = token as Reference
          return number === 0 ? escaped(raw) : `<sup><a href="${hrefOf(number, mention)}">${number}</a></sup>`
        },
      },
    ],
  }
}

/**
 * Numbers the mentions in the order in which they are read, and gives the footnotes that are mentioned in that order.
 * Mentions within footnotes count after those of the text.
 */
export function numberFootnotes(
  tokens: TokensList,
  walk: (tokens: Token[], visit: (token: Token) => void) => void,
): Footnote[] {
  const defined = new Map<string, Token[]>()
  walk(tokens, (token) => {
    if (token.type !== 'footnote') return
    const { label, tokens: inner } = token as Tokens.Generic
    if (!defined.has(String(label))) defined.set(String(label), inner ?? [])
  })
  const found = new Map<string, Footnote>()
  const visit = (token: Token): void => {
    if (token.type !== 'mention') return
    const one = token as Reference
    const inner = defined.get(one.label)
    // A walk comes by the mentions of a footnote again.
    if (!inner || one.number !== 0) return
    const note = found.get(one.label) ?? { number: found.size + 1, mentions: 0, tokens: inner }
    found.set(one.label, note)
    note.mentions++
    one.number = note.number
    one.mention = note.mentions
  }
  walk(
    tokens.filter((token) => token.type !== 'footnote'),
    visit,
  )
  // A footnote may mention one that nobody has mentioned yet: the list grows while it is read.
  for (const note of found.values()) walk(note.tokens, visit)
  return [...found.values()]
}

function startOf(source: string, pattern: RegExp): number | undefined {
  const at = source.search(pattern)
  return at === -1 ? undefined : at
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
