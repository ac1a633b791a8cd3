/**
 * Patterns that cannot hang anybody. They are written as regular expressions, without what makes those slow (nothing is
 * remembered, nothing looks around), and matched by walking all ways through the pattern at once: a character of the
 * text costs at most as many steps as the pattern has states, whatever either says. What was found out about a set of
 * states is remembered, so that a character mostly costs one step.
 *
 * `.` `[a-z]` `[^…]` `\d \w \s \b` `( | )` `* + ? {n,m}` `^ $` and anything literal; text and pattern are normalised.
 */
import { fail, ok, type Result } from '../core/result.ts'

/** States of one pattern: what `{n,m}` spells out is counted. */
const mostStates = 500
const mostRepeats = 100
const mostDepth = 30
/** Steps that are remembered; past that it begins to remember anew. */
const mostRemembered = 100_000

type Test = (code: number) => boolean
type State =
  | { is: 'take'; test: Test; to: number }
  | { is: 'split'; to: number[] }
  | { is: 'assert'; what: 'start' | 'end' | 'border'; to: number }
  | { is: 'done' }

export interface Pattern {
  /** Does it match anywhere in the text? */
  test(normalisedText: string): boolean
}

/** `at`: where in the pattern it goes wrong. */
export interface PatternProblem {
  what: 'syntax' | 'unsupported' | 'too_big'
  at: number
}

class Wrong extends Error {
  readonly problem: PatternProblem
  constructor(what: PatternProblem['what'], at: number) {
    super(what)
    this.problem = { what, at }
  }
}

export function compilePattern(source: string): Result<Pattern, PatternProblem> {
  try {
    return ok(matcher(build(source)))
  } catch (error) {
    if (error instanceof Wrong) return fail(error.problem)
    throw error
  }
}

/** A part of the program: `make(next)` adds its states before `next` and returns where it begins. */
type Part = (next: number) => number

function build(source: string): { states: State[]; start: number } {
  const states: State[] = []
  let at = 0

  let copies = 0

  /** Copies of what is empty make no states, and still take their time. */
  function copy(part: Part, next: number): number {
    if (++copies > 10 * mostStates) throw new Wrong('too_big', at)
    return part(next)
  }

  function add(state: State): number {
    if (states.length >= mostStates) throw new Wrong('too_big', at)
    return states.push(state) - 1
  }

  function alternatives(depth: number): Part {
    if (depth > mostDepth) throw new Wrong('too_big', at)
    const parts = [sequence(depth)]
    while (source[at] === '|') {
      at++
      parts.push(sequence(depth))
    }
    return parts.length === 1
      ? parts[0]!
      : (next) => add({ is: 'split', to: parts.map((part) => part(next)) })
  }

  function sequence(depth: number): Part {
    const parts: Part[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(depth))
    return (next) => parts.reduceRight((to, part) => part(to), next)
  }

  function repeated(depth: number): Part {
    let part = atom(depth)
    for (;;) {
      const counts = quantifier()
      if (!counts) return part
      part = times(part, ...counts)
    }
  }

  function quantifier(): [least: number, most: number] | undefined {
    const sign = source[at]
    const simple: Record<string, [number, number]> = {
      '*': [0, Infinity],
      '+': [1, Infinity],
      '?': [0, 1],
    }
    if (sign !== undefined && Object.hasOwn(simple, sign)) {
      at++
      return simple[sign]
    }
    const found = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(source.slice(at, at + 12))
    if (!found) return undefined
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] === undefined ? Infinity : Number(found[3])
    if (most < least) throw new Wrong('syntax', at)
    if (least > mostRepeats || (most !== Infinity && most > mostRepeats)) throw new Wrong('too_big', at)
    at += found[0].length
    return [least, most]
  }

  function times(part: Part, least: number, most: number): Part {
    return (next) => {
      let to = next
      if (most === Infinity) {
        const loop = add({ is: 'split', to: [next] })
        ;(states[loop] as { to: number[] }).to.unshift(copy(part, loop))
        to = loop
      } else {
        for (let i = least; i < most; i++) to = add({ is: 'split', to: [copy(part, to), next] })
      }
      for (let i = 0; i < least; i++) to = copy(part, to)
      return to
    }
  }

  function atom(depth: number): Part {
    const sign = source[at]!
    if (sign === '(') {
      if (source[at + 1] === '?' && source[at + 2] !== ':') throw new Wrong('unsupported', at)
      at += source[at + 1] === '?' ? 3 : 1
      const inner = alternatives(depth + 1)
      if (source[at] !== ')') throw new Wrong('syntax', at)
      at++
      return inner
    }
    if (sign === '[') return take(characterClass())
    if ('*+?'.includes(sign)) throw new Wrong('syntax', at)
    if (sign === '\\') {
      const escaped = source[at + 1]
      if (escaped === 'b') {
        at += 2
        return (next) => add({ is: 'assert', what: 'border', to: next })
      }
      return take(escapeSequence())
    }
    at++
    if (sign === '^') return (next) => add({ is: 'assert', what: 'start', to: next })
    if (sign === '$') return (next) => add({ is: 'assert', what: 'end', to: next })
    if (sign === '.') return take((code) => code !== 10)
    const wanted = lowerCase(sign)
    return take((code) => code === wanted)
  }

  function take(test: Test): Part {
    return (next) => add({ is: 'take', test, to: next })
  }

  function escapeSequence(): Test {
    const from = at
    const sign = source[at + 1]
    if (sign === undefined) throw new Wrong('syntax', from)
    at += 2
    if (Object.hasOwn(classes, sign)) return classes[sign]!
    if (/[A-Za-z0-9]/.test(sign) && !Object.hasOwn(controls, sign)) throw new Wrong('unsupported', from)
    const wanted = (controls[sign] ?? sign).charCodeAt(0)
    return (code) => code === wanted
  }

  function characterClass(): Test {
    const from = at++
    const negated = source[at] === '^'
    if (negated) at++
    const tests: Test[] = []
    for (let first = true; source[at] !== ']' || first; first = false) {
      if (at >= source.length) throw new Wrong('syntax', from)
      if (source[at] === '\\') {
        tests.push(escapeSequence())
        continue
      }
      const low = lowerCase(source[at++]!)
      if (source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length) {
        const high = lowerCase(source[at + 1]!)
        if (high < low) throw new Wrong('syntax', at)
        at += 2
        tests.push((code) => code >= low && code <= high)
      } else tests.push((code) => code === low)
    }
    at++
    return (code) => tests.some((test) => test(code)) !== negated
  }

  const done = add({ is: 'done' })
  const whole = alternatives(0)
  if (at < source.length) throw new Wrong('syntax', at)
  return { states, start: whole(done) }
}

