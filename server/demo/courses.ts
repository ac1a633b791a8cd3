/** Courses as their authors write them, and members on their way through them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { uuidv7 } from '#shared/core/ids.ts'
import { itemAudience, type Opening } from '#shared/core/opening.ts'
import type { QuestionKind, QuizInput } from '#shared/features/course-quizzes.ts'
import type { GroupRow } from '#shared/features/groups.ts'
import type { TierRow } from '#shared/features/memberships.ts'
import { contentFolder, linksTo, readArticles, readMarkdown, readMembers } from './content.ts'
import { covers } from './covers.ts'
import { createRandom } from './histories.ts'
import type { DemoAct, DemoPart } from './part.ts'
import { type DemoTask, taskActs } from './tasks.ts'

const day = 86_400_000
const hour = 3_600_000
const folder = join(contentFolder, 'courses')

interface Outline {
  title: string
  author: string
  lang: 'zh' | 'en'
  daysAgo: number
  description: string
  tags: string[]
  opening: Opening['to']
  /** Part of a group's name. */
  requiredOf?: string
  /** Under a lesson: what is asked, and what is answered. */
  talks?: { lesson: string; title: string; tags: string[]; posts: [handle: string, body: string][] }[]
  /** At the end of a lesson; what is right, and what was answered, by place from 1 or in words. */
  quizzes?: DemoQuiz[]
  tasks?: DemoTask[]
  /** Lessons that are still to come. */
  opens?: { lesson: string; inDays: number }[]
  /** Who takes it together, which lesson by the end of which week. */
  cohort?: { name: string; begunDaysAgo: number; members: string[]; weeks: Record<string, number> }
  price?: { amount: number; currency: string }
  chapters: { title: string; lessons: string[] }[]
}

interface DemoQuiz {
  lesson: string
  passMark: number
  attempts?: number
  required?: boolean
  questions: {
    kind: QuestionKind
    text: string
    options?: string[]
    right?: number[]
    answers?: string[]
    why: string
  }[]
  answered?: Record<string, (number | string)[][]>
}

interface LessonHead {
  title: string
  free?: boolean
  /** Its questions, where the outline has no quiz with rules of its own. */
  quiz?: DemoQuiz['questions']
}

interface Lesson {
  id: string
  file: string
  title: string
  free: boolean
  body: string
  quiz: DemoQuiz | undefined
}

/** How many lessons each has completed, of which course; some began later than others. */
const learners: Record<string, [handle: string, lessons: number, begunDaysAgo?: number][]> = {
  'on-call': [
    ['tobias', 2],
    ['xiaoman', 1],
    ['linqiao', 5],
    ['hanaw', 5],
    ['amara', 3],
    ['pieter', 4],
    ['suhang', 5],
    ['chenmo', 2],
  ],
  'query-plans': [
    ['xiaoman', 3],
    ['carmen', 6],
    ['leila', 6],
    ['marek', 5],
  ],
  // Those whom their tier lets in, each while it did.
  'offline-first': [
    ['hanaw', 7, 23],
    ['chenmo', 3, 21],
    ['yelan', 5, 20],
    ['pieter', 4, 11],
    ['wenqi', 2, 7],
  ],
}
/** Courses for everybody, which others have found by what they are interested in. */
const found = new Set(['on-call', 'query-plans'])

/** As their interests pull, from the same seed each time; who can sign in does as the list above says. */
function findersOf(course: string, tags: readonly string[], listed: readonly string[]): [string, number][] {
  const random = createRandom([...course].reduce((sum, letter) => sum * 31 + letter.codePointAt(0)!, 7))
  return readMembers().flatMap(({ handle, interests }, index): [string, number][] => {
    const shared = interests.filter((interest) => tags.includes(interest)).length
    const draw = random()
    const completed = Math.floor(random() * 7)
    // A hundred were there when the courses began.
    if (index < 5 || index >= 100 || listed.includes(handle)) return []
    return draw < (shared === 0 ? 0.03 : 0.22 + 0.16 * shared) ? [[handle, completed]] : []
  })
}

export const courses: DemoPart = (context) => {
  const linked = linksTo(readArticles())
  return readdirSync(folder).flatMap((name) => courseActs(name, context, linked))
}

