/** Asked before: whoever types a question without a network is shown the ones that are nearly the same. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, complaintsOf, readyForOffline, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let phone: Profile

beforeAll(async () => {
  app = await startApp()
  phone = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await phone?.close()
  await app?.close()
})

test('a question like one that was answered leads to it, without a server, and what was typed is kept', async () => {
  const page = await phone.context.newPage()
  const complaints = complaintsOf(page)
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
  await app.kill()

  await page.goto(`${app.url}/discuss/new?kind=question`)
  const title = page.getByRole('textbox', { name: 'Your question in one line' })
  await title.pressSequentially('定时任务在多个实例上重复执行')
  const before = page.getByRole('list', { name: 'Asked before?' })
  const link = before.getByRole('link', { name: '多实例部署时，定时任务重复执行' })
  await link.waitFor()
  await before.getByText('Answered').first().waitFor()
  expect(await before.getByRole('listitem').count()).toBeLessThanOrEqual(5)
  // Told to whoever does not see it, and next in line for whoever has no mouse.
  await page.getByRole('status').filter({ hasText: 'similar discussion' }).waitFor()
  await title.press('Tab')
  expect(await before.locator('a:focus').count()).toBe(1)

  await link.click()
  await page.getByRole('heading', { level: 1, name: '多实例部署时' }).waitFor()
  await page.goBack()
  await before.waitFor()
  expect(await title.inputValue()).toBe('定时任务在多个实例上重复执行')
  await title.fill('zebra')
  await before.waitFor({ state: 'hidden' })
  expect(complaints).toEqual([])
})
