/**
 * Pages that read without scripts: the app's own index.html with a public page's text where the app will mount, and
 * what search engines and link previews ask for in its head. The app takes over the same URL when it starts.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import type { DeclaredRoute } from './declarations.ts'
import type { Page, PublicPage, Reader } from './feature.ts'
import type { Services } from './services.ts'

const policy = [
  "default-src 'self'",
  // The worker that ranks compiles its WebAssembly kernel; this lets no text become script, as 'unsafe-eval' would.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  // Kept video and audio plays from the device's own database.
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export const securityHeaders: Record<string, string> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
}

export interface ShellOptions {
  services: Services
  /** `isUsed`: whether the community uses the feature whose page it is. */
  pages: readonly (Page & { isUsed(): boolean })[]
  /** Folder of the built client; absent in tests without one. */
  clientDir: string | undefined
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
}

/** @returns the pages, all of them for guests. */
export function createShell(options: ShellOptions): { pages: Hono; declared: DeclaredRoute[] } {
  const shell = new Hono()
  const { clientDir, services } = options
  /** Read each time: after a new build, the page that names the old one's files would be an empty one. */
  function loadTemplate(): Promise<string> {
    return clientDir
      ? readFile(join(clientDir, 'index.html'), 'utf8')
      : Promise.resolve(
          '<!doctype html><html lang="en"><head></head><body><div id="root"></div></body></html>',
        )
  }

  // Pages are public and hold no secret: what somebody else can put into one tells nothing by its length.
  if (clientDir) shell.use('*', compress())

  for (const page of options.pages) {
    shell.get(page.path, async (c, next) => {
      if (!page.isUsed()) return next()
      const lang = preferredLanguage(c.req.header('accept-language'))
      const rendered = await options.read((reader) =>
        page.render({
          reader,
          params: c.req.param() as Record<string, string>,
          lang,
          publicUrl: services.env.publicUrl,
        }),
      )
      await services.database.durability.settled()
      const html = await loadTemplate()
      if (!rendered) return c.html(html, 200, { 'cache-control': 'no-cache' })
      return c.html(fill(html, rendered, services.env.publicUrl + c.req.path), 200, {
        'cache-control': 'no-cache',
      })
    })
  }

  shell.get('/sitemap.xml', async (c) => {
    const found = await options.read(async (reader) => {
      const lists = []
      for (const page of options.pages) lists.push(...((await page.addresses?.(reader)) ?? []))
      return lists
    })
    c.header('content-type', 'application/xml; charset=utf-8')
    c.header('cache-control', 'public, max-age=300')
    return c.body(sitemap(services.env.publicUrl, found.slice(0, mostAddresses)))
  })

  if (clientDir) {
    shell.use('*', async (c, next) => {
      await next()
      const path = c.req.path
      if (!c.res.ok || c.res.headers.has('cache-control')) return
      c.header(
        'cache-control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    })
    shell.use('*', serveStatic({ root: clientDir, precompressed: true }))
  }

  shell.get('/*', async (c) => {
    // A path with an extension is a file that is not there: answering it with the app would poison caches.
    if (/\.\w{1,8}$/.test(c.req.path)) return c.json({ code: 'not_found', message: 'no such file' }, 404)
    return c.html(await loadTemplate(), 200, { 'cache-control': 'no-cache' })
  })
  const paths = [...options.pages.map((page) => page.path), '/sitemap.xml', '/*']
  return { pages: shell, declared: paths.map((path) => ({ method: 'GET', path, access: 'guest' })) }
}

/** As many as one sitemap may hold (sitemaps.org). */
const mostAddresses = 50_000

function sitemap(publicUrl: string, addresses: readonly { path: string; updatedAt: number }[]): string {
  const entries = addresses.map(
    ({ path, updatedAt }) =>
      `<url><loc>${escapeHtml(publicUrl + path)}</loc><lastmod>${new Date(updatedAt).toISOString()}</lastmod></url>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${entries.join('\n')}
</urlset>
`
}

function preferredLanguage(header: string | undefined): 'zh' | 'en' {
  return /^\s*zh\b/i.test(header ?? '') ? 'zh' : 'en'
}

function fill(template: string, page: PublicPage, url: string): string {
  const meta = [
    `<meta name="description" content="${escapeHtml(page.description)}">`,
    `<link rel="canonical" href="${escapeHtml(url)}">`,
    `<meta property="og:title" content="${escapeHtml(page.title)}">`,
    `<meta property="og:description" content="${escapeHtml(page.description)}">`,
    `<meta property="og:url" content="${escapeHtml(url)}">`,
    `<meta property="og:type" content="article">`,
    ...(page.image ? [`<meta property="og:image" content="${escapeHtml(page.image)}">`] : []),
    // JSON-LD is data, not script: only `<` could end the element.
    ...(page.jsonLd
      ? [
          `<script type="application/ld+json">${JSON.stringify(page.jsonLd).replaceAll('<', '\\u003c')}</script>`,
        ]
      : []),
  ].join('\n    ')
  return template
    .replace(/<html[^>]*>/, () => `<html lang="${page.lang === 'zh' ? 'zh-CN' : 'en'}">`)
    .replace(
      /<title>.*?<\/title>|(?=<\/head>)/s,
      () => `<title>${escapeHtml(page.title)}</title>\n    ${meta}\n`,
    )
    .replace(/(<div id="root"[^>]*>)/, (open) => `${open}<main class="public-page">${page.html}</main>`)
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
