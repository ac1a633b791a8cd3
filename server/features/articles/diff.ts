/**
 * The edits that turn one text into another, so that publishing a revision sends readers what changed and not the
 * whole article. First by lines, then by words inside the lines that changed; Myers' greedy algorithm ("An O(ND)
 * Difference Algorithm", 1986) on both levels. Texts that differ almost everywhere are replaced between what they
 * have in common at both ends, since finding the shortest script for them would cost more than it saves.
 */
import type * as Y from 'yjs'

export interface Edit {
  /** Position in the old text, UTF-16 code units. */
  at: number
  remove: number
  insert: string
}

/** Differing lines (or words) beyond which the rest is replaced as a whole: the search is quadratic in them. */
const most = 500

/** Edits in ascending order of position, none touching another; applied from the last to the first they give `after`. */
export function editsBetween(before: string, after: string): Edit[] {
  return changesOf(linesOf(before), linesOf(after)).flatMap((change) => {
    if (change.removed === '' || change.added === '') return [toEdit(change)]
    return changesOf(wordsOf(change.removed), wordsOf(change.added)).map((inner) =>
      toEdit({ ...inner, at: inner.at + change.at }),
    )
  })
}

/** Makes the text read `after`, touching only what differs. @returns whether anything did. */
export function rewrite(text: Y.Text, after: string): boolean {
  const edits = editsBetween(text.toString(), after)
  for (const edit of edits.reverse()) {
    if (edit.remove > 0) text.delete(edit.at, edit.remove)
    if (edit.insert !== '') text.insert(edit.at, edit.insert)
  }
  return edits.length > 0
}

interface Change {
  at: number
  removed: string
  added: string
}

function toEdit({ at, removed, added }: Change): Edit {
  return { at, remove: removed.length, insert: added }
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** Runs of spaced letters, single characters of unspaced scripts, and all else one by one; never half a character. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{N}_]+|\s+|./gsu) ?? []
}

/** Differences between two sequences of pieces, as changes of the joined text. */
function changesOf(before: string[], after: string[]): Change[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++

  const a = before.slice(start, before.length - end)
  const b = after.slice(start, after.length - end)
  const offset = lengthOf(before, start)
  const script = a.length === 0 || b.length === 0 ? undefined : shortestScript(a, b)
  if (!script) {
    const change = { at: offset, removed: a.join(''), added: b.join('') }
    return change.removed === '' && change.added === '' ? [] : [change]
  }

  const changes: Change[] = []
  let at = offset
  let i = 0
  let j = 0
  for (const [x, y] of [...script, [a.length, b.length] as const]) {
    if (x > i || y > j) changes.push({ at, removed: a.slice(i, x).join(''), added: b.slice(j, y).join('') })
    at += lengthOf(a.slice(i, x), x - i) + (a[x]?.length ?? 0)
    i = x + 1
    j = y + 1
  }
  return changes
}

function lengthOf(pieces: string[], count: number): number {
  let length = 0
  for (let i = 0; i < count; i++) length += pieces[i]!.length
  return length
}

/** Pairs of indices of a longest common subsequence, ascending; undefined when the texts differ too much. */
function shortestScript(a: string[], b: string[]): [number, number][] | undefined {
  const limit = Math.min(a.length + b.length, most)
  /** `reach[k]`: how far the furthest path on diagonal k (= x − y) got in `a`; a copy is kept for each d. */
  let reach = new Map<number, number>([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let d = 0; d <= limit; d++) {
    trace.push(new Map(reach))
    const next = new Map(reach)
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (next.get(k - 1) ?? -1) < (next.get(k + 1) ?? -1))
      let x = down ? next.get(k + 1)! : next.get(k - 1)! + 1
      let y = x - k
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++
        y++
      }
      next.set(k, x)
      if (x >= a.length && y >= b.length) return backtrack(trace, a.length, b.length)
    }
    reach = next
  }
  return undefined
}

function backtrack(trace: Map<number, number>[], n: number, m: number): [number, number][] {
  const common: [number, number][] = []
  let x = n
  let y = m
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d]!
    const k = x - y
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))
    const previousK = down ? k + 1 : k - 1
    const previousX = reach.get(previousK)!
    const previousY = previousX - previousK
    while (x > previousX && y > previousY) {
      x--
      y--
      common.push([x, y])
    }
    x = previousX
    y = previousY
  }
  return common.reverse()
}
