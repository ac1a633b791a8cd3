/** An event and its plan from a template, on two devices, one in English and one in 中文 and offline. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, cuttable, readyForOffline, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let desk: Profile
let train: Profile

beforeAll(async () => {
  app = await startApp()
  desk = await newProfile({ locale: 'en-US' })
  train = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await desk?.close()
  await train?.close()
  await app?.close()
})

test('two organisers plan from a template, one without a network, and both keep what they did', async () => {
  const line = await cuttable(train.context)
  const one = await desk.context.newPage()
  const two = await train.context.newPage()
  await signIn(one, app, 'maren')
  await signIn(two, app, 'linqiao')

  await one.goto(`${app.url}/events`)
  await one.getByRole('button', { name: 'New event', exact: true }).click()
  await one.getByRole('menuitem', { name: 'From a template', exact: true }).click()
  await one.getByLabel('Name of the event').fill('Salon on clocks')
  await one.getByLabel('Language of the plan').selectOption('en')
  await one.getByRole('button', { name: 'Create event and plan' }).click()
  await one.getByText('0 of 14 done').waitFor()

  await two.goto(one.url())
  await two.getByText('已完成 0 / 14').waitFor()
  await readyForOffline(two)
  await line.cut()
  await two.getByRole('checkbox', { name: /^Settle topic, date/ }).check()
  await two.getByLabel('要做什么？').fill('Borrow a real clock')
  await two.getByRole('button', { name: '添加', exact: true }).first().click()
  await two.locator('main [data-state=device]').first().waitFor()

  await one.getByRole('checkbox', { name: /^Book the venue/ }).check()
  await one.getByRole('link', { name: 'Run sheet' }).click()
  await one.getByText('Ends with the event').waitFor()
  await one.getByRole('button', { name: /^Drag to move.*Doors open$/ }).focus()
  await one.keyboard.press('ArrowDown')
  await one.getByLabel('Minutes: Welcome').fill('25')
  await one.keyboard.press('Tab')
  await one.getByText('Runs 15 min over the end of the event').waitFor()
  await one.locator('main [data-state=saved]').first().waitFor()

  await line.mend()
  await two.getByText('已完成 2 / 15').waitFor({ timeout: 60_000 })
  await two.locator('main [data-state=saved]').first().waitFor()
  await two.getByRole('link', { name: '流程' }).click()
  await two.getByText('比活动结束晚 15 分钟').waitFor()
  const items = await two.locator('main ol > li').allInnerTexts()
  expect(items[0]).toContain('Welcome')
  expect(items[1]).toContain('Doors open')
  await one.getByRole('link', { name: 'Checklist' }).click()
  await one.getByText('Borrow a real clock', { exact: true }).waitFor()
})
