/**
 * Footnotes and formulas for readers without the app: notes come at the end with ways there and back, formulas stand as
 * their source. The app's own renderer does more (client/ui/markdown/notation.ts).
 */
import type { TokenizerAndRendererExtension } from 'marked'

export const footnoteId = /^fn(?:ref)?-\d{1,4}$/

const fence = /^(?: {0,3})(`{3,}|~{3,})/
const definition = /^\[\^([^\]\s[]{1,60})\]:[ \t]*(.*)$/

/** Takes the notes out of a text, but not what only looks like one, within code. */
export function takeFootnotes(text: string): { rest: string; notes: Map<string, string> } {
  const notes = new Map<string, string>()
  if (!text.includes('[^')) return { rest: text, notes }
  const rest: string[] = []
  let open: string | undefined
  let current: string | undefined
  for (const line of text.split('\n')) {
    const mark = fence.exec(line)?.[1]
    if (mark && open === undefined && current === undefined) open = mark
    else if (open !== undefined && mark?.startsWith(open)) {
      open = undefined
      rest.push(line)
      continue
    }
    const found = open === undefined ? definition.exec(line) : null
    if (found) {
      current = found[1]!
      if (!notes.has(current)) notes.set(current, found[2]!)
    } else if (current !== undefined && /^(?: {2,}|\t)\S/.test(line)) {
      notes.set(current, `${notes.get(current)} ${line.trim()}`)
    } else {
      if (line.trim() !== '') current = undefined
      rest.push(line)
    }
  }
  return { rest: rest.join('\n'), notes }
}

/** Numbers the mentions, and puts the notes that are mentioned below. */
export function withFootnotes(
  html: string,
  notes: ReadonlyMap<string, string>,
  inline: (markdown: string) => string,
): string {
  if (notes.size === 0) return html
  const numbers = new Map<string, number>()
  // Code is shown as it stands.
  const body = html.replace(/<code[\s\S]*?<\/code>|\[\^([^\]\s[<>&]{1,60})\]/g, (whole, label?: string) => {
    if (label === undefined || !notes.has(label)) return whole
    const known = numbers.get(label)
    const number = known ?? numbers.size + 1
    numbers.set(label, number)
    return `<sup><a href="#fn-${number}"${known ? '' : ` id="fnref-${number}"`}>${number}</a></sup>`
  })
  const items = [...numbers].map(
    ([label, number]) =>
      `<li id="fn-${number}"><p>${inline(notes.get(label) ?? '')} <a href="#fnref-${number}">↩</a></p></li>`,
  )
  return items.length === 0 ? body : `${body}<hr><ol>${items.join('')}</ol>`
}

/** Keeps the source of a formula from being read as Markdown. */
export const formulas: TokenizerAndRendererExtension = {
  name: 'formula',
  level: 'inline',
  start(source) {
    const at = source.indexOf('$')
    return at === -1 ? undefined : at
  },
  tokenizer(source) {
    const found = /^(\$\$?)(?![\s$])((?:\\[^\n]|[^\\$\n`]){1,2000}?)(?<!\s)\1(?![\d$])/.exec(source)
    return found ? { type: 'formula', raw: found[0], text: found[2] } : undefined
  },
  renderer: (token) =>
    `<code>${String(token.text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)}</code>`,
}
