import type { Post } from '#shared/features/discussions.ts'

/**
 * Markdown that quotes a post, with a link back to it, ready to be answered below.
 * @param text what to quote: the reader's selection, or the whole body.
 */
export function quoteOf(
  post: Pick<Post, 'number'>,
  threadId: string,
  attribution: string,
  text: string,
): string {
  const label = attribution.replace(/[[\]\\]/g, '\\$&')
  const head = post.number > 0 ? `[${label}](/discuss/${threadId}#p${post.number})` : label
  const lines = text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
  return `> ${head}\n>\n${lines.join('\n')}\n\n`
}

/** What the reader has selected inside an element, as plain text; '' when nothing is. */
export function selectionIn(element: Element | undefined): string {
  const selection = globalThis.getSelection?.()
  if (!element || !selection || selection.isCollapsed || selection.rangeCount === 0) return ''
  const range = selection.getRangeAt(0)
  return element.contains(range.commonAncestorContainer) ? selection.toString().trim() : ''
}
