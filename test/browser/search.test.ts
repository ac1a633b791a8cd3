/** Search: by `/` and by the keyboard alone, without a server, in both languages; and what only the community has. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, complaintsOf, readyForOffline, rowsOf, signIn, startApp } from '../support/app.ts'
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

const results = (page: Page) => page.getByRole('listbox').locator('[role=option]')
const option = (page: Page, text: string | RegExp) => results(page).filter({ hasText: text })
const field = (page: Page) => page.getByRole('dialog').getByRole('combobox')

test('without a server `/` finds an article in 中文 and in English, with the keyboard alone', async () => {
  const page = await reader.context.newPage()
  const complaints = complaintsOf(page)
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
  const articles = await rowsOf<{ slug: string; title: string; lang: string }>(page, app, 'articles')
  const english = articles.find((row) => row.data.slug.includes('flame'))!.data
  const chinese = articles.find((row) => row.data.lang === 'zh')!.data
  await page.goto(`${app.url}/read`)
  await page.locator('li', { hasText: english.title }).locator('[data-kept]').waitFor()
  // Its code is here before the server goes.
  await page.keyboard.press('/')
  await field(page).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await app.kill()
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()

  await page.keyboard.press('/')
  await field(page).waitFor()
  await page.keyboard.type('flame graph')
  await option(page, english.title).waitFor()
  const group = page.getByRole('group', { name: 'On this device' })
  await group.getByRole('option').first().waitFor()
  for (let i = 0; i < 20; i++) {
    if ((await page.locator('[role=option][aria-selected=true]').textContent())!.includes(english.title))
      break
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: english.title }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await field(page).waitFor()
  const two = /\p{Script=Han}{2,4}/u.exec(chinese.title)![0]
  await page.keyboard.insertText(two)
  await option(page, chinese.title).first().click()
  await page.getByRole('heading', { level: 1, name: chinese.title }).waitFor()
  expect(complaints).toEqual([])

  await app.start()
  await page.close()
})

test('the page keeps the question in its address, and marks where each result is from', async () => {
  const page = await reader.context.newPage()
  await page.goto(`${app.url}/search?q=database`)
  await page.getByRole('group', { name: 'On this device' }).getByRole('option').first().waitFor()
  const shown = await results(page).count()
  await page.getByLabel('Kind').selectOption('article')
  await expect.poll(() => new URL(page.url()).searchParams.get('kind')).toBe('article')
  await expect.poll(() => results(page).count()).toBeLessThanOrEqual(shown)
  await results(page).first().click()
  await page.waitForURL(/\/read\//)
  await page.goBack()
  await expect.poll(() => page.getByRole('combobox', { name: 'Search' }).inputValue()).toBe('database')
  await page.close()
})

test('what this device does not hold comes from the community, below, and says so', async () => {
  const page = await reader.context.newPage()
  await page.goto(`${app.url}/read`)
  await readyForOffline(page)
  const articles = await rowsOf<{ slug: string; title: string }>(page, app, 'articles')
  const article = articles.find((row) => row.data.slug.includes('flame'))!
  await page.evaluate(async (room) => {
    const found = (await indexedDB.databases()).find(
      ({ name }) => name?.startsWith('lyceum-') && name !== 'lyceum-guest',
    )
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(found!.name!)
      opening.onsuccess = () => resolve(opening.result)
    })
    const going = db.transaction('docs', 'readwrite')
    going.objectStore('docs').delete(room)
    await new Promise((resolve) => {
      going.oncomplete = resolve
    })
    db.close()
  }, `content/${article.id}`)
  await page.keyboard.press('/')
  await field(page).fill('"height is the call stack"')
  const group = page.getByRole('group', { name: 'From the community' })
  await group.getByRole('option').filter({ hasText: article.data.title }).click()
  await page.getByRole('heading', { level: 1, name: article.data.title }).waitFor()
  await page.close()
})

test('a letter typed into a field stays a letter', async () => {
  const page = await reader.context.newPage()
  await page.goto(`${app.url}/read`)
  await page.getByRole('searchbox').first().fill('')
  await page.getByRole('searchbox').first().press('/')
  expect(await page.getByRole('searchbox').first().inputValue()).toBe('/')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.close()
})
