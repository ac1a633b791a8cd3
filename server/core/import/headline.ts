/** The headline that a Markdown text begins with. */

/** Characters; what is longer is no headline, and costs no time. */
const longest = 1_000

/** @returns its words, without the ids and comments of site generators, and the text after it. */
export function headlineOf(text: string): { headline: string; rest: string } | undefined {
  const begin = text.search(/\S/)
  const lineEnd = text.indexOf('\n', begin)
  const end = lineEnd === -1 ? text.length : lineEnd
  if (begin === -1 || end - begin > longest) return undefined
  const line = text.slice(begin, end)
  if (!/^#[ \t]/.test(line)) return undefined
  const headline = withoutClosing(line.slice(1).trim())
    .replace(/\{(?:\/\*.*?\*\/|#[^}]*)\}/g, '')
    .trim()
  return headline === '' ? undefined : { headline, rest: text.slice(end + 1) }
}

/** `Title ##` ends in a closing sequence; `C#` does not. */
function withoutClosing(words: string): string {
  let end = words.length
  while (words[end - 1] === '#') end--
  return end === 0 || /\s/.test(words[end - 1]!) ? words.slice(0, end).trimEnd() : words
}
