/**
 * Markdown to DOM. marked parses GitHub's Markdown, DOMPurify keeps a short list of elements and
 * attributes (marked alone lets 17 of 23 attacks through), and only then does our own code add what
 * needs trust: ids, wrappers, resolved links and images. The result is handed over as nodes and never
 * turned back into a string, because parsing sanitised HTML a second time is how mutation XSS happens.
 */
import DOMPurify, { type Config } from 'dompurify'
import { Marked } from 'marked'
import { notation, numberFootnotes } from './notation.ts'
import type { MarkdownLabels, RenderOptions } from './options.ts'
import { ownId, slugMaker } from './slug.ts'

/** What marks our own links to footnotes, so that nobody's text can pass for one. */
const nonce = crypto.randomUUID()
const marked = new Marked({ gfm: true, breaks: false, async: false }).use(
  notation((number, mention) => `#${nonce}-${number}-${mention}`),
)

const POLICY: Config = {
  ALLOWED_TAGS: (
    'a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure ' +
    'h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub ' +
    'summary sup table tbody td tfoot th thead time tr u ul var wbr'
  ).split(' '),
  ALLOWED_ATTR: (
    'href src alt title class align start reversed colspan rowspan scope open datetime type checked disabled ' +
    'width height lang dir cite'
  ).split(' '),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // Everything else is refused, javascript: and data: included; relative addresses pass.
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
}

/** Of our own: its rules are not for the others who use the library in this page. */
const purifier = DOMPurify(window)

