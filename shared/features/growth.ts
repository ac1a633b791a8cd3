/**
 * Growth: points for what others valued, levels, badges, streaks and honours. Points are a ledger that is only ever
 * appended to: each entry names its cause, and when the cause goes (a like is taken back, a post is deleted) a second
 * entry takes the points back. What a member has is the sum of their entries, and nothing else.
 *
 * What can be had without anybody's leave earns nothing by itself: a post earns when somebody who has a standing of
 * their own likes it, a like counts a few times from the same person, and each kind has a ceiling a day.
 */
import * as v from 'valibot'
import { command, defineContract, fact, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { holds, type Viewer } from '../core/viewer.ts'

export const pointKinds = [
  'thread',
  'post',
  'liked',
  'accepted',
  'article',
  'lesson',
  'course',
  'attended',
  'day',
  'honoured',
  'upheld',
] as const
/**
 * `thread`, `post`: something one wrote was liked for the first time. `liked`: by each further person. `day`: a day of a
 * challenge (打卡). `upheld`: a report of theirs was right.
 */
export type PointKind = (typeof pointKinds)[number]

/** Why an entry is worth nothing: see `worthOf`. */
export const ceilings = ['daily', 'pair', 'giver'] as const
export type Ceiling = (typeof ceilings)[number]

export interface BadgeRule {
  id: string
  /** Entries of a kind that still stand, days in a row, or points. */
  of: PointKind | 'streak' | 'points'
  reaches: number
  /** Stays when the figure falls again. */
  keeps?: true
}

export interface GrowthRules {
  weights: Record<PointKind, number>
  /** Most points of a kind in a day (UTC); kinds that are absent have no ceiling. */
  daily: Partial<Record<PointKind, number>>
  /** Likes, and acceptances, that count from one member to another within so many days. */
  pair: { times: number; days: number }
  /** Days after which a member's likes can count. */
  giverDays: number
  /** Points at which each level begins; the first is 0. */
  levels: number[]
  /** Members of a level belong to these groups. */
  unlocks: { level: number; group: string }[]
  badges: BadgeRule[]
}

export const defaultRules: GrowthRules = {
  weights: {
    thread: 2,
    post: 1,
    liked: 1,
    accepted: 10,
    article: 15,
    lesson: 1,
    course: 10,
    attended: 5,
    day: 1,
    honoured: 20,
    upheld: 2,
  },
  daily: { thread: 10, post: 10, liked: 30, lesson: 5, course: 10, day: 3, upheld: 6, accepted: 50 },
  pair: { times: 3, days: 30 },
  giverDays: 3,
  levels: [0, 5, 20, 65, 155, 515, 2015, 8015, 33015],
  unlocks: [],
  badges: [
    { id: 'first_post', of: 'post', reaches: 1 },
    { id: 'conversation', of: 'post', reaches: 25 },
    { id: 'first_thread', of: 'thread', reaches: 1 },
    { id: 'first_answer', of: 'accepted', reaches: 1 },
    { id: 'solver', of: 'accepted', reaches: 10 },
    { id: 'appreciated', of: 'liked', reaches: 10 },
    { id: 'author', of: 'article', reaches: 1 },
    { id: 'scholar', of: 'course', reaches: 1 },
    { id: 'attendee', of: 'attended', reaches: 1 },
    { id: 'honoured', of: 'honoured', reaches: 1 },
    { id: 'week', of: 'streak', reaches: 7, keeps: true },
    { id: 'month', of: 'streak', reaches: 30, keeps: true },
  ],
}

export const badgeIds = defaultRules.badges.map((badge) => badge.id)

/** The one row of `growth_rules`. */
export const rulesId = 'rules'

/** An entry of one's own ledger. Row id: the member's id, a colon, the entry's id. */
export interface PointRow {
  memberId: string
  kind: PointKind
  points: number
  /** Worth nothing, because … */
  ceiling: Ceiling | null
  /** Takes back what an earlier entry gave. */
  takesBack: boolean
  /** What it is about: `thread:<id>`, `article:<id>`, `lesson:<id>` …, for a link and its title. */
  about: string
  at: number
}

/** Row id: the member's. */
export interface StandingRow {
  memberId: string
  points: number
  level: number
  /** Ids, oldest first. */
  badges: string[]
  /** Days in a row, up to the last one on which they took part. */
  streak: number
  longest: number
  lastDay: string
  /** Wants to be on no board; only they see this row then. */
  hidden: boolean
}

export const periods = ['week', 'month', 'all'] as const
export type Period = (typeof periods)[number]

/** Row id: the period. */
export interface BoardRow {
  period: Period
  /** Best first; members with equal points share a place. */
  entries: { memberId: string; name: string; points: number }[]
  at: number
}

/** 精华: what moderators hold up for all to see. Row id: the subject, `thread:<id>` or `article:<id>`. */
export interface HonourRow {
  subject: string
  authorId: string
  byId: string
  reason: string
  at: number
}

/** 打卡: one takes part on as many days as one can. */
export interface ChallengeRow {
  id: string
  title: string
  text: string
  /** Inclusive, `YYYY-MM-DD`. */
  from: string
  to: string
  byId: string
  createdAt: number
}

/** Row id: `dayId(challengeId, memberId, day)`. */
export interface ChallengeDayRow {
  challengeId: string
  memberId: string
  memberName: string
  day: string
  note: string
  at: number
}

const id = v.pipe(v.string(), v.uuid())
const day = v.pipe(v.string(), v.isoDate())
const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000))
const subject = v.pipe(v.string(), v.regex(/^(thread|article):[0-9a-f-]{36}$/))
const lane = (input: { challengeId: string }): string => `challenge:${input.challengeId}`
const perKind = Object.fromEntries(pointKinds.map((kind) => [kind, whole])) as Record<PointKind, typeof whole>

