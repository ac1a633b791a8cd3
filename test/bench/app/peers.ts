/**
 * One article, read cold, and once more with the server dead: by us and by VitePress, a generator of static sites, which
 * is installed for this into the cache and is no dependency. Bytes are those of what was fetched, as gzip makes them:
 * VitePress's own preview server compresses nothing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { freePort } from '../../support/ports.ts'
import type { BenchRow } from '../run.js'
import { endWithUs } from '../sync/children.ts'
import { articleOf } from './reload.ts'
import { type Rig, root, row, sleep } from './rig.ts'

const version = '1.6.4'
const folder = join(root, 'node_modules', '.cache', 'bench-peers', 'vitepress')
/** Tried here, and why they are not in the table. */
const absent = [
  'Ghost 5: `npm i ghost` ends without components/tryghost-i18n-*.tgz, which its package names and does not hold',
  'NodeBB: its package on npm installs, and needs MongoDB, Redis or PostgreSQL and a set-up before it serves anything',
  'Etherpad: installs from npm; it has documents that are written, and no articles that are read',
  'Docusaurus: installs from npm; of static sites one is enough here',
]

interface Read {
  bytes: number
  requests: number
  /** 1: the article is there again with the server dead. */
  dead: number
}

export async function peers(rig: Rig): Promise<BenchRow[]> {
  for (const why of absent) console.log(`  not measured: ${why}`)
  const ours = await readOurs(rig)
  const theirs = await readVitePress(rig)
  const beside = (value: number, peerValue: number): Partial<BenchRow> => ({
    peer: `VitePress ${version}`,
    peerValue: Number(peerValue.toPrecision(3)),
    ratio: Number((value / peerValue).toPrecision(3)),
  })
  return [
    row(
      'article, cold: gzip until the network rests',
      ours.bytes / 1_000,
      'kB',
      beside(ours.bytes / 1_000, theirs.bytes / 1_000),
    ),
    row('article, cold: requests', ours.requests, '', beside(ours.requests, theirs.requests)),
    row('article with the server dead: opens (1) or not (0)', ours.dead, '', {
      peer: `VitePress ${version}`,
      peerValue: theirs.dead,
    }),
  ]
}

async function readOurs(rig: Rig): Promise<Read> {
  const served = await rig.serve()
  try {
    return await read(rig, served.url + (await articleOf(served)), served.kill, async (page) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      await page.locator('[data-sync=ok]').first().waitFor()
      await sleep(3_000)
    })
  } finally {
    await served.close()
  }
}

async function readVitePress(rig: Rig): Promise<Read> {
  const bin = join(folder, 'node_modules', '.bin', 'vitepress')
  if (!existsSync(bin)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    run('npm', ['i', '--no-audit', '--no-fund', `vitepress@${version}`])
  }
  mkdirSync(join(folder, 'docs', 'read'), { recursive: true })
  const paragraph =
    'What a server acknowledged is on its disk, and what it did not may be sent again. '.repeat(6)
  writeFileSync(join(folder, 'docs', 'index.md'), '# Home\n\n[An article](/read/article)\n')
  writeFileSync(
    join(folder, 'docs', 'read', 'article.md'),
    `# An article\n\n${`${paragraph}\n\n`.repeat(20)}`,
  )
  run(bin, ['build', 'docs'])
  const port = await freePort()
  const child = spawn(bin, ['preview', 'docs', '--port', String(port)], { cwd: folder, stdio: 'ignore' })
  endWithUs(child)
  const url = `http://localhost:${port}/read/article.html`
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break
    await sleep(200)
  }
  try {
    return await read(
      rig,
      url,
      async () => void child.kill('SIGKILL'),
      () => sleep(3_000),
    )
  } finally {
    child.kill('SIGKILL')
  }
}

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${stderr}`)
}

async function read(
  rig: Rig,
  url: string,
  kill: () => Promise<void>,
  settled: (page: Page) => Promise<void>,
): Promise<Read> {
  // First without a service worker, so that its copy of the whole app is not counted as the article.
  const cold = await rig.browser.newContext({ locale: 'en-GB', serviceWorkers: 'block' })
  const first = await cold.newPage()
  const sizes: Promise<number>[] = []
  first.on('response', (response) => {
    sizes.push(
      response.body().then(
        (body) => gzipSync(body).length,
        () => 0,
      ),
    )
  })
  await first.goto(url)
  await first.waitForLoadState('networkidle')
  await sleep(2_000)
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  await cold.close()

  const context = await rig.browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(url)
  await settled(page)
  const title = (await page.locator('h1').first().textContent()) ?? ''
  await kill()
  const dead = await page
    .reload({ timeout: 20_000 })
    .then(() =>
      page
        .getByRole('heading', { level: 1, name: title.trim().slice(0, 40) })
        .first()
        .waitFor({ timeout: 20_000 }),
    )
    .then(
      () => 1,
      () => 0,
    )
  await context.close()
  return { bytes, requests: sizes.length, dead }
}
