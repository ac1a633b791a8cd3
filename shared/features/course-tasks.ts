/**
 * Assignments at the end of lessons: something to do, handed in as Markdown, and reviewed by those who run the course or
 * by others who handed in theirs. An answer is for its member and those who run the course; a peer who is to review it
 * gets its words in a row of their own, which does not say whose they are, as its member is not told who the peer was.
 */
import * as v from 'valibot'
import type { LessonShown } from './courses.ts'

export const mostCriteria = 12
export const mostTries = 30
export const longestTask = 20_000
export const longestAnswer = 50_000

export interface Criterion {
  id: string
  text: string
  /** The most that it is worth. */
  points: number
}

export interface TaskRules {
  /** Epoch ms; a cohort's day counts as well, whichever comes first. `null`: some day. */
  dueAt: number | null
  /** Per cent of the points. */
  passMark: number
  /** The lesson is completed only by those who passed. */
  required: boolean
  /** Those who run the course decide in either case, whenever they like. */
  reviewedBy: 'authors' | 'peers'
  /** How many peers review an answer, and how many answers whoever hands one in is asked to review. */
  peers: number
}

/** Has its lesson's id. */
export interface TaskRow extends LessonShown, TaskRules {
  /** Markdown. */
  text: string
  criteria: Criterion[]
}

export type AnswerState = 'waiting' | 'passed' | 'again' | 'replaced'

/** One attempt: for its member, and for those who run the course. */
export interface AnswerRow {
  courseId: string
  lessonId: string
  memberId: string
  /** Of the course. */
  authorId: string | null
  /** Which attempt, from 1. */
  n: number
  at: number
  /** Until when it was to be handed in; `null`: some day. */
  dueAt: number | null
  /** Markdown. */
  text: string
  state: AnswerState
  /** Per cent, as it was decided; `null`: not yet. */
  score: number | null
  /** How often it was decided: whoever decides says how it stood for them. */
  decisions: number
}

/** What a criterion was when it was judged, and what was said to it. */
export interface ReviewLine {
  text: string
  of: number
  points: number
  comment: string
}

export interface Review {
  at: number
  lines: ReviewLine[]
  /** To the whole of it: what is good, or what is missing. */
  said: string
  score: number
  passed: boolean
}

/** For the member whose answer it is about, and for those who run the course. */
export interface ReviewRow extends Review {
  courseId: string
  lessonId: string
  answerId: string
  /** Whose answer it is. */
  memberId: string
  authorId: string | null
  /** `null`: a peer, or somebody who has left. */
  by: string | null
}

/** An answer that a peer is to review, or has: for that peer, and for those who run the course. */
export interface PeerAnswerRow {
  courseId: string
  lessonId: string
  answerId: string
  /** The peer. */
  memberId: string
  authorId: string | null
  /** When the peer was asked. */
  at: number
  text: string
  review: Review | null
}

const id = v.pipe(v.string(), v.uuid())
const line = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most))
const moment = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000))
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

export const taskInput = v.strictObject({
  text: line(longestTask),
  criteria: v.pipe(
    v.array(v.strictObject({ id, text: line(300), points: whole(1, 100) })),
    v.minLength(1),
    v.maxLength(mostCriteria),
    v.check((criteria) => new Set(criteria.map((one) => one.id)).size === criteria.length),
  ),
  dueAt: v.nullable(moment),
  passMark: whole(0, 100),
  required: v.boolean(),
  reviewedBy: v.picklist(['authors', 'peers']),
  peers: whole(1, 5),
})
export type TaskInput = v.InferOutput<typeof taskInput>

/** Not trimmed: an answer may begin with code. */
export const answerText = v.pipe(v.string(), v.regex(/\S/), v.maxLength(longestAnswer))

export const judgement = {
  marks: v.pipe(
    v.array(
      v.strictObject({
        id,
        points: whole(0, 100),
        comment: v.pipe(v.string(), v.trim(), v.maxLength(2_000)),
      }),
    ),
    v.maxLength(mostCriteria),
  ),
  said: v.pipe(v.string(), v.trim(), v.maxLength(5_000)),
}
export type Marks = { id: string; points: number; comment: string }[]

/** `undefined`: they are not marks by these criteria, which somebody has changed meanwhile. */
export function linesOf(criteria: readonly Criterion[], marks: Readonly<Marks>): ReviewLine[] | undefined {
  if (marks.length !== criteria.length) return undefined
  const lines = criteria.flatMap(({ id, text, points: of }) => {
    const mark = marks.find((one) => one.id === id)
    return mark && mark.points <= of ? [{ text, of, points: mark.points, comment: mark.comment }] : []
  })
  return lines.length === criteria.length ? lines : undefined
}

