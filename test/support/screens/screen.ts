/** A screen: where it lies, and what has to be on it before it may be judged. */
import type { Page } from 'playwright-core'
import type { Lang, Translate } from '#shared/words/index.ts'
import type { Places } from './places.ts'

export interface Screen {
  /** Names its test and its pictures. */
  name: string
  path: string | ((places: Places, lang: Lang) => string)
  /** Waits for what the screen is about, or acts until it is there. */
  ready?(page: Page, t: Translate, places: Places): Promise<void>
}

export const firstItem = (page: Page): Promise<void> => page.locator('main li').first().waitFor()
export const seatCard = (page: Page): Promise<void> => page.locator('[data-seat]').waitFor()
export const firstLesson = (page: Page): Promise<void> => page.locator('[data-lesson]').first().waitFor()
export const firstPost = (page: Page): Promise<void> => page.locator('[data-post]').first().waitFor()
export const sessionPath = ({ event, session }: Places): string => `/events/${event}/${session}`

export async function openNotes(page: Page, t: Translate): Promise<void> {
  await page.getByRole('button', { name: t('notes.edit'), exact: true }).waitFor()
}

export const searchScreen: Screen = {
  name: 'search',
  path: (_places, lang) => `/search?q=${encodeURIComponent(lang === 'zh' ? '数据库' : 'database')}`,
  ready: (page) => page.locator('[role=option]').first().waitFor(),
}
