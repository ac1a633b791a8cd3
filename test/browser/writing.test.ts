/** Writing an article: a picture that was added without a network, a time at which it comes out, and its versions. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, complaintsOf, cuttable, readyForOffline, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

let app: App
let author: Profile

beforeAll(async () => {
  app = await startApp()
  author = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await author?.close()
  await app?.close()
})

test('a picture added offline, a publication that is planned and called off, and the way back to a version', async () => {
  const line = await cuttable(author.context)
  const page = await author.context.newPage()
  const complaints = complaintsOf(page)
  await signIn(page, app, 'maren')
  await page.goto(`${app.url}/write`)
  await page.getByRole('button', { name: 'New draft' }).first().click()
  await page.getByRole('textbox', { name: 'Title' }).fill('On pictures')
  await page.getByRole('textbox', { name: 'Title' }).blur()
  await page.locator('.cm-content').click()
  await page.keyboard.type('The first words.\n\n')

  await readyForOffline(page)
  await line.cut()
  await page
    .getByRole('toolbar', { name: 'Formatting' })
    .locator('input[type=file]')
    .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: png })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Description').fill('A dot')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('1 picture is on this device').waitFor()
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.locator('img[alt="A dot"]').waitFor()
  expect(await page.locator('img[alt="A dot"]').getAttribute('src')).toMatch(/^blob:/)
  await page.getByRole('button', { name: 'Write', exact: true }).click()
  await line.mend()
  await page.getByText('1 picture is on this device').waitFor({ state: 'detached' })

  // A tab that dies takes nothing with it.
  await page.reload()
  await page.locator('.cm-content').getByText('The first words.').waitFor()

  await page.getByRole('button', { name: 'Publish later' }).click()
  await dialog.getByRole('button', { name: 'Schedule' }).click()
  await page.getByText(/Will be published on/).waitFor()
  await page.getByRole('button', { name: 'Call it off' }).click()
  await page.getByRole('button', { name: 'Publish later' }).waitFor()

  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('link', { name: 'Read it' }).waitFor()
  await page.getByRole('button', { name: 'Publish changes' }).waitFor()
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('Then came others. ')
  await page.getByRole('button', { name: 'Publish changes' }).click()
  await dialog.getByRole('button', { name: 'Publish changes' }).click()
  await page.getByRole('link', { name: 'Published versions' }).click()
  await page.getByRole('link', { name: /Version 2/ }).waitFor()
  await page.locator('ins').getByText('Then came others.').waitFor()
  await page.getByRole('link', { name: /Version 1/ }).click()
  await page.getByRole('button', { name: 'Take into the draft' }).click()
  await dialog.getByRole('button', { name: 'Take into the draft' }).click()
  await page.locator('.cm-content').getByText('The first words.').waitFor()
  expect(await page.locator('.cm-content').textContent()).not.toContain('Then came others.')
  expect(complaints.filter((one) => !/ERR_|Failed to load/.test(one))).toEqual([])
})
