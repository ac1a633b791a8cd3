/** A meetup of two seats, from its making to what is said of it: the last seat, an offer, two phones at the door. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SeatRow } from '#shared/features/event-seats.ts'
import type { EventRow } from '#shared/features/events.ts'
import { type Lang, translate } from '#shared/words/index.ts'
import {
  type App,
  complaintsOf,
  cuttable,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { launchChromium } from '../support/chromium.ts'

let app: App
let browser: Browser

beforeAll(async () => {
  app = await startApp()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

const en = translate('en')
const languages: Record<string, Lang> = {
  maren: 'en',
  tobias: 'en',
  xiaoman: 'zh',
  linqiao: 'zh',
  zhouyan: 'zh',
}
const phone = { viewport: { width: 390, height: 844 } }

interface Device {
  context: BrowserContext
  page: Page
  t: ReturnType<typeof translate>
  cut(): Promise<void>
  mend(): Promise<void>
}

async function device(handle: string): Promise<Device> {
  const context = await browser.newContext({ locale: 'en-US', ...phone })
  const network = await cuttable(context)
  const page = await context.newPage()
  await signIn(page, app, handle)
  return { context, page, t: translate(languages[handle]!), ...network }
}

const seatIs = (page: Page, status: string): Promise<void> => page.locator(`[data-seat=${status}]`).waitFor()

test('the last seat, an offer, a duplicate across two offline phones, and feedback', async () => {
  const maren = await device('maren')
  const complaints = complaintsOf(maren.page)
  await maren.page.goto(`${app.url}/events/new`)
  await maren.page.getByRole('textbox', { name: en('events.field_title') }).fill('Lock night')
  await maren.page.getByRole('textbox', { name: new RegExp(`^${en('events.field_capacity')}`) }).fill('1')
  await maren.page.getByRole('button', { name: en('events.make'), exact: true }).click()
  await seatIs(maren.page, 'none')
  const event = async (): Promise<{ id: string; data: EventRow }> =>
    (await rowsOf<EventRow>(maren.page, app, 'events')).find(({ data }) => data.title === 'Lock night')!
  await expect.poll(async () => (await event())?.data.slug).toBe('lock-night')
  const { id: eventId } = await event()
  const home = `${app.url}/events/lock-night`

  // Two devices without a network both ask for the one seat.
  const [tobias, xiaoman] = [await device('tobias'), await device('xiaoman')]
  for (const { page } of [tobias, xiaoman]) {
    await page.goto(home)
    await seatIs(page, 'none')
    await readyForOffline(page)
  }
  for (const { cut, page, t } of [tobias, xiaoman]) {
    await cut()
    await page.getByRole('button', { name: t('events.rsvp'), exact: true }).click()
    await page.getByText(t('events.seat_pending')).waitFor()
  }
  await tobias.mend()
  await tobias.page.getByRole('link', { name: en('events.ticket') }).waitFor()
  await xiaoman.mend()
  await xiaoman.page.getByText(xiaoman.t('events.seat_next')).waitFor()
  expect((await event()).data).toMatchObject({ going: 1, waiting: 1, capacity: 1 })

  // One more seat is offered to whoever waits, and taken.
  await maren.page.goto(`${home}/edit`)
  await maren.page.getByRole('textbox', { name: new RegExp(`^${en('events.field_capacity')}`) }).fill('2')
  await maren.page.getByRole('button', { name: en('events.save_changes'), exact: true }).click()
  await seatIs(xiaoman.page, 'offered')
  await xiaoman.page.getByRole('button', { name: xiaoman.t('events.seat_take'), exact: true }).click()
  await xiaoman.page.getByRole('link', { name: xiaoman.t('events.ticket') }).waitFor()
  await tobias.page.goto(`${home}/ticket`)
  await tobias.page.locator('[data-ticket] svg[role=img]').waitFor()
  const codeOf = async ({ page }: Device): Promise<string> =>
    (await rowsOf<SeatRow>(page, app, 'seats')).find(({ data }) => data.eventId === eventId)!.data.code!
  const [first, second] = [await codeOf(tobias), await codeOf(xiaoman)]

  // Two phones at the door, both without a network.
  const linqiao = await device('linqiao')
  const scan = async ({ page, t }: Device, code: string): Promise<void> => {
    await page.getByRole('textbox', { name: t('events.scan_code') }).fill(code)
    await page.getByRole('button', { name: t('events.scan_send'), exact: true }).click()
  }
  for (const { page, cut } of [maren, linqiao]) {
    await page.goto(`${home}/check-in`)
    await page.locator('main form').first().waitFor()
    await readyForOffline(page)
    await cut()
  }
  await scan(maren, first.toLowerCase().replace(/.{4}/g, '$& '))
  await maren.page.locator('[data-scan=good]', { hasText: 'Tobias' }).waitFor()
  await scan(maren, first)
  await maren.page.locator('[data-scan=again]').waitFor()
  await scan(linqiao, first)
  await linqiao.page.locator('[data-scan=good]', { hasText: 'Tobias' }).waitFor()
  await scan(linqiao, second)
  await linqiao.page.locator('[data-scan=good]', { hasText: '许小满' }).waitFor()
  await maren.mend()
  await maren.page.locator('main [data-state]').first().waitFor({ state: 'detached' })
  await linqiao.mend()
  const twice = en('events.twice', { count: 1 })
  const section = maren.page.locator('section', { has: maren.page.getByRole('heading', { name: twice }) })
  await section.getByText('林樵').waitFor()
  await linqiao.page.getByText(linqiao.t('events.twice', { count: 1 })).waitFor()
  await tobias.page
    .locator('[data-ticket]')
    .getByText(/Checked in at/)
    .waitFor()

  // It has begun: what people say of it.
  const now = Date.now()
  await maren.page.request.post(`${app.url}/api/commands`, {
    headers: { origin: app.url },
    data: {
      commands: [
        {
          id: '0199aaaa-0000-7000-8000-000000000001',
          name: 'events.edit',
          input: { eventId, changes: { start: now - 3_600_000, end: now + 3_600_000 } },
          at: now,
        },
      ],
    },
  })
  await tobias.page.goto(home)
  await tobias.page.getByText(en('events.feedback_ask')).waitFor()
  await tobias.cut()
  await tobias.page.locator('fieldset label', { hasText: '5' }).last().click()
  await tobias.page.getByRole('checkbox', { name: en('events.feedback_anonymous') }).check()
  await tobias.page.getByRole('button', { name: en('events.feedback_send') }).click()
  await tobias.page.getByText(en('events.feedback_thanks')).waitFor()
  await tobias.mend()
  await expect
    .poll(async () => {
      const given = await rowsOf<{ eventId: string }>(tobias.page, app, 'own_feedback')
      return given.filter(({ data }) => data.eventId === eventId).length
    })
    .toBe(1)
  expect(complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
}, 180_000)
