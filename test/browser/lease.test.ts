/**
 * What is sold, on devices without a server: it reads on day 6, is locked on day 9 with one's own work open, reads again
 * once the server was heard; and a phone whose clock is ten years wrong does the same.
 */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { SessionRow } from '#shared/features/events.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import { notesRoom } from '#shared/features/notes.ts'
import {
  type App,
  complaintsOf,
  conferenceOf,
  demoPassword,
  readyForOffline,
  rowsOf,
  signIn,
  startApp,
} from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'
import { storedOn } from '../support/device.ts'

const day = 86_400_000
const wrong = 10 * 365 * day

let app: App
let right: Profile
let phone: Profile

beforeAll(async () => {
  app = await startApp()
  right = await newProfile({ locale: 'en-US' })
  phone = await newProfile({ locale: 'en-US', viewport: { width: 390, height: 844 } })
})
afterAll(async () => {
  for (const profile of [right, phone]) await profile?.close()
  await app?.close()
})

/** A device's clock, wrong from the start; `pass` lets days go by on it. */
async function withClock(context: BrowserContext, wrongBy: number): Promise<void> {
  await context.addInitScript((offset) => {
    const real = Date.now
    Date.now = () => real() + offset + Number(localStorage.getItem('test.passed') ?? 0)
  }, wrongBy)
}

async function pass(page: Page, days: number): Promise<void> {
  await page.evaluate((ms) => localStorage.setItem('test.passed', String(ms)), days * day)
}

/** Somebody who needs no browser. */
async function signedIn(handle: string): Promise<string> {
  const response = await post('/api/session', { email: `${handle}@ballast.example`, password: demoPassword })
  return response.headers.get('set-cookie')!.split(';')[0]!
}

async function send<N extends CommandName>(cookie: string, name: N, input: CommandInput<N>): Promise<void> {
  const response = await post(
    '/api/commands',
    { commands: [{ id: uuidv7(), name, input, at: Date.now() }] },
    cookie,
  )
  expect(await response.json()).toMatchObject({ results: [{ ok: true }] })
}

function post(path: string, body: object, cookie = ''): Promise<Response> {
  return fetch(app.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url, cookie },
    body: JSON.stringify(body),
  })
}

/** Documents of which the device holds any bytes. */
async function roomsOn(page: Page): Promise<string[]> {
  return [...(await storedOn<{ room: string }>(page, 'updates')).values()].map(({ room }) => room)
}

test('a bought article outlives the server for a week and a day, whatever the clock shows', async () => {
  const author = await signedIn('zhouyan')
  const id = uuidv7()
  await send(author, 'articles.start_draft', { id, title: '', articleId: null })
  await send(author, 'articles.publish', {
    draftId: id,
    title: 'What the vault holds',
    description: 'About a vault.',
    tags: [],
    lang: 'en',
    opening: { to: 'purchase' },
    body: 'Everybody may read this.\n\n<!-- more -->\n\nOnly buyers may read the rest.',
  })
  await withClock(right.context, 0)
  await withClock(phone.context, wrong)
  const pages = [await right.context.newPage(), await phone.context.newPage()]
  const each = (work: (page: Page) => Promise<unknown>): Promise<unknown> => Promise.all(pages.map(work))
  const complaints = pages.map(complaintsOf)
  const path = `${app.url}/read/what-the-vault-holds`
  const locked = 'Only buyers may read the rest.'
  await each(async (page) => {
    await signIn(page, app, 'tobias')
    await page.goto(path)
    await page.getByText('Everybody may read this.').waitFor()
    expect(await page.getByText(locked).count()).toBe(0)
  })

  const members = await rowsOf<MemberRow>(pages[0]!, app, 'members')
  const member = members.find((row) => row.data.handle === 'tobias')!
  const sessions = await rowsOf<SessionRow>(pages[0]!, app, 'sessions')
  const session = sessions.find((row) => row.data.lang === 'en')!
  const event = await conferenceOf(pages[0]!, app)
  const notes = `${app.url}/events/${event.data.slug}/${session.id}/notes`

  const owner = await signedIn('linqiao')
  const gift = uuidv7()
  await send(owner, 'memberships.give', {
    id: gift,
    memberId: member.id,
    subject: `item:article:${id}`,
    term: { kind: 'forever' },
    reason: 'For the test.',
  })
  await each((page) => page.getByText(locked).waitFor())

  await pages[0]!.goto(notes)
  await pages[0]!.getByRole('button', { name: /^(Write|Write anyway|Start the notes)$/ }).click()
  await pages[0]!.locator('.cm-content').click()
  await pages[0]!.keyboard.press('Control+End')
  await pages[0]!.keyboard.type('\n\nMy own thought on vaults.')
  await pages[0]!.locator('main [data-state=saved]').first().waitFor()
  await each(async (page) => {
    await readyForOffline(page)
    await page.goto(`${app.url}/read`)
    await page.locator('li', { hasText: 'What the vault holds' }).locator('[data-kept]').waitFor()
    await page.goto(path)
    await page.getByText(locked).waitFor()
  })
  await pages[1]!.goto(notes)
  await pages[1]!.getByText('My own thought on vaults.').waitFor()
  // What a page shows is on its device a moment later.
  await each((page) => expect.poll(() => roomsOn(page), { timeout: 10_000 }).toContain(notesRoom(session.id)))

  await app.kill()
  await each(async (page) => {
    await pass(page, 6)
    await page.goto(path)
    await page.getByText(locked).waitFor()
    await page.getByText('This text stays open for about 2 days').waitFor()

    await pass(page, 9)
    await page.goto(path)
    await page.getByText('Connect once to go on reading').waitFor()
    await page.getByText('Everybody may read this.').waitFor()
    expect(await page.getByText(locked).count()).toBe(0)
    await page.getByRole('button', { name: 'Connect now' }).click()
    await page.getByText('There is no connection right now.').waitFor()
    await page.goto(`${app.url}/read`)
    await page.locator('li', { hasText: 'What the vault holds' }).getByText('Preview').waitFor()
    await page.goto(notes)
    await page.getByText('My own thought on vaults.').waitFor()

    // The clock set back brings nothing back.
    await pass(page, 1)
    await page.goto(path)
    await page.getByText('Connect once to go on reading').waitFor()
  })

  await app.start()
  await each((page) => page.getByText(locked).waitFor({ timeout: 60_000 }))
  await app.kill()
  await each(async (page) => {
    await page.goto(path)
    await page.getByText(locked).waitFor()
  })
  await app.start()

  // Taken back, it is gone from both devices.
  await send(owner, 'memberships.end', { id: gift, reason: 'For the test.' })
  await each(async (page) => {
    await page.getByText('Paid content').waitFor()
    await expect.poll(() => roomsOn(page), { timeout: 10_000 }).not.toContain(`content/${id}`)
  })
  // A server that has much to do when it has just started says so.
  expect(complaints.flat().filter((said) => !said.includes('status of 503'))).toEqual([])
})
