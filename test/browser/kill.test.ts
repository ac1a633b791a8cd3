/** The server dies the hard way while two members write: nothing that the app had called saved is missing. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
const profiles: Profile[] = []

beforeAll(async () => {
  app = await startApp()
  profiles.push(await newProfile({ locale: 'en-US' }), await newProfile({ locale: 'en-US' }))
})
afterAll(async () => {
  for (const profile of profiles) await profile.close()
  await app?.close()
})

const reply = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('Your reply').fill(text)
  await page
    .locator('form', { has: page.getByLabel('Your reply') })
    .getByRole('button', { name: 'Reply' })
    .click()
  await page.locator('[data-post]', { hasText: text }).first().waitFor()
}

/** Texts of this page's posts that are not marked as waiting: the app calls them saved. */
const saved = (page: Page): Promise<string[]> =>
  page.locator('[data-post]').evaluateAll((posts) =>
    posts
      .filter((post) => !post.querySelector('[data-state=device], [data-state=sent]'))
      .map((post) => /round \d+ by \w+/.exec(post.textContent ?? '')?.[0])
      .filter((text) => text !== undefined),
  )

test('kill -9 loses nothing that was called saved, and what was not arrives later', async () => {
  const pages = await Promise.all(profiles.map((profile) => profile.context.newPage()))
  const names = ['tobias', 'maren'] as const
  await signIn(pages[0]!, app, names[0])
  await signIn(pages[1]!, app, names[1])
  const [thread] = (await rowsOf<{ subject: string }>(pages[0]!, app, 'threads')).filter(
    (row) => row.data.subject === '',
  )
  for (const page of pages) {
    await page.goto(`${app.url}/discuss/${thread!.id}`)
    await page.getByLabel('Your reply').waitFor()
  }
  const written: string[] = []
  for (let round = 1; round <= 4; round++) {
    const writing = pages.map(async (page, index) => {
      for (let i = 1; i <= 3; i++) {
        const text = `round ${round * 10 + i} by ${names[index]}`
        written.push(text)
        await reply(page, text)
      }
    })
    // Some have been answered and some have not.
    await Promise.race(writing)
    const before = (await Promise.all(pages.map(saved))).flat()
    await app.kill()
    await Promise.all(writing)
    await app.start()
    const reader = await profiles[0]!.context.newPage()
    await reader.goto(`${app.url}/healthz`)
    await reader.close()
    for (const page of pages) await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
    const after = new Set((await Promise.all(pages.map(saved))).flat())
    expect(before.filter((text) => !after.has(text))).toEqual([])
  }
  for (const page of pages) {
    await page.reload()
    await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
    await page
      .locator('[data-post]', { hasText: written.at(-1)! })
      .first()
      .waitFor()
    expect((await saved(page)).sort()).toEqual([...written].sort())
  }
})
