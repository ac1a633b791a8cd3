/** Two members in the same notes at once: one goes offline in the middle, one composes pinyin. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, conferenceOf, cuttable, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

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

/** The text as the editor shows it, without the carets of others. */
function shown(page: Page): Promise<string> {
  return page.locator('.cm-line').evaluateAll((lines) =>
    lines
      .map((line) => {
        const copy = line.cloneNode(true) as Element
        for (const caret of copy.querySelectorAll('.lc-caret')) caret.remove()
        return copy.textContent ?? ''
      })
      .join('\n'),
  )
}

async function write(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).click()
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+End')
}

test('identical text, nothing lost, no pinyin left over', async () => {
  const line = await cuttable(ada.context)
  const one = await ada.context.newPage()
  const two = await bob.context.newPage()
  await signIn(one, app, 'tobias')
  await signIn(two, app, 'maren')
  const event = await conferenceOf(one, app)
  const noted = new Set((await rowsOf(one, app, 'notes')).map((row) => row.id))
  const session = (await rowsOf(one, app, 'sessions')).find((row) => !noted.has(row.id))!
  const notes = `${app.url}/events/${event.data.slug}/${session.id}/notes`
  for (const page of [one, two]) {
    await page.goto(notes)
    await write(page)
  }

  await one.keyboard.type('First line by one.\n')
  await two.getByText('First line by one.').waitFor()
  await two.keyboard.press('Control+End')

  // Both at once: one types, the other composes pinyin right beside it.
  const keyboard = await two.context().newCDPSession(two)
  const typing = one.keyboard.type('Typed while the other composes. ', { delay: 20 })
  for (const text of ['n', 'ni', 'nih', 'niha', 'nihao']) {
    await keyboard.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    })
    await two.waitForFunction(() => true)
  }
  await keyboard.send('Input.insertText', { text: '你好' })
  await typing

  await line.cut()
  await one.keyboard.type('Offline words of one. ')
  await two.keyboard.type('Online words of two. ')
  await one.locator('main [data-state=device]').first().waitFor()
  await line.mend()

  await one.getByText('Online words of two.').waitFor({ timeout: 60_000 })
  await two.getByText('Offline words of one.').waitFor({ timeout: 60_000 })
  for (const page of [one, two]) await page.locator('main [data-state=saved]').first().waitFor()
  const text = await shown(one)
  expect(await shown(two)).toBe(text)
  for (const part of ['First line by one.', '你好']) expect(text).toContain(part)
  const letters = (words: string) => [...words].filter((letter) => letter !== ' ').length
  const typed = 'Firstlinebyone.Typedwhiletheothercomposes.Offlinewordsofone.Onlinewordsoftwo.你好'
  expect(letters(text.replaceAll('\n', ''))).toBe(letters(typed))
  expect(text).not.toMatch(/nihao|niha|\bni\b/)
})
