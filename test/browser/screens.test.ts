/**
 * Every screen, in both languages, both themes and at both ends of the range of widths: no serious accessibility
 * finding, no violation of the content security policy, nothing wider than the window, its own title and one heading.
 * By themselves half of the screens are judged in one language and half in the other, in one theme each, so that a run ends;
 * with `LYCEUM_SCREENS=few` half of those; `LYCEUM_SCREENS=all` judges all of them in both, and with `LYCEUM_SCREENS=1`
 * every one is also pictured, into test/screens/.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountRow } from '#shared/features/accounts.ts'
import { type Lang, translate } from '#shared/words/index.ts'
import { type App, complaintsOf, rowsOf, signIn, startApp } from '../support/app.ts'
import { launchChromium } from '../support/chromium.ts'
import {
  authorScreens,
  findPlaces,
  guestScreens,
  memberScreens,
  ownerScreens,
  type Places,
  type Screen,
} from '../support/screens/index.ts'
import { wrongInTree, wrongVoices } from '../support/tree.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = process.env.LYCEUM_SCREENS === '1' ? join(import.meta.dirname, '../screens') : undefined
const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
type Size = keyof typeof sizes
/** What is left of them at 200 %. */
const enlarged = { desk: { width: 640, height: 400 }, phone: { width: 195, height: 422 } }
const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]
const languages: Lang[] = ['en', 'zh']
const wanted = process.env.LYCEUM_SCREENS
const all = wanted === 'all' || wanted === '1'

/** In turn. */
const judgedIn = (lang: Lang, index: number): boolean => {
  if (wanted === 'few') return index % 4 === (lang === 'en' ? 0 : 3)
  return all || (index % 2 === 0) === (lang === 'en')
}

/** Who looks at which screens; a member's language is their account's, the others choose theirs in the app. */
const people: { role: string; handle: Record<Lang, string | undefined>; screens: Screen[] }[] = [
  { role: 'guest', handle: { en: undefined, zh: undefined }, screens: guestScreens },
  { role: 'member', handle: { en: 'tobias', zh: 'xiaoman' }, screens: memberScreens },
  { role: 'author', handle: { en: 'zhouyan', zh: 'zhouyan' }, screens: authorScreens },
  { role: 'owner', handle: { en: 'linqiao', zh: 'linqiao' }, screens: ownerScreens },
]

/** Somebody's browser tab, in one language. */
interface Visit {
  page: Page
  context: BrowserContext
  session: CDPSession
  complaints: string[]
}

let app: App
let browser: Browser

