/**
 * The main flows by keys alone: every control is reached and seen, what opens gives the focus back when it closes, and a
 * new page begins at its heading, where somebody who cannot see it begins to read.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventRow } from '#shared/features/events.ts'
import { translate } from '#shared/words/index.ts'
import { type App, complaintsOf, demoPassword, rowsOf, startApp } from '../support/app.ts'
import { launchChromium } from '../support/chromium.ts'
import { expectFocus, focusedIn, press, tabTo } from '../support/keys.ts'
import { findPlaces, type Places } from '../support/screens/index.ts'

let app: App
let browser: Browser
let page: Page
let places: Places
let complaints: string[]

beforeAll(async () => {
  app = await startApp()
  browser = await launchChromium()
  page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 800 } })
  complaints = complaintsOf(page)
})
afterAll(async () => {
  expect(complaints).toEqual([])
  await browser?.close()
  await app?.close()
})

/** As the pages say it, whatever that is by now. */
const t = translate('en')
const path = (): string => new URL(page.url()).pathname

/** By the app's own way of going somewhere: a full load would begin at the top of the document. */
async function go(to: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.createElement('a')
    link.href = href
    document.querySelector('main')!.append(link)
    link.click()
    link.remove()
  }, to)
}

test('signing in: the first Tab leads past the menu, and the page after it begins at its heading', async () => {
  await page.goto(`${app.url}/sign-in`)
  await page.getByLabel('Email').waitFor()
  expect(await press(page, 'Tab')).toEqual({ role: 'button', name: 'Skip to content', unseen: '' })
  expect(await press(page, 'Enter')).toMatchObject({ role: 'main' })
  await tabTo(page, /^Email/)
  await page.keyboard.type('tobias@ballast.example')
  await tabTo(page, /^Password/)
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').or(page.locator('main [aria-invalid=true]')).first().waitFor()
  expect((await focusedIn(page)).role).not.toBe('nothing')
  await page.getByLabel('Password', { exact: true }).fill(demoPassword)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.waitForURL(`${app.url}/`)
  // The wrong password.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('401')])
  await expectFocus(page, 'heading', /./)
  places = await findPlaces(page, app)
})

test('an article is opened from Home, put on the list and marked', async () => {
  await page.locator('#recommended li a').first().waitFor()
  await tabTo(page, /^(?!Home|Read$|Learn|Discuss|Events|Me$).{24,}/)
  await go(`/read/${places.article.en}`)
  const title = page.locator('#main h1')
  await page.getByRole('button', { name: 'Read later', exact: true }).waitFor()
  await expectFocus(page, 'heading', (await title.textContent())!)

  await page.keyboard.press('b')
  const listed = page.getByRole('button', { name: 'On your list', exact: true })
  await listed.waitFor()
  expect(await listed.getAttribute('aria-pressed')).toBe('true')
  await expectFocus(page, 'heading', (await title.textContent())!)
  await page.keyboard.press('?')
  await expectFocus(page, 'heading', 'Keyboard shortcuts')
  await page.getByRole('dialog').getByText('Take off the list', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await expectFocus(page, 'heading', (await title.textContent())!)

  // The menu beside it: arrows, Escape, and the focus where it was.
  await tabTo(page, /^What to do with/)
  await page.keyboard.press('ArrowDown')
  await expectFocus(page, 'menuitem', 'Mark as read')
  expect(await press(page, 'ArrowDown')).toMatchObject({ role: 'menuitem', name: 'Remind me tomorrow' })
  expect(await press(page, 'End')).toMatchObject({ name: 'Take off the list' })
  await page.keyboard.press('Escape')
  await expectFocus(page, 'button', /^What to do with/)

  await tabTo(page, 'Mark a passage')
  await page.keyboard.press('Enter')
  await expectFocus(page, 'heading', 'Mark a passage')
  await page.keyboard.press('Escape')
  await expectFocus(page, 'button', 'Mark a passage')
  await page.keyboard.press('Enter')
  await tabTo(page, /^Which passage/)
  await tabTo(page, /^Note/)
  await page.keyboard.type('by keys')
  await tabTo(page, 'Save')
  await page.keyboard.press('Enter')
  await page.getByRole('listitem').getByText('by keys').waitFor()
  await expectFocus(page, 'button', 'Mark a passage')
})

test('search and the palette open over any page, and leave the focus where it was', async () => {
  await page.keyboard.press('/')
  await expectFocus(page, 'combobox', /./)
  await page.keyboard.press('Escape')
  await expectFocus(page, 'button', 'Mark a passage')
  await page.keyboard.press('Control+k')
  await expectFocus(page, 'combobox', /./)
  await page.keyboard.type('flame graph')
  await page.getByRole('dialog').getByRole('group', { name: 'On this device' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  const chosen = page.getByRole('dialog').locator('[role=option][aria-selected=true]')
  expect(await chosen.count()).toBe(1)
  const before = path()
  await page.keyboard.press('Enter')
  await expect.poll(path, { timeout: 10_000 }).not.toBe(before)
  await expectFocus(page, 'heading', /./)
})

test('where the system sets the colours, one still sees where one is and what has the focus', async () => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  const ground = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor)
  expect(await ground('nav a[aria-current=page]')).not.toBe(await ground('nav a:not([aria-current])'))
  expect((await press(page, 'Tab')).unseen).toBe('')
  expect(
    await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--fast')),
  ).toMatch(/^0?\.01ms$/)
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' })
})

test('a question is asked, answered and reacted to', async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expectFocus(page, 'heading', 'Discuss')
  await page.keyboard.press('c')
  // The list has a Talk of its own.
  await page.locator('main form input[type=radio]').first().waitFor({ state: 'attached' })
  await expectFocus(page, 'heading', /./)
  await tabTo(page, /^Talk/)
  expect(await press(page, 'ArrowRight')).toMatchObject({ role: 'radio' })
  // Nothing was written yet: what is missing has the focus.
  await tabTo(page, 'Ask the question')
  await page.keyboard.press('Enter')
  await expectFocus(page, 'text', /./)
  await page.keyboard.type('Can it be done without a mouse?')
  await tabTo(page, /^Text|^What/)
  await page.keyboard.type('I have put mine away.')
  await tabTo(page, 'Ask the question')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/discuss\/[0-9a-f-]{36}/)
  await expectFocus(page, 'heading', 'Can it be done without a mouse?')

  await page.keyboard.press('r')
  await expectFocus(page, 'textbox', /^Your reply/)
  await page.keyboard.type('It can.')
  await page.keyboard.press('Control+Enter')
  await page.locator('[data-post]', { hasText: 'It can.' }).waitFor()
  expect((await focusedIn(page)).role).not.toBe('nothing')

  await go(`/discuss/${places.question}`)
  await page.locator('[data-post] footer').first().waitFor()
  await expectFocus(page, 'heading', /./)
  await tabTo(page, 'React')
  await page.keyboard.press('Enter')
  await page.locator('[role^=menuitem]:focus').waitFor()
  expect((await press(page, 'ArrowDown')).role).toMatch(/^menuitem/)
  await page.keyboard.press('Enter')
  await page.locator('[data-post] footer [aria-pressed=true]').first().waitFor()
  expect((await focusedIn(page)).role).not.toBe('nothing')
})

