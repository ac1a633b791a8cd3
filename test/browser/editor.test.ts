/** The shared editor in a real browser: input methods, colleagues, undo, and the content security policy. */
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { serveKit } from '../support/kit.ts'

let browser: Browser
let kit: { url: string; close: () => Promise<void> }
let page: Page
let keyboard: CDPSession
let complaints: string[]

beforeAll(async () => {
  kit = await serveKit()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await kit?.close()
})

beforeEach(async () => {
  page = await browser.newPage()
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  keyboard = await page.context().newCDPSession(page)
  await page.goto(kit.url)
  await page.waitForFunction(() => 'kit' in window)
})

/** Every test ends without an error and without one violation of the policy. */
afterEach(async () => {
  expect(complaints).toEqual([])
  await page.close()
})

async function openEditors(content: string): Promise<void> {
  await page.evaluate((text) => {
    window.world = window.kit.editors(text)
  }, content)
  await page.locator('#editor0 .cm-content').waitFor()
  await page.locator('#editor1 .cm-content').waitFor()
}

/** What the four places hold: both rooms and both editors. */
function contents(): Promise<string[]> {
  return page.evaluate(() => [
    ...window.world.texts.map((text) => text.toString()),
    ...[0, 1].map((index) => {
      const root = document.querySelector(`#editor${index} [class*=host]`)?.shadowRoot
      const lines = [...(root?.querySelectorAll('.cm-line') ?? [])].map(
        (line) => line.cloneNode(true) as Element,
      )
      for (const line of lines) for (const caret of line.querySelectorAll('.lc-caret')) caret.remove()
      return lines.map((line) => line.textContent).join('\n')
    }),
  ])
}

async function compose(text: string): Promise<void> {
  await keyboard.send('Input.imeSetComposition', {
    text,
    selectionStart: text.length,
    selectionEnd: text.length,
  })
}

/** Lets the held edits in: the editor waits 50 ms after a composition. */
async function settle(): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 120)))
}

async function caretTo(index: number): Promise<void> {
  await page.locator('#editor0 .cm-content').focus()
  await page.keyboard.press('Control+Home')
  for (let step = 0; step < index; step++) await page.keyboard.press('ArrowRight')
}

describe('composing while others write', () => {
  // Positions of the remote edit against a composition at 3: far, right before, inside, right after, at the end.
  const places = [0, 3, 4, 8, 10]
  test.each(places.flatMap((place) => [1, 2, 3].map((round) => ({ place, round }))))(
    'leaves no pinyin when the other types at $place (round $round)',
    async ({ place, round }) => {
      await openEditors('一二三四五六七八九十')
      await caretTo(3)
      for (const step of ['n', 'ni', 'nih', 'niha', 'nihao']) {
        await compose(step)
        await page.evaluate(
          ([at, character]) => {
            window.world.texts[1]?.insert(Number(at), String(character))
          },
          [place, 'ABC'[round - 1] ?? 'X'] as const,
        )
      }
      await keyboard.send('Input.insertText', { text: '你好' })
      await settle()
      const all = await contents()
      expect(new Set(all).size).toBe(1)
      expect(all[0]).toContain('你好')
      expect(all[0]).not.toMatch(/[a-z]/)
      expect(all[0]?.replace(/[^A-C]/g, '')).toBe(('ABC'[round - 1] ?? 'X').repeat(5))
    },
  )

  test('a composition that is given up leaves nothing and lets the waiting edits in', async () => {
    await openEditors('前后')
    await caretTo(1)
    await compose('zhong')
    await page.evaluate(() => window.world.texts[1]?.insert(1, '·'))
    await compose('')
    await page.locator('#editor0 .cm-content').blur()
    await settle()
    expect(new Set(await contents())).toEqual(new Set(['前·后']))
  })
})

describe('the shared editor', () => {
  test('shows the other one by name and not oneself', async () => {
    await openEditors('hello')
    await page.locator('#editor1 .cm-content').click()
    await page.locator('#editor0 .lc-caret').waitFor()
    expect(await page.locator('#editor0 .lc-name').allTextContents()).toEqual(['Wei Zhou'])
    expect(await page.locator('#editor1 .lc-name').count()).toBe(0)
  })

  test('undoes what was typed here and keeps what others wrote', async () => {
    await openEditors('base ')
    await page.locator('#editor0 .cm-content').click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('mine')
    await page.evaluate(() => window.world.texts[1]?.insert(0, 'theirs '))
    expect((await contents())[0]).toBe('theirs base mine')
    await page.keyboard.press('Control+z')
    expect(new Set(await contents())).toEqual(new Set(['theirs base ']))
    await page.keyboard.press('Control+y')
    expect((await contents())[1]).toBe('theirs base mine')
  })

  test('formats by key and button, and continues lists', async () => {
    await openEditors('word')
    await page.locator('#editor0 .cm-content').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+b')
    expect((await contents())[0]).toBe('**word**')
    await page.locator('#editor0').getByRole('button', { name: 'List' }).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('two')
    expect(new Set(await contents())).toEqual(new Set(['- **word**\n- two']))
  })

  test('a read-only editor shows the text, takes no input, and still follows', async () => {
    await openEditors('fixed')
    await page.evaluate(() => window.world.setReadOnly(true))
    await page.locator('#editor1 .cm-content').focus()
    await page.keyboard.type('no')
    await page.evaluate(() => window.world.texts[0]?.insert(5, ' text'))
    expect(new Set(await contents())).toEqual(new Set(['fixed text']))
    expect(await page.locator('#editor1').getByRole('toolbar').count()).toBe(0)
  })

  test('keeps offsets right when a text has Windows line ends', async () => {
    await openEditors('one\r\ntwo')
    await page.locator('#editor0 .cm-content').click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('!')
    expect((await contents())[1]).toBe('one\r\ntwo!')
  })

  test('previews what both write', async () => {
    await openEditors('# Title')
    await page.locator('#editor0').getByRole('button', { name: 'Preview' }).click()
    await page.locator('#editor0 .markdown h1').waitFor()
    await page.evaluate(() => window.world.texts[1]?.insert(7, ' two'))
    await page.locator('#editor0 .markdown h1', { hasText: 'Title two' }).waitFor()
  })
})
