/**
 * Ten thousand rows reach a device whose member looks at Home: sessions of events that were brought in while the server
 * was away. Measured from the moment the server answers again until the device has caught up and drawn it.
 */
import { join } from 'node:path'
import type { BenchRow } from '../run.js'
import { atMost, type Rig, readyForOffline, row, signIn, sleep } from './rig.ts'
import { writeSchedule } from './schedule.ts'
import { tasksOf } from './tasks.ts'

const events = 8
const sessions = 1_250

export async function catchUp(rig: Rig): Promise<BenchRow[]> {
  const served = await rig.serve()
  const context = await rig.browser.newContext({ locale: 'en-GB' })
  try {
    await signIn(context, served, 'tobias')
    const page = await context.newPage()
    await page.goto(served.url)
    await page.locator('main li').first().waitFor()
    await readyForOffline(page)
    await served.kill()
    await page.locator('[data-sync=offline]').first().waitFor()
    const file = join(served.dataDir, 'schedule.json')
    for (let n = 0; n < events; n++) {
      writeSchedule(file, `event-${n}`, sessions)
      served.command('import', 'schedule', file)
    }
    const began = performance.now()
    const tasks = await tasksOf(rig.browser, page, async () => {
      await served.start()
      await page.locator('[data-sync=ok]').first().waitFor({ timeout: 240_000 })
      await sleep(4_000)
    })
    return [
      atMost('catch-up of 10,000 rows: longest task, processor', tasks.processor, 'ms', 50),
      row('catch-up of 10,000 rows: longest task, clock', tasks.clock, 'ms'),
      row('catch-up of 10,000 rows: tasks over 50 ms, processor', tasks.over, ''),
      row('catch-up of 10,000 rows: with the start of the server', performance.now() - began - 4_000, 'ms'),
    ]
  } finally {
    await context.close()
    await served.close()
  }
}
