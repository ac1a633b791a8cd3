import { describe, expect, test } from 'vitest'
import {
  faultyQuestion,
  grade,
  mayTry,
  type QuizInput,
  type QuizRow,
  questionsFor,
  quizParts,
  resultAfter,
} from './course-quizzes.ts'

const options = ['a', 'b', 'c'].map((id) => ({ id, text: id }))
const input: QuizInput = {
  passMark: 60,
  attempts: 2,
  required: true,
  shuffled: true,
  questions: [
    { id: 'one', kind: 'single', text: '?', options, right: ['b'], why: 'so' },
    { id: 'many', kind: 'multiple', text: '?', options, right: ['a', 'c'], why: '' },
    { id: 'text', kind: 'text', text: '?', options: [], right: ['Vector clock', '向量时钟'], why: '' },
  ],
}
const { rules, questions, key } = quizParts(input)
const quiz: QuizRow = {
  ...rules,
  questions,
  courseId: 'course',
  free: false,
  opening: { to: 'public' },
  authorId: null,
  published: true,
}
const allRight = { one: ['b'], many: ['c', 'a'], text: ['  vector　CLOCK '] }

describe('grading', () => {
  test('takes every right option and no other, and a text in any case, width and spacing', () => {
    expect(grade(questions, key, allRight)).toEqual({
      marks: { one: true, many: true, text: true },
      score: 100,
    })
    const wrong = { one: ['a'], many: ['a'], text: ['向量时钟'] }
    expect(grade(questions, key, wrong)).toEqual({
      marks: { one: false, many: false, text: true },
      score: 33,
    })
    expect(grade(questions, key, { many: ['a', 'b', 'c'] }).score).toBe(0)
  })

  test('what is right is said once knowing it helps no more', () => {
    const first = resultAfter(quiz, 'lesson', undefined, { at: 1, answers: {} }, key)
    expect(first).toMatchObject({ tries: 1, passed: false, key: null, last: { score: 0 } })
    expect(mayTry(quiz, first)).toBe(true)
    const passed = resultAfter(quiz, 'lesson', first, { at: 2, answers: allRight }, key)
    expect(passed).toMatchObject({ tries: 2, passed: true, best: 100, key })
    expect(mayTry(quiz, passed)).toBe(false)
    const failed = resultAfter(quiz, 'lesson', first, { at: 2, answers: {} }, key)
    expect(failed).toMatchObject({ passed: false, key })
    expect(mayTry(quiz, failed)).toBe(false)
  })

  test('without the key nothing is claimed', () => {
    expect(resultAfter(quiz, 'lesson', undefined, { at: 1, answers: allRight }, null)).toMatchObject({
      passed: false,
      key: null,
      last: { marks: null, score: null },
    })
  })
})

test('a member sees the same order every time, and others see others', () => {
  const orderOf = (member: string): string =>
    questionsFor(quiz, 'lesson', member)
      .map((question) => question.id + question.options.map(({ id }) => id).join(''))
      .join(' ')
  expect(orderOf('ada')).toBe(orderOf('ada'))
  expect(new Set(['ada', 'bea', 'cem', 'dim', 'eve', 'fay'].map(orderOf)).size).toBeGreaterThan(2)
  expect(questionsFor({ ...quiz, shuffled: false }, 'lesson', 'ada')).toBe(quiz.questions)
})

test('questions that nobody could answer are named', () => {
  const with_ = (change: Partial<QuizInput['questions'][number]>): QuizInput => ({
    ...input,
    questions: [input.questions[0]!, { ...input.questions[1]!, ...change }],
  })
  expect(faultyQuestion(input)).toBeUndefined()
  expect(faultyQuestion(with_({ right: ['z'] }))).toBe(2)
  expect(faultyQuestion(with_({ kind: 'single' }))).toBe(2)
  expect(faultyQuestion(with_({ kind: 'text' }))).toBe(2)
  expect(faultyQuestion(with_({ id: 'one' }))).toBe(2)
  expect(faultyQuestion(with_({ options: options.slice(0, 1), right: ['a'] }))).toBe(2)
})
