/** Scrolling through all sessions of an event of 895, as a finger on a phone does, to the end and back. */
import type { BenchRow } from '../run.js'
import { atMost, type Rig, readyForOffline, row, signIn, sleep } from './rig.ts'
import { bigSchedule } from './schedule.ts'
import { tasksOf } from './tasks.ts'

export async function agenda(rig: Rig): Promise<BenchRow[]> {
  const served = await rig.serve()
  const context = await rig.browser.newContext({
    locale: 'en-GB',
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  })
  try {
    const { file, slug, real } = bigSchedule(served.dataDir)
    console.log(
      real
        ? '  agenda: the schedule of ../shared/data/event-39c3'
        : '  agenda: no ../shared/data, a schedule made up',
    )
    await served.kill()
    served.command('import', 'schedule', file)
    await served.start()
    await signIn(context, served, 'tobias')
    const page = await context.newPage()
    await page.goto(`${served.url}/events/${slug}?day=all`)
    await page.locator('main h3').first().waitFor()
    await readyForOffline(page)
    await sleep(2_000)
    const height = (): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
    const scroll = async (by: number): Promise<void> => {
      for (let still = 0, last = -1; still < 4; ) {
        await page.mouse.wheel(0, by)
        await sleep(30)
        const at = await page.evaluate(() => scrollY)
        still = at === last ? still + 1 : 0
        last = at
      }
    }
    await page.mouse.move(195, 400)
    const tasks = await tasksOf(rig.browser, page, async () => {
      await scroll(600)
      await scroll(-600)
    })
    console.log(`  agenda: ${await page.locator('main h3').count()} times drawn, ${await height()} px`)
    return [
      atMost('agenda of 895 sessions, scrolled: longest task, processor', tasks.processor, 'ms', 50),
      row('agenda of 895 sessions, scrolled: longest task, clock', tasks.clock, 'ms'),
      row('agenda of 895 sessions, scrolled: tasks over 50 ms, processor', tasks.over, ''),
    ]
  } finally {
    await context.close()
    await served.close()
  }
}
