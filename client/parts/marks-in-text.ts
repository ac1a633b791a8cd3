/** Between what is drawn and its plain text: where a selection begins and ends, and which range a passage is. */
import type { Span } from '#shared/marks/anchor.ts'

/** Text that is drawn, without what the app adds to it. */
export interface DrawnText {
  text: string
  nodes: { node: Text; start: number }[]
}

export function drawnText(host: HTMLElement): DrawnText {
  const nodes: DrawnText['nodes'] = []
  let text = ''
  const root = host.querySelector('.markdown')
  if (!root) return { text, nodes }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (node.parentElement?.closest('button, .visually-hidden')) continue
    nodes.push({ node, start: text.length })
    text += node.data
  }
  return { text, nodes }
}

/** Where a range of the page lies in the text, without blanks at its ends; `undefined`: nowhere. */
export function spanOf({ text, nodes }: DrawnText, range: Range): Span | undefined {
  let start = -1
  let end = -1
  for (const each of nodes) {
    if (!range.intersectsNode(each.node)) continue
    const from = each.node === range.startContainer ? range.startOffset : 0
    const to = each.node === range.endContainer ? range.endOffset : each.node.length
    if (from >= to) continue
    if (start < 0) start = each.start + from
    end = each.start + to
  }
  if (start < 0) return undefined
  const chosen = text.slice(start, end)
  const trimmed = chosen.trim()
  if (trimmed === '') return undefined
  const from = start + chosen.indexOf(trimmed)
  return { start: from, end: from + trimmed.length }
}

export function rangeOf({ nodes }: DrawnText, { start, end }: Span): Range | undefined {
  const at = (place: number, isEnd: boolean): { node: Text; offset: number } | undefined => {
    const found = nodes.findLast((each) => (isEnd ? each.start < place : each.start <= place))
    return found && { node: found.node, offset: Math.min(place - found.start, found.node.length) }
  }
  const [from, to] = [at(start, false), at(end, true)]
  if (!from || !to) return undefined
  const range = document.createRange()
  range.setStart(from.node, from.offset)
  range.setEnd(to.node, to.offset)
  return range
}

/** The place in the text under a point of the window. */
export function placeAt({ nodes }: DrawnText, x: number, y: number): number | undefined {
  const caret = caretAt(x, y)
  const found = caret && nodes.find(({ node }) => node === caret.node)
  return found && found.start + caret.offset
}

interface CaretDocument {
  caretPositionFromPoint?(x: number, y: number): { offsetNode: Node; offset: number } | null
  caretRangeFromPoint?(x: number, y: number): Range | null
}

function caretAt(x: number, y: number): { node: Node; offset: number } | undefined {
  const page = document as unknown as CaretDocument
  const position = page.caretPositionFromPoint?.(x, y)
  if (position) return { node: position.offsetNode, offset: position.offset }
  const range = page.caretRangeFromPoint?.(x, y)
  return range ? { node: range.startContainer, offset: range.startOffset } : undefined
}

/** Paragraphs and the like, for whoever cannot point at words. */
export function passagesOf(drawn: DrawnText, host: HTMLElement): Span[] {
  const blocks = host.querySelectorAll('.markdown :is(p, li, blockquote, pre, h1, h2, h3, h4, td)')
  return [...blocks].flatMap((block) => {
    if (block.querySelector('p, li')) return []
    const range = document.createRange()
    range.selectNodeContents(block)
    return spanOf(drawn, range) ?? []
  })
}
