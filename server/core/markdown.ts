/**
 * Markdown as the server reads it: to HTML for public pages and feeds, and to plain text for excerpts and counts.
 * marked knows GFM, sanitize-html lets through only what the list below names, whatever was written. Headings get
 * the ids that links to them expect: their own (`## Title {#id}`), else GitHub's spelling of their text. A body's
 * headings begin below the page's own h1.
 */
import { Marked, type Token, type Tokens } from 'marked'
import sanitize from 'sanitize-html'
import { footnoteId, formulas, takeFootnotes, withFootnotes } from './footnotes.ts'

export interface MarkdownOptions {
  /** Where a link goes; `null` leaves only its text. */
  resolveLink?: (href: string) => string | null
  /** Where an image lies; `null` leaves its alternative text. */
  resolveImage?: (src: string) => string | null
}

const allowed: sanitize.IOptions = {
  allowedTags: [
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'p',
    'blockquote',
    'pre',
    'code',
    'hr',
    'br',
    'ul',
    'ol',
    'li',
    'dl',
    'dt',
    'dd',
    'table',
    'thead',
    'tbody',
    'tfoot',
    'tr',
    'th',
    'td',
    'caption',
    'a',
    'img',
    'figure',
    'figcaption',
    'em',
    'strong',
    'b',
    'i',
    'u',
    's',
    'del',
    'ins',
    'sub',
    'sup',
    'kbd',
    'mark',
    'small',
    'abbr',
    'q',
    'cite',
    'samp',
    'var',
    'details',
    'summary',
    'input',
    'ruby',
    'rt',
    'rp',
  ],
  allowedAttributes: {
    a: ['href', 'title', 'id'],
    li: ['id'],
    img: ['src', 'alt', 'title', 'width', 'height', 'loading'],
    th: ['align', 'colspan', 'rowspan'],
    td: ['align', 'colspan', 'rowspan'],
    ol: ['start'],
    abbr: ['title'],
    details: ['open'],
    input: ['type', 'checked', 'disabled'],
    h1: ['id'],
    h2: ['id'],
    h3: ['id'],
    h4: ['id'],
    h5: ['id'],
    h6: ['id'],
  },
  allowedClasses: { code: [/^language-[\w+#.-]+$/] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  // A checkbox of a task list is the only control that Markdown has.
  exclusiveFilter: (frame) => frame.tag === 'input' && frame.attribs.type !== 'checkbox',
}

/** @returns sanitised HTML, fit for a page of ours as it is. */
export function markdownToHtml(text: string, options: MarkdownOptions = {}): string {
  return unlessTooDeep(() => toHtml(text, options), '')
}

function toHtml(text: string, options: MarkdownOptions): string {
  const { rest, notes } = takeFootnotes(text)
  const tokens = parser.lexer(rest)
  const shift = hasTopHeading(tokens) ? 1 : 0
  const ids = new Map<string, number>()
  const marked = new Marked({
    gfm: true,
    extensions: [formulas],
    renderer: {
      heading({ tokens: inline, depth }) {
        const { id, rest } = headingOf(this.parser.parseInline(inline), textOf(inline))
        const level = Math.min(6, depth + shift)
        return `<h${level} id="${unique(id, ids)}">${rest}</h${level}>\n`
      },
    },
  })
  const html = withFootnotes(marked.parser(tokens), notes, (note) => marked.parseInline(note) as string)
  return sanitize(html, {
    ...allowed,
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: attribs.href?.startsWith('#fn')
          ? ownIds(attribs)
          : ownIds(resolved(attribs, 'href', options.resolveLink)),
      }),
      li: (tagName, attribs) => ({ tagName, attribs: ownIds(attribs) }),
      img: (tagName, attribs) => {
        const image = resolved(attribs, 'src', options.resolveImage)
        if (image.src === undefined) return { tagName: 'em', attribs: {}, text: attribs.alt ?? '' }
        return { tagName, attribs: { ...image, loading: 'lazy' } }
      },
      input: (tagName, attribs) => ({ tagName, attribs: { ...attribs, disabled: '' } }),
    },
  })
}

/** What a person would read aloud: no markup, no code blocks, no images; inline code stays. Lines end paragraphs. */
export function plainText(markdown: string): string {
  return unlessTooDeep(() => blockText(parser.lexer(markdown)), markdown)
    .replace(/\n{2,}/g, '\n')
    .trim()
}

/**
 * The parser recurses: ten thousand quotes within each other overflow its stack. Such a text is nobody's prose, and
 * whoever sends one must not stop what else goes on.
 */
export function unlessTooDeep<T>(read: () => T, instead: T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return instead
    throw error
  }
}

const parser = new Marked({ gfm: true, extensions: [formulas] })

/** Ids are those of footnotes, and of nothing else that anybody wrote. */
function ownIds({ id, ...others }: sanitize.Attributes): sanitize.Attributes {
  return id !== undefined && footnoteId.test(id) ? { ...others, id } : others
}
const ownId = /\s*\{#([\p{L}\p{N}_.:-]+)\}\s*$/u

function headingOf(html: string, text: string): { id: string; rest: string } {
  const own = ownId.exec(text)?.[1]
  if (own !== undefined) return { id: own, rest: html.replace(ownId, '') }
  const spelled = text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
    .replace(/\s/gu, '-')
  return { id: spelled, rest: html }
}

function unique(id: string, seen: Map<string, number>): string {
  const wanted = id || 'section'
  const times = seen.get(wanted) ?? 0
  seen.set(wanted, times + 1)
  return times === 0 ? wanted : unique(`${wanted}-${times}`, seen)
}

function hasTopHeading(tokens: Token[]): boolean {
  return tokens.some((token) => token.type === 'heading' && (token as Tokens.Heading).depth === 1)
}

function resolved(
  attribs: sanitize.Attributes,
  name: string,
  resolve: ((address: string) => string | null) | undefined,
): sanitize.Attributes {
  const address = attribs[name]
  if (address === undefined || resolve === undefined) return attribs
  const { [name]: _, ...others } = attribs
  const found = resolve(address)
  return found === null ? others : { ...attribs, [name]: found }
}

/** Text of inline tokens; entities are decoded, as a reader sees them. */
function textOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'html' || token.type === 'image') return ''
      if (token.type === 'br') return ' '
      if ('tokens' in token && token.tokens) return textOf(token.tokens)
      return 'text' in token ? decoded(String(token.text)) : ''
    })
    .join('')
}

function blockText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      switch (token.type) {
        case 'code':
        case 'html':
        case 'space':
        case 'hr':
        case 'def':
          return ''
        case 'heading':
          return `${textOf((token as Tokens.Heading).tokens).replace(ownId, '')}\n`
        case 'list':
          return (token as Tokens.List).items.map((item) => blockText(item.tokens)).join('\n')
        case 'blockquote':
          return blockText((token as Tokens.Blockquote).tokens)
        case 'table': {
          const table = token as Tokens.Table
          const rows = [table.header, ...table.rows]
          return `${rows.map((row) => row.map((cell) => textOf(cell.tokens)).join(' ')).join('\n')}\n`
        }
        default:
          return `${textOf([token])}\n`
      }
    })
    .join('\n')
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" }

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name]!)
}
