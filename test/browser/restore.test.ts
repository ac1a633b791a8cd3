/**
 * The server is restored from an older backup. Whoever comes back brings their own work with them; what they hold of
 * somebody who has not come yet is there as a recovery copy; and when all have come, all is as it was.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registry } from '#server/app.ts'
import { backUp, restore } from '#server/core/backup.ts'
import { openSqlite } from '#server/core/db.ts'
import type { Env } from '#server/core/services.ts'
import { notesRoom } from '#shared/features/notes.ts'
import {
  type App,
  complaintsOf,
  conferenceOf,
  demoPassword,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'
import { textOn } from '../support/device.ts'

let app: App
let ada: Profile
let bob: Profile
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-restore-'))
  app = await startApp()
  ada = await newProfile({ locale: 'en-US' })
  bob = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await ada?.close()
  await bob?.close()
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

const database = (): string => join(app.dataDir, 'lyceum.sqlite')

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(text)
  await page.locator('main [data-state=saved]').first().waitFor()
}

async function openNotes(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).click()
}

async function reply(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your reply').fill(text)
  const form = page.locator('form', { has: page.getByLabel('Your reply') })
  await form.getByRole('button', { name: 'Reply' }).click()
  await saved(page, text)
}

async function saved(page: Page, text: string): Promise<void> {
  const post = page.locator('[data-post]', { hasText: text })
  await post.waitFor({ timeout: 60_000 })
  await expect.poll(() => post.locator('[data-state]').count(), { timeout: 60_000 }).toBe(0)
}

/** The device knows whose it is; the server does not know the session. */
async function signInAgain(page: Page, handle: string): Promise<void> {
  await page.goto(app.url)
  await page.getByText('You are signed out here.').waitFor()
  await page.getByRole('link', { name: 'Sign in' }).first().click()
  await page.getByLabel('Email').fill(`${handle}@ballast.example`)
  await page.getByLabel('Password', { exact: true }).fill(demoPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
}

/** The lines as the editor shows them, without the carets of others. */
function shown(page: Page): Promise<string[]> {
  return page.locator('.cm-line').evaluateAll((lines) =>
    lines.map((line) => {
      const copy = line.cloneNode(true) as Element
      for (const caret of copy.querySelectorAll('.lc-caret')) caret.remove()
      return copy.textContent ?? ''
    }),
  )
}

test('own work of those who come back is there again, others’ when they come, and nothing differs in the end', async () => {
  let [one, two] = [await ada.context.newPage(), await bob.context.newPage()]
  const complaints = [complaintsOf(one), complaintsOf(two)]
  await signIn(one, app, 'tobias')
  await signIn(two, app, 'maren')
  const event = await conferenceOf(one, app)
  const noted = new Set((await rowsOf(one, app, 'notes')).map((row) => row.id))
  const session = (await rowsOf(one, app, 'sessions')).find((row) => !noted.has(row.id))!
  const notes = `${app.url}/events/${event.data.slug}/${session.id}/notes`
  await openNotes(one, notes)
  await openNotes(two, notes)
  await write(one, 'In the backup.\n')
  await two.getByText('In the backup.').waitFor()

  await backUp(database(), join(folder, 'older.sqlite'), registry)

  await write(one, 'Tobias, after the backup.\n')
  await two.getByText('Tobias, after the backup.').waitFor()
  await write(two, 'Maren, after the backup.\n')
  await one.getByText('Maren, after the backup.').waitFor()
  const text = await shown(one)
  // What comes from others is on the device a moment after it is shown: the server had it, so nothing hurries.
  await expect.poll(() => textOn(one, notesRoom(session.id), 'body')).toContain('Maren, after the backup.')
  await one.goto(`${app.url}/discuss/new?kind=question`)
  await one.getByLabel('Your question in one line').fill('Is this question lost?')
  await one.getByLabel('Text', { exact: true }).fill('Asked after the backup.')
  await one.getByRole('button', { name: 'Ask the question' }).click()
  await one.waitForURL(/\/discuss\/[0-9a-f-]{36}/)
  const question = one.url()
  await saved(one, 'Asked after the backup.')
  await two.goto(question)
  await two.getByText('Asked after the backup.').waitFor()
  await reply(two, 'Answered by Maren after the backup.')
  await one.getByText('1 new post').click()
  await one.getByText('Answered by Maren after the backup.').waitFor()
  await one.locator('[data-sync=ok]').first().waitFor()

  await bob.quit()
  await app.stop()
  await restore(join(folder, 'older.sqlite'), database(), () => openSqlite(database()), {} as Env)
  await app.start()

  // Sessions are in no backup. Tobias comes first.
  await signInAgain(one, 'tobias')
  await one.goto(question)
  await saved(one, 'Asked after the backup.')
  await openNotes(one, notes)
  await one.getByText('Tobias, after the backup.').waitFor()
  await one.locator('main [data-state=saved]').first().waitFor()
  await expect.poll(() => shown(one)).not.toContain('Maren, after the backup.')

  // Then Maren, who looks after the community.
  two = await (await bob.open()).newPage()
  complaints.push(complaintsOf(two))
  await signInAgain(two, 'maren')
  await two.goto(question)
  await saved(two, 'Answered by Maren after the backup.')
  await openNotes(two, notes)
  await two.getByText('Maren, after the backup.').waitFor()
  await two.locator('main [data-state=saved]').first().waitFor()
  await one.getByText('Maren, after the backup.').waitFor()
  expect(await shown(one)).toEqual(await shown(two))
  expect([...(await shown(two))].sort()).toEqual([...text].sort())
  await one.goto(question)
  await one.getByText('Answered by Maren after the backup.').waitFor()

  await two.goto(`${app.url}/admin`)
  await two.getByRole('link', { name: 'Recovery copies' }).click()
  const copy = two.locator('main li', { hasText: /^Notes: / })
  await copy.getByText(/From the device of Tobias/).waitFor()
  await copy.getByRole('button', { name: 'Show the text' }).click()
  await copy.getByText('Maren, after the backup.').waitFor()
  await copy.getByRole('button', { name: 'Delete' }).click()
  await two.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await copy.waitFor({ state: 'detached' })
  for (const page of [one, two]) {
    await page.goto(`${app.url}/me/waiting`)
    await page.getByText('Nothing is waiting').waitFor()
  }
  expect(complaints.flat().filter((line) => !/status of (401|503)/.test(line))).toEqual([])
})
