/**
 * Where a highlight is in a text: by its words and what stands around them, so that it is found again when the text has
 * been edited before, inside or after it. What cannot be found with some certainty is not found at all.
 */

export interface Anchor {
  quote: string
  /** What stood around it. */
  before: string
  after: string
  /** Where it was, in UTF-16 code units. */
  start: number
}

export interface Span {
  start: number
  end: number
}

const around = 48
/** Longer passages are found by their two ends. */
const longest = 240
/** Edits that a passage may have seen, as a share of its length. */
const tolerance = 0.35

export function anchorOf(text: string, { start, end }: Span): Anchor {
  return {
    quote: text.slice(start, end),
    before: text.slice(whole(text, Math.max(0, start - around)), start),
    after: text.slice(end, whole(text, Math.min(text.length, end + around))),
    start,
  }
}

export function findAnchor(text: string, anchor: Anchor): Span | undefined {
  return findExactly(text, anchor) ?? findEdited(text, anchor)
}

/** The same words: of several places the one whose surroundings are most alike, then the nearest. */
function findExactly(text: string, { quote, before, after, start }: Anchor): Span | undefined {
  if (quote === '') return undefined
  let best: { at: number; alike: number; far: number } | undefined
  let places = 0
  for (let at = text.indexOf(quote); at >= 0 && places < 500; at = text.indexOf(quote, at + 1)) {
    places++
    const alike =
      sharedEnd(text.slice(0, at), before) +
      sharedStart(text.slice(at + quote.length, at + quote.length + around), after)
    const far = Math.abs(at - start)
    if (!best || alike > best.alike || (alike === best.alike && far < best.far)) best = { at, alike, far }
  }
  if (!best) return undefined
  // A word or two stand anywhere: without their surroundings they may be others.
  const isTelling = quote.length >= (isCjk(quote) ? 6 : 12) || (before === '' && after === '')
  const least = Math.min(4, before.length + after.length)
  if (!isTelling && best.alike < least) return undefined
  return { start: best.at, end: best.at + quote.length }
}

function findEdited(text: string, anchor: Anchor): Span | undefined {
  const { quote, before, after } = anchor
  if (quote.length <= longest) {
    const found = nearest(text, quote, anchor.start)
    return found ? snug(text, found, anchor) : between(text, anchor)
  }
  const head = nearest(text, quote.slice(0, longest / 2), anchor.start)
  const tail = nearest(text, quote.slice(-longest / 2), anchor.start + quote.length)
  if (head && tail) {
    const length = tail.end - head.start
    if (length > quote.length / 2 && length < quote.length * 2) return { start: head.start, end: tail.end }
  }
  return before.length > 0 && after.length > 0 ? between(text, anchor) : undefined
}

/** Rewritten, while both its neighbours stand where they stood: what is between them, if it is still alike. */
function between(text: string, { quote, before, after }: Anchor): Span | undefined {
  const [left, right] = [before.slice(-24), after.slice(0, 24)]
  if (left.length < 8 || right.length < 8) return undefined
  for (let at = text.indexOf(left); at >= 0; at = text.indexOf(left, at + 1)) {
    const start = at + left.length
    const end = text.indexOf(right, start)
    if (end < 0) return undefined
    const length = end - start
    if (length > 0 && length >= quote.length / 3 && length <= quote.length * 3) {
      if (alike(text.slice(start, end), quote) >= 0.4) return { start, end }
    }
  }
  return undefined
}

/** What an edit added at its edges belongs to it only as far as its neighbours do not claim it. */
function snug(text: string, { start, end }: Span, { before, after }: Anchor): Span {
  const [left, right] = [before.slice(-12), after.slice(0, 12)]
  const from = left === '' ? -1 : text.indexOf(left, Math.max(0, start - left.length - 24))
  const to = right === '' ? -1 : text.indexOf(right, Math.max(0, end - 24))
  const begins = from >= 0 && Math.abs(from + left.length - start) <= 24 ? from + left.length : start
  const ends = to >= 0 && Math.abs(to - end) <= 24 ? to : end
  return begins < ends ? { start: begins, end: ends } : { start, end }
}

/**
 * The stretch of the text that takes the fewest edits to become the pattern (Sellers), if they are few; of equals the one
 * that is nearest to where it was.
 */
function nearest(text: string, pattern: string, was: number): Span | undefined {
  const most = Math.floor(pattern.length * tolerance)
  if (most === 0) return undefined
  const size = pattern.length
  let costs = Int32Array.from({ length: size + 1 }, (_, i) => i)
  let starts = new Int32Array(size + 1)
  let nextCosts = new Int32Array(size + 1)
  let nextStarts = new Int32Array(size + 1)
  let best: (Span & { cost: number; far: number }) | undefined
  for (let at = 1; at <= text.length; at++) {
    const unit = text.charCodeAt(at - 1)
    nextCosts[0] = 0
    nextStarts[0] = at
    for (let i = 1; i <= size; i++) {
      const swap = costs[i - 1]! + (pattern.charCodeAt(i - 1) === unit ? 0 : 1)
      const more = costs[i]! + 1
      const less = nextCosts[i - 1]! + 1
      if (swap <= more && swap <= less) {
        nextCosts[i] = swap
        nextStarts[i] = starts[i - 1]!
      } else if (more <= less) {
        nextCosts[i] = more
        nextStarts[i] = starts[i]!
      } else {
        nextCosts[i] = less
        nextStarts[i] = nextStarts[i - 1]!
      }
    }
    ;[costs, nextCosts] = [nextCosts, costs]
    ;[starts, nextStarts] = [nextStarts, starts]
    const cost = costs[size]!
    if (cost > most) continue
    const far = Math.abs(starts[size]! - was)
    if (!best || cost < best.cost || (cost === best.cost && far < best.far)) {
      best = { start: starts[size]!, end: at, cost, far }
    }
  }
  return best && best.end > best.start ? { start: best.start, end: best.end } : undefined
}

/** Pairs of neighbouring characters that both have, as a share of all (Dice). */
function alike(a: string, b: string): number {
  const pairs = (text: string): Map<string, number> => {
    const found = new Map<string, number>()
    for (let i = 0; i + 2 <= text.length; i++) {
      const pair = text.slice(i, i + 2)
      found.set(pair, (found.get(pair) ?? 0) + 1)
    }
    return found
  }
  const [left, right] = [pairs(a), pairs(b)]
  let both = 0
  for (const [pair, count] of left) both += Math.min(count, right.get(pair) ?? 0)
  const all = Math.max(1, a.length - 1) + Math.max(1, b.length - 1)
  return (2 * both) / all
}

function sharedEnd(a: string, b: string): number {
  let n = 0
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++
  return n
}

function sharedStart(a: string, b: string): number {
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  return n
}

function isCjk(text: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text)
}

/** Not within a character of two code units. */
function whole(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
