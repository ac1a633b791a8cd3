import sanitize from 'sanitize-html'

const tags = [
  'p',
  'div',
  'br',
  'hr',
  'a',
  'em',
  'i',
  'strong',
  'b',
  'code',
  'pre',
  'ul',
  'ol',
  'li',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
]

const markup = new RegExp(
  `</?(?:${[...tags, 'span', 'script', 'style', 'table', 'img', 'iframe'].join('|')})(?:\\s[^<>]*)?/?>`,
  'i',
)
const autolink = /<((?:https?:\/\/|mailto:)[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>/g

/**
 * Descriptions come as Markdown, as plain text or as HTML. Markdown and text stay as they are; HTML is sanitised and
 * written as Markdown, the one format of the product. What is kept: paragraphs, emphasis, links, lists, code, quotes.
 */
export function asMarkdown(text: string): string {
  const unix = text.replace(/\r\n?/g, '\n').trim()
  if (!markup.test(unix)) return unix
  const clean = sanitize(unix.replace(autolink, '$1'), {
    allowedTags: tags,
    allowedAttributes: { a: ['href'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
  })
  return tidy(lists(blocks(inline(clean))))
}

function inline(html: string): string {
  return html
    .replace(
      /<pre>(?:<code>)?([\s\S]*?)(?:<\/code>)?<\/pre>/g,
      (_, code: string) => `\n\n\`\`\`\n${codeText(code)}\n\`\`\`\n\n`,
    )
    .replace(/<code>([\s\S]*?)<\/code>/g, (_, code: string) => `\`${codeText(code)}\``)
    .replace(/<(strong|b)>\s*([\s\S]*?)\s*<\/\1>/g, (_, _tag, inner: string) => (inner ? `**${inner}**` : ''))
    .replace(/<(em|i)>\s*([\s\S]*?)\s*<\/\1>/g, (_, _tag, inner: string) => (inner ? `*${inner}*` : ''))
    .replace(/<a href="([^"]*)">([\s\S]*?)<\/a>/g, (_, href: string, inner: string) =>
      bare(inner) === href || inner.trim() === '' ? href : `[${bare(inner)}](${href})`,
    )
    .replace(/<a>([\s\S]*?)<\/a>/g, '$1')
}

function blocks(html: string): string {
  return html
    .replace(/<br \/>\n?/g, '  \n')
    .replace(/<hr \/>/g, '\n\n---\n\n')
    .replace(
      /<h([1-6])>\s*([\s\S]*?)\s*<\/h\1>/g,
      (_, level: string, inner: string) => `\n\n${'#'.repeat(Number(level))} ${inner}\n\n`,
    )
    .replace(
      /<blockquote>([\s\S]*?)<\/blockquote>/g,
      (_, inner: string) =>
        `\n\n${inner
          .replace(/<\/?(?:p|div)>/g, '\n')
          .trim()
          .replace(/^/gm, '> ')}\n\n`,
    )
    .replace(/<\/?(?:p|div)>/g, '\n\n')
}

/** Innermost lists first, each indented into the item that holds it. */
function lists(html: string): string {
  const innermost = /<(ul|ol)>((?:(?!<\/?(?:ul|ol)>)[\s\S])*)<\/\1>/
  let text = html
  for (let match = innermost.exec(text); match; match = innermost.exec(text)) {
    const marker = (index: number): string => (match![1] === 'ol' ? `${index + 1}. ` : '- ')
    const items = [...match[2]!.matchAll(/<li>([\s\S]*?)<\/li>/g)].map((item) => item[1]!.trim())
    const lines = items.map(
      (item, index) => marker(index) + item.replace(/\n+/g, `\n${' '.repeat(marker(index).length)}`),
    )
    text = `${text.slice(0, match.index)}\n\n${lines.join('\n')}\n\n${text.slice(match.index + match[0].length)}`
  }
  return text
}

/** Whatever tag is left had no partner. */
function bare(html: string): string {
  return html.replace(/<[^>]*>/g, '')
}

/** Decodes once, when no tag is left: what was `&lt;` must not become markup. */
function tidy(text: string): string {
  return bare(text)
    .replace(/&(lt|gt|quot|nbsp|#160|amp);/g, (_, name: string) => characters[name]!)
    .replaceAll(inCode, '<')
    .replace(/[ \t]+\n(?=\n)/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const characters: Record<string, string> = { lt: '\\<', gt: '>', quot: '"', nbsp: ' ', '#160': ' ', amp: '&' }

/** Stands for `<` inside code, where a backslash would show. */
const inCode = '\ue000'

function codeText(html: string): string {
  return bare(html).replaceAll('&lt;', inCode)
}
