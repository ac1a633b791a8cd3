/**
 * Three new accounts spam: one meets a rule, one comes back from a week offline and meets the rule that was made meanwhile,
 * one is reported. A moderator deletes, the author appeals, and when another moderator has answered, the text is gone from
 * every other device, the database file and the next backup.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registry } from '#server/app.ts'
import { backUp } from '#server/core/backup.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { ModerationRules } from '#shared/features/moderation-rules.ts'
import { translate } from '#shared/words/index.ts'
import {
  type App,
  actAs,
  cuttable,
  newcomerIn,
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
const say = translate('en')
/** Another for each try. */
let canary = ''

const act = (page: Page, name: string, input: object): Promise<void> => actAs(page, app, name, input)
const newcomer = (moderator: Page, context: BrowserContext, name: string): Promise<Page> =>
  newcomerIn(context, moderator, app, name)

async function reply(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your reply').fill(text)
  await page
    .locator('form', { has: page.getByLabel('Your reply') })
    .getByRole('button', { name: 'Reply' })
    .click()
}

/** Does anything that this device has stored hold the text? */
async function deviceHolds(page: Page, text: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    const latin = new TextDecoder('latin1')
    const said = (value: unknown): string => {
      if (value instanceof Uint8Array) return latin.decode(value)
      if (value instanceof ArrayBuffer) return latin.decode(new Uint8Array(value))
      if (Array.isArray(value)) return value.map(said).join(' ')
      if (typeof value === 'object' && value !== null) return Object.values(value).map(said).join(' ')
      return String(value)
    }
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    for (const { name } of await indexedDB.databases()) {
      const db = await asked(indexedDB.open(name!))
      for (const store of db.objectStoreNames) {
        const all = await asked(db.transaction(store).objectStore(store).getAll())
        if (said(all).includes(wanted)) return true
      }
      db.close()
    }
    return said(Object.values(localStorage)).includes(wanted)
  }, text)
}

const filesHolding = (text: string): string[] =>
  readdirSync(app.dataDir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(app.dataDir, entry.name)).includes(text))
    .map((entry) => entry.name)

test('spam is held, refused or taken down; after the appeal it is gone from everywhere', async () => {
  canary = `swordfish-${uuidv7()}`
  const moderator = await (await device()).newPage()
  await signIn(moderator, app, 'maren')
  const reader = await (await device()).newPage()
  await signIn(reader, app, 'tobias')
  const threads = await rowsOf<{ title: string; subject: string }>(reader, app, 'threads')
  const path = `${app.url}/discuss/${threads.find(({ data }) => data.subject === '')!.id}`
  const threadId = path.slice(path.lastIndexOf('/') + 1)

  // The first meets a rule: only they see what they wrote, and that somebody looks at it.
  const first = await newcomer(moderator, await device(), 'spam-one')
  await first.goto(path)
  await reply(first, 'The best C.a.s.i.n.o in town')
  await first.locator('[data-held]', { hasText: 'C.a.s.i.n.o' }).getByText('In review').waitFor()

  // The second writes without a network; a rule comes meanwhile.
  const context = await device()
  const line = await cuttable(context)
  const second = await newcomer(moderator, context, 'spam-two')
  await second.goto(path)
  await second.getByLabel('Your reply').waitFor()
  await readyForOffline(second)
  await line.cut()
  await reply(second, 'Essays written for you, cheap.')
  await second.locator('[data-post]', { hasText: 'Essays written' }).waitFor()
  const [rules] = await rowsOf<ModerationRules>(moderator, app, 'moderation_rules')
  const rule = { id: uuidv7(), name: 'Essays', on: true, act: 'refuse', who: 'all', kind: 'words' }
  await act(moderator, 'moderation.set_rules', {
    rules: { ...rules!.data, rules: [...rules!.data.rules, { ...rule, words: ['essays written'] }] },
  })
  await line.mend()
  const refused = second.locator('[data-post]', { hasText: 'Essays written' })
  await refused.getByText('words that are not welcome').waitFor()
  // It is theirs to put right.
  await refused.getByRole('button', { name: 'Edit and send again' }).click()
  await second.locator('[data-post] textarea').fill('How do you write essays?')
  await second.locator('[data-post]').getByRole('button', { name: 'Save' }).click()
  await reader.goto(path)
  await reader.locator('[data-post]', { hasText: 'How do you write essays?' }).waitFor()

  // The third is read by others, and reported.
  const third = await newcomer(moderator, await device(), 'spam-three')
  await third.goto(path)
  await reply(third, `Buy now: ${canary}`)
  const shown = reader.locator('[data-post]', { hasText: canary })
  await reader
    .getByRole('button', { name: /new post/ })
    .or(shown)
    .first()
    .click()
  await shown.waitFor()
  await expect.poll(() => deviceHolds(reader, canary)).toBe(true)
  await shown.getByRole('button', { name: say('discussions.actions') }).click()
  await reader.getByRole('menuitem', { name: 'Report' }).click()
  await reader.getByRole('dialog').getByRole('button', { name: 'Report' }).click()

  // The moderator takes it from the queue and deletes it.
  await moderator.goto(`${app.url}/admin/moderation`)
  const item = moderator.locator('[data-item]', { hasText: canary })
  await item.getByRole('button', { name: 'Delete' }).click()
  await moderator.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await reader.getByText('A moderator took this post out of sight.').waitFor()
  await expect.poll(() => deviceHolds(reader, canary), { timeout: 20_000 }).toBe(false)
  // Until the appeal is closed it is kept: by the server, and by its author.
  expect(filesHolding(canary)).not.toEqual([])
  await third.goto(`${app.url}/me/decisions`)
  await third.getByText(canary).waitFor()
  await third.getByRole('button', { name: 'Appeal', exact: true }).click()
  await third.getByLabel('Why it should be reversed').fill('A fish is not a weapon.')
  await third.getByRole('dialog').getByRole('button', { name: 'Appeal' }).click()

  // Whoever decided does not decide again; somebody else does.
  const appeal = moderator.locator('[data-item]', { hasText: 'A fish is not a weapon.' })
  await appeal.getByRole('button', { name: 'Keep the decision' }).click()
  await moderator.getByRole('dialog').getByRole('button', { name: 'Keep the decision' }).click()
  await moderator.getByText('Another moderator has to look').waitFor()
  const owner = await (await device()).newPage()
  await signIn(owner, app, 'linqiao')
  await owner.goto(`${app.url}/admin/moderation`)
  const again = owner.locator('[data-item]', { hasText: 'A fish is not a weapon.' })
  await again.getByRole('button', { name: '维持原处理' }).click()
  await owner.getByRole('dialog').getByRole('button', { name: '维持原处理' }).click()
  await third.getByText('The text is deleted for good.').waitFor()

  await expect.poll(() => filesHolding(canary), { timeout: 20_000 }).toEqual([])
  await backUp(join(app.dataDir, 'lyceum.sqlite'), join(app.dataDir, 'backup.sqlite'), registry)
  expect(filesHolding(canary)).toEqual([])
  for (const page of [reader, moderator, owner, first, second]) {
    await expect.poll(() => deviceHolds(page, canary), { timeout: 20_000 }).toBe(false)
  }
  expect((await rowsOf<{ id: string }>(reader, app, 'threads')).some(({ id }) => id === threadId)).toBe(true)
})
