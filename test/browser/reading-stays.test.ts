/**
 * What a member reads stays on their device. Every request, every frame and every row of a reading session is recorded,
 * of somebody who shares nothing, and looked through for the names of what was read. The one that may be there asks for
 * a body that the device has not got yet, and the server keeps nothing of it.
 */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeFrame } from '#shared/core/wire.ts'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { CourseRow, LessonRow } from '#shared/features/courses.ts'
import type { SessionRow } from '#shared/features/events.ts'
import {
  type App,
  conferenceOf,
  newcomerIn,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'
import { storedOn } from '../support/device.ts'
import { naming, newRows, rowsIn, textOf } from '../support/left-behind.ts'

let app: App
let reader: Profile
let staff: Profile
let page: Page

beforeAll(async () => {
  app = await startApp({ env: { LOG_LEVEL: 'debug' } })
  staff = await newProfile({ locale: 'en-US' })
  reader = await newProfile({ locale: 'en-US' })
  const moderator = await staff.context.newPage()
  await signIn(moderator, app, 'maren')
  page = await newcomerIn(reader.context, moderator, app, 'reader')
})
afterAll(async () => {
  await staff?.close()
  await reader?.close()
  await app?.close()
})

interface Sent {
  /** A body is asked for: the room that a frame opens. */
  opens?: string
  text: string
}

/** All that the browser sends from now on: its requests with their headers and bodies, and its sockets' frames. */
function recordSent(context: BrowserContext): Sent[] {
  const sent: Sent[] = []
  context.on('request', (request) => {
    const headers = Object.entries(request.headers()).map(([name, value]) => `${name}: ${value}`)
    const body = request.postDataBuffer()
    sent.push({
      text: [`${request.method()} ${request.url()}`, ...headers, body ? textOf(body) : ''].join('\n'),
    })
  })
  const listen = (open: Page): void => {
    open.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') return void sent.push({ text: payload })
        const frame = decodeFrame(new Uint8Array(payload))
        sent.push({ text: textOf(payload), ...(frame.kind === 'open' ? { opens: frame.room } : {}) })
      })
    })
  }
  context.pages().forEach(listen)
  context.on('page', listen)
  return sent
}

/** From the top to the end, and there until the page has noted that it was. */
async function readToTheEnd(item: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.keyboard.press('End')
        return notedItems()
      },
      { timeout: 30_000, interval: 500 },
    )
    .toContain(item)
}

const notedItems = async (): Promise<string[]> => [...(await storedOn(page, 'seen')).keys()]

/** In the app, as a click leads there: an address that is typed is asked of the server while there is no worker yet. */
async function follow(path: string): Promise<void> {
  await page.evaluate((to) => {
    const link = document.createElement('a')
    link.href = to
    link.textContent = 'there'
    document.querySelector('main')!.append(link)
    link.click()
  }, path)
  await page.waitForURL(app.url + path)
}

