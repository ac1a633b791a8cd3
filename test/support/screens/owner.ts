/** What owners and moderators see besides. */
import { firstItem, type Screen } from './screen.ts'

export const ownerScreens: Screen[] = [
  {
    name: 'poll',
    path: ({ poll }) => `/discuss/${poll}`,
    ready: (page) => page.locator('[data-poll] fieldset').waitFor(),
  },
  {
    name: 'expected attendance',
    path: ({ event }) => `/events/${event}`,
    ready: (page, t) => page.getByRole('region', { name: t('events.outlook') }).waitFor(),
  },
  { name: 'plan', path: ({ event }) => `/events/${event}/plan`, ready: firstItem },
  { name: 'run sheet', path: ({ event }) => `/events/${event}/plan/run`, ready: firstItem },
  {
    name: 'budget',
    path: ({ event }) => `/events/${event}/plan/budget`,
    ready: (page) => page.locator('main form').waitFor(),
  },
  {
    name: 'event from a template',
    path: '/events',
    async ready(page, t) {
      await page.getByRole('button', { name: t('events.new'), exact: true }).click()
      await page.getByRole('menuitem', { name: t('planning.new_event'), exact: true }).click()
      await page.getByRole('dialog').getByRole('radio').first().waitFor()
    },
  },
  { name: 'courses', path: '/admin/courses', ready: firstItem },
  {
    name: 'certificate',
    path: ({ certificate }) => certificate,
    ready: (page) => page.locator('[data-certificate]').waitFor(),
  },
  {
    name: 'assignments of a course',
    path: ({ answers }) => answers,
    async ready(page) {
      await page.locator('[data-handed=waiting] button').first().click()
      await page.locator('[data-review-form]').waitFor()
    },
  },
  {
    name: 'assignment editor',
    path: ({ taskEditor }) => taskEditor,
    ready: (page) => page.locator('[data-task-form]').waitFor(),
  },
  {
    name: 'cohorts of a course',
    path: ({ course }) => `${course}/cohorts`,
    async ready(page, t) {
      await page.getByRole('button', { name: t('cohorts.new'), exact: true }).click()
      await page.locator('main form').last().waitFor()
    },
  },
  {
    name: 'completion of a course',
    path: ({ course }) => `${course}/report`,
    ready: (page) => page.locator('main td').first().waitFor(),
  },
  { name: 'new event', path: '/events/new', ready: (page) => page.locator('main form').waitFor() },
  { name: 'people of an event', path: ({ meetup }) => `/events/${meetup}/staff`, ready: firstItem },
  {
    name: 'check-in',
    path: ({ pastMeetup }) => `/events/${pastMeetup}/check-in`,
    async ready(page, t) {
      await firstItem(page)
      await page.getByRole('textbox', { name: t('events.scan_code') }).fill('not a code')
      await page.getByRole('button', { name: t('events.scan_send'), exact: true }).click()
      await page.locator('[data-scan=bad]').waitFor()
    },
  },
  {
    name: 'after an event',
    path: ({ pastMeetup }) => `/events/${pastMeetup}/after`,
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  {
    name: 'settings of an event',
    path: ({ meetup }) => `/events/${meetup}/edit`,
    ready: (page) => page.locator('main form').first().waitFor(),
  },
  { name: 'me', path: '/me', ready: (page) => page.locator('main input[name=name]').waitFor() },
  {
    name: 'invites',
    path: '/admin/invites',
    async ready(page, t) {
      await page.getByRole('button', { name: t('accounts.invite_create') }).click()
      await page
        .getByRole('button', { name: t('accounts.invite_copy') })
        .first()
        .waitFor()
    },
  },
  {
    name: 'review queue',
    path: '/admin/moderation',
    ready: (page) => page.locator('main article').first().waitFor(),
  },
  { name: 'moderation rules', path: '/admin/moderation/rules', ready: firstItem },
  { name: 'moderation log', path: '/admin/moderation/log', ready: firstItem },
  { name: 'members', path: '/admin/members', ready: firstItem },
  { name: 'admin', path: '/admin', ready: firstItem },
  {
    name: 'applicants',
    path: '/admin/applicants',
    ready: (page) => page.locator('article').first().waitFor(),
  },
  { name: 'modules', path: '/admin/modules', ready: (page) => page.getByRole('checkbox').first().waitFor() },
  { name: 'groups', path: '/groups', ready: firstItem },
  {
    name: 'group',
    path: '/groups',
    async ready(page) {
      await page.locator('main li a').first().click()
      await page.locator('main h2').first().waitFor()
    },
  },
  { name: 'orders', path: '/admin/orders', ready: firstItem },
  {
    name: 'order',
    path: '/admin/orders',
    async ready(page, t) {
      await page.getByText(t('memberships.orders_all'), { exact: true }).click()
      await page.locator('main li a', { hasText: 'Hana' }).first().click()
      await page.getByRole('heading', { name: t('memberships.receipt') }).waitFor()
    },
  },
  {
    name: 'refund',
    path: '/admin/orders',
    async ready(page, t) {
      await page.getByText(t('memberships.orders_all'), { exact: true }).click()
      await page
        .getByRole('button', { name: t('memberships.refund'), exact: true })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('checkbox').waitFor()
    },
  },
  { name: 'tiers', path: '/admin/tiers', ready: firstItem },
  {
    name: 'tier edited',
    path: '/admin/tiers',
    async ready(page, t) {
      await firstItem(page)
      await page.getByRole('button', { name: t('memberships.tier_new') }).click()
      await page.getByRole('dialog').getByRole('textbox').first().waitFor()
    },
  },
  { name: 'codes', path: '/admin/codes', ready: firstItem },
  {
    name: 'entitlements',
    path: '/admin/entitlements',
    ready: (page) => page.locator('main details').first().waitFor(),
  },
  { name: 'revenue', path: '/admin/revenue', ready: (page) => page.locator('main table').waitFor() },
  { name: 'community', path: '/admin/community' },
  { name: 'recovery copies', path: '/admin/recovery' },
  {
    name: 'figures',
    path: '/admin/figures',
    async ready(page, t) {
      await page.locator('main figure').first().waitFor()
      await page.getByRole('region', { name: t('recommendations.gaps') }).waitFor()
    },
  },
  {
    name: 'reader groups',
    path: '/admin/portraits',
    ready: (page) => page.locator('main h2').first().waitFor(),
  },
  { name: 'model', path: '/admin/model', ready: (page) => page.locator('main article').first().waitFor() },
  { name: 'growth rules', path: '/admin/growth', ready: (page) => page.locator('main form').waitFor() },
]