function courseActs(
  name: string,
  context: Parameters<DemoPart>[0],
  linked: (body: string) => string,
): DemoAct[] {
  const { now, send, rows, member } = context
  const outline = parse(readFileSync(join(folder, name, 'course.yaml'), 'utf8')) as Outline
  const { title, author, lang, description, tags } = outline
  const courseId = uuidv7(now)
  const published = now - outline.daysAgo * day
  const chapters = outline.chapters.map((chapter) => ({
    id: uuidv7(now),
    title: chapter.title,
    lessons: chapter.lessons.map((file) => readLesson(name, file, now, linked)),
  }))
  const lessons = chapters.flatMap((chapter) => chapter.lessons)

  const asked = [...(outline.quizzes ?? []), ...lessons.flatMap(({ quiz }) => quiz ?? [])]
  const quizzes = asked.map((quiz) => ({
    lessonId: lessons.find(({ file }) => file === quiz.lesson)!.id,
    quiz: readQuiz(quiz, now),
    answered: quiz.answered ?? {},
  }))

  async function coverOf(course: string, by: string): Promise<string | null> {
    const bytes = covers[course]?.()
    if (!bytes) return null
    const hash = createHash('sha256').update(bytes).digest('hex')
    await send(by, 'pictures.add', { hash, type: 'image/png', bytes: bytes.toString('base64') })
    return `/api/files/${hash}`
  }

  async function write(): Promise<void> {
    await send(author, 'courses.start_course', { courseId, title, lang })
    const opening: Opening = { to: outline.opening }
    if (opening.to === 'tiers') {
      const paid = (await rows<TierRow>('tiers')).filter(({ data }) =>
        data.prices.some((one) => one.amount > 0),
      )
      opening.tiers = paid.map(({ id }) => id)
    }
    const details = { title, description, tags, lang, opening }
    const cover = await coverOf(name, author)
    await send(author, 'courses.describe_course', { courseId, ...details, cover })
    const named = chapters.map(({ id, title }) => ({ id, title, lessons: [] }))
    await send(author, 'courses.arrange', { courseId, chapters: named })
    for (const chapter of chapters) {
      for (const { id, file, quiz: _, ...lesson } of chapter.lessons) {
        const where = { courseId, lessonId: id, chapterId: chapter.id }
        const opens = outline.opens?.find((one) => one.lesson === file)
        const opensAt = opens ? atHour(now + opens.inDays * day, 9) : null
        await send(author, 'courses.save_lesson', { ...where, ...lesson, opensAt, base: null })
      }
    }
    for (const { lessonId, quiz } of quizzes) {
      await send(author, 'courses.save_quiz', { courseId, lessonId, quiz })
    }
    await send(author, 'courses.publish_course', { courseId })
    if (outline.price) {
      const item = itemAudience(`course:${courseId}`)
      await send('linqiao', 'memberships.set_price', { item, ...outline.price })
    }
  }

  const acts: DemoAct[] = [{ at: published, act: write }]
  const listed = learners[name] ?? []
  const others = found.has(name)
    ? findersOf(
        name,
        tags,
        listed.map(([handle]) => handle),
      )
    : []
  for (const [order, [handle, count, ago]] of [...listed, ...others].entries()) {
    const first = order < listed.length ? published + (order + 1) * 1.5 * day : published + order * 0.6 * day
    const begun = Math.min(ago === undefined ? first : now - ago * day, now - 2 * day)
    acts.push({ at: begun, act: () => send(handle, 'courses.enrol', { courseId }) })
    for (const [index, { id }] of lessons.slice(0, count).entries()) {
      const at = Math.min(begun + index * 20 * hour + hour, now - hour)
      acts.push({ at, act: () => send(handle, 'courses.complete_lesson', { courseId, lessonId: id }) })
      const own = quizzes.find(({ lessonId }) => lessonId === id)
      if (own && Object.keys(own.answered).length === 0) {
        const answers = guess(own.quiz, order + index)
        const input = { courseId, lessonId: id, answers }
        acts.push({ at: at - 60_000, act: () => send(handle, 'courses.answer_quiz', input) })
      }
    }
  }
  for (const { lessonId, quiz, answered } of quizzes) {
    for (const [order, [handle, given]] of Object.entries(answered).entries()) {
      const answers = Object.fromEntries(
        quiz.questions.map(({ id, options }, i) => [
          id,
          given[i]!.map((one) => (typeof one === 'number' ? options[one - 1]!.id : one)),
        ]),
      )
      acts.push({
        at: now - 5 * day + order * 7 * hour,
        act: () => send(handle, 'courses.answer_quiz', { courseId, lessonId, answers }),
      })
    }
  }
  for (const task of outline.tasks ?? []) {
    const lessonId = lessons.find(({ file }) => file === task.lesson)!.id
    acts.push(...taskActs(task, context, { author, courseId, lessonId, published }))
  }
  for (const talk of outline.talks ?? []) {
    const threadId = uuidv7(now)
    const lesson = lessons.find(({ file }) => file === talk.lesson)!
    for (const [order, [handle, body]] of talk.posts.entries()) {
      const postId = uuidv7(now)
      const subject = { kind: 'lesson' as const, id: lesson.id }
      const { title, tags } = talk
      acts.push({
        at: now - 6 * day + order * 5 * hour,
        act: () =>
          order === 0
            ? send(handle, 'discussions.open_thread', {
                threadId,
                postId,
                kind: 'question',
                title,
                tags,
                subject,
                body,
              })
            : send(handle, 'discussions.post', { threadId, postId, body, replyTo: null }),
      })
    }
  }
  const { cohort } = outline
  if (cohort) {
    const id = uuidv7(now)
    const startsAt = atHour(now - cohort.begunDaysAgo * day, 0)
    const weeks = Object.fromEntries(
      lessons.flatMap((lesson) =>
        cohort.weeks[lesson.file] ? [[lesson.id, cohort.weeks[lesson.file]!]] : [],
      ),
    )
    const input = { id, courseId, name: cohort.name, startsAt, joining: 'open' as const, weeks }
    acts.push({ at: startsAt - 2 * day, act: () => send(author, 'courses.save_cohort', input) })
    for (const [order, handle] of cohort.members.entries()) {
      acts.push({
        at: startsAt - 2 * day + (order + 1) * 3 * hour,
        act: () =>
          send(handle, 'courses.set_cohort_member', { id, courseId, memberId: member(handle).id, on: true }),
      })
    }
  }
  const { requiredOf } = outline
  if (requiredOf) {
    acts.push({
      at: now - 7 * day,
      async act() {
        const group = (await rows<GroupRow>('groups')).find(({ data }) => data.name.includes(requiredOf))
        if (!group) throw new Error(`no group ${requiredOf}`)
        const due = { to: `group:${group.id}`, dueAt: now + 10 * day }
        await send('linqiao', 'courses.assign', { id: uuidv7(now), courseId, ...due })
      },
    })
  }
  return acts
}

