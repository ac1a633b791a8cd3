/** Online once, then without a server: reading, posting, asking, taking notes, recommendations; then back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SessionRow } from '#shared/features/events.ts'
import {
  type App,
  complaintsOf,
  conferenceOf,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
  watchStates,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let ada: Profile
let bob: Profile

beforeAll(async () => {
  app = await startApp()
  ada = await newProfile({ locale: 'en-US' })
  bob = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await ada?.close()
  await bob?.close()
  await app?.close()
})

const composer = (page: Page) => page.locator('form', { has: page.getByLabel('Your reply') })

async function waitForState(page: Page, text: string, ...states: string[]): Promise<void> {
  const post = page.locator('[data-post]', { hasText: text }).first()
  await post.waitFor()
  await post
    .locator(states.map((state) => `[data-state=${state}]`).join(', '))
    .first()
    .waitFor()
}

test('what a member does without a server arrives on another person’s screen', async () => {
  let page = await ada.context.newPage()
  const complaints = complaintsOf(page)
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
  const threads = await rowsOf<{ title: string; subject: string }>(page, app, 'threads')
  const thread = threads.find((row) => row.data.subject === '')!
  const articles = await rowsOf<{ slug: string; title: string; lang: string }>(page, app, 'articles')
  const article = articles.find((row) => row.data.slug.includes('flame'))!
  const sessions = await rowsOf<SessionRow>(page, app, 'sessions')
  const session = sessions.find((row) => row.data.lang === 'en')!
  const event = await conferenceOf(page, app)
  // The library has fetched what it keeps: the article's row says so.
  await page.goto(`${app.url}/read`)
  await page.locator('li', { hasText: article.data.title }).locator('[data-kept]').waitFor()

  await app.kill()

  // A deep link, opened anew, with no server.
  await page.goto(`${app.url}/read/${article.data.slug}`)
  await page.getByRole('heading', { level: 1, name: article.data.title }).waitFor()
  await page.getByText('Height is the call stack').waitFor()
  await page.locator('[data-sync=offline]').first().waitFor()

  await page.goto(`${app.url}/discuss/${thread.id}`)
  await page.getByLabel('Your reply').fill('Written **without** a server.')
  await composer(page).getByRole('button', { name: 'Reply' }).click()
  await waitForState(page, 'Written without a server.', 'device')

  await page.goto(`${app.url}/discuss/new?kind=question`)
  await page.getByLabel('Your question in one line').fill('Does a question asked offline arrive?')
  await page.getByLabel('Text', { exact: true }).fill('It should, once the server is back.')
  await page.getByRole('button', { name: 'Ask the question' }).click()
  await page.getByRole('heading', { level: 1, name: 'Does a question asked offline arrive?' }).waitFor()
  const question = page.url()
  await waitForState(page, 'It should, once', 'device')

  const sessionPage = `${app.url}/events/${event.data.slug}/${session.id}`
  await page.goto(`${sessionPage}/notes`)
  await page.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).click()
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\n\nA thought from the train.')
  await page.locator('main [data-state=device]').first().waitFor()

  await page.goto(`${app.url}/`)
  await page.locator('#recommended li').first().waitFor()
  expect(await page.locator('#recommended li').count()).toBe(10)

  // The whole browser ends, and comes back, and there is still no server.
  await ada.quit()
  page = await (await ada.open()).newPage()
  complaints.push(...complaintsOf(page))
  await page.goto(`${app.url}/discuss/${thread.id}`)
  await waitForState(page, 'Written without a server.', 'device')
  expect(await page.locator('[data-sync]').first().textContent()).toMatch(/Offline|waiting/)

  const states = await watchStates(page)
  await app.start()
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
  await page.locator('[data-post]', { hasText: 'Written without a server.' }).waitFor()
  const shown = await states()
  expect(shown[0]).toBe('device')
  expect(shown).not.toContain('refused')
  expect(['device', 'sent', 'saved'].filter((state) => shown.includes(state))).toEqual([...new Set(shown)])

  const other = await bob.context.newPage()
  complaints.push(...complaintsOf(other))
  await signIn(other, app, 'maren')
  await other.goto(`${app.url}/discuss/${thread.id}`)
  const post = other.locator('[data-post]', { hasText: 'Written without a server.' })
  await post.waitFor()
  expect(await post.locator('[data-state]').count()).toBe(0)
  await other.goto(question)
  await other.getByText('It should, once the server is back.').waitFor()
  await other.goto(`${sessionPage}/notes`)
  await other.getByText('A thought from the train.').waitFor()
  expect(complaints).toEqual([])
})
