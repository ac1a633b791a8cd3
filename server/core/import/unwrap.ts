/**
 * Turns the Markdown of documentation sites (MDX, JSX-like components, raw HTML) into Markdown that stands on its own.
 * Components are taken away and their text is kept; notes become quotations, films and pictures links and images,
 * terminal output becomes code; `{/*slug*\/}` after a heading becomes its id, all other comments go. What stands in code
 * is never touched. A lone `<T>` that nothing closes was never a tag: it is shown as written.
 */
import { bracesEnd, stringExpression, type Tag, tagAt } from './attributes.ts'
import { codeFinder, lineEnd } from './code.ts'
import {
  calloutOf,
  droppedElements,
  isConsole,
  keptAttributes,
  keptElements,
  voidElements,
  watchAddress,
} from './tags.ts'

export interface Unwrapped {
  text: string
  /** Components that were taken away, and how many of each. */
  tags: Map<string, number>
}

interface Frame {
  tag: Tag
  /** As written, in case it turns out to be no tag. */
  source: string
  /** The tag has a line of its own. */
  block: boolean
  out: string
}

export function unwrap(source: string, lang: 'zh' | 'en', mdx = looksLikeMdx(source)): Unwrapped {
  const code = codeFinder(source, !mdx)
  const tags = new Map<string, number>()
  const root: Frame = {
    tag: { name: '', kind: 'open', attributes: {}, end: 0 },
    source: '',
    block: true,
    out: '',
  }
  const frames = [root]
  const top = (): Frame => frames.at(-1)!
  const count = (name: string): void => {
    tags.set(name, (tags.get(name) ?? 0) + 1)
  }

  /** Puts what a finished frame became where it stood. */
  const finish = (frame: Frame): void => {
    const { name } = frame.tag
    if (!knownElement(name)) count(name)
    top().out += rendered(frame, lang)
  }
  /** A tag that was opened and never closed: text, unless HTML lets it stay open. */
  const giveUp = (frame: Frame): void => {
    const { name } = frame.tag
    const isText = !keptElements.has(name) && !knownElement(name)
    top().out += isText
      ? `\\${frame.source}${frame.out}`
      : (keptElements.has(name) ? openTag(frame.tag) : '') + frame.out
  }
  const close = (name: string): boolean => {
    const index = frames.findLastIndex((frame) => frame.tag.name === name)
    if (index < 1) return false
    while (frames.length - 1 > index) giveUp(frames.pop()!)
    finish(frames.pop()!)
    return true
  }

  let at = 0
  while (at < source.length) {
    const codeEnd = code.endAt(at)
    if (codeEnd > at) {
      const atLineStart = at === 0 || source[at - 1] === '\n'
      const text = source.slice(at, codeEnd)
      top().out += atLineStart && frames.length > 1 ? labelled(text) : text
      at = codeEnd
      continue
    }
    if (mdx && (at === 0 || source[at - 1] === '\n')) {
      const statement = statementEnd(source, at)
      if (statement !== undefined) {
        at = statement
        continue
      }
    }
    const character = source[at]!
    if (character === '\\') {
      top().out += source.slice(at, at + 2)
      at += 2
    } else if (source.startsWith('<!--', at)) {
      const end = source.indexOf('-->', at)
      at = end === -1 ? source.length : end + 3
    } else if (source.startsWith('{/*', at)) {
      const end = source.indexOf('*/', at + 3)
      const after = end === -1 ? undefined : /\*\/\s*\}/y
      if (after) after.lastIndex = end
      const tail = after?.exec(source)?.[0]
      if (tail === undefined) {
        top().out += character
        at++
        continue
      }
      const comment = source.slice(at + 3, end).trim()
      at = end + tail.length
      const line = top().out.slice(top().out.lastIndexOf('\n') + 1)
      const isHeading = /^ {0,3}#{1,6}\s/.test(line) && source.slice(at, lineEnd(source, at)).trim() === ''
      top().out = top().out.replace(/[ \t]+$/, '')
      if (isHeading && /^[\p{L}\p{N}_.-]+$/u.test(comment)) top().out += ` {#${comment}}`
    } else if (mdx && character === '{') {
      const end = bracesEnd(source, at)
      const text = end === undefined ? undefined : stringExpression(source.slice(at + 1, end - 1))
      top().out += text ?? character
      at = text === undefined ? at + 1 : end!
    } else if (mdx && /^<\/?>/.test(source.slice(at, at + 3))) {
      at = source.indexOf('>', at) + 1
    } else if (character === '<') {
      const tag = tagAt(source, at)
      if (!tag) {
        top().out += character
        at++
        continue
      }
      at = take(tag, at)
    } else {
      top().out += character
      at++
    }
  }
  while (frames.length > 1) giveUp(frames.pop()!)
  return { text: tidied(root.out), tags }

  /** Handles the tag at `start`; @returns where to go on. */
  function take(tag: Tag, start: number): number {
    const raw = source.slice(start, tag.end)
    if (tag.kind === 'close') {
      if (!close(tag.name) && !knownElement(tag.name)) top().out += `\\${raw}`
      return tag.end
    }
    const verbatim =
      tag.kind === 'open' && (droppedElements.has(tag.name) || tag.name === 'pre' || tag.name === 'code')
    if (verbatim) {
      const closing = source.indexOf(`</${tag.name}`, tag.end)
      if (closing !== -1) {
        const end = source.indexOf('>', closing) + 1
        if (droppedElements.has(tag.name)) count(tag.name)
        else top().out += source.slice(start, end)
        return end
      }
    }
    const lineStart = source.lastIndexOf('\n', start - 1) + 1
    const alone =
      source.slice(lineStart, start).trim() === '' &&
      source.slice(tag.end, lineEnd(source, tag.end)).trim() === ''
    const frame: Frame = { tag, source: raw, block: alone, out: '' }
    if (tag.kind === 'empty' || voidElements.has(tag.name)) finish(frame)
    else frames.push(frame)
    return tag.end
  }
}

