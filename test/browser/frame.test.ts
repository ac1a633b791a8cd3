/** What the frame does around every page: keys, Back, scroll positions, lists that stay where they are, what is shared to it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { type App, actAs, complaintsOf, readyForOffline, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let reader: Profile
let page: Page
let complaints: string[]

beforeAll(async () => {
  app = await startApp()
  reader = await newProfile({ locale: 'en-US' })
  page = await reader.context.newPage()
  complaints = complaintsOf(page)
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
})
afterAll(async () => {
  expect(complaints).toEqual([])
  await reader?.close()
  await app?.close()
})

const dialog = () => page.getByRole('dialog')
const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const path = (): string => new URL(page.url()).pathname
const scrolled = (): Promise<number> => page.evaluate(() => Math.round(window.scrollY))

test('the keyboard leads everywhere, and `?` says how', async () => {
  await page.goto(`${app.url}/`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('?')
  await dialog().getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
  expect(await dialog().getByText('Discuss', { exact: true }).count()).toBe(1)
  // Over a dialog there is nowhere to go to.
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  expect(path()).toBe('/')

  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.waitForURL('**/discuss')
  await page.locator('main li a[data-step]').first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  const first = page.locator('main [data-step]').first()
  expect(await first.evaluate((link) => document.activeElement === link)).toBe(true)
  await page.keyboard.press('Enter')
  await page.locator('[data-post]').first().waitFor()
  await page.keyboard.press('r')
  const field = page.getByLabel('Your reply')
  expect(await field.evaluate((one) => document.activeElement === one)).toBe(true)
  await page.keyboard.type('j?gd')
  expect(await field.inputValue()).toBe('j?gd')
  expect(path()).toMatch(/^\/discuss\/./)
  expect(await dialog().count()).toBe(0)
  await field.fill('')
})

test('keys alone can be turned off, and found again by Ctrl-K', async () => {
  await page.goto(`${app.url}/read`)
  await page.locator('main li').first().waitFor()
  await page.keyboard.press('?')
  await dialog().getByLabel('Shortcuts of single keys').uncheck()
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  await dialog().getByRole('combobox').fill('keyboard')
  await dialog().getByRole('option', { name: 'Keyboard shortcuts' }).click()
  await dialog().getByLabel('Shortcuts of single keys').check()
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
})

test('Back closes what lies over a page and leaves the page, and what was closed otherwise needs no second Back', async () => {
  await page.goto(`${app.url}/read`)
  await page.locator('main li').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.waitForURL('**/events')
  await page.locator('main li').first().waitFor()

  await page.locator('header [data-sync]').click()
  await dialog().waitFor()
  await page.goBack()
  await dialog().waitFor({ state: 'detached' })
  expect(path()).toBe('/events')

  await page.locator('header [data-sync]').click()
  await dialog().waitFor()
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await page.goBack()
  await page.waitForURL('**/read')
  expect(path()).toBe('/read')

  // From a dialog to another page: Back leads to the page, not to the dialog.
  await page.locator('main li').first().waitFor()
  await page.keyboard.press('/')
  await dialog().getByRole('combobox').fill('discuss')
  await dialog().getByRole('option', { name: 'Discuss' }).first().click()
  await page.waitForURL('**/discuss')
  await heading('Discuss').waitFor()
  expect(await dialog().count()).toBe(0)
  await page.goBack()
  await page.waitForURL('**/read')
  await page.locator('main li').first().waitFor()
  expect(await dialog().count()).toBe(0)
})

test('Back returns to where one had scrolled, with the rows that were shown; a new page begins at its top', async () => {
  await page.goto(`${app.url}/read`)
  const row = page.locator('main li a[data-step]').last()
  await row.scrollIntoViewIfNeeded()
  await page.mouse.wheel(0, -40)
  await expect.poll(scrolled).toBeGreaterThan(200)
  await page.waitForTimeout(300)
  const before = await scrolled()
  await row.click()
  await page.locator('#main article, #main h1').first().waitFor()
  await page.waitForURL('**/read/*')
  await expect.poll(scrolled).toBeLessThan(80)
  await page.goBack()
  await page.waitForURL('**/read')
  await expect.poll(scrolled).toBe(before)
  await page.reload()
  await expect.poll(scrolled).toBe(before)
})

test('lists that are being read stay as they are, and say what has come', async () => {
  const writer = await newProfile({ locale: 'en-US' })
  const other = await writer.context.newPage()
  await signIn(other, app, 'zhouyan')
  await page.goto(`${app.url}/discuss`)
  await page.locator('main li a[data-step]').first().waitFor()
  await readyForOffline(page)
  const rows = page.locator('main ul').last().locator('li a[data-step]')
  const before = await rows.allTextContents()
  const placed = await rows.nth(1).boundingBox()
  const threadId = uuidv7()
  const opening = { threadId, postId: uuidv7(), title: 'Said while you were reading', kind: 'talk' as const }
  await actAs(other, app, 'discussions.open_thread', { ...opening, tags: [], subject: null, body: 'A word.' })
  const button = page.getByRole('button', { name: '1 thread has new posts' })
  await button.waitFor()
  expect(await rows.allTextContents()).toEqual(before)
  expect(await rows.nth(1).boundingBox()).toEqual(placed)
  await button.click()
  await rows.first().getByText('Said while you were reading').waitFor()
  await button.waitFor({ state: 'detached' })

  await rows.first().click()
  await page.locator('[data-post]').first().waitFor()
  await readyForOffline(page)
  await actAs(other, app, 'discussions.post', {
    threadId,
    postId: uuidv7(),
    body: 'Another word.',
    replyTo: null,
  })
  await page.getByRole('button', { name: /1 new post/ }).click()
  await page.locator('[data-post]', { hasText: 'Another word.' }).waitFor()
  await writer.close()
})

test('what another app shares becomes a draft of what one chooses, without a server too', async () => {
  const writer = await newProfile({ locale: 'en-US' })
  const author = await writer.context.newPage()
  await signIn(author, app, 'maren')
  await readyForOffline(author)
  // Whoever shares may say anything, also twice.
  await author.goto(`${app.url}/share?title=Nothing&title=Something`)
  await author.getByRole('button', { name: 'New draft' }).waitFor()
  await author.goto(
    `${app.url}/share?${new URLSearchParams({ title: 'Queues', url: 'https://a.example/q' })}`,
  )
  await author.getByRole('button', { name: 'Read later', exact: true }).click()
  await author.getByRole('link', { name: 'Open the list' }).click()
  expect(await author.getByRole('link', { name: 'Queues' }).getAttribute('href')).toBe('https://a.example/q')
  await app.stop()
  const query = new URLSearchParams({ title: 'On [queues]', text: 'A good read. https://a.example/queues' })
  await author.goto(`${app.url}/share?${query}`)
  await author.getByRole('button', { name: 'New thread' }).click()
  await author.waitForURL('**/discuss/new?draft=*')
  expect(await author.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('On [queues]')
  expect(await author.getByRole('textbox', { name: 'Text' }).first().inputValue()).toBe(
    'A good read.\n\n[On \\[queues\\]](<https://a.example/queues>)',
  )

  await author.goto(`${app.url}/share?${query}`)
  await author.getByRole('button', { name: 'New draft' }).click()
  await author.waitForURL('**/write/*')
  await author.locator('.cm-content', { hasText: 'https://a.example/queues' }).waitFor()
  await app.start()
  await author.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
  await author.reload()
  await author.locator('.cm-content', { hasText: 'https://a.example/queues' }).waitFor()
  await writer.close()
})
