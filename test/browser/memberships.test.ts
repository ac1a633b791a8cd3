/**
 * What is sold, from the first sight of it to reading it: a member meets a locked article, orders on one device (without a
 * server, so that the order waits there), an owner marks it paid, and it opens on both devices within a second.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { OrderRow } from '#shared/features/memberships.ts'
import { translate } from '#shared/words/index.ts'
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

const device = (): Promise<BrowserContext> => browser.newContext({ locale: 'en-US' })

test('a locked article is ordered offline, marked paid by an owner, and opens at once on both devices', async () => {
  const desk = await (await device()).newPage()
  const pocket = await device()
  const line = await cuttable(pocket)
  const phone = await pocket.newPage()
  await phone.setViewportSize({ width: 390, height: 844 })
  const owner = await (await device()).newPage()
  // The phone complains of its network, rightly.
  const complaints = [desk, owner].map((page) => complaintsOf(page))
  await signIn(desk, app, 'tobias')
  await signIn(phone, app, 'tobias')
  await signIn(owner, app, 'linqiao')

  const articles = await rowsOf<ArticleRow>(desk, app, 'articles')
  const sold = articles.find(({ data }) => data.opening.to === 'tiers' && data.lang === 'en')!
  const path = `${app.url}/read/${sold.data.slug}`
  const locked = (page: Page) => page.locator('[data-locked]')
  const rest = (page: Page) => page.getByRole('heading', { name: 'Three timelines' })
  for (const page of [desk, phone]) {
    await page.goto(path)
    await locked(page).waitFor()
    await page.getByText('Two hundred and twelve people').waitFor()
    expect(await rest(page).count()).toBe(0)
  }
  await readyForOffline(phone)

  // The order is placed without a server: it waits on the device, and says so where the article is locked.
  await line.cut()
  await locked(phone).getByRole('link', { name: 'Join Supporter' }).click()
  await phone.getByRole('button', { name: 'Place order' }).click()
  await phone.getByText('kept on this device and sent when you are back').waitFor()
  await phone.goto(path)
  await locked(phone).getByText('is sent when you are back online').waitFor()
  await line.mend()
  await locked(phone).getByText('awaiting payment').waitFor()
  // The other device knows of it.
  await locked(desk).getByText('awaiting payment').waitFor()
  await desk.goto(`${app.url}/me/membership`)
  await desk.getByRole('link', { name: 'Supporter' }).click()
  await desk.getByText('Example Bank').waitFor()
  await desk.goto(path)
  await locked(desk).waitFor()

  const [order] = (await rowsOf<OrderRow>(desk, app, 'orders')).filter(({ data }) => data.state === 'open')
  await owner.goto(`${app.url}/admin/orders`)
  // The owner's account is in 中文.
  const t = translate('zh')
  const row = owner.getByRole('listitem').filter({ hasText: order!.data.number })
  await row.getByRole('button', { name: t('memberships.mark_paid') }).click()
  const answered = owner.waitForResponse('**/api/commands')
  await owner
    .getByRole('dialog')
    .getByRole('button', { name: t('memberships.mark_paid') })
    .click()
  await answered
  const paidAt = Date.now()
  await Promise.all([rest(desk).waitFor(), rest(phone).waitFor()])
  // On a machine of its own it is a tenth of that.
  expect(Date.now() - paidAt).toBeLessThan(1_000)

  // It says why, and has a receipt.
  await desk.goto(`${app.url}/me/membership`)
  await desk.getByText('Why', { exact: true }).first().click()
  await desk.getByText('Paid ¥30').first().waitFor()
  await desk.getByRole('link', { name: 'Supporter' }).click()
  await desk.getByRole('heading', { name: 'Receipt' }).waitFor()

  // A refund closes it again, on both.
  await desk.goto(path)
  await rest(desk).waitFor()
  await owner.getByText(t('memberships.orders_all'), { exact: true }).click()
  await row.getByRole('button', { name: t('memberships.refund') }).click()
  await owner.getByLabel(t('memberships.refund_reason')).fill('Not what you looked for')
  await owner.getByRole('dialog').getByRole('button', { name: /^退款/ }).click()
  for (const page of [desk, phone]) {
    await locked(page).waitFor()
    expect(await rest(page).count()).toBe(0)
  }
  expect(complaints.flat()).toEqual([])
})
