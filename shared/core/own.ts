/**
 * "Everything of mine": each feature says once, in its contract, what of a member's it holds and how it reads. The server
 * makes the bundle from what it has, a device from what it has, by the same code; both only from what the member may see.
 */
import * as Y from 'yjs'

export interface OwnFile {
  /** In the bundle: `posts/…md`. Markdown, or JSON by its ending. */
  path: string
  /** As the list of contents calls it. */
  title: string
  text: string
}

export interface OwnSource {
  memberId: string
  lang: 'zh' | 'en'
  /** Rows of the feed that the member may see. */
  rows<R>(table: string): Promise<{ id: string; data: R }[]>
  /** A document that the member may open; `undefined`: it is not to be had. For reading, now. */
  doc(room: string): Promise<Y.Doc | undefined>
}

export interface OwnPart {
  /** Which rows are the member's own: they hold nothing that others wrote. Kept as JSON, a file a table. */
  // biome-ignore lint/suspicious/noExplicitAny: a contract's rows are typed where it names them
  rows?: Readonly<Record<string, (row: any, id: string, memberId: string) => boolean>>
  /** What people will want to read. */
  files?(source: OwnSource): AsyncIterable<OwnFile>
}

/** A private document as plain values: maps and lists as JSON, texts as they read. */
export function plainOf(doc: Y.Doc): Record<string, unknown> {
  // A copy: to read a root that was only received is to say for good what it is.
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const plain = [...copy.share].map(([name, type]): [string, unknown] => {
    if (type._map.size > 0) return [name, copy.getMap(name).toJSON()]
    const items = type._start?.content instanceof Y.ContentString
    return [name, items ? copy.getText(name).toString() : copy.getArray(name).toJSON()]
  })
  copy.destroy()
  return Object.fromEntries(plain)
}

export interface OwnWords {
  title: string
  /** When it was made, and from what. */
  made: string
  /** Over the files of data. */
  data: string
}

/** The files of a bundle: rows, readings, and at the end a page of contents that shows all of them without a network. */
export async function* ownFiles(
  parts: readonly OwnPart[],
  source: OwnSource,
  words: OwnWords,
): AsyncGenerator<{ path: string; bytes: Uint8Array }> {
  const encoder = new TextEncoder()
  const taken = new Set<string>(['index.html'])
  const texts: OwnFile[] = []
  const data: string[] = []
  for (const part of parts) {
    if (!part.files) continue
    for await (const file of part.files(source)) {
      const path = free(file.path, taken)
      if (path.endsWith('.json')) data.push(path)
      else texts.push({ ...file, path })
      yield { path, bytes: encoder.encode(file.text) }
    }
  }
  for (const part of parts) {
    for (const [table, isOwn] of Object.entries(part.rows ?? {})) {
      const rows = (await source.rows<object>(table)).filter(({ id, data }) =>
        isOwn(data, id, source.memberId),
      )
      if (rows.length === 0) continue
      const path = free(`data/${table}.json`, taken)
      data.push(path)
      const text = JSON.stringify(
        rows.map(({ id, data }) => ({ id, ...data })),
        null,
        2,
      )
      yield { path, bytes: encoder.encode(text) }
    }
  }
  yield { path: 'index.html', bytes: encoder.encode(contents(texts, data, source.lang, words)) }
}

/** A title as part of a path: short, and nothing that a file system would take for more than a name. */
export function fileName(title: string): string {
  const name = Array.from(title.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-'))
  return (
    name
      .slice(0, 60)
      .join('')
      .replace(/^-+|-+$/g, '') || 'untitled'
  )
}

function free(path: string, taken: Set<string>): string {
  const [, stem, ending] = /^(.*?)(\.\w+)?$/.exec(path)!
  let name = path
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem}-${n}${ending ?? ''}`
  taken.add(name.toLowerCase())
  return name
}

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => marks[mark]!)

const style = `:root{color-scheme:light dark}
body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:16px/1.65 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
summary{padding:.4rem 0;cursor:pointer}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;border-left:3px solid #8886;padding:.2rem 0 .2rem 1rem}`

function contents(texts: readonly OwnFile[], data: readonly string[], lang: string, words: OwnWords): string {
  const folders = new Map<string, OwnFile[]>()
  for (const file of texts) {
    const folder = file.path.split('/')[0]!
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  const link = (path: string, title: string): string =>
    `<a href="${escaped(path.split('/').map(encodeURIComponent).join('/'))}">${escaped(title)}</a>`
  const sections = [...folders].map(
    ([folder, files]) =>
      `<h2>${escaped(folder)}</h2>\n${files
        .map(
          ({ path, title, text }) =>
            `<details><summary>${escaped(title)}</summary><p>${link(path, path)}</p><pre>${escaped(text)}</pre></details>`,
        )
        .join('\n')}`,
  )
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(words.title)}</title><style>${style}</style></head>
<body><h1>${escaped(words.title)}</h1><p>${escaped(words.made)}</p>
${sections.join('\n')}
<h2>${escaped(words.data)}</h2><ul>${data.map((path) => `<li>${link(path, path)}</li>`).join('')}</ul>
</body></html>
`
}
