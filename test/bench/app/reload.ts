/**
 * A deep link to an article: reloaded with the server killed, against a first visit over a slow network, in turns. What is
 * timed is from the navigation until the article's text is drawn by the app.
 */
import type { BrowserContext, Page } from 'playwright-core'
import type { FeedPage } from '#shared/core/wire.ts'
import { type ArticleRow, articlePath } from '#shared/features/articles.ts'
import { newProfile } from '../../support/chromium.ts'
import type { BenchRow } from '../run.js'
import { slowly } from './network.ts'
import { median, type Rig, readyForOffline, row, type Served, signIn } from './rig.ts'

const rounds = 5

export async function reload(rig: Rig): Promise<BenchRow[]> {
  const served = await rig.serve()
  const profile = await newProfile({ locale: 'en-GB' })
  try {
    const path = await articleOf(served)
    await signIn(profile.context, served, 'tobias')
    const cookies = await profile.context.cookies()
    const kept = await profile.context.newPage()
    await watch(kept)
    await kept.goto(served.url + path)
    await readyForOffline(kept)
    await drawn(kept)
    const cold: number[] = []
    const text: number[] = []
    const offline: number[] = []
    for (let round = 0; round < (rig.quick ? 3 : rounds); round++) {
      const first = await firstVisit(rig, served, path, cookies)
      cold.push(first.drawn)
      text.push(first.text)
      await served.kill()
      await kept.reload({ waitUntil: 'commit' })
      offline.push(await drawn(kept))
      await served.start()
    }
    const [there, here] = [median(cold), median(offline)]
    const ratio = Number((here / there).toPrecision(3))
    return [
      row('reload: article, server dead, to content', here, 'ms', {
        peer: 'first visit, 150 ms, 1.6 Mbit/s',
        peerValue: Number(there.toPrecision(3)),
        ratio,
        aim: '<=0.2',
        ok: ratio <= 0.2,
      }),
      row('reload: the first visit, to the text that the server wrote into the page', median(text), 'ms'),
    ]
  } finally {
    await profile.close()
    await served.close()
  }
}

/** The longest that guests may read. */
export async function articleOf(served: Served): Promise<string> {
  const answer = await fetch(`${served.url}/api/feed?cursor=`)
  const { rows } = (await answer.json()) as FeedPage
  const open = new Set(rows.filter(({ table }) => table === 'article_texts').map(({ id }) => id))
  const articles = rows.flatMap(({ table, id, data }) =>
    table === 'articles' && open.has(id) ? [data as unknown as ArticleRow] : [],
  )
  const longest = articles.sort((a, b) => b.words - a.words)[0]
  if (!longest) throw new Error('the demo has no public article')
  return articlePath(longest)
}

async function firstVisit(
  rig: Rig,
  served: Served,
  path: string,
  cookies: Parameters<BrowserContext['addCookies']>[0],
): Promise<{ drawn: number; text: number }> {
  const context: BrowserContext = await rig.browser.newContext({ locale: 'en-GB' })
  try {
    await context.addCookies(cookies)
    const page = await context.newPage()
    await watch(page)
    await slowly(await context.newCDPSession(page))
    await page.goto(served.url + path, { waitUntil: 'commit' })
    const at = await drawn(page)
    const text = await page.evaluate(() => (window as unknown as Watched).textAt ?? 0)
    return { drawn: at, text }
  } finally {
    await context.close()
  }
}

interface Watched {
  textAt?: number
  drawnAt?: number
}

/** Notes in the page when its text is there, and when the app has drawn it. A string: what runs us names functions. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(`(() => {
    // Past the title and what it is about: paragraphs.
    const reads = (within) =>
      [...document.querySelectorAll(within + ' p')].filter((one) => one.textContent.length > 30).length > 3
    const look = () => {
      if (reads('#root')) window.textAt ??= performance.now()
      const main = document.querySelector('#main')
      if (main && !main.hidden && reads('#main article')) window.drawnAt = performance.now()
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })()`)
}

async function drawn(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => (window as unknown as Watched).drawnAt, undefined, {
    timeout: 120_000,
  })
  return (await handle.jsonValue())!
}