test('a quiz is taken, and a seat is taken and given back', async () => {
  await go(places.quiz)
  await page.locator('[data-quiz] input').first().waitFor()
  await expectFocus(page, 'heading', /./)
  let reached = await tabTo(page, /./)
  while (!/^(?:radio|checkbox)$/.test(reached.role)) reached = await tabTo(page, /./)
  await page.keyboard.press('Space')
  expect(await page.locator('[data-quiz] input:checked').count()).toBe(1)
  await tabTo(page, t('quizzes.hand_in'))
  await page.keyboard.press('Enter')
  await page.locator('[data-quiz] [role=status]').first().waitFor()
  expect((await focusedIn(page)).role).not.toBe('nothing')

  const open = (await rowsOf<EventRow>(page, app, 'events')).find(
    ({ data }) => data.opening && data.start > Date.now(),
  )
  await go(`/events/${open!.data.slug}`)
  await page.locator('[data-seat]').waitFor()
  await expectFocus(page, 'heading', open!.data.title)
  if ((await page.locator('[data-seat]').getAttribute('data-seat')) === 'going') {
    await tabTo(page, t('events.seat_leave'))
    await page.keyboard.press('Enter')
    await page.locator('[data-seat]:not([data-seat=going])').waitFor()
    expect((await focusedIn(page)).role).not.toBe('nothing')
  }
  await tabTo(page, new RegExp(`^(${t('events.rsvp')}|${t('events.seat_wait')})$`))
  await page.keyboard.press('Enter')
  if (open!.data.questions?.length) {
    await expectFocus(page, 'heading', t('events.sign_up'))
    for (let at = await tabTo(page, /./); at.name !== t('events.sign_up_send'); at = await tabTo(page, /./)) {
      if (at.role === 'radio') await page.keyboard.press('Space')
      if (at.role === 'textbox') await page.keyboard.type('Nothing')
    }
    await page.keyboard.press('Enter')
  }
  await page.locator('[data-seat=going], [data-seat=waiting]').waitFor()
  expect((await focusedIn(page)).role).not.toBe('nothing')
})

test('notes are written in an editor that Tab leads out of, and what waits is looked through', async () => {
  await go(`/events/${places.event}/${places.session}`)
  await page
    .getByRole('button', { name: 'Write', exact: true })
    .or(page.getByRole('button', { name: 'Start the notes' }))
    .first()
    .waitFor()
  await expectFocus(page, 'heading', /./)
  await tabTo(page, /^(Write|Edit|Start)/)
  await page.keyboard.press('Enter')
  await expectFocus(page, 'textbox', /./)
  await page.keyboard.type('typed ')
  await page.locator('.cm-content', { hasText: 'typed' }).waitFor()
  const left = await press(page, 'Tab')
  expect(left.role).not.toBe('textbox')
  expect(left.unseen).toBe('')
  await press(page, 'Shift+Tab')
  await expectFocus(page, 'textbox', /./)

  await page.evaluate(() => window.scrollTo(0, 0))
  await page.locator('header [data-sync]').focus()
  await page.keyboard.press('Enter')
  await expectFocus(page, 'heading', /./)
  await tabTo(page, 'Close')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect((await focusedIn(page)).role).toBe('button')
  expect(await page.locator('header [data-sync]').evaluate((pill) => pill === document.activeElement)).toBe(
    true,
  )
})
