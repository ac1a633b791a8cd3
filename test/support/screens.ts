/**
 * Every screen of the product: who sees it, where it lies, and what has to be on it before it may be judged. A new
 * page belongs into this list; then its accessibility, its words and its width are held like those of the others.
 */
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
import type { Lang, Translate } from '#shared/words/index.ts'
import { type App, conferenceOf, rowsOf } from './app.ts'

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

export interface Screen {
  /** Names its test and its pictures. */
  name: string
  path: string | ((places: Places, lang: Lang) => string)
  /** Waits for what the screen is about, or acts until it is there. */
  ready?(page: Page, t: Translate, places: Places): Promise<void>
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

const firstItem = (page: Page): Promise<void> => page.locator('main li').first().waitFor()
const seatCard = (page: Page): Promise<void> => page.locator('[data-seat]').waitFor()
const firstLesson = (page: Page): Promise<void> => page.locator('[data-lesson]').first().waitFor()
const firstPost = (page: Page): Promise<void> => page.locator('[data-post]').first().waitFor()
const sessionPath = ({ event, session }: Places): string => `/events/${event}/${session}`

async function openNotes(page: Page, t: Translate): Promise<void> {
  await page.getByRole('button', { name: t('notes.edit'), exact: true }).waitFor()
}

const searchScreen: Screen = {
  name: 'search',
  path: (_places, lang) => `/search?q=${encodeURIComponent(lang === 'zh' ? '数据库' : 'database')}`,
  ready: (page) => page.locator('[role=option]').first().waitFor(),
}

export const guestScreens: Screen[] = [
  { name: 'home', path: '/', ready: firstItem },
  { name: 'read', path: '/read', ready: firstItem },
  {
    name: 'article',
    path: ({ article }, lang) => `/read/${article[lang]}`,
    ready: (page) => page.locator('main pre, main table, main h2').first().waitFor(),
  },
  { name: 'learn', path: '/learn', ready: firstItem },
  { name: 'course', path: ({ soldCourse }) => soldCourse, ready: firstLesson },
  { name: 'events', path: '/events', ready: firstItem },
  { name: 'agenda', path: ({ event }) => `/events/${event}`, ready: firstItem },
  { name: 'session', path: sessionPath },
  { name: 'notes closed', path: (places) => `${sessionPath(places)}/notes` },
  { name: 'me', path: '/me' },
  {
    name: 'settings',
    path: '/',
    async ready(page, t) {
      await page.getByRole('button', { name: t('app.settings') }).click()
      await page.getByRole('dialog').getByRole('radio').first().waitFor()
    },
  },
  { name: 'pricing', path: '/pricing', ready: firstItem },
  {
    name: 'locked article',
    path: ({ locked }, lang) => `/read/${locked[lang]}`,
    ready: (page) => page.locator('[data-locked]').waitFor(),
  },
  { name: 'sign in', path: '/sign-in' },
  { name: 'sign up', path: '/sign-up?invite=no-such-invitation' },
  {
    name: 'sign up refused',
    path: '/sign-up?invite=no-such-invitation',
    async ready(page, t) {
      await page.getByRole('button', { name: t('accounts.sign_up_submit'), exact: true }).click()
      await page.locator('main [aria-invalid=true]').first().waitFor()
    },
  },
  // The demo's settings: whoever asks, once somebody agrees.
  { name: 'ask to join', path: '/sign-up', ready: (page) => page.locator('main textarea').waitFor() },
  { name: 'forgot password', path: '/reset' },
  { name: 'new password', path: '/reset?token=no-such-token' },
  searchScreen,
  { name: 'not found', path: '/no/such/page' },
]

export const memberScreens: Screen[] = [
  searchScreen,
  { name: 'search begun', path: '/search' },
  {
    name: 'search dialog',
    path: '/discuss',
    async ready(page, t) {
      await firstItem(page)
      await page.keyboard.press('/')
      await page
        .getByRole('dialog')
        .getByRole('combobox')
        .fill(t('search.thread') === '讨论' ? '数据' : 'data')
      await page
        .getByRole('dialog')
        .getByRole('group', { name: t('search.here') })
        .waitFor()
    },
  },
  { name: 'home', path: '/', ready: (page) => page.locator('#recommended li').first().waitFor() },
  {
    name: 'keys',
    path: '/read',
    async ready(page) {
      await firstItem(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').getByRole('checkbox').waitFor()
    },
  },
  {
    name: 'shared link',
    path: `/share?title=Local-first&url=${encodeURIComponent('https://example.org/local-first')}`,
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'read', path: '/read', ready: firstItem },
  {
    name: 'article',
    path: ({ article }, lang) => `/read/${article[lang]}`,
    ready: (page) => page.locator('main pre, main table, main h2').first().waitFor(),
  },
  { name: 'pricing', path: '/pricing', ready: firstItem },
  {
    name: 'locked article',
    path: ({ locked }, lang) => `/read/${locked[lang]}`,
    ready: (page) => page.locator('[data-locked]').waitFor(),
  },
  {
    name: 'buy',
    path: ({ tier }) => `/buy/tier:${tier}?price=year`,
    ready: (page) => page.locator('main form').waitFor(),
  },
  {
    name: 'membership',
    path: '/me/membership',
    async ready(page) {
      await page.locator('main summary').first().click()
      await firstItem(page)
    },
  },
  { name: 'learn', path: '/learn', ready: firstItem },
  { name: 'course', path: ({ course }) => course, ready: firstLesson },
  {
    name: 'quiz',
    path: ({ quiz }) => quiz,
    ready: (page) => page.locator('[data-quiz]').waitFor(),
  },
  {
    name: 'assignment',
    path: ({ task }) => task,
    ready: (page) => page.locator('[data-task]').waitFor(),
  },
  {
    name: 'lesson',
    path: ({ lesson }) => lesson,
    ready: (page) => page.locator('main h2').first().waitFor(),
  },
  {
    name: 'lesson that opens later',
    path: ({ laterLesson }) => laterLesson,
    ready: (page, t) => page.getByText(t('courses.opens_text')).waitFor(),
  },
  {
    name: 'locked lesson',
    path: ({ soldLesson }) => soldLesson,
    ready: (page) => page.locator('[data-locked]').waitFor(),
  },
  { name: 'discuss', path: '/discuss', ready: firstItem },
  { name: 'thread', path: ({ thread }) => `/discuss/${thread}`, ready: firstPost },
  {
    name: 'reactions',
    path: ({ thread }) => `/discuss/${thread}`,
    async ready(page, t) {
      await page
        .getByRole('button', { name: t('discussions.react') })
        .first()
        .click()
      await page.getByRole('menuitem').or(page.getByRole('menuitemcheckbox')).first().waitFor()
    },
  },
  { name: 'question', path: ({ question }) => `/discuss/${question}`, ready: firstPost },
  { name: 'new thread', path: '/discuss/new', ready: (page) => page.getByRole('textbox').first().waitFor() },
  {
    name: 'poll results',
    path: ({ poll }) => `/discuss/${poll}`,
    ready: (page) => page.locator('[data-poll] progress').first().waitFor(),
  },
  {
    name: 'poll asked',
    // A draft of its own: others are sent.
    path: '/discuss/new?draft=poll',
    async ready(page, t) {
      await page.getByRole('button', { name: t('discussions.poll_add') }).click()
      await page.locator('main input[type=datetime-local]').waitFor()
    },
  },
  { name: 'new question', path: '/discuss/new?kind=question' },
  {
    name: 'question that was asked before',
    path: '/discuss/new?kind=question',
    async ready(page, t) {
      await page.getByRole('textbox').first().fill('定时任务重复执行，数据库锁')
      await page.getByRole('list', { name: t('recommendations.similar') }).waitFor()
    },
  },
  { name: 'events', path: '/events', ready: firstItem },
  { name: 'proposals', path: '/events/proposals', ready: firstItem },
  {
    name: 'proposal',
    path: ({ proposal }) => `/events/proposals/${proposal}`,
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'agenda', path: ({ event }) => `/events/${event}`, ready: firstItem },
  { name: 'meetup', path: ({ meetup }) => `/events/${meetup}`, ready: seatCard },
  { name: 'meetup that was', path: ({ pastMeetup }) => `/events/${pastMeetup}`, ready: seatCard },
  {
    name: 'ticket',
    path: ({ pastMeetup }) => `/events/${pastMeetup}/ticket`,
    ready: (page) => page.locator('[data-ticket]').waitFor(),
  },
  { name: 'agenda from an hour', path: ({ event }) => `/events/${event}?from=11`, ready: firstItem },
  { name: 'nothing found in an agenda', path: ({ event }) => `/events/${event}?q=nothing+is+called+so` },
  { name: 'no such event', path: '/events/there-is-none' },
  { name: 'my schedule', path: ({ event }) => `/events/${event}?mine=1` },
  { name: 'session', path: sessionPath, ready: openNotes },
  { name: 'notes history', path: (places) => `${sessionPath(places)}/notes/history` },
  { name: 'notes read', path: (places) => `${sessionPath(places)}/notes`, ready: openNotes },
  {
    name: 'notes written',
    path: (places) => `${sessionPath(places)}/notes`,
    async ready(page, t) {
      await page.getByRole('button', { name: t('notes.edit'), exact: true }).click()
      await page.locator('.cm-content').waitFor()
    },
  },
  { name: 'me', path: '/me', ready: (page) => page.locator('main input[name=name]').waitFor() },
  {
    name: 'sign out',
    path: '/me',
    async ready(page, t) {
      await page.getByRole('button', { name: t('accounts.sign_out'), exact: true }).click()
      await page.getByRole('dialog').getByRole('button').nth(1).waitFor()
    },
  },
  { name: 'member', path: '/members/zhouyan', ready: firstItem },
  { name: 'my data', path: '/me/data', ready: (page) => page.locator('main form').waitFor() },
  { name: 'my decisions', path: '/me/decisions', ready: firstItem },
  { name: 'page for another role', path: '/admin/orders', ready: firstItem },
  {
    name: 'reading list',
    path: '/me/library',
    ready: (page) => page.locator('main [aria-current=page]').waitFor(),
  },
  {
    name: 'highlights',
    path: '/me/library/highlights',
    ready: (page) => page.locator('main [aria-current=page]').waitFor(),
  },
  {
    name: 'highlight made',
    path: ({ article }, lang) => `/read/${article[lang]}`,
    async ready(page, t) {
      await page.getByRole('button', { name: t('library.mark_passage') }).click()
      await page.getByRole('dialog').locator('select').waitFor()
    },
  },
  {
    name: 'library on this device',
    path: '/me/library/device',
    async ready(page) {
      await page.locator('main [data-why] summary').first().click()
      await page.locator('main [data-why] li').first().waitFor()
    },
  },
  { name: 'my portrait', path: '/me/portrait', ready: (page) => page.locator('main h2').first().waitFor() },
  { name: 'my growth', path: '/me/growth', ready: firstItem },
  { name: 'boards', path: '/growth', ready: firstItem },
  {
    name: 'challenges',
    path: '/growth/challenges',
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'featured', path: '/growth/featured', ready: firstItem },
  { name: 'inbox', path: '/inbox', ready: firstItem },
  { name: 'notices', path: '/me/notices', ready: (page) => page.locator('main select').first().waitFor() },
  { name: 'nothing waits', path: '/me/waiting' },
  {
    name: 'waiting sheet',
    path: '/discuss/new?draft=waiting',
    async ready(page, t, { thread }) {
      // One act that the server refuses, for a title that today's rules do not take, and one that it never answers.
      await page.route('**/api/commands', async (route) => {
        const body = route.request().postDataJSON() as {
          commands: { name: string; input: { title?: string } }[]
        }
        const opening = body.commands.find(({ name }) => name === 'discussions.open_thread')
        if (!opening) return
        opening.input.title = 'x'.repeat(300)
        await route.continue({ postData: JSON.stringify(body) })
      })
      // A draft of its own: another screen may have left a poll in the usual one.
      await page.locator('main form').getByRole('textbox').first().fill('What the server will not take')
      await page
        .getByRole('textbox', { name: t('discussions.form_body'), exact: true })
        .fill('The words are **kept**.')
      await page.locator('main form button[type=submit]').last().click()
      await page.locator('main [data-state=refused]').first().waitFor()
      await page.goto(new URL(`/discuss/${thread}`, page.url()).href)
      await page.getByRole('textbox', { name: t('discussions.form_reply'), exact: true }).fill('On its way.')
      await page.locator('main form button[type=submit]').last().click()
      await page.locator('[data-post]', { hasText: 'On its way.' }).waitFor()
      await page.locator('header [data-sync]').click()
      await page.getByRole('dialog').getByRole('listitem').nth(1).waitFor()
    },
  },
]

export const authorScreens: Screen[] = [
  {
    name: 'draft',
    path: '/write',
    async ready(page, t) {
      await page.getByRole('button', { name: t('articles.draft_new') }).click()
      await page.locator('.cm-content').click()
      await page.keyboard.type('## A beginning\n\nSome *words*, `code`, and a [link](/read).\n\n- one\ntwo')
    },
  },
  {
    name: 'publish',
    path: '/write',
    async ready(page, t) {
      // A draft of an article that is published: it has a title, and changes to publish.
      await page.locator('main li a').last().click()
      await page.locator('.cm-content').click()
      await page.keyboard.type('A new first line.')
      await page.getByRole('button', { name: t('articles.publish_changes') }).click()
      await page.getByRole('dialog').getByRole('button').nth(1).waitFor()
    },
  },
  {
    name: 'preview',
    path: '/write',
    async ready(page, t) {
      await page.locator('main li a').last().click()
      await page.locator('.cm-content').waitFor()
      await page.getByRole('button', { name: t('core.editor_preview'), exact: true }).click()
      await page.locator('main h2').first().waitFor()
    },
  },
  { name: 'write', path: '/write', ready: firstItem },
  {
    name: 'schedule',
    path: '/write',
    async ready(page, t) {
      await page.locator('main li a').last().click()
      await page.locator('.cm-content').waitFor()
      await page.getByRole('button', { name: t('articles.schedule'), exact: true }).click()
      await page.getByRole('dialog').locator('input[type=datetime-local]').waitFor()
    },
  },
  {
    name: 'published versions',
    path: '/write',
    async ready(page, t) {
      await page.locator('main li a').last().click()
      await page.getByRole('link', { name: t('articles.revisions'), exact: true }).click()
      await page.locator('main li').first().waitFor()
    },
  },
  { name: 'new course', path: '/learn/new' },
  {
    name: 'quiz editor',
    path: ({ quizEditor }) => quizEditor,
    ready: (page) => page.locator('[data-question]').first().waitFor(),
  },
  {
    name: 'course editor',
    path: ({ soldCourse }) => `${soldCourse}/edit`,
    ready: (page) => page.locator('main ol li').first().waitFor(),
  },
  {
    name: 'lesson editor',
    path: ({ soldCourse }) => `${soldCourse}/edit`,
    async ready(page) {
      await page.locator('main ol li a').first().click()
      await page.locator('main textarea').waitFor()
    },
  },
]

export const ownerScreens: Screen[] = [
  {
    name: 'poll',
    path: ({ poll }) => `/discuss/${poll}`,
    ready: (page) => page.locator('[data-poll] fieldset').waitFor(),
  },
  {
    name: 'expected attendance',
    path: ({ event }) => `/events/${event}`,
    ready: (page, t) => page.getByRole('region', { name: t('events.outlook') }).waitFor(),
  },
  { name: 'plan', path: ({ event }) => `/events/${event}/plan`, ready: firstItem },
  { name: 'run sheet', path: ({ event }) => `/events/${event}/plan/run`, ready: firstItem },
  {
    name: 'budget',
    path: ({ event }) => `/events/${event}/plan/budget`,
    ready: (page) => page.locator('main form').waitFor(),
  },
  {
    name: 'event from a template',
    path: '/events',
    async ready(page, t) {
      await page.getByRole('button', { name: t('events.new'), exact: true }).click()
      await page.getByRole('menuitem', { name: t('planning.new_event'), exact: true }).click()
      await page.getByRole('dialog').getByRole('radio').first().waitFor()
    },
  },
  { name: 'courses', path: '/admin/courses', ready: firstItem },
  {
    name: 'certificate',
    path: ({ certificate }) => certificate,
    ready: (page) => page.locator('[data-certificate]').waitFor(),
  },
  {
    name: 'assignments of a course',
    path: ({ answers }) => answers,
    async ready(page) {
      await page.locator('[data-handed=waiting] button').first().click()
      await page.locator('[data-review-form]').waitFor()
    },
  },
  {
    name: 'assignment editor',
    path: ({ taskEditor }) => taskEditor,
    ready: (page) => page.locator('[data-task-form]').waitFor(),
  },
  {
    name: 'cohorts of a course',
    path: ({ course }) => `${course}/cohorts`,
    async ready(page, t) {
      await page.getByRole('button', { name: t('cohorts.new'), exact: true }).click()
      await page.locator('main form').last().waitFor()
    },
  },
  {
    name: 'completion of a course',
    path: ({ course }) => `${course}/report`,
    ready: (page) => page.locator('main td').first().waitFor(),
  },
  { name: 'new event', path: '/events/new', ready: (page) => page.locator('main form').waitFor() },
  { name: 'people of an event', path: ({ meetup }) => `/events/${meetup}/staff`, ready: firstItem },
  {
    name: 'check-in',
    path: ({ pastMeetup }) => `/events/${pastMeetup}/check-in`,
    async ready(page, t) {
      await firstItem(page)
      await page.getByRole('textbox', { name: t('events.scan_code') }).fill('not a code')
      await page.getByRole('button', { name: t('events.scan_send'), exact: true }).click()
      await page.locator('[data-scan=bad]').waitFor()
    },
  },
  {
    name: 'after an event',
    path: ({ pastMeetup }) => `/events/${pastMeetup}/after`,
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  {
    name: 'settings of an event',
    path: ({ meetup }) => `/events/${meetup}/edit`,
    ready: (page) => page.locator('main form').first().waitFor(),
  },
  { name: 'me', path: '/me', ready: (page) => page.locator('main input[name=name]').waitFor() },
  {
    name: 'invites',
    path: '/admin/invites',
    async ready(page, t) {
      await page.getByRole('button', { name: t('accounts.invite_create') }).click()
      await page
        .getByRole('button', { name: t('accounts.invite_copy') })
        .first()
        .waitFor()
    },
  },
  {
    name: 'review queue',
    path: '/admin/moderation',
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'moderation rules', path: '/admin/moderation/rules', ready: firstItem },
  { name: 'moderation log', path: '/admin/moderation/log', ready: firstItem },
  { name: 'members', path: '/admin/members', ready: firstItem },
  { name: 'admin', path: '/admin', ready: firstItem },
  {
    name: 'applicants',
    path: '/admin/applicants',
    ready: (page) => page.locator('article').first().waitFor(),
  },
  { name: 'modules', path: '/admin/modules', ready: (page) => page.getByRole('checkbox').first().waitFor() },
  { name: 'groups', path: '/groups', ready: firstItem },
  {
    name: 'group',
    path: '/groups',
    async ready(page) {
      await page.locator('main li a').first().click()
      await page.locator('main h2').first().waitFor()
    },
  },
  { name: 'orders', path: '/admin/orders', ready: firstItem },
  {
    name: 'order',
    path: '/admin/orders',
    async ready(page, t) {
      await page.getByText(t('memberships.orders_all'), { exact: true }).click()
      await page.locator('main li a', { hasText: 'Hana' }).first().click()
      await page.getByRole('heading', { name: t('memberships.receipt') }).waitFor()
    },
  },
  {
    name: 'refund',
    path: '/admin/orders',
    async ready(page, t) {
      await page.getByText(t('memberships.orders_all'), { exact: true }).click()
      await page
        .getByRole('button', { name: t('memberships.refund'), exact: true })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('checkbox').waitFor()
    },
  },
  { name: 'tiers', path: '/admin/tiers', ready: firstItem },
  {
    name: 'tier edited',
    path: '/admin/tiers',
    async ready(page, t) {
      await firstItem(page)
      await page.getByRole('button', { name: t('memberships.tier_new') }).click()
      await page.getByRole('dialog').getByRole('textbox').first().waitFor()
    },
  },
  { name: 'codes', path: '/admin/codes', ready: firstItem },
  {
    name: 'entitlements',
    path: '/admin/entitlements',
    ready: (page) => page.locator('main details').first().waitFor(),
  },
  { name: 'revenue', path: '/admin/revenue', ready: (page) => page.locator('main table').waitFor() },
  { name: 'community', path: '/admin/community' },
  { name: 'recovery copies', path: '/admin/recovery' },
  {
    name: 'figures',
    path: '/admin/figures',
    async ready(page, t) {
      await page.locator('main figure').first().waitFor()
      await page.getByRole('region', { name: t('recommendations.gaps') }).waitFor()
    },
  },
  {
    name: 'reader groups',
    path: '/admin/portraits',
    ready: (page) => page.locator('main h2').first().waitFor(),
  },
  { name: 'model', path: '/admin/model', ready: (page) => page.locator('main article').first().waitFor() },
  { name: 'growth rules', path: '/admin/growth', ready: (page) => page.locator('main form').waitFor() },
]