export const rulesInput = v.strictObject({
  weights: v.strictObject(perKind),
  daily: v.partial(v.strictObject(perKind)),
  pair: v.strictObject({
    times: v.pipe(whole, v.maxValue(1_000)),
    days: v.pipe(whole, v.minValue(1), v.maxValue(365)),
  }),
  giverDays: v.pipe(whole, v.maxValue(365)),
  levels: v.pipe(
    v.array(whole),
    v.minLength(2),
    v.maxLength(20),
    v.check((levels) => levels[0] === 0, 'the first level begins at 0'),
    v.check((levels) => levels.every((from, i) => i === 0 || from > levels[i - 1]!), 'levels must rise'),
  ),
  unlocks: v.pipe(
    v.array(
      v.strictObject({
        level: v.pipe(whole, v.minValue(2), v.maxValue(20)),
        group: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
      }),
    ),
    v.maxLength(20),
  ),
  badges: v.pipe(
    v.array(
      v.strictObject({
        id: v.picklist(badgeIds),
        of: v.picklist([...pointKinds, 'streak', 'points']),
        reaches: v.pipe(whole, v.minValue(1)),
        keeps: v.optional(v.literal(true)),
      }),
    ),
    v.maxLength(40),
  ),
})

export const growth = defineContract({
  name: 'growth',
  commands: {
    honour: command(
      v.strictObject({ subject, on: v.boolean(), reason: v.pipe(v.string(), v.trim(), v.maxLength(200)) }),
      (input) => `honour:${input.subject}`,
    ),
    /** Whether one stands on boards. */
    hide: command(v.strictObject({ hidden: v.boolean() }), () => 'growth'),
    set_rules: command(v.strictObject({ rules: rulesInput }), () => 'growth_rules'),
    open_challenge: command(
      v.strictObject({
        challengeId: id,
        title: line(100),
        text: v.pipe(v.string(), v.trim(), v.maxLength(2_000)),
        from: day,
        to: day,
      }),
      lane,
    ),
    end_challenge: command(v.strictObject({ challengeId: id }), lane),
    take_part: command(
      v.strictObject({ challengeId: id, day, note: v.pipe(v.string(), v.trim(), v.maxLength(500)) }),
      lane,
    ),
  },
  rows: {
    growth_rules: row<GrowthRules>(),
    points: row<PointRow>('at'),
    standings: row<StandingRow>('points'),
    boards: row<BoardRow>(),
    honours: row<HonourRow>('at', 'authorId'),
    challenges: row<ChallengeRow>('to'),
    challenge_days: row<ChallengeDayRow>('challengeId', 'memberId', 'day'),
  },
  documents: {},
  queries: {},
  facts: {
    levelled: fact<{ memberId: string; level: number; before: number }>(),
    badge_awarded: fact<{ memberId: string; badge: string }>(),
    honoured: fact<{ subject: string; authorId: string; byId: string }>(),
  },
  own: {
    rows: {
      points: (row: PointRow, _id, memberId) => row.memberId === memberId,
      standings: (_row, id, memberId) => id === memberId,
      challenge_days: (row: ChallengeDayRow, _id, memberId) => row.memberId === memberId,
    },
  },
})

