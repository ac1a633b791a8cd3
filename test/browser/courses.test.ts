/** A course on a train: read and completed on two devices without a server, and both agree once there is one. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, complaintsOf, readyForOffline, signIn, startApp } from '../support/app.ts'
import { newProfile, type Profile } from '../support/chromium.ts'

let app: App
let phone: Profile
let desk: Profile

beforeAll(async () => {
  app = await startApp()
  phone = await newProfile({ locale: 'en-US' })
  desk = await newProfile({ locale: 'en-US' })
})
afterAll(async () => {
  await phone?.close()
  await desk?.close()
  await app?.close()
})

const course = '/learn/on-call-without-heroics'
const next = (page: Page) => page.getByRole('link', { name: 'Continue with' })

/** Signed in, with every lesson of the course on the device. */
async function ready(profile: Profile, complaints: string[]): Promise<Page> {
  const page = await profile.context.newPage()
  complaints.push(...complaintsOf(page))
  await signIn(page, app, 'tobias')
  await readyForOffline(page)
  await page.goto(app.url + course)
  await page.getByText('All on this device').waitFor()
  await page.getByText('2 of 5 lessons completed').first().waitFor()
  return page
}

test('lessons read and completed without a server count on every device once there is one', async () => {
  const complaints: string[] = []
  const onPhone = await ready(phone, complaints)
  const onDesk = await ready(desk, complaints)

  await app.kill()

  // From the list into the lesson, by the one button that leads on.
  await onPhone.goto(`${app.url}/learn`)
  await next(onPhone).click()
  await onPhone.getByRole('heading', { level: 1, name: 'The first ten minutes' }).waitFor()
  await onPhone.getByText('You are awake, the laptop is warm').waitFor()
  await onPhone.getByRole('button', { name: 'Complete and go on' }).click()
  await onPhone.getByRole('heading', { level: 1, name: 'Writing while it burns' }).waitFor()
  await onPhone.getByText('Keep a log while you work').waitFor()
  await onPhone.goto(app.url + course)
  await onPhone.getByText('3 of 5 lessons completed').first().waitFor()

  // A deep link, opened anew, on the other device: another lesson, out of order.
  await onDesk.goto(`${app.url}${course}/a-review-that-changes-something`)
  const assignment = onDesk.locator('[data-task]')
  await assignment.getByLabel('Your answer').fill('The runbook names the timeout (Tobias, Monday).')
  await assignment.getByRole('button', { name: 'Hand in again' }).click()
  await assignment.getByText('Waiting for review').first().waitFor()
  await onDesk.getByRole('button', { name: 'Mark as completed' }).click()
  await onDesk.getByText('Completed', { exact: true }).waitFor()
  await onDesk.locator('main [data-state=device]').first().waitFor()
  await onDesk.goto(app.url + course)
  await onDesk.getByText('3 of 5 lessons completed').first().waitFor()

  await app.start()
  for (const page of [onPhone, onDesk]) {
    await page.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
    await page.getByText('4 of 5 lessons completed').first().waitFor()
    expect(await page.locator('[data-lesson=done]').count()).toBe(4)
    expect(await next(page).getAttribute('href')).toBe(`${course}/writing-while-it-burns`)
    expect(await page.locator('main [data-state]').count()).toBe(0)
  }
  // What was handed in on the desk stands on the phone, before what was reviewed.
  await onPhone.goto(`${app.url}${course}/a-review-that-changes-something`)
  await onPhone.getByRole('article', { name: 'Answer 2' }).getByText('The runbook names').waitFor()
  await onPhone.getByText('Earlier answers').click()
  await onPhone.getByText('Review by Maren Oduya').waitFor()
  expect(complaints).toEqual([])
})