beforeAll(async () => {
  app = await startApp()
  browser = await launchChromium()
  if (pictures) mkdirSync(pictures, { recursive: true })
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

async function open(at: App, lang: Lang, handle: string | undefined): Promise<Visit> {
  // Signing in is written for English; what the account says comes after it.
  const locale = lang === 'zh' && handle === undefined ? 'zh-CN' : 'en-US'
  const context = await browser.newContext({ locale, viewport: sizes.desk, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`the policy was violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  if (handle) {
    await signIn(page, at, handle)
    await page.goto(`${at.url}/me`)
    await page.locator('main input[name=name]').waitFor()
    // The account's language has been followed: only then is another one a choice.
    const [account] = await rowsOf<AccountRow>(page, at, 'accounts')
    await page.locator(`html[lang|=${account!.data.language}]`).waitFor()
    await page.locator('[data-sync=ok]').first().waitFor()
  } else {
    await page.goto(at.url)
    await page.locator('#main h1').waitFor()
  }
  return { page, context, session: await context.newCDPSession(page), complaints }
}

/** Chooses the language as its reader does, on their own page, and waits until their account has it. */
async function choose(page: Page, lang: Lang): Promise<void> {
  const option = page.locator(`input[name=app-language][value=${lang}]`)
  if (await option.isChecked()) return
  const taken = page.waitForResponse('**/api/commands')
  await option.check({ force: true })
  await taken
  await page.locator(`html[lang|=${lang}]`).waitFor()
}

/** Until nothing on the page stands for something that is still to come. */
async function settled(page: Page): Promise<void> {
  await page.locator('#main h1').first().waitFor()
  await page.waitForFunction(() => !document.querySelector('main [class*=bone]'))
  await page.evaluate(async () => {
    await document.fonts.ready
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1000 }))
  })
}

/** `system` is followed in English, the theme is set by hand in 中文: both ways are ways of the product. */
async function show(page: Page, lang: Lang, theme: Theme, size: Size): Promise<void> {
  await page.setViewportSize(sizes[size])
  if (lang === 'en') await page.emulateMedia({ colorScheme: theme })
  else
    await page.evaluate((chosen) => Object.assign(document.documentElement.dataset, { theme: chosen }), theme)
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    // Colours are on their way for a moment, also where motion is reduced.
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  })
}

/** What does not fit into the window, or is cut off in it, where one can scroll in one direction only. */
async function overflowsAt(page: Page, size: { width: number; height: number }): Promise<string[]> {
  await page.setViewportSize(size)
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const wrong: string[] = []
    const root = document.documentElement
    const shown = (element: Element): string => element.outerHTML.slice(0, 160)
    if (root.scrollWidth > innerWidth) {
      const isScrolled = (element: Element): boolean =>
        element !== root &&
        (getComputedStyle(element).overflowX !== 'visible' || isScrolled(element.parentElement!))
      const wide = [...document.querySelectorAll('body *')].filter(
        (element) =>
          element.getBoundingClientRect().right > innerWidth && !isScrolled(element.parentElement!),
      )
      wrong.push(`${root.scrollWidth - innerWidth} px too wide: ${wide.slice(-2).map(shown).join(' and ')}`)
    }
    for (const element of document.querySelectorAll('dialog:modal, dialog:modal *, main, main *')) {
      if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth < 2) continue
      // One writes on in a field.
      if (element.matches('input, textarea, select')) continue
      const { overflowX, textOverflow, clipPath } = getComputedStyle(element)
      const isCut = /hidden|clip/.test(overflowX) && textOverflow !== 'ellipsis' && clipPath === 'none'
      const isDialog = element.matches('dialog, dialog > *') && overflowX !== 'visible'
      if (isCut || isDialog) wrong.push(`cut off, or scrolled to the side: ${shown(element)}`)
    }
    return wrong.slice(0, 4)
  })
}

/** What is wrong with the page as it stands; empty when nothing is. */
async function findings(page: Page, lang: Lang): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  return page.evaluate(
    async (expected) => {
      const wrong: string[] = []
      const root = document.documentElement
      if (root.scrollWidth > window.innerWidth) {
        const wide = [...document.querySelectorAll('body *')].filter(
          (element) => element.getBoundingClientRect().right > window.innerWidth + 1,
        )
        wrong.push(`${root.scrollWidth - window.innerWidth} px too wide: ${wide[0]?.outerHTML.slice(0, 160)}`)
      }
      if (root.lang !== expected) wrong.push(`lang is ${root.lang}`)
      if (!/^\S.* · \S/.test(document.title)) wrong.push(`titled “${document.title}”`)
      const headings = [...document.querySelectorAll('h1')].map((heading) => heading.textContent)
      if (headings.length !== 1 || !headings[0]) wrong.push(`main headings: ${JSON.stringify(headings)}`)
      const holes = document.body.textContent.match(
        /\{\{\w+\}\}|\b(?:core|app|accounts|discussions)\.[a-z_]+\b/,
      )
      if (holes) wrong.push(`a word is missing: ${holes[0]}`)
      interface Finding {
        id: string
        impact: string
        help: string
        nodes: { target: unknown[]; failureSummary: string }[]
      }
      const { axe } = window as unknown as {
        axe: { run(root: Document, options: object): Promise<{ violations: Finding[] }> }
      }
      const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false })
      for (const { id, impact, help, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue
        const places = nodes.slice(0, 3).map((node) => `${node.target.join(' ')}: ${node.failureSummary}`)
        wrong.push(`${impact} ${id} (${help}), ${nodes.length}×: ${places.join(' | ')}`)
      }
      return wrong
    },
    lang === 'zh' ? 'zh-CN' : 'en',
  )
}

/** The screen as a picture, long pages from their beginning. */
async function picture(page: Page, lang: Lang, name: string): Promise<void> {
  for (const size of Object.keys(sizes) as Size[]) {
    for (const theme of themes) {
      await show(page, lang, theme, size)
      const { width, height } = sizes[size]
      const long = await page.evaluate(() => document.documentElement.scrollHeight)
      await page.setViewportSize({ width, height: Math.min(Math.max(long, height), 2400) })
      await page.evaluate(() => window.scrollTo(0, 0))
      await page.screenshot({
        path: join(pictures!, `${name.replaceAll(' ', '-')}.${width}.${theme}.${lang}.png`),
      })
    }
  }
}

async function judge(visit: Visit, lang: Lang, name: string): Promise<void> {
  const { page, session, complaints } = visit
  await settled(page)
  const wrong = [...(await wrongInTree(session)), ...(await wrongVoices(page, lang))]
  const judged = all ? themes : [themes[name.length % themes.length]!]
  for (const theme of judged) {
    // Over both languages every screen is seen in both themes at both sizes.
    const size = (lang === 'en') === (theme === 'light') ? 'desk' : 'phone'
    await show(page, lang, theme, size)
    wrong.push(...(await findings(page, lang)).map((finding) => `${theme}, ${size}: ${finding}`))
    const { width, height } = enlarged[size]
    wrong.push(...(await overflowsAt(page, { width, height })).map((finding) => `at ${width} px: ${finding}`))
  }
  if (pictures) await picture(page, lang, name)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(sizes.desk)
  expect([...wrong, ...complaints.splice(0)]).toEqual([])
}

describe.each(
  people.flatMap(({ role, handle, screens }) =>
    languages.map((lang) => ({
      role,
      lang,
      handle: handle[lang],
      screens: screens.filter((_, index) => judgedIn(lang, index)),
    })),
  ),
)('the screens of a $role, in $lang,', ({ role, lang, handle, screens }) => {
  let visit: Visit
  let places: Places

  beforeAll(async () => {
    visit = await open(app, lang, handle)
    places = await findPlaces(visit.page, app)
    if (handle) await choose(visit.page, lang)
  })
  afterAll(() => visit?.context.close())

  test.each(screens)('have no barrier, no violation, no overflow: $name', async (screen) => {
    const { page } = visit
    const path = typeof screen.path === 'string' ? screen.path : screen.path(places, lang)
    await page.goto(app.url + path)
    await settled(page)
    await screen.ready?.(page, translate(lang), places)
    await judge(visit, lang, `${role} ${screen.name}`)
  })
})

describe.each(languages)('the screens of a community that has no owner yet, in %s,', (lang) => {
  let empty: App
  let visit: Visit

  beforeAll(async () => {
    empty = await startApp({ empty: true })
    visit = await open(empty, lang, undefined)
  })
  afterAll(async () => {
    await visit?.context.close()
    await empty?.close()
  })

  test('have no barrier, no violation, no overflow: waiting for an owner', async () => {
    await judge(visit, lang, 'fresh unready')
  })

  test('have no barrier, no violation, no overflow: setup', async () => {
    const link = /\S+\/setup\?token=\S+/.exec(empty.output())![0]
    await visit.page.goto(link)
    await visit.page.locator('main input[name=community]').waitFor()
    await judge(visit, lang, 'fresh setup')
  })
})
