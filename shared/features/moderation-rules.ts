/**
 * Rules about what members post, as data, and what they say of a text. Pure: the server judges with it what arrives, a
 * dry run what arrived before, and the editor whether a rule can be used at all.
 */
import * as v from 'valibot'
import { line } from '../core/line.ts'
import { compilePattern, type Pattern } from './moderation-pattern.ts'
import { hasWord, linksIn, normalised, type Readings, readingsOf } from './moderation-text.ts'

export const ruleKinds = ['words', 'pattern', 'links', 'first_posts', 'duplicates', 'pace'] as const
export type RuleKind = (typeof ruleKinds)[number]
export const ruleActs = ['hold', 'refuse', 'flag'] as const
/** `hold`: somebody looks at it first. `refuse`: its author is told why. `flag`: it is there, and somebody looks at it. */
export type RuleAct = (typeof ruleActs)[number]

const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60))
const count = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

const common = {
  id: v.pipe(v.string(), v.uuid()),
  name: line(80),
  on: v.boolean(),
  act: v.picklist(ruleActs),
  /** Whom it is about: everybody, or those who are new. */
  who: v.picklist(['all', 'new']),
}

export const ruleInput = v.variant('kind', [
  v.strictObject({
    ...common,
    kind: v.literal('words'),
    words: v.pipe(v.array(word), v.minLength(1), v.maxLength(500)),
  }),
  v.strictObject({
    ...common,
    kind: v.literal('pattern'),
    pattern: v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(300),
      v.check((source) => compilePattern(source).ok, 'this pattern cannot be used'),
    ),
  }),
  /** More links than that. */
  v.strictObject({ ...common, kind: v.literal('links'), most: count(0, 100) }),
  /** Everything that is posted before so many posts were let through. */
  v.strictObject({ ...common, kind: v.literal('first_posts'), posts: count(1, 50) }),
  /** The same words again, by anybody, within so many minutes. */
  v.strictObject({ ...common, kind: v.literal('duplicates'), minutes: count(1, 10_080) }),
  /** More than so many posts by one member in so many minutes. */
  v.strictObject({ ...common, kind: v.literal('pace'), posts: count(1, 1_000), minutes: count(1, 1_440) }),
])

export type Rule = v.InferOutput<typeof ruleInput>

export interface ModerationRules {
  rules: Rule[]
  /** Whoever has had fewer posts let through, and has been a member for fewer days, is new. */
  newcomer: { posts: number; days: number }
  /** Score of reports at which something is out of sight until somebody has looked at it. */
  hideAt: number
  /** So many reporters of spam silence a newcomer until somebody has looked at it. */
  spamReporters: number
  /** Articles wait for somebody to read them before they are published. */
  reviewArticles: boolean
  /** Days in which an author can appeal. What was deleted is kept by the server for so long. */
  appealDays: number
}

export const rulesInput = v.strictObject({
  rules: v.pipe(v.array(ruleInput), v.maxLength(60)),
  newcomer: v.strictObject({ posts: count(0, 50), days: count(0, 365) }),
  hideAt: count(1, 100),
  spamReporters: count(1, 50),
  reviewArticles: v.boolean(),
  appealDays: count(1, 90),
})

const ruleId = (number: number): string => `0199a000-0000-7000-8000-00000000000${number}`

export const defaultRules: ModerationRules = {
  rules: [
    {
      id: ruleId(1),
      name: '新成员的链接 · Links from newcomers',
      on: true,
      act: 'hold',
      who: 'new',
      kind: 'links',
      most: 1,
    },
    {
      id: ruleId(2),
      name: '重复内容 · The same again',
      on: false,
      act: 'refuse',
      who: 'all',
      kind: 'duplicates',
      minutes: 10,
    },
    {
      id: ruleId(3),
      name: '发帖过快 · Too fast',
      on: false,
      act: 'refuse',
      who: 'all',
      kind: 'pace',
      posts: 30,
      minutes: 10,
    },
    {
      id: ruleId(4),
      name: '首帖 · First posts',
      on: false,
      act: 'hold',
      who: 'new',
      kind: 'first_posts',
      posts: 1,
    },
  ],
  newcomer: { posts: 3, days: 14 },
  hideAt: 8,
  spamReporters: 3,
  reviewArticles: false,
  appealDays: 14,
}