export interface Giving {
  /** Of this kind, this day, so far. */
  today: number
  /** Of this kind from the same giver, within the rules' days, so far; 0 without a giver. */
  fromGiver: number
  /** The giver's own likes count: see `isAnchored`. Without a giver `true`. */
  anchored: boolean
}

/** What an act is worth, and which ceiling it met when that is less than its weight. */
export function worthOf(
  rules: GrowthRules,
  kind: PointKind,
  giving: Giving,
): { points: number; ceiling: Ceiling | null } {
  if (!giving.anchored) return { points: 0, ceiling: 'giver' }
  if (giving.fromGiver >= rules.pair.times) return { points: 0, ceiling: 'pair' }
  const weight = rules.weights[kind]
  const points = Math.max(0, Math.min(weight, (rules.daily[kind] ?? Infinity) - giving.today))
  return { points, ceiling: points < weight ? 'daily' : null }
}

/**
 * Whose likes count: people with a task in the community, and those to whom others like them have given points before,
 * once they have been here for a few days. Accounts that only know each other therefore give each other nothing.
 */
export function isAnchored(
  rules: GrowthRules,
  giver: { viewer: Viewer; joinedAt: number; given: number; now: number },
): boolean {
  if (holds(giver.viewer, 'author')) return true
  return giver.given > 0 && giver.now - giver.joinedAt >= rules.giverDays * 86_400_000
}

/** 1 is the first level. */
export function levelOf(rules: Pick<GrowthRules, 'levels'>, points: number): number {
  return rules.levels.filter((from) => from <= points).length || 1
}

/** A level is left only when the points have fallen a tenth below its beginning: nobody goes up and down by one like. */
export function levelAfter(rules: Pick<GrowthRules, 'levels'>, before: number, points: number): number {
  let level = Math.max(before, levelOf(rules, points))
  while (level > 1 && points < 0.9 * (rules.levels[level - 1] ?? Infinity)) level--
  return level
}

/** Share of the way from this level to the next, 0…1. */
export function progressOf(rules: Pick<GrowthRules, 'levels'>, level: number, points: number): number {
  const [from, to] = [rules.levels[level - 1] ?? 0, rules.levels[level]]
  return to === undefined ? 1 : Math.min(1, Math.max(0, (points - from) / (to - from)))
}

/** Badges that one has by the rules, besides those that were kept. */
export function earnedBadges(
  rules: GrowthRules,
  figures: { counts: Partial<Record<PointKind, number>>; streak: number; points: number },
  held: readonly string[],
): string[] {
  return rules.badges
    .filter(({ id, of, reaches, keeps }) => {
      if (keeps && held.includes(id)) return true
      const figure = of === 'streak' ? figures.streak : of === 'points' ? figures.points : figures.counts[of]
      return (figure ?? 0) >= reaches
    })
    .map(({ id }) => id)
}

/** @param days distinct, ascending, `YYYY-MM-DD`. @returns days in a row up to the last one, and the longest run. */
export function streaksOf(days: readonly string[]): { streak: number; longest: number } {
  let [streak, longest] = [0, 0]
  let before = Number.NaN
  for (const one of days) {
    const at = Date.parse(`${one}T00:00:00Z`)
    streak = at - before === 86_400_000 ? streak + 1 : 1
    longest = Math.max(longest, streak)
    before = at
  }
  return { streak, longest }
}

/** A streak that was not gone on with yesterday or today is over. */
export function standingStreak(standing: Pick<StandingRow, 'streak' | 'lastDay'>, today: string): number {
  const away = Date.parse(`${today}T00:00:00Z`) - Date.parse(`${standing.lastDay}T00:00:00Z`)
  return away <= 86_400_000 ? standing.streak : 0
}

/** Days for which one can still take part later: whoever was offline has it counted. */
export const makeUpDays = 3

/** @param today in UTC; a device east of it may be a day ahead. */
export function isOpenDay(challenge: Pick<ChallengeRow, 'from' | 'to'>, day: string, today: string): boolean {
  const ahead = (Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000
  return day >= challenge.from && day <= challenge.to && ahead <= 1 && ahead >= -makeUpDays
}

export function dayId(challengeId: string, memberId: string, day: string): string {
  return `${challengeId}:${memberId}:${day}`
}

export function canHonour(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

export function canSetRules(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}

export function canRunChallenge(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}