test('a reading session of somebody who shares nothing leaves no trace of what was read', async () => {
  await page.goto(`${app.url}/`)
  await readyForOffline(page)
  await page.locator('#recommended li').first().waitFor()

  const articles = (await rowsOf<ArticleRow>(page, app, 'articles'))
    .filter(({ data }) => data.lang === 'en' && data.opening.to === 'public')
    .slice(0, 3)
  const threads = await rowsOf<{ title: string; subject: string }>(page, app, 'threads')
  const thread = threads.find(({ data }) => data.subject === '')!
  const conference = await conferenceOf(page, app)
  const session = (await rowsOf<SessionRow>(page, app, 'sessions')).find(
    ({ data }) => data.eventId === conference.id && data.lang === 'en',
  )!
  const course = (await rowsOf<CourseRow>(page, app, 'courses')).find(
    ({ data }) => data.opening.to === 'members',
  )!
  const lesson = (await rowsOf<LessonRow>(page, app, 'lessons')).find(
    ({ data }) => data.courseId === course.id,
  )!
  const items = [
    ...articles.map(({ id, data }) => ({
      item: `article:${id}`,
      path: `/read/${data.slug}`,
      names: [id, data.slug, data.title],
    })),
    { item: `thread:${thread.id}`, path: `/discuss/${thread.id}`, names: [thread.id, thread.data.title] },
    {
      item: `session:${session.id}`,
      path: `/events/${conference.data.slug}/${session.id}`,
      names: [session.id, session.data.title],
    },
    {
      item: `lesson:${lesson.id}`,
      path: `/learn/${course.data.slug}/${lesson.data.slug}`,
      names: [lesson.id, lesson.data.slug, lesson.data.title],
    },
  ]
  const names = items.flatMap((one) => one.names)
  const before = rowsIn(app.dataDir)
  const sent = recordSent(reader.context)

  for (const { path, item } of items) {
    await follow(path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await readToTheEnd(item)
    if (path.startsWith('/learn')) await page.getByText('Completing a lesson tells the server').waitFor()
  }
  await follow('/')
  await page.locator('#recommended li').first().waitFor()
  // The device knows, so that the list can.
  expect(await notedItems()).toEqual(expect.arrayContaining(items.map(({ item }) => item)))
  // Whoever leaves sends what is left to send.
  await page.goto('about:blank')
  await page.goto(`${app.url}/`)
  await readyForOffline(page)

  // Nobody else does. Bodies are asked for as rooms, and nothing of who asked is kept.
  const bodies = new Set(
    names.flatMap((id) => ['content', 'thread', 'notes', 'lesson'].map((kind) => `${kind}/${id}`)),
  )
  const asked = sent.filter(({ opens }) => opens !== undefined && bodies.has(opens.split('~')[0]!))
  const others = sent.filter((one) => !asked.includes(one)).map(({ text }) => text)
  expect(naming(others, names)).toEqual([])
  expect(sent.length).toBeGreaterThan(0)
  const left = newRows(before, rowsIn(app.dataDir))
  expect(naming(left, names)).toEqual([])
  expect(naming(app.output().split('\n'), names)).toEqual([])
})

test('completing a lesson is a command: it is sent, and kept', async () => {
  const courses = await rowsOf<CourseRow>(page, app, 'courses')
  const course = courses.find(({ data }) => data.opening.to === 'members')!
  const lesson = (await rowsOf<LessonRow>(page, app, 'lessons')).find(
    ({ data }) => data.courseId === course.id,
  )!
  const before = rowsIn(app.dataDir)
  const sent = recordSent(reader.context)
  await follow(`/learn/${course.data.slug}/${lesson.data.slug}`)
  await page.getByRole('button', { name: 'Mark as completed' }).click()
  await page.getByText('Completed', { exact: true }).first().waitFor()
  await expect.poll(() => naming(newRows(before, rowsIn(app.dataDir)), [lesson.id]).length).toBeGreaterThan(0)
  await expect
    .poll(() => sent.some(({ text }) => text.includes('courses.complete_lesson') && text.includes(lesson.id)))
    .toBe(true)
})

test('whoever shares how far they have read is told that the server holds it, and it does', async () => {
  const article = (await rowsOf<ArticleRow>(page, app, 'articles')).find(
    ({ data }) => data.lang === 'en' && data.opening.to === 'public',
  )!
  await follow('/me')
  const choice = page.getByRole('radio', { name: 'Also how far you have read what' })
  await choice.check()
  await page.getByText('The server then holds which articles, lessons and discussions you read').waitFor()
  const before = rowsIn(app.dataDir)
  await follow(`/read/${article.data.slug}`)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await readToTheEnd(`article:${article.id}`)
  // What would be found, had it been there: the looking through is not blind.
  await expect
    .poll(() => naming(newRows(before, rowsIn(app.dataDir)), [article.id]).length, { timeout: 20_000 })
    .toBeGreaterThan(0)

  // Taken back, it is this device's again, and goes on from there.
  await follow('/me')
  await page.getByRole('radio', { name: /^Topics, choices about recommendations/ }).check()
  const keptHere = async (): Promise<unknown> =>
    (await storedOn<{ value: object }>(page, 'meta')).get('local:articles.reading')?.value
  await expect.poll(keptHere, { timeout: 20_000 }).toHaveProperty([article.id])
})
