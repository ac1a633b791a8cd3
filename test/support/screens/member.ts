/** What members see. */
import {
  firstItem,
  firstLesson,
  firstPost,
  openNotes,
  type Screen,
  searchScreen,
  seatCard,
  sessionPath,
} from './screen.ts'

export const memberScreens: Screen[] = [
  searchScreen,
  { name: 'search begun', path: '/search' },
  {
    name: 'search dialog',
    path: '/discuss',
    async ready(page, t) {
      await firstItem(page)
      await page.keyboard.press('/')
      await page
        .getByRole('dialog')
        .getByRole('combobox')
        .fill(t('search.thread') === '讨论' ? '数据' : 'data')
      await page
        .getByRole('dialog')
        .getByRole('group', { name: t('search.here') })
        .waitFor()
    },
  },
  { name: 'home', path: '/', ready: (page) => page.locator('#recommended li').first().waitFor() },
  {
    name: 'keys',
    path: '/read',
    async ready(page) {
      await firstItem(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').getByRole('checkbox').waitFor()
    },
  },
  {
    name: 'shared link',
    path: `/share?title=Local-first&url=${encodeURIComponent('https://example.org/local-first')}`,
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'read', path: '/read', ready: firstItem },
  {
    name: 'article',
    path: ({ article }, lang) => `/read/${article[lang]}`,
    ready: (page) => page.locator('main pre, main table, main h2').first().waitFor(),
  },
  { name: 'pricing', path: '/pricing', ready: firstItem },
  {
    name: 'locked article',
    path: ({ locked }, lang) => `/read/${locked[lang]}`,
    ready: (page) => page.locator('[data-locked]').waitFor(),
  },
  {
    name: 'buy',
    path: ({ tier }) => `/buy/tier:${tier}?price=year`,
    ready: (page) => page.locator('main form').waitFor(),
  },
  {
    name: 'membership',
    path: '/me/membership',
    async ready(page) {
      await page.locator('main summary').first().click()
      await firstItem(page)
    },
  },
  { name: 'learn', path: '/learn', ready: firstItem },
  { name: 'course', path: ({ course }) => course, ready: firstLesson },
  {
    name: 'quiz',
    path: ({ quiz }) => quiz,
    ready: (page) => page.locator('[data-quiz]').waitFor(),
  },
  {
    name: 'assignment',
    path: ({ task }) => task,
    ready: (page) => page.locator('[data-task]').waitFor(),
  },
  {
    name: 'lesson',
    path: ({ lesson }) => lesson,
    ready: (page) => page.locator('main h2').first().waitFor(),
  },
  {
    name: 'lesson that opens later',
    path: ({ laterLesson }) => laterLesson,
    ready: (page, t) => page.getByText(t('courses.opens_text')).waitFor(),
  },
  {
    name: 'locked lesson',
    path: ({ soldLesson }) => soldLesson,
    ready: (page) => page.locator('[data-locked]').waitFor(),
  },
  { name: 'discuss', path: '/discuss', ready: firstItem },
  { name: 'thread', path: ({ thread }) => `/discuss/${thread}`, ready: firstPost },
  {
    name: 'reactions',
    path: ({ thread }) => `/discuss/${thread}`,
    async ready(page, t) {
      await page
        .getByRole('button', { name: t('discussions.react') })
        .first()
        .click()
      await page.getByRole('menuitem').or(page.getByRole('menuitemcheckbox')).first().waitFor()
    },
  },
  { name: 'question', path: ({ question }) => `/discuss/${question}`, ready: firstPost },
  { name: 'new thread', path: '/discuss/new', ready: (page) => page.getByRole('textbox').first().waitFor() },
  {
    name: 'poll results',
    path: ({ poll }) => `/discuss/${poll}`,
    ready: (page) => page.locator('[data-poll] progress').first().waitFor(),
  },
  {
    name: 'poll asked',
    // A draft of its own: others are sent.
    path: '/discuss/new?draft=poll',
    async ready(page, t) {
      await page.getByRole('button', { name: t('discussions.poll_add') }).click()
      await page.locator('main input[type=datetime-local]').waitFor()
    },
  },
  { name: 'new question', path: '/discuss/new?kind=question' },
  {
    name: 'question that was asked before',
    path: '/discuss/new?kind=question',
    async ready(page, t) {
      await page.getByRole('textbox').first().fill('定时任务重复执行，数据库锁')
      await page.getByRole('list', { name: t('recommendations.similar') }).waitFor()
    },
  },
  { name: 'events', path: '/events', ready: firstItem },
  { name: 'proposals', path: '/events/proposals', ready: firstItem },
  {
    name: 'proposal',
    path: ({ proposal }) => `/events/proposals/${proposal}`,
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'agenda', path: ({ event }) => `/events/${event}`, ready: firstItem },
  { name: 'meetup', path: ({ meetup }) => `/events/${meetup}`, ready: seatCard },
  { name: 'meetup that was', path: ({ pastMeetup }) => `/events/${pastMeetup}`, ready: seatCard },
  {
    name: 'ticket',
    path: ({ pastMeetup }) => `/events/${pastMeetup}/ticket`,
    ready: (page) => page.locator('[data-ticket]').waitFor(),
  },
  { name: 'agenda from an hour', path: ({ event }) => `/events/${event}?from=11`, ready: firstItem },
  { name: 'nothing found in an agenda', path: ({ event }) => `/events/${event}?q=nothing+is+called+so` },
  { name: 'no such event', path: '/events/there-is-none' },
  { name: 'my schedule', path: ({ event }) => `/events/${event}?mine=1` },
  { name: 'session', path: sessionPath, ready: openNotes },
  { name: 'notes history', path: (places) => `${sessionPath(places)}/notes/history` },
  { name: 'notes read', path: (places) => `${sessionPath(places)}/notes`, ready: openNotes },
  {
    name: 'notes written',
    path: (places) => `${sessionPath(places)}/notes`,
    async ready(page, t) {
      await page.getByRole('button', { name: t('notes.edit'), exact: true }).click()
      await page.locator('.cm-content').waitFor()
    },
  },
  { name: 'me', path: '/me', ready: (page) => page.locator('main input[name=name]').waitFor() },
  {
    name: 'sign out',
    path: '/me',
    async ready(page, t) {
      await page.getByRole('button', { name: t('accounts.sign_out'), exact: true }).click()
      await page.getByRole('dialog').getByRole('button').nth(1).waitFor()
    },
  },
  { name: 'member', path: '/members/zhouyan', ready: firstItem },
  { name: 'my data', path: '/me/data', ready: (page) => page.locator('main form').waitFor() },
  { name: 'my decisions', path: '/me/decisions', ready: firstItem },
  { name: 'page for another role', path: '/admin/orders', ready: firstItem },
  {
    name: 'reading list',
    path: '/me/library',
    ready: (page) => page.locator('main [aria-current=page]').waitFor(),
  },
  {
    name: 'highlights',
    path: '/me/library/highlights',
    ready: (page) => page.locator('main [aria-current=page]').waitFor(),
  },
  {
    name: 'highlight made',
    path: ({ article }, lang) => `/read/${article[lang]}`,
    async ready(page, t) {
      await page.getByRole('button', { name: t('library.mark_passage') }).click()
      await page.getByRole('dialog').locator('select').waitFor()
    },
  },
  {
    name: 'library on this device',
    path: '/me/library/device',
    async ready(page) {
      await page.locator('main [data-why] summary').first().click()
      await page.locator('main [data-why] li').first().waitFor()
    },
  },
  { name: 'my portrait', path: '/me/portrait', ready: (page) => page.locator('main h2').first().waitFor() },
  { name: 'my growth', path: '/me/growth', ready: firstItem },
  { name: 'boards', path: '/growth', ready: firstItem },
  {
    name: 'challenges',
    path: '/growth/challenges',
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'featured', path: '/growth/featured', ready: firstItem },
  { name: 'inbox', path: '/inbox', ready: firstItem },
  { name: 'notices', path: '/me/notices', ready: (page) => page.locator('main select').first().waitFor() },
  { name: 'nothing waits', path: '/me/waiting' },
  {
    name: 'waiting sheet',
    path: '/discuss/new?draft=waiting',
    async ready(page, t, { thread }) {
      // One act that the server refuses, for a title that today's rules do not take, and one that it never answers.
      await page.route('**/api/commands', async (route) => {
        const body = route.request().postDataJSON() as {
          commands: { name: string; input: { title?: string } }[]
        }
        const opening = body.commands.find(({ name }) => name === 'discussions.open_thread')
        if (!opening) return
        opening.input.title = 'x'.repeat(300)
        await route.continue({ postData: JSON.stringify(body) })
      })
      // A draft of its own: another screen may have left a poll in the usual one.
      await page.locator('main form').getByRole('textbox').first().fill('What the server will not take')
      await page
        .getByRole('textbox', { name: t('discussions.form_body'), exact: true })
        .fill('The words are **kept**.')
      await page.locator('main form button[type=submit]').last().click()
      await page.locator('main [data-state=refused]').first().waitFor()
      await page.goto(new URL(`/discuss/${thread}`, page.url()).href)
      await page.getByRole('textbox', { name: t('discussions.form_reply'), exact: true }).fill('On its way.')
      await page.locator('main form button[type=submit]').last().click()
      await page.locator('[data-post]', { hasText: 'On its way.' }).waitFor()
      await page.locator('header [data-sync]').click()
      await page.getByRole('dialog').getByRole('listitem').nth(1).waitFor()
    },
  },
]
