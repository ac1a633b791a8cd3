/**
 * What the toolbar's buttons do to Markdown, as pure functions over a string and a selection, so that
 * the editor and the plain text field share them. Offsets are UTF-16 units, as in both.
 */

export type Format = 'bold' | 'italic' | 'code' | 'heading' | 'list' | 'numbered' | 'quote' | 'link'

export interface Edit {
  from: number
  to: number
  insert: string
  /** The selection afterwards. */
  select: readonly [number, number]
}

const MARKS: Partial<Record<Format, string>> = { bold: '**', italic: '*', code: '`' }

/** Applies a format to text[from, to), or takes it off where it already is. */
export function applyFormat(format: Format, text: string, from: number, to: number): Edit {
  const mark = MARKS[format]
  if (format === 'code' && text.slice(from, to).includes('\n')) return fence(text, from, to)
  if (mark) return wrap(mark, text, from, to)
  if (format === 'link') return link(text, from, to)
  return prefix(format, text, from, to)
}

function wrap(mark: string, text: string, from: number, to: number): Edit {
  const chosen = text.slice(from, to)
  const lead = chosen.length - chosen.trimStart().length
  const start = chosen.trim() ? from + lead : from
  const inner = chosen.trim() || chosen
  const end = start + inner.length
  const size = mark.length
  const outside = text.slice(start - size, start) === mark && text.slice(end, end + size) === mark
  // A single * inside ** is bold, not italic.
  const partOfLonger =
    mark === '*' && text.slice(start - 2, start) === '**' && text.slice(start - 3, start) !== '***'
  if (outside && !partOfLonger) {
    return {
      from: start - size,
      to: end + size,
      insert: inner,
      select: [start - size, start - size + inner.length],
    }
  }
  const within = inner.length > 2 * size && inner.startsWith(mark) && inner.endsWith(mark)
  if (within && !(mark === '*' && inner.startsWith('**'))) {
    const bare = inner.slice(size, -size)
    return { from: start, to: end, insert: bare, select: [start, start + bare.length] }
  }
  return {
    from: start,
    to: end,
    insert: `${mark}${inner}${mark}`,
    select: [start + size, start + size + inner.length],
  }
}

function fence(text: string, from: number, to: number): Edit {
  const before = from > 0 && text[from - 1] !== '\n' ? '\n' : ''
  const after = to < text.length && text[to] !== '\n' ? '\n' : ''
  const chosen = text.slice(from, to).replace(/\n$/, '')
  const start = from + before.length + 3
  return { from, to, insert: `${before}\`\`\`\n${chosen}\n\`\`\`${after}`, select: [start, start] }
}

function link(text: string, from: number, to: number): Edit {
  const chosen = text.slice(from, to)
  if (/^https?:\/\/\S+$/.test(chosen)) {
    return { from, to, insert: `[](${chosen})`, select: [from + 1, from + 1] }
  }
  const address = from + chosen.length + 3
  return { from, to, insert: `[${chosen}](https://)`, select: [address, address + 'https://'.length] }
}

const ANY_PREFIX = /^(\s*)(#{1,6} |[-*+] (?:\[[ xX]\] )?|\d+[.)] |> )?/

function prefix(format: Format, text: string, from: number, to: number): Edit {
  const start = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1
  const found = text.indexOf('\n', to > from && text[to - 1] === '\n' ? to - 1 : to)
  const end = found === -1 ? text.length : found
  const lines = text.slice(start, end).split('\n')
  const wanted = (line: string, index: number): string => {
    if (format === 'heading') return nextHeading(line)
    if (format === 'numbered') return `${index + 1}. `
    return format === 'list' ? '- ' : '> '
  }
  const has = (line: string): boolean => {
    const mark = ANY_PREFIX.exec(line)?.[2] ?? ''
    if (format === 'numbered') return /^\d/.test(mark)
    return format === 'list' ? /^[-*+] /.test(mark) : mark === '> '
  }
  const full = lines.filter((line) => line.trim())
  const off = format !== 'heading' && full.length > 0 && full.every(has)
  let count = 0
  const changed = lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line
    const [whole, indent = ''] = ANY_PREFIX.exec(line) ?? ['', '']
    return indent + (off ? '' : wanted(line, count++)) + line.slice(whole.length)
  })
  const insert = changed.join('\n')
  const caret = start + insert.length
  return { from: start, to: end, insert, select: lines.length > 1 ? [start, caret] : [caret, caret] }
}

/** None → ## → ### → none: a page's title is not the text's business. */
function nextHeading(line: string): string {
  if (/^\s*## /.test(line)) return '### '
  return /^\s*#{1,6} /.test(line) ? '' : '## '
}

const ITEM = /^(\s*)(?:([-*+])( \[[ xX]\])?|(\d{1,9})([.)])|(>))( +)/

/**
 * What Enter does at `column` of a line that is a list item or quote: `insert` begins the next item,
 * `clear` says that the item is empty and its mark should go. Null leaves Enter as it is.
 */
export function continueLine(line: string, column: number): { insert: string } | { clear: true } | null {
  const item = ITEM.exec(line)
  if (!item || column < item[0].length) return null
  if (!line.slice(item[0].length).trim()) return { clear: true }
  const [, indent = '', bullet, task, number, dot, quote, gap = ' '] = item
  const mark = number ? `${Number(number) + 1}${dot}` : `${bullet ?? quote ?? ''}${task ? ' [ ]' : ''}`
  return { insert: `\n${indent}${mark}${gap}` }
}
