/** What the screens of the demo are about, as far as a viewer may see it. */
import type { Page } from 'playwright-core'
import type { ArticleRow } from '#shared/features/articles.ts'
import { certificatePath } from '#shared/features/course-certificates.ts'
import type { QuizRow } from '#shared/features/course-quizzes.ts'
import type { TaskRow } from '#shared/features/course-tasks.ts'
import { type CourseRow, coursePath, type LessonRow, lessonPath } from '#shared/features/courses.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { EventRow } from '#shared/features/events.ts'
import type { TierRow } from '#shared/features/memberships.ts'
import type { NotesRow } from '#shared/features/notes.ts'
import type { ProposalRow } from '#shared/features/planning.ts'
import type { Lang } from '#shared/words/index.ts'
import { type App, conferenceOf, rowsOf } from '../app.ts'

/** The demo's things that screens are about, as far as a viewer may see them. */
export interface Places {
  /** Slugs, by the language of the article. */
  article: Record<Lang, string>
  event: string
  /** A meetup that is full, and one that was. */
  meetup: string
  pastMeetup: string
  session: string
  thread: string
  question: string
  poll: string
  proposal: string
  /** One that a tier opens. */
  locked: Record<Lang, string>
  /** Id of the tier that is paid for. */
  tier: string
  /** Paths: a course that is taken, one that is sold, and a lesson of each. */
  course: string
  lesson: string
  soldCourse: string
  soldLesson: string
  /** A lesson whose time is to come. */
  laterLesson: string
  /** A lesson that ends with a quiz, and where its author writes that. */
  quiz: string
  quizEditor: string
  /** A lesson that ends with an assignment, where its author writes that, and what was handed in. */
  task: string
  taskEditor: string
  answers: string
  /** Of the viewer, for a course that they have completed. */
  certificate: string
}

export async function findPlaces(page: Page, app: App): Promise<Places> {
  const articles = await rowsOf<ArticleRow>(page, app, 'articles')
  const isLocked = ({ data }: { data: ArticleRow }): boolean => data.opening?.to === 'tiers'
  const lockedIn = (lang: Lang): string =>
    articles.find((row) => isLocked(row) && row.data.lang === lang)?.data.slug ?? ''
  const tiers = await rowsOf<TierRow>(page, app, 'tiers')
  const longest = (lang: Lang): string =>
    articles
      .filter(({ data }) => data.lang === lang && data.opening.to === 'public')
      .filter((row) => row.data.lang === lang && !isLocked(row))
      .sort((a, b) => b.data.words - a.data.words)[0]?.data.slug ?? ''
  const courses = (await rowsOf<CourseRow>(page, app, 'courses')).map(({ data }) => data)
  const lessons = (await rowsOf<LessonRow>(page, app, 'lessons')).map(({ data }) => data)
  const taken = courses.find(({ opening }) => opening.to === 'members')
  const sold = courses.find(({ opening }) => opening.to === 'purchase')
  const longestOf = (course: CourseRow | undefined): string => {
    const lesson = lessons
      .filter(({ courseId, free, opensAt }) => courseId === course?.id && !free && !opensAt)
      .sort((a, b) => b.words - a.words)[0]
    return course && lesson ? lessonPath(course, lesson) : ''
  }
  const later = lessons.find(({ opensAt }) => opensAt)
  const laterIn = courses.find(({ id }) => id === later?.courseId)
  const quizzes = await rowsOf<QuizRow>(page, app, 'quizzes')
  const asked = quizzes[0]
  // In the course whose author looks at it.
  const written = quizzes.find(({ data }) => data.courseId === sold?.id)
  const askedIn = courses.find(({ id }) => id === asked?.data.courseId)
  const askedAfter = lessons.find(({ id }) => id === asked?.id)
  const set = (await rowsOf<TaskRow>(page, app, 'lesson_tasks')).find(
    ({ data }) => data.courseId === taken?.id,
  )
  const setAfter = lessons.find(({ id }) => id === set?.id)
  const event = await conferenceOf(page, app)
  const meetups = (await rowsOf<EventRow>(page, app, 'events'))
    .map(({ data }) => data)
    .filter(({ opening }) => opening)
    .sort((a, b) => b.start - a.start)
  const certificate = (await rowsOf(page, app, 'certificates'))[0]
  const notes = await rowsOf<NotesRow>(page, app, 'notes')
  const sessions = await rowsOf(page, app, 'sessions')
  const threads = await rowsOf<ThreadRow>(page, app, 'threads')
  const proposals = await rowsOf<ProposalRow>(page, app, 'proposals')
  return {
    article: { en: longest('en'), zh: longest('zh') },
    event: event.data.slug,
    meetup: meetups[0]?.slug ?? '',
    pastMeetup: meetups.at(-1)?.slug ?? '',
    session: (notes[0] ?? sessions[0])?.id ?? '',
    thread:
      threads.find(({ data }) => data.kind === 'talk' && data.subject === '' && !isPoll(data))?.id ?? '',
    poll: threads.find(({ data }) => isPoll(data))?.id ?? '',
    proposal: proposals.find(({ data }) => data.state === 'open')?.id ?? '',
    locked: { en: lockedIn('en'), zh: lockedIn('zh') },
    course: taken ? coursePath(taken) : '',
    lesson: longestOf(taken),
    soldCourse: sold ? coursePath(sold) : '',
    soldLesson: longestOf(sold),
    laterLesson: laterIn ? lessonPath(laterIn, later!) : '',
    quiz: askedIn && askedAfter ? lessonPath(askedIn, askedAfter) : '',
    quizEditor: sold && written ? `${coursePath(sold)}/edit/${written.id}/quiz` : '',
    task: taken && setAfter ? lessonPath(taken, setAfter) : '',
    taskEditor: taken && set ? `${coursePath(taken)}/edit/${set.id}/assignment` : '',
    answers: taken ? `${coursePath(taken)}/assignments` : '',
    certificate: certificate ? certificatePath(certificate.id) : '',
    tier: tiers.find(({ data }) => data.prices.some(({ amount }) => amount > 0))?.id ?? '',
    question: threads.find(({ data }) => data.acceptedPostId !== null)?.id ?? '',
  }
}

/** The demo asks for a day in one thread. */
const isPoll = (thread: ThreadRow): boolean => thread.tags.includes('meetups')