/** Components or comments of JSX: then braces and four spaces mean what they mean in MDX. */
export function looksLikeMdx(source: string): boolean {
  return (
    /^<[A-Z][\w.]*[\s/>]/m.test(source) ||
    /\{\/\*[\s\S]*?\*\/\s*\}/.test(source) ||
    /^import\s.+\sfrom\s+['"]/m.test(source)
  )
}

/** `import … from '…'` and `export …` at the start of a line, through the blank line that ends them. */
function statementEnd(source: string, at: number): number | undefined {
  const line = source.slice(at, lineEnd(source, at))
  if (/^import\s+(?:[\w*{][^'"]*\sfrom\s+)?['"][^'"]+['"];?\s*$/.test(line)) return lineEnd(source, at) + 1
  if (/^import\s+\{\s*$/.test(line) || /^export\s+(?:const|let|default|function|async)\b/.test(line)) {
    const blank = source.indexOf('\n\n', at)
    return blank === -1 ? source.length : blank + 1
  }
  return undefined
}

function knownElement(name: string): boolean {
  return /^[a-z][a-z0-9]*$/.test(name) && htmlElements.has(name)
}

const htmlElements = new Set([
  ...keptElements,
  ...voidElements,
  ...droppedElements,
  ...(
    'a article aside audio body button center code div font footer head header html iframe label legend main map nav ' +
    'object option picture pre section span textarea time title video'
  ).split(' '),
])

/** A component's files: their names are shown, and the ones it hid are folded away. */
function labelled(fence: string): string {
  const info = /^[ \t]*(?:`{3,}|~{3,})[ \t]*\S+[ \t]+([^\s{[]+\.\w+|\S*\/\S+)([^\n]*)/.exec(fence)
  if (!info) return fence
  const [, file, rest] = info
  return /\bhidden\b/.test(rest!)
    ? `\n<details>\n<summary>${file!.replaceAll('<', '&lt;')}</summary>\n\n${fence}\n\n</details>\n`
    : `\n\`${file}\`\n\n${fence}`
}

function rendered(frame: Frame, lang: 'zh' | 'en'): string {
  const { name, attributes } = frame.tag
  const text = frame.out
  if (name === 'br') return '<br>'
  if (name === 'a' && attributes.href !== undefined) return `[${text.trim()}](${address(attributes.href)})`
  if (name === 'img' || (/(?:image|img|illustration|picture|figure)$/i.test(name) && attributes.src)) {
    // The twin of a picture for dark pages would show it twice.
    return /\bdark\b/.test(attributes.className ?? attributes.class ?? '') ? '' : image(frame.tag) + text
  }
  if (keptElements.has(name)) {
    if (frame.tag.kind === 'empty' || voidElements.has(name)) return openTag(frame.tag)
    return `${openTag(frame.tag)}${text}</${name}>`
  }
  if (knownElement(name) && name !== 'iframe' && name !== 'video' && name !== 'audio') {
    return frame.block ? apart(dedented(text)) : text
  }
  const label = calloutOf(name, attributes.type ?? attributes.kind, lang)
  if (label !== undefined) return apart(quoted(`**${attributes.title || label}**\n\n${dedented(text)}`))
  if (isConsole(name) && text.trim() !== '' && !/^\s*(?:```|~~~)/m.test(text)) return apart(asCode(text))
  return frame.block || text === '' ? apart(component(frame.tag, dedented(text))) : text
}

/** What a component says in its attributes, and what stands in it. */
function component(tag: Tag, text: string): string {
  const { src, href, url, alt, name } = tag.attributes
  const title =
    tag.attributes.title || tag.attributes.titleText || tag.attributes.heading || tag.attributes.label
  const target = [src, href, url].find((value) => value !== undefined && /^https?:\/\//.test(value))
  if (target !== undefined) {
    const watch = watchAddress(target)
    return `[${title || alt || watch}](${address(watch)})\n\n${text}`
  }
  if (src !== undefined && /\.(?:png|jpe?g|gif|webp|avif|svg)$/i.test(src)) return `${image(tag)}\n\n${text}`
  // A drawing that the site makes itself: its description is all there is.
  if (alt)
    return `![${alt.replace(/[[\]]/g, '\\$&')}](absent:${encodeURIComponent(name || tag.name)})\n\n${text}`
  return title ? `**${title}**\n\n${text}` : text
}

function image({ attributes }: Tag): string {
  return attributes.src
    ? `![${(attributes.alt ?? '').replace(/[[\]]/g, '\\$&')}](${address(attributes.src)})`
    : ''
}

function address(value: string): string {
  return /[\s()]/.test(value) ? `<${value}>` : value
}

function openTag({ name, attributes, kind }: Tag): string {
  const kept = Object.entries(attributes)
    .filter(([key]) => keptAttributes.has(key))
    .map(([key, value]) => (value === '' ? ` ${key}` : ` ${key}="${value.replaceAll('"', '&quot;')}"`))
  return `<${name}${kept.join('')}>${kind === 'empty' && !voidElements.has(name) ? `</${name}>` : ''}`
}

/** One blank line where several are, but for those in code. */
function tidied(text: string): string {
  const code = codeFinder(text, false)
  let out = ''
  let at = 0
  while (at < text.length) {
    const end = Math.max(code.endAt(at), text[at] === '\n' ? at : lineEnd(text, at))
    if (end > at) {
      // A span of code may begin anywhere in the line.
      const isCode = code.endAt(at) > at
      const next = isCode ? end : nextTick(text, at, end)
      out += text.slice(at, next)
      at = next
    } else {
      const blank = /\n(?:[ \t]*\n)*/y
      blank.lastIndex = at
      const lines = blank.exec(text)![0]
      out += lines === '\n' ? '\n' : '\n\n'
      at += lines.length
    }
  }
  return out.trim()
}

function nextTick(text: string, at: number, end: number): number {
  const tick = text.indexOf('`', at + 1)
  return tick === -1 ? end : Math.min(tick, end)
}

function apart(text: string): string {
  return text.trim() === '' ? '\n\n' : `\n\n${text.replace(/^(?:[ \t]*\n)+|\s+$/g, '')}\n\n`
}

function dedented(text: string): string {
  const lines = text.split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length)
  const common = indents.length === 0 ? 0 : Math.min(...indents)
  return common === 0
    ? text
    : lines.map((line) => line.slice(Math.min(common, /^ */.exec(line)![0].length))).join('\n')
}

function quoted(text: string): string {
  return tidied(text)
    .split('\n')
    .map((line) => (line.trim() === '' ? '>' : `> ${line}`))
    .join('\n')
}

/** In code a backslash is a backslash: escapes that Markdown needed are taken back. */
function asCode(text: string): string {
  const lines = text.replace(/\\([!-/:-@[-`{-~])/g, '$1').split('\n')
  return `\`\`\`text\n${lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n\`\`\``
}
