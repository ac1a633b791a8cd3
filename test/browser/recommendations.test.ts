/**
 * Recommendations on the device: a newcomer chooses topics without a network and has a list at once, reads, and it
 * follows; what they put away stays away; their other device agrees, or hears nothing where they want it so.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ArticleRow } from '#shared/features/articles.ts'
import {
  type App,
  complaintsOf,
  cuttable,
  newcomerIn,
  newcomerPassword,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'
import { storedOn } from '../support/device.ts'
import { naming, newRows, rowsIn } from '../support/left-behind.ts'

let app: App
let staff: Profile
let phone: Profile
let desk: Profile

beforeAll(async () => {
  app = await startApp()
  staff = await newProfile({ locale: 'en-US' })
  phone = await newProfile({ locale: 'en-US' })
  desk = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await staff?.close()
  await phone?.close()
  await desk?.close()
  await app?.close()
})

interface Shown {
  title: string
  href: string
  reason: string
  kind: string
}

/** The list on the page, once there is one. */
async function listed(page: Page): Promise<Shown[]> {
  await page.locator('#recommended li [data-reason]').first().waitFor()
  return page.locator('#recommended li').evaluateAll((rows) =>
    rows.map((row) => {
      const link = row.querySelector('a')!
      const reason = row.querySelector<HTMLElement>('[data-reason]')!
      return {
        title: link.textContent!,
        href: link.getAttribute('href')!,
        reason: reason.textContent!,
        kind: reason.dataset.reason!,
      }
    }),
  )
}

const home = (page: Page): Promise<void> =>
  page.getByRole('navigation').getByRole('link', { name: 'Home' }).first().click()

/** From the top to the end, and there until the device has noted it. */
async function readToTheEnd(page: Page, item: string): Promise<void> {
  const noted = async (): Promise<number> =>
    (await storedOn<{ weight: number }>(page, 'seen')).get(item)?.weight ?? 0
  await expect
    .poll(
      async () => {
        await page.keyboard.press('End')
        return noted()
      },
      { timeout: 30_000, interval: 300 },
    )
    .toBeGreaterThan(1)
}

