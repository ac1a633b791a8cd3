/**
 * Finds the Chromium that browser tests run in, or gets one. Used before tests, by the runner, and inside them.
 */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * The path of a Chromium that starts: LYCEUM_CHROMIUM or CHROMIUM when set, else one on the PATH, else Playwright's.
 * @returns {Promise<string | undefined>}
 */
export async function findChromium() {
  const told = process.env.LYCEUM_CHROMIUM || process.env.CHROMIUM
  if (told) return starts(told) ? told : undefined
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  const { chromium } = await import('playwright-core')
  return [...onPath, ...applications, chromium.executablePath()].find(starts)
}

/**
 * Finds a Chromium, or installs one: Playwright's download, else Debian's package when we may.
 * @returns {Promise<string | undefined>} undefined when there is none and none can be had
 */
export async function obtainChromium() {
  const present = await findChromium()
  if (present || process.env.LYCEUM_CHROMIUM || process.env.CHROMIUM) return present
  const isRoot = process.getuid?.() === 0
  const playwright = join(root, 'node_modules', 'playwright-core', 'cli.js')
  console.log('No Chromium on this machine: downloading one through Playwright …')
  quietly(process.execPath, [playwright, 'install', '--no-shell', 'chromium'])
  const { chromium } = await import('playwright-core')
  if (isRoot && existsSync(chromium.executablePath()) && !starts(chromium.executablePath())) {
    quietly(process.execPath, [playwright, 'install-deps', 'chromium'])
  }
  const downloaded = await findChromium()
  if (downloaded || !isRoot || !existsSync('/usr/bin/apt-get')) return downloaded
  console.log('Playwright’s Chromium cannot be had: installing the distribution’s package …')
  const apt = ['-o', 'DPkg::Lock::Timeout=180', '-qq']
  quietly('apt-get', [...apt, 'update'])
  quietly('apt-get', [...apt, 'install', '-y', '--no-install-recommends', 'chromium'])
  return findChromium()
}

/** What to tell someone whose machine has no Chromium and cannot get one. */
export const chromiumAdvice =
  'Browser tests need Chromium, and none was found or could be installed. Install one (Debian: apt-get install -y ' +
  'chromium; elsewhere: node node_modules/playwright-core/cli.js install --with-deps chromium), or set ' +
  'LYCEUM_CHROMIUM to the path of one that starts.'

/** @param {string} path */
function starts(path) {
  return existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}

/**
 * Runs a program and shows the end of what it said only if it fails.
 * @param {string} command
 * @param {string[]} args
 */
function quietly(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', timeout: 300_000 })
  if (status !== 0) console.log(`${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-4).join('\n'))
}
