/**
 * Articles for readers without the app: search engines, link previews, feed readers, browsers without scripts. They
 * are guests: of an article for members they get the title and the description, never a word of its body.
 */

import type { Page, PublicPage, Reader, Route } from '#server/core/feature.ts'
import { markdownToHtml } from '#server/core/markdown.ts'
import { guest } from '#shared/core/viewer.ts'
import type { CommunityRow } from '#shared/features/accounts.ts'
import { articlePath } from '#shared/features/articles.ts'
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
      return articlePage(article, publicUrl, await reader.mayRead(guest, 'articles', article.id))
    },
  },
]

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/feed.xml',
    access: 'guest',
    async handle({ c, services }) {
      const { community, articles } = await services.read(async (reader) => ({
        community: (await reader.rows<CommunityRow>('community'))[0]?.data,
        articles: await publicArticles(reader, newest),
      }))
      c.header('Content-Type', 'application/rss+xml; charset=utf-8')
      c.header('Cache-Control', 'public, max-age=300')
      return c.body(rss(services.env.publicUrl, community, articles))
    },
  },
]

/** Those that guests may see, as the feed has it; the query only keeps the others from being read in vain. */
async function publicArticles(reader: Reader, limit = 500): Promise<ArticleRecord[]> {
  const articles = await db(reader)
    .selectFrom('articles_article')
    .selectAll()
    .where('access', '=', 'public')
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
  const { tags } = toArticleRow(article)
  const image = open && article.image ? new URL(article.image, publicUrl).href : undefined
  return {
    title: article.title,
    description: article.description,
    lang: article.lang,
    html: `<h1>${escaped(article.title)}</h1>${byline(article)}${open ? bodyHtml(article) : closed(article)}`,
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
      keywords: tags.join(', '),
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

function closed(article: ArticleRecord): string {
  const t = translate(article.lang as Lang)
  return (
    `<p>${escaped(article.description)}</p>` +
    `<p>${escaped(t('articles.members_only_page'))} <a href="/sign-in">${escaped(t('articles.sign_in'))}</a></p>`
  )
}

function bodyHtml(article: ArticleRecord): string {
  // Our pages show pictures of our own origin only; others are described.
  return markdownToHtml(article.body, { resolveImage: (src) => (src.startsWith('/') ? src : null) })
}

function rss(publicUrl: string, community: CommunityRow | undefined, articles: ArticleRecord[]): string {
  const name = community?.name ?? 'Lyceum'
  const items = articles.map((article) => {
    const link = publicUrl + articlePath(article)
    // Readers of feeds know nothing of our origin.
    const absolute = (address: string): string => (address.startsWith('/') ? publicUrl + address : address)
    const html = markdownToHtml(article.body, { resolveLink: absolute, resolveImage: absolute })
    return `<item>
<title>${escaped(article.title)}</title>
<link>${escaped(link)}</link>
<guid isPermaLink="false">${escaped(article.id)}</guid>
<pubDate>${new Date(article.published_at).toUTCString()}</pubDate>
<dc:creator>${escaped(article.author_name)}</dc:creator>
<description>${escaped(article.description)}</description>
${toArticleRow(article)
  .tags.map((tag) => `<category>${escaped(tag)}</category>`)
  .join('')}
${html.length > longest ? '' : `<content:encoded>${cdata(html)}</content:encoded>`}
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
  return withoutControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** XML 1.0 refuses these characters even when they are escaped. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
}
