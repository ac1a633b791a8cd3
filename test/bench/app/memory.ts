/**
 * An hour with the app, compressed: 360 steps, one for each ten seconds, without the waiting. Laps of twelve steps over the
 * main screens, in the app as a member goes: by its links. The heap is what is left after a forced collection, counted
 * after each lap; the first lap loads what is loaded once.
 */
import type { Page } from 'playwright-core'
import type { BenchRow } from '../run.js'
import { type Rig, readyForOffline, row, signIn } from './rig.ts'

const steps = 12
const laps = 360 / steps

export async function memory(rig: Rig): Promise<BenchRow[]> {
  const served = await rig.serve()
  const context = await rig.browser.newContext({ locale: 'en-GB' })
  try {
    await signIn(context, served, 'tobias')
    const page = await context.newPage()
    await page.goto(served.url)
    await readyForOffline(page)
    const cdp = await context.newCDPSession(page)
    await cdp.send('Performance.enable')
    const measure = async (): Promise<{
      heap: number
      nodes: number
      documents: number
      listeners: number
    }> => {
      for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
      const { metrics } = await cdp.send('Performance.getMetrics')
      const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0
      return {
        heap: of('JSHeapUsedSize') / 1e6,
        nodes: of('Nodes'),
        documents: of('Documents'),
        listeners: of('JSEventListeners'),
      }
    }
    const many = rig.quick ? 8 : laps
    const found: Awaited<ReturnType<typeof measure>>[] = []
    for (let n = 0; n <= many; n++) {
      await lap(page, n)
      const now = await measure()
      found.push(now)
      if (n % 5 === 0)
        console.log(
          `  memory, lap ${n}: ${now.heap.toFixed(1)} MB, ${now.nodes} nodes, ${now.documents} documents, ${now.listeners} listeners`,
        )
    }
    const after = found.slice(2)
    const [first, middle, last] = [after[0]!, after[Math.floor(after.length / 2)]!, after.at(-1)!]
    const slope = slopeOf(after.map(({ heap }) => heap)) * 1_000
    return [
      row('memory, an hour in 360 steps: heap after two laps', first.heap, 'MB'),
      row('memory: heap in the middle', middle.heap, 'MB'),
      row('memory: heap at the end', last.heap, 'MB', {
        peer: 'after two laps',
        peerValue: Number(first.heap.toPrecision(3)),
        ratio: Number((last.heap / first.heap).toPrecision(3)),
        aim: '<=1.05',
        ok: last.heap <= 1.05 * first.heap,
      }),
      row('memory: slope of the heap, a lap of twelve steps', slope, 'kB'),
      row('memory: nodes more at the end', last.nodes - first.nodes, ''),
      row('memory: listeners more at the end', last.listeners - first.listeners, ''),
    ]
  } finally {
    await context.close()
    await served.close()
  }
}

async function lap(page: Page, n: number): Promise<void> {
  const place = async (href: string): Promise<void> => {
    await page.locator(`nav a[href="${href}"]`).first().click()
    await page.locator('#main h1').first().waitFor()
  }
  const open = async (links: string): Promise<void> => {
    const found = page.locator(links)
    await found.first().waitFor()
    await found.nth(n % Math.max(1, await found.count())).click()
    await page.locator('#main h1').first().waitFor()
    await page.waitForTimeout(150)
  }
  await place('/')
  await place('/read')
  await open('main li a[href^="/read/"]')
  await place('/learn')
  await open('main a[href^="/learn/"]')
  await place('/discuss')
  await open('main li a[href^="/discuss/"]:not([href*="new"])')
  const reply = page.getByLabel('Your reply')
  if (n % 5 === 4 && (await reply.count()) > 0) {
    await reply.fill(`Lap ${n}: still here.`)
    await page.locator('form', { has: reply }).getByRole('button', { name: 'Reply' }).click()
    await page
      .locator('[data-post]', { hasText: `Lap ${n}: still here.` })
      .first()
      .waitFor()
  }
  await place('/events')
  await open('main li a[href^="/events/"]')
  await page.locator('header a[href="/search"]').first().click()
  await page
    .getByRole('combobox')
    .or(page.getByRole('searchbox'))
    .first()
    .fill(['lock', 'queue', 'memory'][n % 3]!)
  await page.locator('[role=option]').first().waitFor()
  await page.locator('header a[href="/inbox"]').first().click()
  await page.locator('#main h1').first().waitFor()
  await place('/me')
}

/** Of a straight line through the values, a step. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const above = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0)
  const below = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0)
  return below === 0 ? 0 : above / below
}
