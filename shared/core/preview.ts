/**
 * What the author of a text that is sold lets everybody read of it: what stands above a line `<!-- more -->`. Without
 * the line there is no preview: nothing of a locked text is shown that its author did not mean to show.
 */

const mark = /^[ \t]*<!--[ \t]*more[ \t]*-->[ \t]*$/i
const fence = /^ {0,3}(`{3,}|~{3,})/
/** Characters. */
const longest = 6_000

/** Offset of the line that ends the preview; a mark inside of a code block is code. */
export function previewEnd(markdown: string): number | undefined {
  let open: string | undefined
  let at = 0
  for (const line of markdown.split('\n')) {
    const found = fence.exec(line)?.[1]
    if (open !== undefined) {
      if (found?.startsWith(open) && line.trim() === found) open = undefined
    } else if (found !== undefined) open = found
    else if (mark.test(line.replace(/\r$/, ''))) return at
    at += line.length + 1
  }
  return undefined
}

/** Of a mark far down, as many whole paragraphs as fit. */
export function previewOf(markdown: string): string {
  const end = previewEnd(markdown)
  if (end === undefined) return ''
  const text = markdown.slice(0, end).trim()
  if (text.length <= longest) return text
  const cut = text.lastIndexOf('\n\n', longest)
  return text.slice(0, cut > 0 ? cut : longest).trim()
}
