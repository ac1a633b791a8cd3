/** A member's library on two devices: what one does without a network arrives on the other, and what was removed stays away. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ArticleRow } from '#shared/features/articles.ts'
import { type App, readyForOffline, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'
import { storedOn } from '../support/device.ts'

let app: App
let phone: Profile
let desk: Profile
let page: Page

beforeAll(async () => {
  app = await startApp()
  phone = await newProfile({ locale: 'en-US' })
  desk = await newProfile({ locale: 'en-US' })
  page = await phone.context.newPage()
  await signIn(page, app, 'tobias')
})
afterAll(async () => {
  await phone?.close()
  await desk?.close()
  await app?.close()
})

const quote = (of: Page): Promise<string> =>
  of.evaluate(() => {
    const text = document.querySelector('.markdown p')!.firstChild as Text
    const range = document.createRange()
    range.setStart(text, 0)
    range.setEnd(text, Math.min(40, text.length))
    const selection = document.getSelection()!
    selection.removeAllRanges()
    selection.addRange(range)
    return range.toString().trim()
  })

const painted = (of: Page): Promise<string[]> =>
  of.evaluate(() =>
    [...CSS.highlights].flatMap(([name, ranges]) => [...ranges].map((range) => `${name}: ${String(range)}`)),
  )

/** Rooms of which the device holds a copy. */
const roomsOn = async (of: Page): Promise<string[]> => [...(await storedOn(of, 'docs')).keys()]

test('what is saved and highlighted without a network on one device is there on the other', async () => {
  const article = (await rowsOf<ArticleRow>(page, app, 'articles')).find(
    ({ data }) => data.lang === 'en' && data.opening.to === 'public',
  )!
  const path = `/read/${article.data.slug}`
  await page.goto(app.url + path)
  await readyForOffline(page)
  await page.locator('.markdown p').first().waitFor()
  await phone.context.setOffline(true)

  await page.getByRole('button', { name: 'Read later', exact: true }).click()
  await page.getByRole('button', { name: 'On your list', exact: true }).waitFor()
  const words = await quote(page)
  await page.getByRole('toolbar', { name: 'Highlight the selection' }).waitFor()
  await page.keyboard.press('n')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Note' }).fill('Worth telling the others.')
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(() => painted(page)).toEqual([`mark-yellow: ${words}`])
  // It is on this device for good.
  await page.reload()
  await expect.poll(() => painted(page), { timeout: 20_000 }).toEqual([`mark-yellow: ${words}`])
  await phone.context.setOffline(false)

  const other = await desk.context.newPage()
  await signIn(other, app, 'tobias')
  await other.goto(app.url + path)
  await expect.poll(() => painted(other), { timeout: 30_000 }).toEqual([`mark-yellow: ${words}`])
  await other.getByText('Worth telling the others.').waitFor()
  await other.goto(`${app.url}/me/library`)
  await other.locator('main li').filter({ hasText: article.data.title }).waitFor()
  await other.goto(`${app.url}/me/library/highlights`)
  await other.getByText('Worth telling the others.').waitFor()
})

test('what is removed from a device goes, and is not fetched again', async () => {
  await page.goto(`${app.url}/me/library/device`)
  const group = page.locator('[data-why=new]')
  await group.locator('summary').click()
  const row = group.locator('li').first()
  const title = (await row.locator('a').first().textContent())!
  const before = await roomsOn(page)
  await row.getByRole('button', { name: `Remove from this device: ${title}` }).click()
  await page.locator('#dropped li').filter({ hasText: title }).waitFor()
  await expect
    .poll(async () => before.length - (await roomsOn(page)).length, { timeout: 20_000 })
    .toBeGreaterThan(0)
  const after = new Set(await roomsOn(page))
  const gone = before.filter((room) => !after.has(room))
  // The library looks again when anything that it goes by changes, and after the app was opened anew.
  await page.reload()
  await page.locator('#dropped li').filter({ hasText: title }).waitFor()
  await page.getByRole('checkbox').first().uncheck()
  await page.waitForTimeout(4_000)
  expect((await roomsOn(page)).filter((room) => gone.includes(room))).toEqual([])
  await page.locator('#dropped li').filter({ hasText: title }).getByRole('button').click()
  await expect.poll(() => roomsOn(page), { timeout: 20_000 }).toEqual(expect.arrayContaining(gone))
})
