/** A page goes while the device's log is being written: what was typed and done the moment before is there again. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SessionRow } from '#shared/features/events.ts'
import {
  type App,
  complaintsOf,
  conferenceOf,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let ada: Profile
let page: Page
let notes: string
let thread: string
let complaints: string[]

beforeAll(async () => {
  app = await startApp()
  ada = await newProfile({ locale: 'en-US' })
  page = await ada.context.newPage()
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
  const sessions = await rowsOf<SessionRow>(page, app, 'sessions')
  const session = sessions.find((row) => row.data.lang === 'en')!
  const event = await conferenceOf(page, app)
  notes = `${app.url}/events/${event.data.slug}/${session.id}/notes`
  const threads = await rowsOf<{ subject: string }>(page, app, 'threads')
  thread = `${app.url}/discuss/${threads.find((row) => row.data.subject === '')!.id}`
  await page.goto(notes)
  await page.locator('main article, main button').first().waitFor()
  await app.kill()
})
beforeEach(() => {
  page.removeAllListeners()
  complaints = complaintsOf(page)
})
afterEach(() => {
  // The page asks before it is left with something unsent; here nobody has touched it.
  expect(complaints.filter((text) => !text.includes("'beforeunload' confirmation"))).toEqual([])
})
afterAll(async () => {
  await ada?.close()
  await app?.close()
})

/** A transaction of this page's that keeps everything else waiting for these stores, from now until the page is gone. */
async function occupy(...stores: string[]): Promise<void> {
  await page.evaluate(async (names) => {
    const found = (await indexedDB.databases()).find(({ name }) => /^lyceum-(?!guest)/.test(name!))!
    const opening = indexedDB.open(found.name!)
    await new Promise((resolve) => {
      opening.onsuccess = resolve
    })
    const store = opening.result.transaction(names, 'readwrite').objectStore(names[0]!)
    const again = (): void => {
      store.count().onsuccess = again
    }
    again()
  }, stores)
}

async function write(text: string): Promise<void> {
  await page.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).click()
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(text)
}

test('words typed while the log is busy are not said to be on this device, and outlive the page', async () => {
  await page.goto(notes)
  await page.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).waitFor()
  await occupy('updates')
  await write('\n\nThe last thing said.')
  await page.locator('main [data-state=storing]').waitFor()
  await page.goto(`${app.url}/`)
  await page.goto(notes)
  await page.getByText('The last thing said.').waitFor()
  await page.locator('main [data-state=device]').waitFor()
  // It was stored, not only remembered.
  await page.reload()
  await page.getByText('The last thing said.').waitFor()
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':parting:'))),
  ).toEqual([])
})

test('a page that goes while something else is written keeps what is typed in its last moment', async () => {
  // Before the app's own: what the app asks for when the page is hidden comes behind this.
  await page.addInitScript(() => {
    const opening = new Promise<IDBDatabase>((resolve) => {
      addEventListener('load', () => {
        const look = setInterval(async () => {
          const found = (await indexedDB.databases()).find(({ name }) => /^lyceum-(?!guest)/.test(name!))
          if (!found) return
          clearInterval(look)
          const request = indexedDB.open(found.name!)
          request.onsuccess = () => resolve(request.result)
        }, 20)
      })
    })
    void opening.then((database) => {
      document.documentElement.dataset.ready = 'yes'
      const before = (): void => {
        const busy = database.transaction(['updates', 'meta'], 'readwrite')
        busy.objectStore('meta').put({ key: 'test', value: new Uint8Array(200_000) })
        document.execCommand('insertText', false, document.title)
      }
      addEventListener('pagehide', before, { capture: true })
    })
  })
  for (let round = 1; round <= 4; round++) {
    await page.goto(notes)
    await page.locator('html[data-ready]').waitFor()
    await write('\n\n')
    await page.evaluate((text) => {
      document.title = text
    }, `Round ${round} of the train.`)
    await page.goto(`${app.url}/`)
  }
  await page.goto(notes)
  for (let round = 1; round <= 4; round++) await page.getByText(`Round ${round} of the train.`).waitFor()
})

test('an act done in the last moment is done', async () => {
  await page.goto(thread)
  await page.getByLabel('Your reply').fill('Said on the way out.')
  await occupy('outbox')
  const form = page.locator('form', { has: page.getByLabel('Your reply') })
  await form.getByRole('button', { name: 'Reply' }).click()
  await page.reload()
  const post = page.locator('[data-post]', { hasText: 'Said on the way out.' })
  await post.locator('[data-state=device]').waitFor()
  // What was sent does not stand in the field again, to be sent twice.
  await page.waitForFunction(() => Object.keys(localStorage).every((key) => !key.includes(':sent:')))
  expect(await page.getByLabel('Your reply').inputValue()).toBe('')
  await app.start()
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
  await page.goto(notes)
  await page.getByText('The last thing said.').waitFor()
  await page.goto(thread)
  await post.waitFor()
  expect(await post.count()).toBe(1)
})
