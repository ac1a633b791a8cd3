/** Home as guests find it before the app is there, or without it: what this community is, and what is open to everybody. */
import type { Page, Reader } from '#server/core/feature.ts'
import { escapeHtml as escaped } from '#server/core/page.ts'
import { guest } from '#shared/core/viewer.ts'
import { inVoice } from '#shared/core/voice.ts'
import type { CommunityRow } from '#shared/features/accounts.ts'
import { type ArticleRow, articlePath } from '#shared/features/articles.ts'
import type { EventRow } from '#shared/features/events.ts'
import { settingsOf } from '#shared/features/setup.ts'
import { translate } from '#shared/words/index.ts'

/** As many as the app shows. */
const mostArticles = 8
const mostEvents = 3

export const pages: Page[] = [
  {
    path: '/',
    async render({ reader, lang }) {
      const t = translate(lang)
      const community = (await reader.rows<CommunityRow>('community'))[0]?.data
      if (!community) return null
      const about = inVoice(community.about, lang)
      const { off } = settingsOf(community)
      const articles = (off.includes('articles') ? [] : await open<ArticleRow>(reader, 'articles'))
        .sort((a, b) => b.publishedAt - a.publishedAt)
        .slice(0, mostArticles)
        .map(
          (article) =>
            `<li lang="${article.lang}"><a href="${escaped(articlePath(article))}">${escaped(article.title)}</a> <small>${escaped(article.authorName)}</small><p>${escaped(article.description)}</p></li>`,
        )
      const events = (off.includes('events') ? [] : await open<EventRow>(reader, 'events'))
        .filter(({ end }) => end > reader.now)
        .sort((a, b) => a.start - b.start)
        .slice(0, mostEvents)
        .map(
          (event) =>
            `<li><a href="/events/${encodeURIComponent(event.slug)}">${escaped(event.title)}</a> <time datetime="${new Date(event.start).toISOString()}">${dayOf(event, lang)}</time></li>`,
        )
      const list = (title: string, items: string[], name: string): string =>
        items.length > 0 ? `<h2>${escaped(title)}</h2><ul class="${name}">${items.join('\n')}</ul>` : ''
      return {
        title: community.name,
        description: about,
        lang,
        html:
          `<h1>${escaped(community.name)}</h1><p>${escaped(about)}</p>` +
          `<p><a href="/sign-in">${escaped(t('recommendations.sign_in'))}</a></p>` +
          list(t('recommendations.open_articles'), articles, 'articles') +
          list(t('recommendations.events_ahead'), events, 'events'),
      }
    },
  },
]

/** What guests may know of a table of any feature. */
async function open<R>(reader: Reader, table: string): Promise<R[]> {
  const ids = [...(await reader.readable(guest, table))]
  return (await reader.rows<R>(table, ids)).map(({ data }) => data)
}

function dayOf(event: EventRow, lang: 'zh' | 'en'): string {
  const locale = lang === 'zh' ? 'zh-CN' : 'en-GB'
  return new Intl.DateTimeFormat(locale, { timeZone: event.timeZone, dateStyle: 'long' }).format(event.start)
}
