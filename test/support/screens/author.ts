/** What authors see besides. */
import { firstItem, type Screen } from './screen.ts'

export const authorScreens: Screen[] = [
  {
    name: 'draft',
    path: '/write',
    async ready(page, t) {
      await page.getByRole('button', { name: t('articles.draft_new') }).click()
      await page.locator('.cm-content').click()
      await page.keyboard.type('## A beginning\n\nSome *words*, `code`, and a [link](/read).\n\n- one\ntwo')
    },
  },
  {
    name: 'publish',
    path: '/write',
    async ready(page, t) {
      // A draft of an article that is published: it has a title, and changes to publish.
      await page.locator('main li a').last().click()
      await page.locator('.cm-content').click()
      await page.keyboard.type('A new first line.')
      await page.getByRole('button', { name: t('articles.publish_changes') }).click()
      await page.getByRole('dialog').getByRole('button').nth(1).waitFor()
    },
  },
  {
    name: 'preview',
    path: '/write',
    async ready(page, t) {
      await page.locator('main li a').last().click()
      await page.locator('.cm-content').waitFor()
      await page.getByRole('button', { name: t('core.editor_preview'), exact: true }).click()
      await page.locator('main h2').first().waitFor()
    },
  },
  { name: 'write', path: '/write', ready: firstItem },
  {
    name: 'schedule',
    path: '/write',
    async ready(page, t) {
      await page.locator('main li a').last().click()
      await page.locator('.cm-content').waitFor()
      await page.getByRole('button', { name: t('articles.schedule'), exact: true }).click()
      await page.getByRole('dialog').locator('input[type=datetime-local]').waitFor()
    },
  },
  {
    name: 'published versions',
    path: '/write',
    async ready(page, t) {
      await page.locator('main li a').last().click()
      await page.getByRole('link', { name: t('articles.revisions'), exact: true }).click()
      await page.locator('main li').first().waitFor()
    },
  },
  { name: 'new course', path: '/learn/new' },
  {
    name: 'quiz editor',
    path: ({ quizEditor }) => quizEditor,
    ready: (page) => page.locator('[data-question]').first().waitFor(),
  },
  {
    name: 'course editor',
    path: ({ soldCourse }) => `${soldCourse}/edit`,
    ready: (page) => page.locator('main ol li').first().waitFor(),
  },
  {
    name: 'lesson editor',
    path: ({ soldCourse }) => `${soldCourse}/edit`,
    async ready(page) {
      await page.locator('main ol li a').first().click()
      await page.locator('main textarea').waitFor()
    },
  },
]
