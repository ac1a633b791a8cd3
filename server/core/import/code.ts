/**
 * Where code begins and ends in Markdown: fences, indented blocks and spans. Whoever rewrites a text walks it with
 * this, so that nothing inside code is ever taken for a tag, a comment or a link.
 */

export interface CodeFinder {
  /** End (exclusive) of the code that begins at `at`, or `at` when none does. */
  endAt(at: number): number
}

/** @param indented whether four spaces make code, as in Markdown; in MDX they do not. */
export function codeFinder(source: string, indented: boolean): CodeFinder {
  return {
    endAt(at) {
      if (at === 0 || source[at - 1] === '\n') {
        const block = fenceEnd(source, at) ?? (indented ? indentedEnd(source, at) : undefined)
        if (block !== undefined) return block
      }
      return source[at] === '`' ? spanEnd(source, at) : at
    },
  }
}

// A fence may stand in a list or a quotation, whose marks come before it.
const opening = /(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})/y

function fenceEnd(source: string, at: number): number | undefined {
  opening.lastIndex = at
  const fence = opening.exec(source)?.[1]
  if (fence === undefined) return undefined
  const closing = new RegExp(`^[ \\t>]*${fence[0]}{${fence.length},}[ \\t]*\\r?$`, 'gm')
  closing.lastIndex = lineEnd(source, at)
  const found = closing.exec(source)
  return found ? found.index + found[0].length : source.length
}

const indentedBlock = /(?:(?: {4}|\t)[^\n]*\S[^\n]*(?:\n|$)|[ \t]*\n(?=(?:[ \t]*\n)*(?: {4}|\t)[^\n]*\S))+/y

/** Indented code follows a blank line, and is not the continuation of a list item. */
function indentedEnd(source: string, at: number): number | undefined {
  if (source[at] !== '\t' && !source.startsWith('    ', at)) return undefined
  const before = source.slice(0, at)
  if (at > 0 && !/\n[ \t]*\n$/.test(before)) return undefined
  indentedBlock.lastIndex = at
  const block = indentedBlock.exec(source)?.[0]
  if (!block) return undefined
  const outer = before.match(/^(?! {4}|\t)[^\n]*\S[^\n]*$/gm)?.at(-1) ?? ''
  return /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(outer) || /^ {1,3}\S/.test(outer) ? undefined : at + block.length
}

/** A span ends at the next run of as many backticks, in the same paragraph; without one they are just backticks. */
function spanEnd(source: string, at: number): number {
  const run = /`+/y
  run.lastIndex = at
  const ticks = run.exec(source)![0]
  const paragraph = /\n[ \t]*\n/g
  paragraph.lastIndex = at
  const end = paragraph.exec(source)?.index ?? source.length
  const closing = new RegExp(`(?<!\`)${ticks}(?!\`)`, 'g')
  closing.lastIndex = at + ticks.length
  const found = closing.exec(source)
  return found && found.index < end ? found.index + ticks.length : at + ticks.length
}

/** Index of the line's newline, or the text's end. */
export function lineEnd(source: string, at: number): number {
  const end = source.indexOf('\n', at)
  return end === -1 ? source.length : end
}
