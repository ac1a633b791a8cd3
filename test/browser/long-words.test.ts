/**
 * Long words break nothing: every title, name, place and topic that the feed brings is made one long word without a
 * space, German or 中文, and the main screens stay as wide as their window: on a phone, and on a desk read at 200 % and
 * at 400 %, which leaves 320 px (WCAG 2.2, 1.4.10).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeFrame, encodeFeed } from '#shared/core/wire.ts'
import { type App, conferenceOf, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

const german =
  'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsänderungsantragsformularausfüllhilfe'
const han =
  '关于在没有停机窗口的情况下把一张八千万行的表拆成六次发布逐步迁移并且随时可以退回去的一份很长很长的说明书第二版修订稿'
/** What people write, by the fields of rows that carry it. */
const written = new Set([
  'title',
  'name',
  'authorName',
  'lastPostBy',
  'description',
  'subtitle',
  'place',
  'room',
  'track',
])
const lists = new Set(['tags', 'persons'])

/** The same row with long words; ids, addresses and numbers as they were. */
function lengthened(row: unknown, count: { of: number }): unknown {
  if (Array.isArray(row)) return row.map((part) => lengthened(part, count))
  if (typeof row !== 'object' || row === null) return row
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      if (typeof value === 'string' && value !== '' && written.has(key)) return [key, next(count)]
      if (Array.isArray(value) && lists.has(key)) return [key, value.map(() => next(count))]
      return [key, lengthened(value, count)]
    }),
  )
}

const next = (count: { of: number }): string => (count.of++ % 2 === 0 ? german : han)

let app: App
let profile: Profile
let page: Page
let paths: Record<string, string>

beforeAll(async () => {
  app = await startApp()
  const seen = await newProfile({ locale: 'en-US' })
  const plain = await seen.context.newPage()
  await signIn(plain, app, 'tobias')
  const event = await conferenceOf(plain, app)
  const first = async <R>(table: string): Promise<{ id: string; data: R }> => {
    const [row] = await rowsOf<R>(plain, app, table)
    return row!
  }
  const course = await first<{ slug: string }>('courses')
  const lesson = (await rowsOf<{ slug: string; courseId: string }>(plain, app, 'lessons')).find(
    ({ data }) => data.courseId === course.id,
  )!
  const session = (await rowsOf<{ eventId: string }>(plain, app, 'sessions')).find(
    ({ data }) => data.eventId === event.id,
  )!
  paths = {
    home: '/',
    read: '/read',
    article: `/read/${(await first<{ slug: string }>('articles')).data.slug}`,
    learn: '/learn',
    course: `/learn/${course.data.slug}`,
    lesson: `/learn/${course.data.slug}/${lesson.data.slug}`,
    discuss: '/discuss',
    thread: `/discuss/${(await first('threads')).id}`,
    events: '/events',
    agenda: `/events/${event.data.slug}?day=all`,
    session: `/events/${event.data.slug}/${session.id}`,
    me: '/me',
    member: '/members/zhouyan',
    inbox: '/inbox',
    growth: '/growth',
    pricing: '/pricing',
    portrait: '/me/portrait',
    'new thread': '/discuss/new',
  }
  await seen.close()

  profile = await newProfile({ locale: 'en-US', serviceWorkers: 'block' })
  page = await profile.context.newPage()
  const count = { of: 0 }
  await page.routeWebSocket(/\/sync/, (socket) => {
    socket.connectToServer().onMessage((frame) => {
      if (typeof frame === 'string') return socket.send(frame)
      const read = decodeFrame(frame)
      if (read.kind !== 'feed') return socket.send(frame)
      const longer = JSON.stringify(lengthened(JSON.parse(read.text), count))
      socket.send(Buffer.from(encodeFeed(longer)))
    })
  })
  // A device that has nothing yet is told by HTTP.
  await page.route('**/api/feed*', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: lengthened(await response.json(), count) })
  })
  await signIn(page, app, 'tobias')
  await page.locator('[data-sync=ok]').first().waitFor()
  await page.locator('#recommended li').first().waitFor()
  expect(count.of).toBeGreaterThan(100)
})
afterAll(async () => {
  await profile?.close()
  await app?.close()
})

/** What reaches beyond the window, and beyond every box that scrolls or clips. */
function tooWide(at: Page): Promise<string[]> {
  return at.evaluate(() => {
    const root = document.documentElement
    if (root.scrollWidth <= window.innerWidth) return []
    const beyond = [...document.querySelectorAll('main *, body > *, header > *, nav *')].filter(
      (element) => element.getBoundingClientRect().right > window.innerWidth + 1,
    )
    const deepest = beyond.filter((element) => !beyond.some((other) => other.parentElement === element))
    return [
      `${root.scrollWidth} px in a window of ${window.innerWidth}`,
      ...deepest
        .slice(0, 3)
        .map((element) =>
          `${Math.round(element.getBoundingClientRect().right)} ${element.parentElement?.className} > ${element.outerHTML}`.slice(
            0,
            170,
          ),
        ),
    ]
  })
}

describe.each([
  ['a phone', { width: 390, height: 844 }],
  ['a desk read at 200 %', { width: 640, height: 400 }],
  ['a desk read at 400 %', { width: 320, height: 256 }],
])('long words leave %s as wide as it is', (_, size) => {
  test('on every main screen', async () => {
    await page.setViewportSize(size)
    const wrong: Record<string, string[]> = {}
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(app.url + path)
      await page.locator('#main h1').first().waitFor()
      await page.waitForFunction(() => !document.querySelector('main [class*=bone]'))
      const found = await tooWide(page)
      if (found.length > 0) wrong[name] = found
    }
    expect(wrong).toEqual({})
  })
})

test('the page of the design language is in no build that people are given', () => {
  const assets = join(import.meta.dirname, '../../dist/client/assets')
  const holding = readdirSync(assets).filter(
    (name) => name.endsWith('.js') && readFileSync(join(assets, name), 'utf8').includes('Design language'),
  )
  expect(holding).toEqual([])
})
