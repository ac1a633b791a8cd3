/** Reads a tag as JSX and HTML write it, braces, quotation marks and line breaks included. */

export interface Tag {
  name: string
  kind: 'open' | 'close' | 'empty'
  /** Attributes with a text; one without a value is ''. Those with an expression are left out, unless it is a string. */
  attributes: Record<string, string>
  end: number
}

/** @returns undefined when no tag begins at `at`. */
export function tagAt(source: string, at: number): Tag | undefined {
  const start = /<(\/?)([A-Za-z][\w.-]*)(?=[\s/>])/y
  start.lastIndex = at
  const head = start.exec(source)
  // JSX fragments have no name.
  if (!head) return undefined
  const tag: Tag = { name: head[2]!, kind: head[1] ? 'close' : 'open', attributes: {}, end: 0 }
  let position = start.lastIndex
  for (;;) {
    const space = /\s*/y
    space.lastIndex = position
    position += space.exec(source)![0].length
    if (source.startsWith('/>', position))
      return { ...tag, kind: tag.kind === 'close' ? 'close' : 'empty', end: position + 2 }
    if (source[position] === '>') return { ...tag, end: position + 1 }
    if (source[position] === '{') {
      // {...spread}
      const end = bracesEnd(source, position)
      if (end === undefined) return undefined
      position = end
      continue
    }
    const name = /([A-Za-z_@:][\w:.-]*)(\s*=\s*)?/y
    name.lastIndex = position
    const attribute = name.exec(source)
    if (!attribute) return undefined
    position += attribute[0].length
    if (attribute[2] === undefined) {
      tag.attributes[attribute[1]!] = ''
      continue
    }
    const value = valueAt(source, position)
    if (!value) return undefined
    if (value.text !== undefined) tag.attributes[attribute[1]!] = value.text
    position = value.end
  }
}

function valueAt(source: string, at: number): { text: string | undefined; end: number } | undefined {
  const mark = source[at]
  if (mark === '"' || mark === "'") {
    const end = source.indexOf(mark, at + 1)
    return end === -1 ? undefined : { text: source.slice(at + 1, end), end: end + 1 }
  }
  if (mark === '{') {
    const end = bracesEnd(source, at)
    return end === undefined ? undefined : { text: stringExpression(source.slice(at + 1, end - 1)), end }
  }
  const bare = /[^\s"'=<>`]+/y
  bare.lastIndex = at
  const found = bare.exec(source)
  return found ? { text: found[0], end: at + found[0].length } : undefined
}

/** End (exclusive) of the expression whose `{` stands at `at`; strings in it may hold braces. */
export function bracesEnd(source: string, at: number): number | undefined {
  let depth = 0
  for (let i = at; i < source.length; i++) {
    const character = source[i]!
    if (character === '{') depth++
    else if (character === '}' && --depth === 0) return i + 1
    else if (character === '"' || character === "'" || character === '`') {
      const end = quoteEnd(source, i)
      if (end === undefined) return undefined
      i = end
    }
  }
  return undefined
}

function quoteEnd(source: string, at: number): number | undefined {
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === source[at]) return i
  }
  return undefined
}

/** The text of an expression that is nothing but a string (`{' '}`), its escapes resolved. */
export function stringExpression(expression: string): string | undefined {
  const quoted = /^\s*(["'`])((?:\\[\s\S]|(?!\1)[^\\])*)\1\s*$/.exec(expression)
  if (!quoted || (quoted[1] === '`' && quoted[2]!.includes('${'))) return undefined
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '' }
  return quoted[2]!.replace(/\\([\s\S])/g, (_, character: string) => escapes[character] ?? character)
}