/** What a rule looks at besides the text. */
export interface Circumstances {
  now: number
  isNew: boolean
  /** Of the author, let through so far. */
  posts: number
  /** An author's edit: it is neither their next post nor a repetition. */
  edit?: boolean
  /** `fingerprint` of what was written, without its title. */
  print: string
  /** Since when the author's posts, and equal ones by anybody, are asked for. */
  recent: readonly { mine: boolean; print: string; at: number }[]
}

const compiled = new Map<string, Pattern>()

function patternOf(source: string): Pattern | undefined {
  const known = compiled.get(source)
  if (known) return known
  const made = compilePattern(source)
  if (!made.ok) return undefined
  if (compiled.size > 200) compiled.clear()
  compiled.set(source, made.value)
  return made.value
}

/** How far back `recent` has to go, ms. */
export function reachOf(rules: readonly Rule[]): number {
  const minutes = rules.map((rule) => ('minutes' in rule ? rule.minutes : 0))
  return Math.max(0, ...minutes) * 60_000
}

/** Letters that patterns look at, over all rules: at most a tenth of a second's work. */
const mostLetters = 2_000_000

/**
 * Of the rules that apply the strictest decides. @returns `undefined`: nothing is said against it.
 * `tooLong`: not all patterns could be tried.
 */
export function judge(
  rules: readonly Rule[],
  text: string,
  circumstances: Circumstances,
): { rule?: Rule; tooLong: boolean } {
  const readings = readingsOf(text)
  let letters = 0
  let tooLong = false
  let found: Rule | undefined
  for (const rule of rules) {
    if (!rule.on || (rule.who === 'new' && !circumstances.isNew)) continue
    if (found && ruleActs.indexOf(strictness(found)) <= ruleActs.indexOf(strictness(rule))) continue
    if (rule.kind === 'pattern') {
      letters += readings.plain.length * 2
      if (letters > mostLetters) {
        tooLong = true
        continue
      }
    }
    if (applies(rule, text, readings, circumstances)) found = rule
  }
  return { ...(found ? { rule: found } : {}), tooLong }
}

/** Refusing is stricter than holding, and that than flagging; the order of `ruleActs` is another. */
function strictness(rule: Rule): RuleAct {
  return rule.act === 'refuse' ? 'hold' : rule.act === 'hold' ? 'refuse' : 'flag'
}

export function applies(
  rule: Rule,
  text: string,
  readings: Readings,
  { now, posts, recent, edit, print }: Circumstances,
): boolean {
  switch (rule.kind) {
    case 'words':
      return rule.words.some((one) => hasWord(readings, normalised(one)))
    case 'pattern': {
      const pattern = patternOf(rule.pattern)
      return pattern !== undefined && (pattern.test(readings.plain) || pattern.test(readings.closed))
    }
    case 'links':
      return linksIn(text).length > rule.most
    case 'first_posts':
      return !edit && posts < rule.posts
    case 'duplicates': {
      if (edit) return false
      return recent.some((one) => one.print === print && one.at > now - rule.minutes * 60_000)
    }
    case 'pace':
      return (
        !edit && recent.filter((one) => one.mine && one.at > now - rule.minutes * 60_000).length >= rule.posts
      )
  }
}

export function isNewcomer(
  { newcomer }: Pick<ModerationRules, 'newcomer'>,
  member: { posts: number; joinedAt: number; now: number },
): boolean {
  return member.posts < newcomer.posts && member.now - member.joinedAt < newcomer.days * 86_400_000
}
