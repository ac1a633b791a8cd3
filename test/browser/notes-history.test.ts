/** Notes can be given back: whoever deletes everything costs the others one click, with or without a network. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NotesRow } from '#shared/features/notes.ts'
import {
  type App,
  complaintsOf,
  conferenceOf,
  cuttable,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** For what the server does after a pause in the typing. */
const patience = { timeout: 20_000 }
const lines = [
  'We agreed to write on the device first.',
  'The server hears of it afterwards, and says so.',
  '云端只是副本，本地才是原件。',
  'Maren measures the disk until Friday.',
  'Tobias asks the venue for a second access point.',
]

let app: App
let ada: Profile
let bob: Profile

beforeAll(async () => {
  app = await startApp()
  ada = await newProfile({ locale: 'en-US' })
  bob = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await ada?.close()
  await bob?.close()
  await app?.close()
})

/** The text as its readers see it. */
async function reading(page: Page): Promise<string> {
  return (await page.locator('main [class*=paper]').textContent()) ?? ''
}

async function write(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Write|Start the notes)$/ }).click()
  await page.locator('.cm-content').click()
}

async function done(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Done' }).click()
  await page.locator('main [data-state=saved]').first().waitFor()
}

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string }[] }> }
    }
    const { violations } = await axe.run()
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id)
  })
}

test('one deletes everything, the other brings it back with one click; names, changes, and all that offline', async () => {
  const line = await cuttable(ada.context)
  const one = await ada.context.newPage()
  const two = await bob.context.newPage()
  const complaints = [one, two].map(complaintsOf)
  await signIn(one, app, 'tobias')
  await signIn(two, app, 'maren')
  const event = await conferenceOf(one, app)
  const noted = new Set((await rowsOf(one, app, 'notes')).map((row) => row.id))
  const session = (await rowsOf(one, app, 'sessions')).find((row) => !noted.has(row.id))!
  const notes = `${app.url}/events/${event.data.slug}/${session.id}/notes`
  for (const page of [one, two]) await page.goto(notes)

  await write(one)
  await one.keyboard.type(lines.slice(0, 3).join('\n\n'))
  await done(one)
  await two.getByText(lines[2]!).waitFor()
  await write(two)
  await two.keyboard.press('Control+End')
  await two.keyboard.type(`\n\n${lines.slice(3).join('\n\n')}`)
  await done(two)
  await one.getByText(lines[4]!).waitFor()

  // Once the server has looked at the text; what it makes of it comes with the feed.
  const row = async () => (await rowsOf<NotesRow>(one, app, 'notes')).find(({ id }) => id === session.id)
  await expect.poll(row, patience).toMatchObject({ data: { contributors: ['Tobias Renn', 'Maren Oduya'] } })

  await write(two)
  await two.keyboard.press('Control+A')
  await two.keyboard.press('Delete')
  await done(two)
  const hint = one.locator('main').getByText('Maren Oduya deleted much of the text')
  await hint.waitFor()
  await two.getByText('You deleted much of the text').waitFor()
  expect(await seriousFindings(one)).toEqual([])
  await one.getByRole('button', { name: 'Restore it' }).click()
  for (const page of [one, two]) {
    await page.getByText(lines[4]!).waitFor()
    const shown = await reading(page)
    for (const text of lines) expect(shown.split(text)).toHaveLength(2)
  }
  await hint.waitFor({ state: 'detached' })
  await two.getByText('You deleted much of the text').waitFor({ state: 'detached' })

  // The state as it is gets a name.
  await one.getByRole('link', { name: 'History' }).first().click()
  await one.getByLabel('Name this version').fill('Before the panel')
  await one.getByRole('button', { name: 'Keep', exact: true }).click()
  await one.getByText('Kept as “Before the panel”.').waitFor()
  expect(await seriousFindings(one)).toEqual([])
  const named = one.getByRole('link', { name: /Before the panel/ })
  await named.click()
  await one.getByText('No changes since this version.').waitFor()

  // The other changes one word and adds a line; the one sees which, and not by colour alone.
  await write(two)
  await two.keyboard.press('Control+Home')
  await two.keyboard.press('ArrowRight')
  await two.keyboard.press('ArrowRight')
  await two.keyboard.press('Control+Delete')
  await two.keyboard.type(' decided')
  await two.keyboard.press('Control+End')
  await two.keyboard.type('\nAnd a last word.')
  await done(two)
  const changed = one.locator('[data-diff=changed]')
  await changed.waitFor()
  await expect.poll(() => changed.locator('del').textContent(), patience).toContain('agreed')
  await expect.poll(() => changed.locator('ins').textContent(), patience).toContain('decided')
  expect(await changed.textContent()).toMatch(/^±/)
  expect(await changed.locator('.visually-hidden').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('Changed since')]),
  )
  await one.locator('[data-diff=added]').getByText('And a last word.').waitFor()
  await one.getByRole('button', { name: /unchanged line/ }).waitFor()
  expect(await seriousFindings(one)).toEqual([])

  // Offline, the version that was opened is still there, and is brought back; what others write meanwhile stays.
  await readyForOffline(one)
  await line.cut()
  await one.reload()
  await one.locator('[data-diff=added]').getByText('And a last word.').waitFor()
  await one.getByRole('button', { name: 'Restore this version' }).click()
  await one.getByText('This version is restored.').waitFor()
  await write(two)
  await two.keyboard.press('Control+Home')
  await two.keyboard.type('Meanwhile. ')
  await done(two)
  await line.mend()
  await two.getByText('And a last word.').waitFor({ state: 'detached', timeout: 60_000 })
  await one.goto(notes)
  for (const page of [one, two]) {
    await page.getByText('Meanwhile.').waitFor()
    const shown = await reading(page)
    for (const text of lines.slice(1)) expect(shown.split(text)).toHaveLength(2)
    expect(shown).toContain('We agreed to write on the device first.')
  }
  expect(await reading(two)).toBe(await reading(one))

  // What was there before it was brought back is in the history too.
  await one.getByRole('link', { name: 'History' }).click()
  await one.getByText('Before a version was restored').first().waitFor()
  const unexpected = complaints.flat().filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))
  expect(unexpected).toEqual([])
})
