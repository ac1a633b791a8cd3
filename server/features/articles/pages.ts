/**
 * Articles for readers without the app: search engines, link previews, feed readers, browsers without scripts. They
 * are guests: of an article for members they get the title and the description, of one that is sold the preview too, never
 * a word of its body.
 */

import type { Page, PublicPage, Reader, Route } from '#server/core/feature.ts'
import { markdownToHtml } from '#server/core/markdown.ts'
import { escapeHtml } from '#server/core/page.ts'
import { isSold } from '#shared/core/opening.ts'
import { guest } from '#shared/core/viewer.ts'
import type { CommunityRow } from '#shared/features/accounts.ts'
import { type ArticleRow, articlePath } from '#shared/features/articles.ts'
import { type Lang, translate } from '#shared/words/index.ts'
import { type ArticleRecord, articleAt, db, toArticleRow } from './tables.ts'

/** Articles in the feed, and characters of HTML beyond which an article is announced without its text. */
const newest = 30
const longest = 100_000

export const pages: Page[] = [
  {
    path: '/read',
    async render({ reader, lang }) {
      const t = translate(lang)
      const items = (await publicArticles(reader)).map(
        (article) =>
          `<li lang="${article.lang}"><a href="${articlePath(article)}">${escaped(article.title)}</a> ` +
          `<small>${escaped(article.author_name)} · <time datetime="${iso(article)}">${iso(article).slice(0, 10)}</time></small>` +
          `<p>${escaped(article.description)}</p></li>`,
      )
      return {
        title: t('articles.title'),
        description: t('articles.lead'),
        lang,
        html: `<h1>${escaped(t('articles.title'))}</h1><ul class="articles">${items.join('\n')}</ul><p><a href="/feed.xml" rel="alternate" type="application/rss+xml">RSS</a></p>`,
      }
    },
  },
  {
    path: '/read/:slug',
    async render({ reader, params, publicUrl }) {
      const article = await articleAt(reader, params.slug ?? '')
      if (!article || article.withdrawn_at !== null) return null
      // What is for a group is nobody else's business.
      if (toArticleRow(article).opening.to === 'groups') return null
      return articlePage(article, publicUrl, await reader.mayRead(guest, 'article_texts', article.id))
    },
    async addresses(reader) {
      const open = await publicArticles(reader, 5_000)
      return open.map((article) => ({ path: articlePath(article), updatedAt: article.updated_at }))
    },
  },
]

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/feed.xml',
    access: 'guest',
    async handle({ c, services }) {
      const { community, articles, open } = await services.read(async (reader) => ({
        community: (await reader.rows<CommunityRow>('community'))[0]?.data,
        articles: await publicArticles(reader, newest),
        open: await reader.readable(guest, 'article_texts'),
      }))
      c.header('Content-Type', 'application/rss+xml; charset=utf-8')
      c.header('Cache-Control', 'public, max-age=300')
      return c.body(rss(services.env.publicUrl, community, articles, open))
    },
  },
]

/** Those of which guests may know, as the feed has it; the query only keeps the others from being read in vain. */
async function publicArticles(reader: Reader, limit = 500): Promise<ArticleRecord[]> {
  const articles = await db(reader)
    .selectFrom('articles_article')
    .selectAll()
    .where('opening', 'not like', '{"to":"members"%')
    .where('opening', 'not like', '{"to":"groups"%')
    .where('withdrawn_at', 'is', null)
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  const readable = await reader.readable(guest, 'articles')
  return articles.filter((article) => readable.has(article.id))
}

/** @param open whether guests may read it */
function articlePage(article: ArticleRecord, publicUrl: string, open: boolean): PublicPage {
  const row = toArticleRow(article)
  const shown = open || isSold(row.opening) ? row.image : null
  const image = shown ? new URL(shown, publicUrl).href : undefined
  return {
    title: article.title,
    description: article.description,
    lang: article.lang,
    html: `<h1>${escaped(article.title)}</h1>${byline(article)}${open ? textHtml(article.body) : closed(article, row)}`,
    ...(image ? { image } : {}),
    jsonLd: {
      '@context': 'https://schema.org',
      '@type': 'Article',
      headline: article.title,
      description: article.description,
      datePublished: iso(article),
      dateModified: new Date(article.updated_at).toISOString(),
      author: { '@type': 'Person', name: article.author_name },
      inLanguage: article.lang,
      keywords: row.tags.join(', '),
      mainEntityOfPage: publicUrl + articlePath(article),
      isAccessibleForFree: open,
      ...(image ? { image } : {}),
    },
  }
}

function byline(article: ArticleRecord): string {
  const day = iso(article)
  return `<p class="byline">${escaped(article.author_name)} · <time datetime="${day}">${day.slice(0, 10)}</time></p>`
}

function closed(article: ArticleRecord, { opening, preview }: ArticleRow): string {
  const t = translate(article.lang as Lang)
  const why = isSold(opening) ? 'articles.sold_page' : 'articles.members_only_page'
  return (
    `<p>${escaped(article.description)}</p>${textHtml(preview)}` +
    `<p>${escaped(t(why))} <a href="/sign-in">${escaped(t('articles.sign_in'))}</a></p>`
  )
}

function textHtml(markdown: string): string {
  // Our pages show pictures of our own origin only; others are described.
  return markdownToHtml(markdown, { resolveImage: (src) => (src.startsWith('/') ? src : null) })
}

/** @param open ids of those that guests may read; of the others the preview */
function rss(
  publicUrl: string,
  community: CommunityRow | undefined,
  articles: ArticleRecord[],
  open: ReadonlySet<string>,
): string {
  const name = community?.name ?? 'Lyceum'
  const items = articles.map((article) => {
    const link = publicUrl + articlePath(article)
    // Readers of feeds know nothing of our origin.
    const absolute = (address: string): string => (address.startsWith('/') ? publicUrl + address : address)
    const row = toArticleRow(article)
    const text = open.has(article.id) ? article.body : row.preview
    const html = markdownToHtml(text, { resolveLink: absolute, resolveImage: absolute })
    return `<item>
<title>${escaped(article.title)}</title>
<link>${escaped(link)}</link>
<guid isPermaLink="false">${escaped(article.id)}</guid>
<pubDate>${new Date(article.published_at).toUTCString()}</pubDate>
<dc:creator>${escaped(article.author_name)}</dc:creator>
<description>${escaped(article.description)}</description>
${row.tags.map((tag) => `<category>${escaped(tag)}</category>`).join('')}
${html.length > longest || text === '' ? '' : `<content:encoded>${cdata(html)}</content:encoded>`}
</item>`
  })
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${escaped(name)}</title>
<link>${escaped(publicUrl)}/read</link>
<atom:link href="${escaped(publicUrl)}/feed.xml" rel="self" type="application/rss+xml"/>
<description>${escaped(community?.about || name)}</description>
${items.join('\n')}
</channel>
</rss>
`
}

function iso(article: ArticleRecord): string {
  return new Date(article.published_at).toISOString()
}

function cdata(html: string): string {
  return `<![CDATA[${withoutControls(html).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** For XML and HTML alike. */
function escaped(text: string): string {
  return escapeHtml(withoutControls(text))
}

/** XML 1.0 refuses these characters even when they are escaped. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
}
