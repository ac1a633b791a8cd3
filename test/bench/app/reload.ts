/**
 * A deep link to an article: reloaded with the server killed, against a first visit over a slow network, in turns. What is
 * timed is from the navigation until the article's text is drawn by the app.
 */
import type { BrowserContext, Page } from 'playwright-core'
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

export async function articleOf(served: Served): Promise<string> {
  const answer = await fetch(`${served.url}/sitemap.xml`)
  const found = /<loc>[^<]*(\/read\/[^<]+)<\/loc>/.exec(await answer.text())?.[1]
  if (found === undefined) throw new Error('the demo has no public article')
  return found
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

/** Notes in the page when its text is there, and when the app has drawn it. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as unknown as Watched
    const look = (): void => {
      const text = [...document.querySelectorAll('#root p')].some(
        (one) => (one.textContent ?? '').length > 80,
      )
      if (text) seen.textAt ??= performance.now()
      const main = document.querySelector<HTMLElement>('#main')
      const own = [...(main?.querySelectorAll('article p, [lang] p') ?? [])]
      if (main && !main.hidden && own.some((one) => (one.textContent ?? '').length > 80)) {
        seen.drawnAt = performance.now()
        return
      }
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

async function drawn(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => (window as unknown as Watched).drawnAt, undefined, {
    timeout: 120_000,
  })
  return (await handle.jsonValue())!
}
