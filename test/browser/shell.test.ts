/** The shell: installable, there without a network, retired from the server's side, and not needed for reading. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, complaintsOf, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let reader: Profile

beforeAll(async () => {
  app = await startApp()
  reader = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await reader?.close()
  await app?.close()
})

const workers = (url: string): Promise<number> =>
  reader.context.newPage().then(async (page) => {
    await page.goto(url)
    const count = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)
    await page.close()
    return count
  })

test('the app can be installed', async () => {
  const page = await reader.context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(app.url)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  const session = await page.context().newCDPSession(page)
  const { errors } = await session.send('Page.getAppManifest')
  expect(errors).toEqual([])
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  expect(installabilityErrors.map((error) => error.errorId)).toEqual([])
  expect(complaints).toEqual([])
  await page.close()
})

test('every page comes with the strict policy, and scripts of the page are not needed to read', async () => {
  const page = await (await reader.context.browser()!.newContext({ javaScriptEnabled: false })).newPage()
  const response = await page.goto(`${app.url}/read/reading-a-flame-graph-without-fooling-yourself`)
  const policy = response!.headers()['content-security-policy']
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
  expect(policy).not.toMatch(/'unsafe-(inline|eval|hashes)'/)
  await page.getByRole('heading', { level: 1, name: /flame graph/ }).waitFor()
  await page.getByText('Height is the call stack').waitFor()
  expect(await page.locator('script[type="application/ld+json"]').count()).toBe(1)
  await page.goto(`${app.url}/events/ballast-days`)
  await page.getByText('Software that keeps its word').first().waitFor()
  await page.context().close()
})

test('whoever is quicker than the words of the other pages gets the page all the same', async () => {
  const context = await reader.context.browser()!.newContext({ locale: 'en-US', serviceWorkers: 'block' })
  const page = await context.newPage()
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/assets\/rest-[^/]*\.js$/, async (route) => {
    await released
    await route.continue()
  })
  const asked = page.waitForRequest(/\/assets\/rest-/)
  await page.goto(app.url)
  await asked
  await page.getByRole('navigation').getByRole('link', { name: 'Read' }).click()
  release()
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await context.close()
})

test('an installed shell can be retired from the server', async () => {
  expect(await workers(app.url)).toBe(1)
  await app.stop()
  await app.start({ LYCEUM_KILL_SHELL: '1' })
  // A worker asks when it starts, and then every ten minutes at the most.
  await reader.quit()
  await reader.open()
  await expect.poll(() => workers(app.url), { timeout: 60_000, interval: 1_000 }).toBe(0)
  await app.stop()
  await app.start()
  const page = await reader.context.newPage()
  await page.goto(app.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
})
