/** Quizzes: what authors ask, what members answer, and how their answers are graded. */
import type { Reader, ServerHalf } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import {
  type Answers,
  faultyQuestion,
  mayTry,
  type QuizFigures,
  type QuizResultRow,
  quizParts,
  quizResultId,
  resultAfter,
} from '#shared/features/course-quizzes.ts'
import { canEditCourse, type courses as contract, quizPrint } from '#shared/features/courses.ts'
import { enrol, publishEnrolment } from './enrolling.ts'
import { dropQuiz, publishQuiz } from './publish.ts'
import { courseById, db, keyOf, lessonById, quizOf, toQuizRow } from './tables.ts'

type Commands = ServerHalf<typeof contract>['commands']

export const quizzes: Pick<Commands, 'save_quiz' | 'answer_quiz'> = {
  save_quiz: {
    async allow({ tx, viewer }, input) {
      const lesson = await lessonById(tx, input.lessonId)
      const course = await courseById(tx, input.courseId)
      if (!course) return refuse('not_found', 'no such course', { reason: 'courses.no_course' })
      if (!canEditCourse(viewer, { authorId: course.author_id })) {
        return refuse('forbidden', 'the course is someone else’s', { reason: 'courses.not_yours' })
      }
      return lesson?.course_id === input.courseId ? ok() : noLesson()
    },
    async handle({ tx }, { courseId, lessonId, quiz }) {
      if (quiz === null) {
        await dropQuiz(tx, lessonId)
        return ok()
      }
      const faulty = faultyQuestion(quiz)
      if (faulty !== undefined) {
        return refuse('invalid', 'a question cannot be answered', {
          field: 'quiz.questions',
          reason: 'quizzes.faulty',
          params: { n: faulty },
        })
      }
      const { rules, questions, key } = quizParts(quiz)
      const record = {
        id: lessonId,
        course_id: courseId,
        pass_mark: rules.passMark,
        attempts: rules.attempts,
        required: rules.required ? 1 : 0,
        shuffled: rules.shuffled ? 1 : 0,
        questions: JSON.stringify(questions),
        answer_key: JSON.stringify(key),
      }
      const { id: _, ...changes } = record
      await db(tx)
        .insertInto('courses_quiz')
        .values(record)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
        .execute()
      await publishQuiz(tx, (await courseById(tx, courseId))!, (await lessonById(tx, lessonId))!)
      return ok()
    },
  },

  answer_quiz: {
    async allow({ tx, viewer }, input) {
      const quiz = await quizOf(tx, input.lessonId)
      if (quiz?.course_id !== input.courseId) return noLesson()
      return (await tx.mayRead(viewer, 'quizzes', input.lessonId))
        ? ok()
        : refuse('forbidden', 'the lesson is not open to them', { reason: 'courses.not_open' })
    },
    async handle({ tx, viewer, commandId }, { courseId, lessonId, answers, asked: print }) {
      const course = (await courseById(tx, courseId))!
      const record = (await quizOf(tx, lessonId))!
      const quiz = toQuizRow(course, (await lessonById(tx, lessonId))!, record, tx.now)
      const id = quizResultId(viewer.id, lessonId)
      const before = (await tx.row<QuizResultRow>('quiz_results', id)) ?? undefined
      if (!mayTry(quiz, before)) {
        return refuse('conflict', 'no attempt is left', { reason: 'quizzes.no_attempts' })
      }
      if (print !== undefined && print !== quizPrint(quiz.questions)) {
        return refuse('conflict', 'they were asked something else', { reason: 'quizzes.changed' })
      }
      const asked = new Set(quiz.questions.map((question) => question.id))
      const given = Object.fromEntries(Object.entries(answers).filter(([question]) => asked.has(question)))
      const result = resultAfter(quiz, lessonId, before, { at: tx.now, answers: given }, keyOf(record))
      const score = result.last.score ?? 0
      await db(tx)
        .insertInto('courses_quiz_attempt')
        .values({
          id: `${viewer.id}:${commandId}`,
          course_id: courseId,
          lesson_id: lessonId,
          member_id: viewer.id,
          at: tx.now,
          answers: JSON.stringify(given),
          marks: JSON.stringify(result.last.marks),
          score,
          passed: score >= quiz.passMark ? 1 : 0,
        })
        .execute()
      await tx.publish('quiz_results', id, result)
      await enrol(tx, viewer, courseId)
      await publishEnrolment(tx, viewer.id, courseId)
      return ok({ score, passed: result.passed })
    },
  },
}

/** What a question is worth shows in how it is answered the first time. `null`: not theirs to see. */
export async function figuresOf(
  reader: Reader,
  viewer: Viewer,
  { courseId, lessonId }: { courseId: string; lessonId: string },
): Promise<QuizFigures | null> {
  const course = await courseById(reader, courseId)
  if (!course || !canEditCourse(viewer, { authorId: course.author_id })) return null
  const attempts = await db(reader)
    .selectFrom('courses_quiz_attempt')
    .select(['member_id', 'answers', 'marks', 'passed'])
    .where('lesson_id', '=', lessonId)
    .where('course_id', '=', courseId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const first = new Map<string, (typeof attempts)[number]>()
  for (const attempt of attempts) if (!first.has(attempt.member_id)) first.set(attempt.member_id, attempt)
  const passed = new Set(attempts.filter((attempt) => attempt.passed === 1).map(({ member_id }) => member_id))
  const counts = new Map<string, { right: number; given: Map<string, number> }>()
  for (const { answers, marks } of first.values()) {
    const given = JSON.parse(answers) as Answers
    for (const [question, isRight] of Object.entries(JSON.parse(marks) as Record<string, boolean>)) {
      const count = counts.get(question) ?? { right: 0, given: new Map<string, number>() }
      counts.set(question, count)
      if (isRight) count.right++
      for (const value of new Set(given[question] ?? [])) {
        const said = value.trim()
        if (said !== '') count.given.set(said, (count.given.get(said) ?? 0) + 1)
      }
    }
  }
  const answers: QuizFigures['answers'] = {}
  for (const [question, { right, given }] of counts) {
    const ranked = [...given].map(([value, count]) => ({ value, count }))
    ranked.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    answers[question] = { right, given: ranked.slice(0, 20) }
  }
  return { members: first.size, passed: passed.size, answers }
}

function noLesson(): Result<never> {
  return refuse('gone', 'no such quiz', { reason: 'courses.no_lesson' })
}
