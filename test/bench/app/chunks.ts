/** What each page adds to what every page begins with: gzip bytes of the files that its route alone brings. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { BenchRow } from '../run.js'
import { type Rig, root, row, signIn } from './rig.ts'

const assets = join(root, 'dist', 'client', 'assets')
const pages = [
  '/',
  '/read',
  '/learn',
  '/discuss',
  '/discuss/new',
  '/events',
  '/search',
  '/inbox',
  '/me',
  '/write',
  '/admin',
]

export async function chunks(rig: Rig): Promise<BenchRow[]> {
  const html = readFileSync(join(assets, '..', 'index.html'), 'utf8')
  const begins = [...html.matchAll(/\/assets\/([\w.-]+\.(?:js|css))/g)].map(([, file]) => file!)
  const size = new Map(
    readdirSync(assets)
      .filter((file) => /\.(?:js|css)$/.test(file))
      .map((file) => [file, gzipSync(readFileSync(join(assets, file)), { level: 9 }).length]),
  )
  const sum = (files: readonly string[]): number =>
    files.reduce((all, file) => all + (size.get(file) ?? 0), 0)
  const served = await rig.serve()
  const rows = [row('chunks: what every page begins with, gzip', sum(begins) / 1_000, 'kB')]
  try {
    const context = await rig.browser.newContext({ locale: 'en-GB', serviceWorkers: 'block' })
    await signIn(context, served, 'linqiao')
    for (const path of pages) {
      const page = await context.newPage()
      const asked = new Set<string>()
      page.on('request', (request) => {
        const file = /\/assets\/([\w.-]+\.(?:js|css))$/.exec(request.url())?.[1]
        if (file !== undefined && !begins.includes(file)) asked.add(file)
      })
      await page.goto(served.url + path)
      await page.locator('#main h1').waitFor()
      await page.waitForLoadState('networkidle')
      await page.close()
      rows.push(row(`chunks: ${path} besides, words of one language included`, sum([...asked]) / 1_000, 'kB'))
    }
    await context.close()
  } finally {
    await served.close()
  }
  return rows
}
