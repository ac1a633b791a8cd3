/** What guests see. */
import { firstItem, firstLesson, type Screen, searchScreen, sessionPath } from './screen.ts'

export const guestScreens: Screen[] = [
  { name: 'home', path: '/', ready: firstItem },
  { name: 'read', path: '/read', ready: firstItem },
  {
    name: 'article',
    path: ({ article }, lang) => `/read/${article[lang]}`,
    ready: (page) => page.locator('main pre, main table, main h2').first().waitFor(),
  },
  { name: 'learn', path: '/learn', ready: firstItem },
  { name: 'course', path: ({ soldCourse }) => soldCourse, ready: firstLesson },
  { name: 'events', path: '/events', ready: firstItem },
  { name: 'agenda', path: ({ event }) => `/events/${event}`, ready: firstItem },
  { name: 'session', path: sessionPath },
  { name: 'notes closed', path: (places) => `${sessionPath(places)}/notes` },
  { name: 'me', path: '/me' },
  {
    name: 'settings',
    path: '/',
    async ready(page, t) {
      await page.getByRole('button', { name: t('app.settings') }).click()
      await page.getByRole('dialog').getByRole('radio').first().waitFor()
    },
  },
  { name: 'pricing', path: '/pricing', ready: firstItem },
  {
    name: 'locked article',
    path: ({ locked }, lang) => `/read/${locked[lang]}`,
    ready: (page) => page.locator('[data-locked]').waitFor(),
  },
  { name: 'sign in', path: '/sign-in' },
  { name: 'sign up', path: '/sign-up?invite=no-such-invitation' },
  {
    name: 'sign up refused',
    path: '/sign-up?invite=no-such-invitation',
    async ready(page, t) {
      await page.getByRole('button', { name: t('accounts.sign_up_submit'), exact: true }).click()
      await page.locator('main [aria-invalid=true]').first().waitFor()
    },
  },
  // The demo's settings: whoever asks, once somebody agrees.
  { name: 'ask to join', path: '/sign-up', ready: (page) => page.locator('main textarea').waitFor() },
  { name: 'forgot password', path: '/reset' },
  { name: 'new password', path: '/reset?token=no-such-token' },
  searchScreen,
  { name: 'not found', path: '/no/such/page' },
]
