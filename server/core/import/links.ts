/** Rewrites where the links and pictures of a Markdown text lead, and leaves all else, code above all, as it is. */
import { codeFinder } from './code.ts'

export interface Resolvers {
  /** Where a link leads now; `null`: nowhere, only its text stays. */
  link(address: string): string | null
  image(address: string): string
}

/** Inline links and images, and the definitions that `[text][name]` refers to. */
export function rewriteLinks(text: string, resolvers: Resolvers): string {
  const code = codeFinder(text, false)
  let out = ''
  /** Where in `out` each open bracket stands, and whether it begins an image. */
  const open: { at: number; image: boolean }[] = []
  let at = 0
  while (at < text.length) {
    const end = code.endAt(at)
    if (end > at) {
      out += text.slice(at, end)
      at = end
      continue
    }
    if (at === 0 || text[at - 1] === '\n') {
      const definition = /^( {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*)(<[^>\n]*>|\S+)/.exec(
        text.slice(at, at + 2_000),
      )
      if (definition) {
        out += definition[1] + (resolvers.link(bare(definition[2]!)) ?? '#')
        at += definition[0].length
        continue
      }
    }
    const character = text[at]!
    if (character === '\\') {
      out += text.slice(at, at + 2)
      at += 2
      continue
    }
    if (character === '\n' && /^\n[ \t]*\n/.test(text.slice(at, at + 50))) open.length = 0
    if (character === '[') open.push({ at: out.length, image: out.endsWith('!') })
    const begin = character === ']' ? open.pop() : undefined
    const target = begin && destinationAt(text, at + 1)
    if (!begin || !target) {
      out += character
      at++
      continue
    }
    const label = out.slice(begin.at + 1)
    if (begin.image) {
      out = `${out.slice(0, begin.at)}[${label}](${written(resolvers.image(target.address))}${target.title})`
    } else {
      const found = resolvers.link(target.address)
      out = out.slice(0, begin.at) + (found === null ? label : `[${label}](${written(found)}${target.title})`)
    }
    at = target.end
  }
  return out
}

/** Reads `(address "title")`. */
function destinationAt(
  text: string,
  at: number,
): { address: string; title: string; end: number } | undefined {
  const shape =
    /\(\s*(<[^<>\n]*>|(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*)(\s+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)/y
  shape.lastIndex = at
  const found = shape.exec(text)
  if (!found) return undefined
  return { address: bare(found[1]!), title: found[2]?.replace(/\s+/, ' ') ?? '', end: at + found[0].length }
}

function bare(address: string): string {
  return address.replace(/^<(.*)>$/, '$1').replace(/\\([!-/:-@[-`{-~])/g, '$1')
}

function written(address: string): string {
  return /[\s()<>]/.test(address) ? `<${address.replace(/[<>]/g, encodeURIComponent)}>` : address
}