test('a course written without a server is published once there is one, and others read it', async () => {
  const complaints: string[] = []
  const page = await desk.context.newPage()
  complaints.push(...complaintsOf(page))
  const author = await newProfile({ locale: 'en-US' })
  try {
    const writing = await author.context.newPage()
    complaints.push(...complaintsOf(writing))
    await signIn(writing, app, 'zhouyan')
    await readyForOffline(writing)
    await writing.goto(`${app.url}/learn`)
    const word = (en: string, zh: string): RegExp => new RegExp(`^(${en}|${zh})$`)
    await app.kill()

    await writing.getByRole('link', { name: word('New course', '新建课程') }).click()
    await writing.getByLabel(word('Title', '标题')).fill('Knots for sailors')
    await writing.getByRole('button', { name: word('Create the course', '创建课程') }).click()
    for (const [title, body] of [
      ['The bowline', 'A loop that **holds**.'],
      ['The reef knot', 'Two ends that meet.'],
    ] as const) {
      await writing.getByRole('link', { name: word('Add a lesson', '添加课时') }).click()
      await writing.getByLabel(word('Title of the lesson', '课时标题')).fill(title)
      await writing.locator('main textarea').fill(body)
      await writing.getByRole('button', { name: word('Save the lesson', '保存课时') }).click()
      await writing.locator('main [data-state=device]').first().waitFor()
      await writing.getByRole('link', { name: word('To the outline', '回到目录') }).click()
      await writing.getByRole('link', { name: title, exact: true }).waitFor()
    }
    await writing
      .getByRole('button', { name: /(Move|上移).*The reef knot/ })
      .first()
      .click()
    const titles = writing.locator('main ol li > a:first-child')
    await writing.waitForFunction(
      () => document.querySelector('main ol li > a')?.textContent === 'The reef knot',
    )
    await writing.getByRole('button', { name: word('Publish', '发布') }).click()
    await writing
      .getByRole('dialog')
      .getByRole('button', { name: word('Publish', '发布') })
      .click()
    await writing.getByText(word('Published', '已发布')).waitFor()

    await app.start()
    await writing.locator('[data-sync=ok]').first().waitFor({ timeout: 60_000 })
    await writing.waitForURL(`${app.url}/learn/knots-for-sailors/edit`)
    // The page is drawn anew at its own address.
    await titles.nth(1).waitFor()
    expect(await titles.allTextContents()).toEqual(['The reef knot', 'The bowline'])

    await page.goto(`${app.url}/learn/knots-for-sailors/the-bowline`)
    await page.getByText('A loop that holds.').waitFor()
    expect(complaints).toEqual([])
  } finally {
    await author.close()
  }
})

test('a recording that was kept plays from anywhere in it without a server, and goes on there; its program opens', async () => {
  const complaints: string[] = []
  const page = await phone.context.newPage()
  complaints.push(...complaintsOf(page))
  const lesson = `${app.url}${course}/an-alert-worth-waking-for`
  await page.goto(lesson)
  await page.getByRole('button', { name: /^Keep on this device/ }).click()
  await page.locator('[data-kept=whole]').waitFor()
  await app.kill()

  await page.reload()
  const seconds = (): Promise<number> =>
    page.locator('audio').evaluate((player: HTMLAudioElement) => player.currentTime)
  await page.locator('audio').evaluate(async (player: HTMLAudioElement) => {
    player.muted = true
    await player.play()
    const seeked = new Promise((resolve) => player.addEventListener('seeked', resolve, { once: true }))
    player.currentTime = 31
    await seeked
  })
  await expect.poll(seconds).toBeGreaterThan(31.2)
  await page.locator('audio').evaluate((player: HTMLAudioElement) => player.pause())
  await page.getByText('Transcript').click()
  await page.locator('li[aria-current]', { hasText: 'a lock is held' }).waitFor()
  await page.getByRole('button', { name: 'count-alerts.ts', exact: true }).click()
  await page.getByRole('dialog').getByText('const tallies').waitFor()

  await page.reload()
  await page.getByText('Went on at 0:31.').waitFor()
  expect(await seconds()).toBeGreaterThan(31)
  await page.goto(`${app.url}/me/library/device`)
  await page.getByRole('button', { name: 'Remove An alert worth waking for from this device' }).click()
  await page.getByRole('heading', { name: 'Video, audio and files' }).waitFor({ state: 'detached' })
  expect(complaints).toEqual([])
})
