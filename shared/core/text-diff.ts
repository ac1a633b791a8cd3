/**
 * How one text becomes another: as edits of a shared document, as lines that people can read, and as what was lost.
 * First by lines, then by words inside the lines that changed; Myers' greedy algorithm ("An O(ND) Difference
 * Algorithm", 1986) on both levels. Scripts without spaces go character by character, so nothing depends on a
 * dictionary. Texts that differ almost everywhere are replaced between what they have in common at both ends, since
 * finding the shortest script for them would cost more than it saves.
 */

export interface Edit {
  /** Position in the old text, UTF-16 code units. */
  at: number
  remove: number
  insert: string
}

/** A `Y.Text`, or whatever else can be edited in place. */
export interface EditableText {
  toString(): string
  insert(at: number, text: string): void
  delete(at: number, length: number): void
}

/** Differing lines (or words) beyond which the rest is replaced as a whole: the search is quadratic in them. */
const most = 500

/** Edits in ascending order of position, none touching another; applied from the last to the first they give `after`. */
export function editsBetween(before: string, after: string): Edit[] {
  return changesOf(linesOf(before), linesOf(after)).flatMap((change) => {
    if (change.removed.length === 0 || change.added.length === 0) return [toEdit(change)]
    return changesOf(wordsOf(change.removed.join('')), wordsOf(change.added.join(''))).map((inner) =>
      toEdit({ ...inner, at: inner.at + change.at }),
    )
  })
}

/**
 * Makes the text read `next`, touching only what differs, so that what others write at the same time merges and their
 * carets stay where they are. To be called inside one transaction. @returns whether anything differed.
 */
export function spliceToward(text: EditableText, next: string): boolean {
  const edits = editsBetween(text.toString(), next)
  for (const edit of edits.reverse()) {
    if (edit.remove > 0) text.delete(edit.at, edit.remove)
    if (edit.insert !== '') text.insert(edit.at, edit.insert)
  }
  return edits.length > 0
}

export interface DiffSpan {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** One line of a readable difference, without its line break. A `changed` line has both words that went and that came. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'changed'
  spans: DiffSpan[]
}

/** Lines that share at least this much (Dice's coefficient of their words) are shown as one line that changed. */
const alike = 0.5
/** Pairs of lines beyond which a block's lines are not compared with each other. */
const comparable = 2_500

/** Both texts as one column of lines, in order. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before)
  const lines: DiffLine[] = []
  let at = 0
  const keep = (until: number): void => {
    while (at < until) lines.push(whole('same', old[at++]!))
  }
  // A last line without its break is the same line.
  for (const { from, removed, added } of changesOf(old.map(ended), linesOf(after).map(ended))) {
    keep(from)
    lines.push(...diffBlock(removed, added))
    at = from + removed.length
  }
  keep(old.length)
  return lines
}

/** Words (characters of unspaced scripts) that came and went. What only moved inside a stretch of changed lines is neither. */
export function changedWords(
  before: string,
  after: string,
  count: (text: string) => number,
): { added: number; removed: number } {
  const total = { added: 0, removed: 0 }
  for (const change of changesOf(linesOf(before).map(ended), linesOf(after).map(ended))) {
    const removed = bagOf(change.removed.flatMap(wordsOf))
    const added = bagOf(change.added.flatMap(wordsOf))
    total.removed += leftOf(removed, added, count)
    total.added += leftOf(added, removed, count)
  }
  return total
}

/**
 * Characters (without spaces) of `before` that `after` has nowhere any more: what was moved or set anew between other
 * lines is not lost, what was typed over is. Linear in the length of both.
 */
export function lossBetween(before: string, after: string): { lost: number; of: number } {
  const was = bagOf(linesOf(before).map((line) => line.trim()))
  const is = bagOf(linesOf(after).map((line) => line.trim()))
  const gone = bagOf([...leftovers(was, is)].flatMap(wordsOf))
  const come = bagOf([...leftovers(is, was)].flatMap(wordsOf))
  return { lost: leftOf(gone, come, visible), of: visible(before) }
}

function visible(text: string): number {
  return text.replace(/\s+/g, '').length
}

interface Change {
  /** Index of the first piece, and position of the first character, in the old text. */
  from: number
  at: number
  removed: string[]
  added: string[]
}

