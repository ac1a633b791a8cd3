/** A community begins as what it is: what it does not use is nowhere, until its owner switches it on. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, complaintsOf, rowsOf, startApp } from '../support/app.ts'
import { launchChromium } from '../support/chromium.ts'

const password = 'a loom for algebra'

let app: App
let browser: Browser

beforeAll(async () => {
  app = await startApp({ empty: true })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

const device = (): Promise<BrowserContext> => browser.newContext({ locale: 'en-US' })
const api = async (page: Page): Promise<string> =>
  (await page.request.get(`${app.url}/api/openapi.json`)).text()
const places = (page: Page): Promise<string[]> =>
  page.getByRole('navigation', { name: 'Places' }).first().getByRole('link').allInnerTexts()

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`main [name=${name}]`).fill(value)
}

test('an open-source project has no payments anywhere; what its owner switches on is on other devices within a second', async () => {
  const owner = await (await device()).newPage()
  await owner.goto(/\S+\/setup\?token=\S+/.exec(app.output())![0])
  await fill(owner, { community: 'Loom', name: 'Ada', handle: 'ada', email: 'ada@example.org', password })
  await owner.getByRole('radio', { name: 'Open-source project' }).check()
  await owner.getByRole('button', { name: 'Open the community' }).click()
  await owner.waitForURL(`${app.url}/`)

  // Somebody signs up without an invitation, on a device of their own.
  const member = await (await device()).newPage()
  const complaints = [complaintsOf(owner), complaintsOf(member)]
  await member.goto(`${app.url}/sign-up`)
  await fill(member, { name: 'Bob', handle: 'bob', email: 'bob@example.org', password })
  await member.getByRole('button', { name: 'Join' }).click()
  await member.waitForURL(`${app.url}/`)

  const [community] = await rowsOf<{ off: string[] }>(member, app, 'community')
  expect(community!.data.off).toEqual(['groups', 'memberships'])
  expect(await api(member)).not.toMatch(/memberships\.|groups\.|pricing/)
  for (const path of ['/pricing', '/groups']) {
    await member.goto(app.url + path)
    await member.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  }
  await owner.goto(`${app.url}/admin`)
  await owner.getByRole('link', { name: 'Modules and defaults' }).waitFor()
  expect(await owner.locator('main').textContent()).not.toMatch(/Groups|Orders|Payments/)

  // A module goes and comes back while the other device looks on.
  await member.goto(`${app.url}/me`)
  expect((await places(member)).join(' ')).toContain('Events')
  await owner.goto(`${app.url}/admin/modules`)
  const nav = member.getByRole('navigation', { name: 'Places' }).first()
  const eventsLink = nav.getByRole('link', { name: 'Events' })
  await owner.getByRole('checkbox', { name: /^Events/ }).uncheck()
  await owner.getByRole('checkbox', { name: /^Recommendations/ }).uncheck()
  await owner.getByRole('button', { name: 'Save' }).click()
  await eventsLink.waitFor({ state: 'detached' })
  expect(await api(member)).not.toContain('events.')
  expect(await owner.getByRole('checkbox', { name: /^Shared notes/ }).isDisabled()).toBe(true)

  // Without a Home, the first place is where one begins.
  await member.goto(app.url)
  await member.waitForURL(`${app.url}/read`)
  await nav.getByRole('link', { name: 'Read' }).waitFor()

  await owner.getByRole('checkbox', { name: /^Events/ }).check()
  const saved = owner.waitForResponse((response) => response.url().endsWith('/api/commands'))
  await owner.getByRole('button', { name: 'Save' }).click()
  await saved
  const began = performance.now()
  await eventsLink.waitFor()
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(await api(member)).toContain('events.')
  expect(complaints.flat()).toEqual([])
})
