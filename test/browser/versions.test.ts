/**
 * A device whose shell is too old for the server, or newer than it: nothing of its work is lost, and it mends itself or waits.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { versions } from '#shared/core/wire.ts'
import { type App, readyForOffline, rowsOf, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

const root = join(import.meta.dirname, '..', '..')
const release = join(root, 'test/support/release.ts')
const now = { CLIENT_DIR: join(root, 'dist/client'), OLDEST_SERVED: String(versions.current) }
let next: { CLIENT_DIR: string; OLDEST_SERVED: string; NEXT: string }
let app: App
const profiles: Profile[] = []

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-next-'))
  next = { CLIENT_DIR: folder, OLDEST_SERVED: String(versions.current + 1), NEXT: '1' }
  const { VITEST: _, ...env } = process.env
  const built = spawnSync(process.execPath, ['--import', 'tsx', release, folder], { cwd: root, env })
  if (built.status !== 0) throw new Error(`the next shell could not be built:\n${built.stderr}`)
  app = await startApp({ entry: release, env: now })
})
afterAll(async () => {
  for (const profile of profiles) await profile.close()
  await app?.close()
  rmSync(next.CLIENT_DIR, { recursive: true, force: true })
})

async function openThread(): Promise<{ page: Page; threadId: string }> {
  const profile = await newProfile({ locale: 'en-US' })
  profiles.push(profile)
  const page = await profile.context.newPage()
  await signIn(page, app, 'tobias')
  const [thread] = (await rowsOf<{ subject: string }>(page, app, 'threads')).filter(
    (row) => row.data.subject === '',
  )
  await page.goto(`${app.url}/discuss/${thread!.id}`)
  await readyForOffline(page)
  await page.getByLabel('Your reply').waitFor()
  return { page, threadId: thread!.id }
}

async function reply(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your reply').fill(text)
  await page
    .locator('form', { has: page.getByLabel('Your reply') })
    .getByRole('button', { name: 'Reply' })
    .click()
  await page.locator('[data-post]', { hasText: text }).first().waitFor()
}

/** Versions that the page has said since, and how each was answered. */
function versionsSaid(page: Page): Set<string> {
  const said = new Set<string>()
  page.on('response', (response) => {
    const version = response.request().headers()['lyceum-client']
    // While it starts, a server says only that.
    const isAnswer = response.status() !== 503 && response.url().includes('/api/')
    if (version !== undefined && isAnswer) said.add(`${version}: ${response.status()}`)
  })
  return said
}

test('an open tab with unsent words meets a server that serves it no longer: it updates itself and sends them', async () => {
  const { page } = await openThread()
  await app.stop()
  await reply(page, 'written while the server was being updated')
  const before = await page.locator('[data-post]').count()
  await page.evaluate(() => Object.assign(window, { old: true }))
  await page.getByLabel('Your reply').fill('half a sentence')
  const said = versionsSaid(page)
  await app.start(next)

  await page.getByText('Update needed').first().waitFor({ timeout: 90_000 })
  await page.getByText('The server needs a newer version of this app.').waitFor()
  const reload = page.getByRole('button', { name: 'Reload' })
  await reload.waitFor({ timeout: 60_000 })
  // Words stand in a form: the page is not reloaded under them.
  await page.waitForTimeout(5_000)
  expect(await page.evaluate(() => 'old' in window)).toBe(true)
  expect([...said]).toEqual([`${versions.current}: 426`])

  await reload.click()
  await page.waitForFunction(() => !('old' in window), undefined, { timeout: 60_000 })
  const sent = page.locator('[data-post]', { hasText: 'written while the server was being updated' }).first()
  await sent.waitFor()
  await expect
    .poll(() => sent.locator('[data-state=device], [data-state=sent]').count(), { timeout: 60_000 })
    .toBe(0)
  expect(await page.locator('[data-post]').count()).toBe(before)
  expect(await page.getByLabel('Your reply').inputValue()).toBe('half a sentence')
  expect([...said]).toContain(`${versions.current + 1}: 200`)
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
})

test('where nothing would be lost, the new version is taken without being asked for', async () => {
  await app.stop()
  await app.start(now)
  const { page } = await openThread()
  await page.evaluate(() => Object.assign(window, { old: true }))
  await page.getByLabel('Your reply').blur()
  await app.stop()
  await app.start(next)
  await page.waitForFunction(() => !('old' in window), undefined, { timeout: 120_000 })
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
})

test('what a server older than the app does not know yet stays, says so, and is taken once the server has been updated', async () => {
  await app.stop()
  // The shell came from a server that has been set back since.
  await app.start({ ...now, CLIENT_DIR: next.CLIENT_DIR })
  const { page } = await openThread()
  const said = versionsSaid(page)
  const post = page.locator('[data-post]').first()
  await post.getByRole('button', { name: 'React', exact: true }).click()
  await page.locator('[role^=menuitem]:visible').last().click()
  await page.locator('[data-sync=waiting]').first().waitFor()
  await reply(page, 'what both of them know')
  const sent = page.locator('[data-post]', { hasText: 'what both of them know' }).first()
  await expect.poll(() => sent.locator('[data-state=device], [data-state=sent]').count()).toBe(0)
  await page.reload()
  await page.locator('[data-sync=waiting]').first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('The server is older than this app and does not know this yet.').waitFor()
  expect(await sheet.getByRole('listitem').count()).toBe(1)
  await page.keyboard.press('Escape')
  expect([...said]).toEqual([`${versions.current + 1}: 200`])

  await app.stop()
  await app.start(next)
  await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
  await post.getByRole('button', { name: /^Funny: /, pressed: true }).waitFor()
})