/** As the text is that is matched. */
const lowerCase = (character: string): number => character.normalize('NFKC').toLowerCase().charCodeAt(0)

const isDigit: Test = (code) => code >= 48 && code <= 57
const isWord: Test = (code) =>
  isDigit(code) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000
const classes: Readonly<Record<string, Test>> = {
  d: isDigit,
  D: (code) => !isDigit(code),
  w: isWord,
  W: (code) => !isWord(code),
  s: isSpace,
  S: (code) => !isSpace(code),
}
const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** A set of states between two characters. */
interface Between {
  /** States that wait for a character or for a border, unresolved. */
  states: number[]
  /** By the character that follows (-1: the end) and whether a word character came before. */
  next: Map<number, Between | 'found'>
}

function matcher({ states, start }: { states: State[]; start: number }): Pattern {
  let sets = new Map<string, Between>()
  let remembered = 0

  function between(list: number[]): Between {
    const key = list.join()
    const known = sets.get(key)
    if (known) return known
    const made: Between = { states: list, next: new Map() }
    sets.set(key, made)
    return made
  }

  /** Follows what takes no character, between the character before (-1: none) and the one after. */
  function resolve(from: readonly number[], before: number, after: number): Set<number> {
    const reached = new Set<number>()
    const open = [...from]
    while (open.length > 0) {
      const at = open.pop()!
      if (reached.has(at)) continue
      reached.add(at)
      const state = states[at]!
      if (state.is === 'split') open.push(...state.to)
      if (state.is === 'assert' && holds(state.what, before, after)) open.push(state.to)
    }
    return reached
  }

  function step(from: Between, before: number, after: number): Between | 'found' {
    const reached = resolve(from.states, before, after)
    const to = new Set<number>([start])
    for (const at of reached) {
      const state = states[at]!
      if (state.is === 'done') return 'found'
      if (after >= 0 && state.is === 'take' && state.test(after)) to.add(state.to)
    }
    return between([...to].sort((a, b) => a - b))
  }

  return {
    test(text) {
      let now = between([start])
      let before = -1
      for (let i = 0; i <= text.length; i++) {
        const after = i < text.length ? text.charCodeAt(i) : -1
        // What `^` and `\b` ask of the character before: none, one of a word, another.
        const kind = before < 0 ? 0 : isWord(before) ? 1 : 2
        const key = (after + 1) * 3 + kind
        let next = now.next.get(key)
        if (next === undefined) {
          next = step(now, before, after)
          now.next.set(key, next)
          if (++remembered > mostRemembered) {
            sets = new Map()
            remembered = 0
          }
        }
        if (next === 'found') return true
        now = next
        before = after
      }
      return false
    },
  }
}

function holds(what: 'start' | 'end' | 'border', before: number, after: number): boolean {
  if (what === 'start') return before < 0
  if (what === 'end') return after < 0
  return (before >= 0 && isWord(before)) !== (after >= 0 && isWord(after))
}
