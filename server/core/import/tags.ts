/** What becomes of the components that documentation sites put into their Markdown, when there is no such component. */

/** Elements of HTML that Markdown has no other word for; they stay as they are. */
export const keptElements = new Set(
  (
    'b br caption cite dd del details dl dt em figcaption figure hr i ins kbd li mark ol p q rp rt ruby s samp ' +
    'small strong sub summary sup table tbody td tfoot th thead tr u ul var blockquote abbr'
  ).split(' '),
)
export const voidElements = new Set([
  'br',
  'hr',
  'img',
  'source',
  'input',
  'wbr',
  'col',
  'embed',
  'link',
  'meta',
  'track',
])
/** Attributes that say something about a kept element; classes and styles belong to the site it came from. */
export const keptAttributes = new Set([
  'title',
  'align',
  'start',
  'colspan',
  'rowspan',
  'open',
  'width',
  'height',
])
/** Their content is neither text nor markup. */
export const droppedElements = new Set([
  'script',
  'style',
  'svg',
  'noscript',
  'template',
  'form',
  'math',
  'select',
])

const callouts: Record<string, { en: string; zh: string } | undefined> = {
  note: { en: 'Note', zh: '注意' },
  info: { en: 'Info', zh: '说明' },
  tip: { en: 'Tip', zh: '提示' },
  hint: { en: 'Hint', zh: '提示' },
  important: { en: 'Important', zh: '重要' },
  warning: { en: 'Warning', zh: '警告' },
  caution: { en: 'Caution', zh: '当心' },
  danger: { en: 'Danger', zh: '危险' },
  pitfall: { en: 'Pitfall', zh: '陷阱' },
  deprecated: { en: 'Deprecated', zh: '已弃用' },
  gotcha: { en: 'Gotcha', zh: '易错' },
}

/** A remark set apart from the text: its label, or `undefined` when the tag is no such thing. */
export function calloutOf(name: string, kind: string | undefined, lang: 'zh' | 'en'): string | undefined {
  const generic = /^(?:callout|admonition|alert|aside)$/i.test(name)
  const known = callouts[(generic ? (kind ?? 'note') : name).toLowerCase()]
  return known?.[lang]
}

/** Output of a terminal or console, written between tags in place of a fence. */
export function isConsole(name: string): boolean {
  return /^(?:Terminal|Console)(?:Block|LogLine|Line|Output)?$/.test(name)
}

/** A frame with a film in it becomes a link to the film. */
export function watchAddress(address: string): string {
  const embedded = /^https?:\/\/(?:www\.)?youtube(?:-nocookie)?\.com\/embed\/([\w-]+)(?:\?(.*))?$/.exec(
    address,
  )
  if (!embedded) return address
  const start = /(?:^|[&?])(?:t|start)=(\d+)/.exec(embedded[2] ?? '')?.[1]
  return `https://www.youtube.com/watch?v=${embedded[1]}${start ? `&t=${start}s` : ''}`
}
