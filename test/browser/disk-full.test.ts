/** The server's disk is full while two people write, one in English and one in 中文: they are told, and nothing is lost. */
import { cpSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { translate } from '#shared/words/index.ts'
import { createServer, type SoakServer } from '../soak/rig/server.ts'
import { createSmallDisk, type SmallDisk } from '../soak/rig/small-disk.ts'
import { type App, conferenceOf, rowsOf, signIn } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let disk: SmallDisk | string
let server: SoakServer
let app: App
let tobias: Profile
let xiaoman: Profile
let filling: ReturnType<typeof setInterval>

beforeAll(async () => {
  disk = await createSmallDisk(48 * 1_048_576)
  if (typeof disk === 'string') return
  cpSync(inject('demo'), disk.reach(disk.path), { recursive: true })
  server = await createServer(disk.path, { LOG_LEVEL: 'warn' }, { prefix: disk.prefix })
  await server.start()
  const { url, output, kill, stop } = server
  app = { url, dataDir: disk.path, start: server.start, kill, stop, output, close: kill }
  tobias = await newProfile({ locale: 'en-US' })
  xiaoman = await newProfile({ locale: 'zh-CN' })
})
afterAll(async () => {
  clearInterval(filling)
  await tobias?.close()
  await xiaoman?.close()
  await server?.kill()
  if (typeof disk === 'object') disk.close()
})

const banner = (page: Page, language: 'en' | 'zh') =>
  page.getByText(translate(language)('app.read_only_text'), { exact: true })

test('both are told in their language, read on, and see it saved when there is room again', async (context) => {
  if (typeof disk === 'string') return context.skip(disk)
  const small = disk
  const [one, two] = [await tobias.context.newPage(), await xiaoman.context.newPage()]
  await signIn(one, app, 'tobias')
  await two.goto(`${app.url}/sign-in`)
  await two.locator('input[type=email]').fill('xiaoman@ballast.example')
  await two.locator('input[type=password]').fill('ballast-demo')
  await two.locator('form button[type=submit]').click()
  await two.waitForURL(`${app.url}/`)
  const event = await conferenceOf(one, app)
  const [session] = await rowsOf(one, app, 'sessions')
  const thread = (await rowsOf<{ subject: string }>(one, app, 'threads')).find(
    (row) => row.data.subject === '',
  )
  await one.goto(`${app.url}/discuss/${thread!.id}`)
  await two.goto(`${app.url}/events/${event.data.slug}/${session!.id}/notes`)
  await two
    .getByRole('button', { name: /写|开始/ })
    .first()
    .click()
  await two.locator('.cm-content').click()
  await two.keyboard.press('Control+End')

  small.fill()
  filling = setInterval(() => small.fill(), 100)
  await one.getByLabel('Your reply').fill('Written on a full disk.')
  await one.getByRole('button', { name: 'Reply' }).last().click()
  await two.keyboard.type('写在磁盘已满时。')
  await banner(one, 'en').waitFor()
  await banner(two, 'zh').waitFor()
  const reply = one.locator('[data-post]', { hasText: 'Written on a full disk.' })
  await reply.locator('[data-state=device], [data-state=sent]').first().waitFor()
  await two.locator('main [data-state=device], main [data-state=sent]').first().waitFor()

  // A third page, asked of the server, and one that was never opened here.
  expect((await one.request.get(`${app.url}/api/feed`)).status()).toBe(200)
  const reading = await tobias.context.newPage()
  await reading.goto(`${app.url}/read`)
  await reading.locator('main a[href^="/read/"]').first().click()
  await reading.locator('article').first().waitFor()
  await reading.close()

  clearInterval(filling)
  small.free()
  await banner(one, 'en').waitFor({ state: 'detached', timeout: 30_000 })
  await banner(two, 'zh').waitFor({ state: 'detached', timeout: 30_000 })
  await reply.locator('[data-state]').first().waitFor({ state: 'detached', timeout: 60_000 })
  await two.locator('main [data-state=saved]').first().waitFor({ timeout: 60_000 })
  await server.kill()
  await server.start()
  const fresh = await xiaoman.context.newPage()
  await fresh.goto(`${app.url}/discuss/${thread!.id}`)
  await fresh.locator('[data-post]', { hasText: 'Written on a full disk.' }).waitFor({ timeout: 60_000 })
  await one.goto(`${app.url}/events/${event.data.slug}/${session!.id}/notes`)
  await one.getByText('写在磁盘已满时。').first().waitFor({ timeout: 60_000 })
})
