/** A document is begun anew on the server while somebody writes in it: nothing typed is lost, nothing erased is kept. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { type App, complaintsOf, conferenceOf, cuttable, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'
import { storedOn } from '../support/device.ts'

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

/** Everything that the device's database holds of documents, as one string of bytes. */
async function stored(page: Page): Promise<string> {
  return [...(await storedOn<{ bytes: string }>(page, 'updates')).values()].map(({ bytes }) => bytes).join()
}

test('notes whose history is erased while two people write in them', async () => {
  const line = await cuttable(ada.context)
  const one = await ada.context.newPage()
  const two = await bob.context.newPage()
  const complaints = [complaintsOf(one), complaintsOf(two)]
  await signIn(one, app, 'tobias')
  await signIn(two, app, 'maren')
  const event = await conferenceOf(one, app)
  const noted = new Set((await rowsOf(one, app, 'notes')).map((row) => row.id))
  const session = (await rowsOf(one, app, 'sessions')).find((row) => !noted.has(row.id))!
  const purge = async (): Promise<void> => {
    const input = { sessionId: session.id }
    const answer = await two.request.post(`${app.url}/api/commands`, {
      headers: { origin: app.url },
      data: { commands: [{ id: uuidv7(), name: 'notes.purge', input, at: Date.now() }] },
    })
    expect(await answer.json()).toMatchObject({ results: [{ ok: true }] })
  }
  for (const page of [one, two]) {
    await page.goto(`${app.url}/events/${event.data.slug}/${session.id}/notes`)
    await page.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).click()
    await page.locator('.cm-content').click()
  }
  await one.keyboard.type('Swordfish is the password.\n')
  await two.getByText('Swordfish is the password.').waitFor()
  await one.keyboard.press('Control+Home')
  await one.keyboard.press('Shift+ArrowDown')
  await one.keyboard.press('Delete')
  await one.keyboard.type('What everybody may read.\n')
  await one.locator('main [data-state=saved]').waitFor()
  await two.keyboard.press('Control+End')

  // Both go on writing while the history is erased under them, and neither takes their hands off the keys.
  const sentence = 'Nothing of this is lost, though the ground moves. '
  const typing = [one, two].map((page) => page.keyboard.type(sentence, { delay: 30 }))
  await purge()
  await Promise.all(typing)
  await Promise.all([one, two].map((page) => page.locator('main [data-state=saved]').waitFor()))
  const letters = (text: string) => [...text.replace(/\s/g, '')].sort().join('')
  await expect
    .poll(() => shown(one).then(letters))
    .toBe(letters(`What everybody may read.${sentence}${sentence}`))
  expect(await shown(two)).toBe(await shown(one))

  // Once more, with one of them on a train.
  await line.cut()
  await one.keyboard.type('Written in a tunnel. ')
  await one.locator('main [data-state=device]').waitFor()
  await purge()
  await two.keyboard.type('Written at a desk. ')
  await line.mend()
  for (const page of [one, two]) {
    await page.getByText('Written in a tunnel.').waitFor({ timeout: 60_000 })
    await page.getByText('Written at a desk.').waitFor({ timeout: 60_000 })
    await page.locator('main [data-state=saved]').waitFor()
  }
  expect(await shown(two)).toBe(await shown(one))
  for (const page of [one, two]) await expect.poll(() => stored(page)).not.toContain('Swordfish')
  expect(complaints.flat().filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
})