function atHour(at: number, full: number): number {
  return new Date(at).setHours(full, 0, 0, 0)
}

/** Three of four know it; the others take the first answer that is wrong. */
function guess({ questions }: QuizInput, turn: number): Record<string, string[]> {
  return Object.fromEntries(
    questions.map(({ id, right, options }, place) => {
      const wrong = options.find((option) => !right.includes(option.id))
      return [id, (turn + place) % 4 === 3 && wrong ? [wrong.id] : right]
    }),
  )
}

function readQuiz(quiz: DemoQuiz, now: number): QuizInput {
  return {
    passMark: quiz.passMark,
    attempts: quiz.attempts ?? 0,
    required: quiz.required ?? false,
    shuffled: true,
    questions: quiz.questions.map(({ kind, text, why, options = [], right = [], answers = [] }) => {
      const named = options.map((option) => ({ id: uuidv7(now), text: option }))
      const marked = right.map((place) => named[place - 1]!.id)
      return { id: uuidv7(now), kind, text, why, options: named, right: [...marked, ...answers] }
    }),
  }
}

function readLesson(course: string, file: string, now: number, linked: (body: string) => string): Lesson {
  const { head, body } = readMarkdown<LessonHead>(join(folder, course, `${file}.md`))
  const { title, free = false } = head
  const quiz = head.quiz && { lesson: file, passMark: 60, questions: head.quiz }
  return { id: uuidv7(now), file, title, free, body: linked(body.trim()), quiz }
}