/** Classes could dress text up as part of the app: only a code block's language is let through. */
purifier.addHook('uponSanitizeAttribute', (node, data) => {
  if (data.attrName !== 'class') return
  data.keepAttr = node.nodeName === 'CODE' && /^language-[\w+#.-]{1,32}$/.test(data.attrValue)
})

interface Parsed {
  body: string
  footnotes: { number: number; mentions: number; html: string }[]
}

/** Texts nested thousands deep exhaust the parser's stack: nobody's page may fail for what somebody wrote. */
function parse(text: string): Parsed | undefined {
  try {
    const tokens = marked.lexer(text)
    const footnotes = numberFootnotes(tokens, (some, visit) => marked.walkTokens(some, visit))
    return {
      body: marked.parser(tokens),
      footnotes: footnotes.map(({ number, mentions, tokens: inner }) => ({
        number,
        mentions,
        html: marked.parser(inner),
      })),
    }
  } catch {
    return undefined
  }
}

function sanitised(html: string): DocumentFragment {
  return purifier.sanitize(html, POLICY) as unknown as DocumentFragment
}

function asItStands(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment()
  const block = document.createElement('pre')
  block.textContent = text
  fragment.append(block)
  return fragment
}

/** Sanitised nodes, ready to be put into the page. Same text and options, same nodes. */
export function renderMarkdown(text: string, options: RenderOptions): DocumentFragment {
  const parsed = parse(text)
  if (parsed === undefined) return asItStands(text)
  const fragment = sanitised(parsed.body)
  const prefix = options.idPrefix ?? ''
  if (parsed.footnotes.length > 0) fragment.append(footnoteList(parsed.footnotes, prefix, options.labels))
  const all = <T extends Element>(selector: string): T[] => [...fragment.querySelectorAll<T>(selector)]

  all<HTMLInputElement>('input').forEach((box) => {
    replaceTask(box, options.labels)
  })
  all<HTMLTableElement>('table').forEach(wrapTable)
  all<HTMLElement>('code.language-math, code.language-math-display').forEach(dressMath)
  all<HTMLElement>('pre').forEach((pre) => {
    dressCode(pre, options.labels)
  })
  all<HTMLImageElement>('img').forEach((image) => {
    resolveImage(image, options)
  })
  all<HTMLAnchorElement>('a').forEach((link) => {
    if (!dressMention(link, prefix)) resolveLink(link, options)
  })
  // Han letters have no italics; a phrase that has Latin ones too reads better slanted than dotted.
  for (const phrase of all<HTMLElement>('em, i')) {
    const words = phrase.textContent ?? ''
    phrase.classList.toggle('md-han', /\p{sc=Han}/u.test(words) && !/\p{sc=Latin}/u.test(words))
  }

  if (options.linkText) linkWords(fragment, options.linkText)

  const slug = slugMaker(prefix)
  const shift = options.headingShift ?? 0
  for (const heading of all<HTMLHeadingElement>('h1,h2,h3,h4,h5,h6')) dressHeading(heading, shift, slug)
  return fragment
}

function make(tag: string, className: string, text?: string): HTMLElement {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

function replaceTask(box: HTMLInputElement, labels: MarkdownLabels): void {
  if (box.type !== 'checkbox') {
    box.remove()
    return
  }
  const sign = make('span', box.hasAttribute('checked') ? 'md-task md-done' : 'md-task')
  sign.setAttribute('role', 'img')
  sign.setAttribute('aria-label', box.hasAttribute('checked') ? labels.taskDone : labels.taskOpen)
  box.closest('li')?.classList.add('md-task-item')
  box.replaceWith(sign)
}

/** A wide table scrolls in its own box, which the keyboard can reach. */
function wrapTable(table: HTMLTableElement): void {
  const box = make('div', 'md-scroll')
  box.tabIndex = 0
  table.replaceWith(box)
  box.append(table)
}

function dressCode(pre: HTMLElement, labels: MarkdownLabels): void {
  const code = pre.querySelector('code')
  const language = code?.className.replace('language-', '') ?? ''
  const box = make('div', 'md-code')
  const head = make('div', 'md-code-head')
  const copy = make('button', 'md-copy', labels.copy)
  copy.setAttribute('type', 'button')
  head.append(make('span', 'md-language', language))
  if (language === 'mermaid') {
    const show = make('button', 'md-copy md-draw', labels.showDiagram)
    show.setAttribute('type', 'button')
    head.append(show)
  }
  head.append(copy)
  pre.tabIndex = 0
  pre.replaceWith(box)
  box.append(head, pre)
}

/** Its source stands there until it is drawn. */
function dressMath(code: HTMLElement): void {
  const block = code.parentElement?.tagName === 'PRE' ? code.parentElement : undefined
  const wide = block !== undefined || code.className === 'language-math-display'
  const box = make('span', wide ? 'md-math' : 'md-formula')
  if (wide) box.tabIndex = 0
  ;(block ?? code).replaceWith(box)
  const source = make('code', '', (code.textContent ?? '').replace(/\n$/, ''))
  box.append(source)
}

/** @returns whether the link is the mention of a footnote. */
function dressMention(link: HTMLAnchorElement, prefix: string): boolean {
  const href = link.getAttribute('href') ?? ''
  if (!href.startsWith(`#${nonce}-`)) return false
  const [number, mention] = href.slice(nonce.length + 2).split('-')
  link.setAttribute('href', `#${prefix}fn-${number}`)
  link.id = mentionId(prefix, Number(number), Number(mention))
  link.className = 'md-mention'
  return true
}

function mentionId(prefix: string, number: number, mention: number): string {
  return `${prefix}fnref-${number}${mention > 1 ? `-${mention}` : ''}`
}

/** Each is sanitised by itself, and has its ways back from us. */
function footnoteList(notes: Parsed['footnotes'], prefix: string, labels: MarkdownLabels): HTMLElement {
  const section = make('section', 'md-footnotes')
  section.setAttribute('aria-label', labels.footnotes)
  const list = make('ol', '')
  for (const { number, mentions, html } of notes) {
    const item = make('li', '')
    item.id = `${prefix}fn-${number}`
    item.append(sanitised(html))
    const last = item.lastElementChild?.tagName === 'P' ? item.lastElementChild : item
    for (let mention = 1; mention <= Math.min(mentions, 20); mention++) {
      const back = make('a', 'md-back', '↩') as HTMLAnchorElement
      back.setAttribute('aria-label', labels.footnoteBack)
      // Of our own making: not to be resolved once more.
      back.setAttribute('rel', 'bookmark')
      back.setAttribute('href', `#${mentionId(prefix, number, mention)}`)
      last.append(' ', back)
    }
    list.append(item)
  }
  section.append(list)
  return section
}

function resolveImage(image: HTMLImageElement, options: RenderOptions): void {
  const asked = image.getAttribute('src') ?? ''
  const found = options.resolveImage ? options.resolveImage(asked) : sameOrigin(asked)
  if (!found) {
    image.replaceWith(absentImage(image, options.labels))
    return
  }
  const { src, width, height } =
    typeof found === 'string' ? { src: found, width: undefined, height: undefined } : found
  image.src = src
  image.loading = 'lazy'
  image.decoding = 'async'
  if (width && height) {
    image.width = width
    image.height = height
  }
  if (!image.hasAttribute('alt')) image.alt = ''
}

/** What stands where an image cannot be shown: its description, and its address when it has one. */
export function absentImage(image: HTMLImageElement, labels: MarkdownLabels): HTMLElement {
  const box = make('span', 'md-absent')
  box.append(make('span', 'md-absent-label', labels.absentImage))
  if (image.alt) box.append(make('span', 'md-absent-alt', image.alt))
  const address = image.getAttribute('src') ?? ''
  if (/^https?:/i.test(address) && !image.closest('a')) {
    const link = make('a', '', new URL(address).host) as HTMLAnchorElement
    link.href = address
    openOutside(link)
    box.append(link)
  }
  return box
}

function sameOrigin(address: string): string | null {
  return isOutside(address) ? null : address
}

/** Whether an address leads to another origin; one that cannot be read counts as outside. */
function isOutside(address: string): boolean {
  const url = URL.parse(address, location.href)
  return !url || (url.protocol.startsWith('http') && url.origin !== location.origin)
}

function openOutside(link: HTMLAnchorElement): void {
  link.rel = 'noopener noreferrer nofollow ugc'
  link.target = '_blank'
}

function resolveLink(link: HTMLAnchorElement, options: RenderOptions): void {
  const asked = link.getAttribute('href')
  if (link.rel || asked === null) return
  if (asked.startsWith('#')) {
    link.setAttribute('href', `#${options.idPrefix ?? ''}${asked.slice(1)}`)
    return
  }
  const found = options.resolveLink ? options.resolveLink(asked) : asked
  if (found === null) {
    link.replaceWith(...link.childNodes)
    return
  }
  link.setAttribute('href', found)
  if (isOutside(found)) openOutside(link)
}

function linkWords(root: DocumentFragment, wanted: NonNullable<RenderOptions['linkText']>): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  while (walker.nextNode()) {
    const text = walker.currentNode as Text
    if (!text.parentElement?.closest('a, code, pre, .md-code-head')) texts.push(text)
  }
  for (const text of texts) {
    const whole = text.data
    const parts: (string | Node)[] = []
    let from = 0
    for (const match of whole.matchAll(wanted.pattern)) {
      const href = wanted.href(match)
      if (href === null) continue
      const link = make('a', '', match[0]) as HTMLAnchorElement
      link.href = href
      parts.push(whole.slice(from, match.index), link)
      from = match.index + match[0].length
    }
    if (from > 0) text.replaceWith(...parts, whole.slice(from))
  }
}

function dressHeading(heading: HTMLHeadingElement, shift: number, slug: (text: string) => string): void {
  const level = Math.min(6, Number(heading.tagName[1]) + shift)
  const dressed = document.createElement(`h${level}`)
  dressed.id = slug(heading.textContent ?? '')
  const last = heading.lastChild
  if (last instanceof Text) last.data = last.data.replace(ownId, '')
  dressed.append(...heading.childNodes)
  heading.replaceWith(dressed)
}

export interface Heading {
  id: string
  level: number
  text: string
}

/** The headings of rendered nodes, in order, for a table of contents. */
export function headingsOf(root: ParentNode): Heading[] {
  return [...root.querySelectorAll('h1[id],h2[id],h3[id],h4[id]')].map((heading) => ({
    id: heading.id,
    level: Number(heading.tagName[1]),
    text: heading.textContent ?? '',
  }))
}