/** Per cent of the points. */
export function scoreOf(lines: readonly Pick<ReviewLine, 'points' | 'of'>[]): number {
  const of = lines.reduce((sum, line) => sum + line.of, 0)
  const points = lines.reduce((sum, line) => sum + line.points, 0)
  return of === 0 ? 0 : Math.floor((points / of) * 100)
}

/** What the peers say together: the mean of their scores, as soon as there are enough. */
export function verdictOf(
  task: Pick<TaskRules, 'peers' | 'passMark'>,
  reviews: readonly Pick<Review, 'score'>[],
): { score: number; passed: boolean } | undefined {
  if (reviews.length < task.peers) return undefined
  const score = Math.floor(reviews.reduce((sum, review) => sum + review.score, 0) / reviews.length)
  return { score, passed: score >= task.passMark }
}

/** Until when a member is to hand in: the task's own day, or their cohort's. */
export function taskDueAt(task: Pick<TaskRules, 'dueAt'>, cohortDueAt: number | undefined): number | null {
  if (cohortDueAt === undefined) return task.dueAt
  return task.dueAt === null ? cohortDueAt : Math.min(task.dueAt, cohortDueAt)
}

/** A member's own attempts at one task, the last first. */
export function attemptsOf<T extends { data: Pick<AnswerRow, 'memberId' | 'lessonId' | 'n'> }>(
  rows: readonly T[],
  memberId: string | null,
  lessonId: string,
): T[] {
  return rows
    .filter(({ data }) => data.memberId === memberId && data.lessonId === lessonId)
    .sort((a, b) => b.data.n - a.data.n)
}

/** Those that wait for those who run the course: not yet decided, the oldest first. */
export function waitingIn<T extends { data: Pick<AnswerRow, 'state' | 'at'> }>(rows: readonly T[]): T[] {
  return rows.filter(({ data }) => data.state === 'waiting').sort((a, b) => a.data.at - b.data.at)
}

export interface Pairing {
  /** Each member's attempts that were not replaced. */
  answers: readonly { id: string; memberId: string; at: number; isWaiting: boolean }[]
  /** Who was asked, or has reviewed already. */
  asked: readonly { answerId: string; memberId: string }[]
  peers: number
  /** May they be asked? */
  isThere(memberId: string): boolean
}

/**
 * Who is to review what from now on, besides what they were asked before. Each answer gets as many peers as the task
 * says, each member as many answers for each of their own, never their own, never one twice.
 */
export function pairUp({
  answers,
  asked,
  peers,
  isThere,
}: Pairing): { answerId: string; memberId: string }[] {
  const made: { answerId: string; memberId: string }[] = []
  const known = new Set(asked.map(({ answerId, memberId }) => `${answerId} ${memberId}`))
  const has = new Map(answers.map(({ id }) => [id, 0]))
  const left = new Map<string, number>()
  for (const { memberId } of [...answers].sort((a, b) => a.at - b.at)) {
    if (isThere(memberId)) left.set(memberId, (left.get(memberId) ?? 0) + peers)
  }
  const count = ({ answerId, memberId }: { answerId: string; memberId: string }): void => {
    const before = has.get(answerId)
    if (before === undefined) return
    has.set(answerId, before + 1)
    if (left.has(memberId)) left.set(memberId, left.get(memberId)! - 1)
  }
  asked.forEach(count)
  const open = answers.filter(({ isWaiting }) => isWaiting)
  const next = (): { answerId: string; memberId: string } | undefined => {
    const wanting = open.filter(({ id }) => has.get(id)! < peers)
    wanting.sort((a, b) => has.get(a.id)! - has.get(b.id)! || a.at - b.at)
    for (const { id, memberId: own } of wanting) {
      const free = [...left].filter(
        ([memberId, more]) => more > 0 && memberId !== own && !known.has(`${id} ${memberId}`),
      )
      // Whoever has most left to do; of several, who came first.
      const most = free.sort(([, a], [, b]) => b - a)[0]
      if (most) return { answerId: id, memberId: most[0] }
    }
    return undefined
  }
  for (let pair = next(); pair; pair = next()) {
    made.push(pair)
    known.add(`${pair.answerId} ${pair.memberId}`)
    count(pair)
  }
  return made
}
