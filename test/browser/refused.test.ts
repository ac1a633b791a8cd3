/** A batch that is sent again takes effect once; a refused command is kept with its reason, edited, and sent again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, readyForOffline, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let ada: Profile

beforeAll(async () => {
  app = await startApp()
  ada = await newProfile({ locale: 'en-US' })
  const page = await ada.context.newPage()
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
  await page.close()
})
afterAll(async () => {
  await ada?.close()
  await app?.close()
})

test('a batch whose answer was lost is sent again and takes effect once', async () => {
  const page = await ada.context.newPage()
  const [thread] = (await rowsOf<{ subject: string }>(page, app, 'threads')).filter(
    (row) => row.data.subject === '',
  )
  await page.goto(`${app.url}/discuss/${thread!.id}`)
  await page.getByLabel('Your reply').waitFor()
  let lost = 0
  await page.route('**/api/commands', async (route) => {
    if (lost > 1) return route.fallback()
    lost++
    // The server takes it; the answer never arrives.
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.getByLabel('Your reply').fill('Sent twice, taken once.')
  await page
    .locator('form', { has: page.getByLabel('Your reply') })
    .getByRole('button', { name: 'Reply' })
    .click()
  await expect.poll(() => lost, { timeout: 30_000 }).toBe(2)
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
  expect(await page.locator('[data-post]', { hasText: 'Sent twice, taken once.' }).count()).toBe(1)
  await page.reload()
  await page.locator('[data-post]', { hasText: 'Sent twice, taken once.' }).first().waitFor()
  expect(await page.locator('[data-post]', { hasText: 'Sent twice, taken once.' }).count()).toBe(1)
  await page.close()
})

test('a refused act is kept with its reason, can be changed, and is taken then', async () => {
  const page = await ada.context.newPage()
  await page.route('**/api/commands', async (route) => {
    const body = route.request().postDataJSON() as { commands: { name: string; input: { title?: string } }[] }
    for (const command of body.commands) {
      // What an older app might have sent: a title that today's rules do not take.
      if (command.name === 'discussions.open_thread') command.input.title = 'x'.repeat(300)
    }
    await route.continue({ postData: JSON.stringify(body) })
  })
  await page.goto(`${app.url}/discuss/new`)
  await page.getByLabel('Title').fill('A title that the server will not take')
  await page.getByLabel('Text', { exact: true }).fill('The words are kept.')
  await page.getByRole('button', { name: 'Start the thread' }).click()
  await page.locator('main [data-state=refused]').first().waitFor()
  await page.getByText('At most 200').first().waitFor()
  await page.getByText('The words are kept.').first().waitFor()
  await page.unroute('**/api/commands')

  // It survives a reload, waits in the sheet, and its author changes it.
  await page.reload()
  await page.locator('main [data-state=refused]').first().waitFor()
  await page
    .getByRole('link', { name: /^Edit/ })
    .or(page.getByRole('button', { name: /^Edit/ }))
    .first()
    .click()
  await page.getByLabel('Title').fill('A better title')
  await page.getByRole('button', { name: 'Start the thread' }).click()
  await page.getByRole('heading', { level: 1, name: 'A better title' }).waitFor()
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 30_000 })
  const threads = await rowsOf<{ title: string }>(page, app, 'threads')
  expect(threads.filter((row) => row.data.title === 'A better title')).toHaveLength(1)
})