function toEdit({ at, removed, added }: Change): Edit {
  return { at, remove: lengthOf(removed, removed.length), insert: added.join('') }
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function ended(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n`
}

/** Runs of spaced letters, single characters of unspaced scripts, and all else one by one; never half a character. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{N}_]+|\s+|./gsu) ?? []
}

function whole(kind: 'same' | 'added' | 'removed', line: string): DiffLine {
  return { kind, spans: [{ kind, text: line.replace(/\n$/, '') }] }
}

/** Lines that stand in each other's place, those that resemble each other as one. */
function diffBlock(removed: string[], added: string[]): DiffLine[] {
  const pairs = pairsOf(removed, added)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of [...pairs, [removed.length, added.length] as const]) {
    while (i < x) lines.push(whole('removed', removed[i++]!))
    while (j < y) lines.push(whole('added', added[j++]!))
    if (x < removed.length && y < added.length) {
      lines.push({ kind: 'changed', spans: diffWords(removed[i++]!, added[j++]!) })
    }
  }
  return lines
}

/** Pairs of indices, ascending in both, whose likeness adds up to the most. */
function pairsOf(removed: string[], added: string[]): [number, number][] {
  if (removed.length === 0 || added.length === 0 || removed.length * added.length > comparable) return []
  const bags = [removed, added].map((lines) => lines.map((line) => bagOf(wordsOf(line).filter(visible))))
  const width = added.length + 1
  const best = new Float64Array((removed.length + 1) * width)
  const score = (i: number, j: number): number => {
    const likeness = likenessOf(bags[0]![i]!, bags[1]![j]!)
    return likeness >= alike ? likeness : Number.NEGATIVE_INFINITY
  }
  const scores = removed.map((_, i) => added.map((__, j) => score(i, j)))
  for (let i = removed.length - 1; i >= 0; i--) {
    for (let j = added.length - 1; j >= 0; j--) {
      best[i * width + j] = Math.max(
        best[(i + 1) * width + j]!,
        best[i * width + j + 1]!,
        scores[i]![j]! + best[(i + 1) * width + j + 1]!,
      )
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < removed.length && j < added.length; ) {
    const here = best[i * width + j]!
    if (here === scores[i]![j]! + best[(i + 1) * width + j + 1]!) pairs.push([i++, j++])
    else if (here === best[(i + 1) * width + j]!) i++
    else j++
  }
  return pairs
}

function likenessOf(a: Map<string, number>, b: Map<string, number>): number {
  const size = (bag: Map<string, number>): number => [...bag.values()].reduce((sum, n) => sum + n, 0)
  let common = 0
  for (const [piece, n] of a) common += Math.min(n, b.get(piece) ?? 0)
  const all = size(a) + size(b)
  return all === 0 ? 0 : (2 * common) / all
}

/** Words of one line that went and came, with specks of sameness between them taken as changed too. */
function diffWords(before: string, after: string): DiffSpan[] {
  const [was, is] = [before.replace(/\n$/, ''), after.replace(/\n$/, '')]
  const raw: { same: string; removed: string; added: string }[] = []
  let at = 0
  for (const change of changesOf(wordsOf(was), wordsOf(is))) {
    const same = was.slice(at, change.at)
    const [removed, added] = [change.removed.join(''), change.added.join('')]
    const last = raw.at(-1)
    if (last && isSpeck(same)) {
      last.removed += same + removed
      last.added += same + added
    } else raw.push({ same, removed, added })
    at = change.at + removed.length
  }
  const spans: DiffSpan[] = []
  for (const { same, removed, added } of raw) {
    spans.push(
      { kind: 'same', text: same },
      { kind: 'removed', text: removed },
      { kind: 'added', text: added },
    )
  }
  return [...spans, { kind: 'same' as const, text: was.slice(at) }].filter((span) => span.text !== '')
}

/** Too little to carry the eye from one change to the next. */
function isSpeck(text: string): boolean {
  return visible(text) <= 1
}

function bagOf(pieces: Iterable<string>): Map<string, number> {
  const bag = new Map<string, number>()
  for (const piece of pieces) bag.set(piece, (bag.get(piece) ?? 0) + 1)
  return bag
}

/** What one bag has more of than the other. */
function* leftovers(bag: Map<string, number>, other: Map<string, number>): Generator<string> {
  for (const [piece, n] of bag) {
    for (let extra = n - (other.get(piece) ?? 0); extra > 0; extra--) yield piece
  }
}

function leftOf(
  bag: Map<string, number>,
  other: Map<string, number>,
  measure: (piece: string) => number,
): number {
  let sum = 0
  for (const [piece, n] of bag) sum += Math.max(0, n - (other.get(piece) ?? 0)) * measure(piece)
  return sum
}

/** Differences between two sequences of pieces. */
function changesOf(before: string[], after: string[]): Change[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++

  const a = before.slice(start, before.length - end)
  const b = after.slice(start, after.length - end)
  if (a.length === 0 && b.length === 0) return []
  const offset = lengthOf(before, start)
  const script = a.length === 0 || b.length === 0 ? undefined : shortestScript(a, b)
  if (!script) return [{ from: start, at: offset, removed: a, added: b }]

  const changes: Change[] = []
  let at = offset
  let [i, j] = [0, 0]
  for (const [x, y] of [...script, [a.length, b.length] as const]) {
    const removed = a.slice(i, x)
    if (x > i || y > j) changes.push({ from: start + i, at, removed, added: b.slice(j, y) })
    at += lengthOf(removed, removed.length) + (a[x]?.length ?? 0)
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
  const zero = limit + 1
  /** `reach[zero + k]`: how far the furthest path on diagonal k (= x − y) got in `a`; a copy is kept for each d. */
  const reach = new Int32Array(2 * zero + 1)
  const trace: Int32Array[] = []
  for (let d = 0; d <= limit; d++) {
    trace.push(reach.slice(zero - d - 1, zero + d + 2))
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[zero + k - 1]! < reach[zero + k + 1]!)
      let x = down ? reach[zero + k + 1]! : reach[zero + k - 1]! + 1
      let y = x - k
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++
        y++
      }
      reach[zero + k] = x
      if (x >= a.length && y >= b.length) return backtrack(trace, a.length, b.length)
    }
  }
  return undefined
}

/** @param trace `trace[d][k + d + 1]`: the reach on diagonal k before step d. */
function backtrack(trace: Int32Array[], n: number, m: number): [number, number][] {
  const common: [number, number][] = []
  let [x, y] = [n, m]
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = (k: number): number => trace[d]![k + d + 1]!
    const k = x - y
    const down = k === -d || (k !== d && reach(k - 1) < reach(k + 1))
    const previousK = down ? k + 1 : k - 1
    const previousX = d === 0 ? 0 : reach(previousK)
    const previousY = d === 0 ? 0 : previousX - previousK
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