async function choose(page: Page, title: string, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: `About “${title}”` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('topics, reading and feedback work without a network, and a member’s devices agree when they may', async () => {
  const complaints: string[] = []
  const moderator = await staff.context.newPage()
  await signIn(moderator, app, 'maren')
  const line = await cuttable(phone.context)
  const page = await newcomerIn(phone.context, moderator, app, 'newcomer')
  complaints.push(...complaintsOf(page))
  await page.goto(`${app.url}/`)
  await readyForOffline(page)
  const articles = await rowsOf<ArticleRow>(page, app, 'articles')
  await page.goto(`${app.url}/read`)
  await expect.poll(() => page.locator('[data-kept]').count(), { timeout: 60_000 }).toBeGreaterThan(5)
  const session = await (await page.request.get(`${app.url}/api/session`)).json()
  const handle = (session as { member: { handle: string } }).member.handle
  await line.cut()

  // Two topics, and ten things with their reasons, at once.
  await home(page)
  const first = await listed(page)
  const group = page.getByRole('group', { name: 'Topics you want to see' })
  await group.getByRole('button', { name: 'reliability', exact: true }).click()
  await group.getByRole('button', { name: 'databases', exact: true }).click()
  await expect
    .poll(async () => (await listed(page)).filter(({ kind }) => kind === 'tag').length)
    .toBeGreaterThanOrEqual(4)
  const chosen = await listed(page)
  expect(chosen).toHaveLength(10)
  expect(new Set(chosen.map(({ href }) => href)).size).toBe(10)
  expect(chosen).not.toEqual(first)
  for (const { kind, reason } of chosen) {
    if (kind === 'tag') expect(reason).toMatch(/^Your topic: #(reliability|databases)$/)
    expect(reason).not.toBe('')
  }

  // Why this?
  const tagged = chosen.find(({ kind }) => kind === 'tag')!
  await page.locator('#recommended li', { hasText: tagged.title }).locator('[data-reason]').click()
  const why = page.getByRole('dialog')
  await why.getByText(/^You chose the topic #/).waitFor()
  await why.getByRole('button', { name: 'All right' }).click()

  // Three articles that lie on the device, and the list follows within a second.
  const before = rowsIn(app.dataDir)
  await page.goto(`${app.url}/read`)
  const keptHere = (): Promise<(typeof articles)[number][]> =>
    page
      .locator('main li', { has: page.locator('[data-kept]') })
      .locator('a[href^="/read/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')!))
      .then((kept) =>
        articles.filter(({ data }) => data.lang === 'en' && kept.includes(`/read/${data.slug}`)),
      )
  await expect.poll(async () => (await keptHere()).length).toBeGreaterThanOrEqual(3)
  const read = (await keptHere()).slice(0, 3)
  expect(read).toHaveLength(3)
  for (const { id, data } of read) {
    await page.goto(`${app.url}/read/${data.slug}`)
    await page.getByRole('heading', { level: 1, name: data.title }).waitFor()
    await readToTheEnd(page, `article:${id}`)
  }
  const [took, after] = await page.evaluate(async () => {
    const from = performance.now()
    document.querySelector<HTMLElement>('nav a[href="/"]')!.click()
    while (!document.querySelector('#recommended li [data-reason]')) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    return [performance.now() - from, document.querySelectorAll('#recommended li').length]
  })
  expect(took).toBeLessThan(1_000)
  expect(after).toBe(10)
  const followed = await listed(page)
  expect(followed.map(({ title }) => title)).not.toEqual(chosen.map(({ title }) => title))
  for (const { data } of read) expect(followed.map(({ title }) => title)).not.toContain(data.title)

  // What is put away stays away: now, after a reload, and for the topic's other things.
  const away = followed[0]!
  await choose(page, away.title, 'Not interested')
  const topical = (await listed(page)).find(({ title }) => title !== away.title)!
  await page.getByRole('button', { name: `About “${topical.title}”` }).click()
  const topic = (await page
    .getByRole('menuitem', { name: /^Not my topic: / })
    .first()
    .textContent())!.replace('Not my topic: ', '')
  await page.getByRole('menuitem', { name: `Not my topic: ${topic}` }).click()
  const without = async (on: Page): Promise<void> => {
    const shown = await listed(on)
    expect(shown).toHaveLength(10)
    expect(shown.map(({ title }) => title)).not.toContain(away.title)
    const tags = new Map(articles.map(({ data }) => [`/read/${data.slug}`, data.tags]))
    expect(shown.filter(({ href }) => tags.get(href)?.includes(topic))).toEqual([])
  }
  await expect.poll(async () => (await listed(page)).some(({ title }) => title === topical.title)).toBe(false)
  await without(page)
  await page.goto(`${app.url}/`)
  await without(page)

  // All of that was here alone. Online, the decisions are shared, and what was read is not.
  expect(newRows(before, rowsIn(app.dataDir)).filter((row) => row.includes('/interests'))).toEqual([])
  await line.mend()
  await page.goto(`${app.url}/me`)
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
  await expect
    .poll(() => newRows(before, rowsIn(app.dataDir)).some((row) => row.includes('/interests')), {
      timeout: 30_000,
    })
    .toBe(true)
  const left = newRows(before, rowsIn(app.dataDir))
  expect(
    naming(
      left,
      read.map(({ id }) => id),
    ),
  ).toEqual([])
  expect(
    naming(
      app.output().split('\n'),
      read.flatMap(({ id, data }) => [id, data.slug]),
    ),
  ).toEqual([])

  // The other device agrees.
  const other = await desk.context.newPage()
  complaints.push(...complaintsOf(other))
  await other.goto(`${app.url}/sign-in`)
  await other.getByLabel('Email').fill(`${handle}@example.org`)
  await other.getByLabel('Password', { exact: true }).fill(newcomerPassword)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.waitForURL(`${app.url}/`)
  await readyForOffline(other)
  await other.goto(`${app.url}/me`)
  await other.getByRole('button', { name: `Recommend ${topic} again` }).waitFor()
  await other.getByRole('button', { name: `Show again: ${away.title}` }).waitFor()
  await other.goto(`${app.url}/`)
  await without(other)

  // "This device only": what is decided here from now on is no one else's, and what was shared is taken back.
  await page.getByRole('radio', { name: 'Nothing: this device only' }).check()
  await other.goto(`${app.url}/me`)
  await other.getByRole('button', { name: `Recommend ${topic} again` }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: `Recommend ${topic} again` }).waitFor()
  await home(page)
  await without(page)
  const next = (await listed(page))[0]!
  await choose(page, next.title, 'Not interested')
  await expect.poll(async () => (await listed(page)).some(({ title }) => title === next.title)).toBe(false)
  await page.locator('[data-sync=ok]').first().waitFor()
  await other.reload()
  await other.locator('[data-sync=ok]').first().waitFor()
  expect(await other.getByRole('button', { name: `Show again: ${next.title}` }).count()).toBe(0)

  // Forgotten is forgotten.
  await page.goto(`${app.url}/me`)
  await page.getByRole('button', { name: `Show again: ${next.title}` }).waitFor()
  await page.getByRole('button', { name: 'Forget what this device knows of me' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Forget', exact: true }).click()
  await page.getByText('Done. Your recommendations start from nothing.').waitFor()
  expect(await page.getByRole('button', { name: /^Show again/ }).count()).toBe(0)
  expect(complaints).toEqual([])
})
