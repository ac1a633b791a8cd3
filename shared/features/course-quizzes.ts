/**
 * Quizzes at the end of lessons. What is asked and what is right lie in rows of their own: where attempts are counted, the
 * key is for the author alone, and an answer is graded by the server; where they are not, the device grades at once, by the
 * same function. In both cases the server's grade is the one that counts.
 */
import * as v from 'valibot'
import type { LessonShown } from './courses.ts'

export const mostQuestions = 60
export const mostOptions = 10

export type QuestionKind = 'single' | 'multiple' | 'text'

export interface Question {
  id: string
  kind: QuestionKind
  text: string
  /** None for `text`. */
  options: { id: string; text: string }[]
}

export interface KeyEntry {
  /** Ids of the right options; for `text`, the answers that are accepted. */
  right: string[]
  /** Shown with what is right. */
  why: string
}

/** By question. */
export type QuizKey = Record<string, KeyEntry>
/** By question: ids of options, or the one text. */
export type Answers = Record<string, string[]>

export interface QuizRules {
  /** Per cent of the questions. */
  passMark: number
  /** 0 = as often as one likes. */
  attempts: number
  /** The lesson is completed only by those who passed. */
  required: boolean
  shuffled: boolean
}

/** Has its lesson's id. */
export interface QuizRow extends LessonShown, QuizRules {
  questions: Question[]
}

/** Has its lesson's id. For takers only where attempts are not counted. */
export interface QuizKeyRow extends LessonShown {
  attempts: number
  key: QuizKey
}

export interface Attempt {
  at: number
  answers: Answers
  /** By question; `null`: not graded yet. */
  marks: Record<string, boolean> | null
  /** Per cent. */
  score: number | null
}

/** A member's own; the id is `quizResultId(memberId, lessonId)`. */
export interface QuizResultRow {
  courseId: string
  lessonId: string
  tries: number
  passed: boolean
  best: number
  last: Attempt
  /** What was right and why, as soon as knowing it helps nobody to a better grade. */
  key: QuizKey | null
}

export interface QuizFigures {
  /** Members who took it. */
  members: number
  passed: number
  /** Of each member's first attempt: what was answered how often, the most frequent first. */
  answers: Record<string, { right: number; given: { value: string; count: number }[] }>
}

const id = v.pipe(v.string(), v.uuid())
const line = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most))

export const quizInput = v.strictObject({
  passMark: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
  attempts: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
  required: v.boolean(),
  shuffled: v.boolean(),
  questions: v.pipe(
    v.array(
      v.strictObject({
        id,
        kind: v.picklist(['single', 'multiple', 'text']),
        text: line(2_000),
        options: v.pipe(v.array(v.strictObject({ id, text: line(500) })), v.maxLength(mostOptions)),
        right: v.pipe(v.array(line(500)), v.minLength(1), v.maxLength(20)),
        why: v.pipe(v.string(), v.trim(), v.maxLength(2_000)),
      }),
    ),
    v.minLength(1),
    v.maxLength(mostQuestions),
  ),
})
export type QuizInput = v.InferOutput<typeof quizInput>

export const answersInput = v.pipe(
  v.record(id, v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(mostOptions))),
  v.check((answers) => Object.keys(answers).length <= mostQuestions),
)

export function quizResultId(memberId: string, lessonId: string): string {
  return `${memberId}:${lessonId}`
}

/** @returns the first question that cannot be asked so, from 1; `undefined`: all can. */
export function faultyQuestion(quiz: QuizInput): number | undefined {
  const ids = new Set<string>()
  const at = quiz.questions.findIndex(({ id, kind, options, right }) => {
    const known = new Set(options.map((option) => option.id))
    const isUsed = ids.has(id)
    ids.add(id)
    if (isUsed || known.size !== options.length) return true
    if (kind === 'text') return options.length > 0
    if (options.length < 2 || !right.every((one) => known.has(one))) return true
    return kind === 'single' && right.length !== 1
  })
  return at < 0 ? undefined : at + 1
}

/** The two rows that an author's form makes. */
export function quizParts(quiz: QuizInput): { rules: QuizRules; questions: Question[]; key: QuizKey } {
  const { questions, ...rules } = quiz
  return {
    rules,
    questions: questions.map(({ right: _r, why: _w, ...question }) => question),
    key: Object.fromEntries(questions.map(({ id, right, why }) => [id, { right: [...new Set(right)], why }])),
  }
}

/** Wide and narrow letters, case and spaces are all one. */
export function sameText(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ')
}

function isRight(question: Question, key: KeyEntry | undefined, given: readonly string[]): boolean {
  if (!key) return false
  if (question.kind === 'text') {
    const answer = sameText(given[0] ?? '')
    return answer !== '' && key.right.some((one) => sameText(one) === answer)
  }
  const chosen = new Set(given)
  return chosen.size === key.right.length && key.right.every((one) => chosen.has(one))
}

export function grade(
  questions: readonly Question[],
  key: QuizKey,
  answers: Answers,
): { marks: Record<string, boolean>; score: number } {
  const marks = Object.fromEntries(
    questions.map((question) => [
      question.id,
      isRight(question, key[question.id], Object.hasOwn(answers, question.id) ? answers[question.id]! : []),
    ]),
  )
  const right = Object.values(marks).filter(Boolean).length
  return { marks, score: questions.length === 0 ? 0 : Math.floor((right / questions.length) * 100) }
}

/** How a member stands after one more attempt: on the server, and before that on the device. @param key `null`: not known here */
export function resultAfter(
  quiz: QuizRow,
  lessonId: string,
  before: QuizResultRow | undefined,
  attempt: { at: number; answers: Answers },
  key: QuizKey | null,
): QuizResultRow {
  const graded = key && grade(quiz.questions, key, attempt.answers)
  const tries = (before?.tries ?? 0) + 1
  const passed = (before?.passed ?? false) || (graded !== null && graded.score >= quiz.passMark)
  const isOver = quiz.attempts === 0 || passed || tries >= quiz.attempts
  return {
    courseId: quiz.courseId,
    lessonId,
    tries,
    passed,
    best: Math.max(before?.best ?? 0, graded?.score ?? 0),
    last: { ...attempt, marks: graded?.marks ?? null, score: graded?.score ?? null },
    key: isOver ? key : null,
  }
}

/** Whoever has passed where attempts are counted has seen the key. */
export function mayTry(
  quiz: QuizRules,
  result: Pick<QuizResultRow, 'tries' | 'passed'> | undefined,
): boolean {
  if (quiz.attempts === 0 || !result) return true
  return !result.passed && result.tries < quiz.attempts
}

/** The same order for the same member, every time and on every device. */
export function orderFor<T extends { id: string }>(things: readonly T[], seed: string): T[] {
  return things
    .map((thing) => ({ thing, place: scatter(`${seed}/${thing.id}`) }))
    .sort((a, b) => a.place - b.place || (a.thing.id < b.thing.id ? -1 : 1))
    .map(({ thing }) => thing)
}

export function questionsFor(quiz: QuizRow, lessonId: string, memberId: string): Question[] {
  if (!quiz.shuffled) return quiz.questions
  const seed = `${memberId}/${lessonId}`
  return orderFor(quiz.questions, seed).map((question) => ({
    ...question,
    options: orderFor(question.options, seed),
  }))
}

function scatter(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
