/**
 * Makes the machine ready: the right Node, and in node_modules exactly what package-lock.json says. Every command
 * begins here, so this file needs nothing installed and keeps to syntax that an old Node can still read, in order
 * to tell it apart from a new one. Install scripts of packages are left off; the one that matters, better-sqlite3's
 * native part, is fetched or compiled here, where we can say in plain words what is happening.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.lyceum-installed')
const sqlite = join(modules, 'better-sqlite3')
const sqliteBinary = join(sqlite, 'build', 'Release', 'better_sqlite3.node')

/**
 * Prints one line and ends the process with exit code 1.
 * @param {string} line
 * @returns {never}
 */
export function fail(line) {
  console.error(line)
  process.exit(1)
}

/** Ends with one line when this Node is too old; otherwise installs what is missing or stale. */
export function ensureInstalled() {
  checkNode()
  const stamp = expectedStamp()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  if (!matchesLock()) {
    const restore = keepSqlite()
    installPackages()
    restore()
  }
  if (!sqliteLoads()) installSqlite()
  mkdirSync(modules, { recursive: true })
  writeFileSync(stampFile, stamp)
}

function checkNode() {
  const parts = process.versions.node.split('.').map(Number)
  const major = parts[0] || 0
  const minor = parts[1] || 0
  const fits = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22
  if (!fits)
    fail(`Lyceum needs Node 20.19, 22.12 or newer; this is ${process.versions.node} (https://nodejs.org).`)
}

/** The native part is built for one Node ABI, so another Node makes the installation stale as well. */
function expectedStamp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  return `${lock} abi ${process.versions.modules} ${process.platform} ${process.arch}\n`
}

/**
 * Whether npm finished installing this very lock file before, by us or by hand. npm writes its hidden lock file last
 * and `npm ci` removes it first, so an interrupted installation has none.
 */
function matchesLock() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
    const present = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages
    return Object.keys(wanted).every((path) => {
      if (path === '') return true
      if (!present[path]) return wanted[path].optional === true
      return present[path].version === wanted[path].version && existsSync(join(root, path))
    })
  } catch {
    return false
  }
}

function installPackages() {
  const started = Date.now()
  console.log('Installing packages (npm ci) …')
  rmSync(stampFile, { force: true })
  const flags = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const { status } = npm(['ci', ...flags, '--loglevel=error'], 'inherit')
  if (status !== 0)
    fail('npm ci did not finish; its own message is above. Run the command again once that is mended.')
  console.log(`Packages installed in ${seconds(started)}.`)
}

/** Asked in a process of its own: one that has met a binary for another Node cannot load its successor. */
function sqliteLoads() {
  const script = "new (require('better-sqlite3'))(':memory:').close()"
  return spawnSync(process.execPath, ['--eval', script], { cwd: root, stdio: 'ignore' }).status === 0
}

/**
 * Holds the native part while npm empties node_modules, since compiling it takes longer than all the rest.
 * @returns {() => void} puts it back, if the version is still the same
 */
function keepSqlite() {
  const version = sqliteVersion()
  if (!version || !sqliteLoads()) return () => {}
  const binary = readFileSync(sqliteBinary)
  return () => {
    if (sqliteVersion() !== version) return
    mkdirSync(dirname(sqliteBinary), { recursive: true })
    writeFileSync(sqliteBinary, binary)
  }
}

function sqliteVersion() {
  try {
    return JSON.parse(readFileSync(join(sqlite, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

function installSqlite() {
  rmSync(join(sqlite, 'build'), { recursive: true, force: true })
  const prebuilt = join(modules, 'prebuild-install', 'bin.js')
  spawnSync(process.execPath, [prebuilt], { cwd: sqlite, stdio: 'ignore', timeout: 120000 })
  if (sqliteLoads()) return
  const missing = [
    ['python3', ['python3', 'python']],
    ['make', ['make', 'gmake']],
    ['g++', ['g++', 'c++', 'clang++']],
  ].filter(([, names]) => process.platform !== 'win32' && !onPath(/** @type {string[]} */ (names)))
  if (missing.length > 0) {
    fail(
      `better-sqlite3 has no ready-made binary within reach and must be compiled, but ${missing.map(([name]) => name).join(', ')} ` +
        'cannot be found: install python3, make and g++ (Debian: apt-get install -y python3 make g++; macOS: xcode-select --install).',
    )
  }
  console.log(
    'better-sqlite3 has no ready-made binary within reach: compiling it with python3, make and g++ (1 to 2 minutes) …',
  )
  const started = Date.now()
  const env = { ...process.env, npm_config_build_from_source: 'true', ...localHeaders() }
  const built = npm(['rebuild', 'better-sqlite3', '--foreground-scripts', '--loglevel=error'], 'pipe', env)
  if (!sqliteLoads()) {
    console.error(`${built.stdout || ''}${built.stderr || ''}`.trimEnd().split('\n').slice(-20).join('\n'))
    fail(
      'better-sqlite3 could not be compiled (the end of its output is above): it needs python3, make, g++ and Node’s headers.',
    )
  }
  console.log(`better-sqlite3 compiled in ${seconds(started)}.`)
}

/** Node's headers lie beside most installations; naming them spares node-gyp a download. */
function localHeaders() {
  const prefix = dirname(dirname(process.execPath))
  try {
    const header = readFileSync(join(prefix, 'include', 'node', 'node_version.h'), 'utf8')
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`NODE_${part}_VERSION (\\d+)`).exec(header)?.[1],
    )
    return numbers.join('.') === process.versions.node ? { npm_config_nodedir: prefix } : {}
  } catch {
    return {}
  }
}

/** @param {string[]} names */
function onPath(names) {
  const folders = (process.env.PATH || '').split(':')
  return names.some((name) => folders.some((folder) => folder !== '' && existsSync(join(folder, name))))
}

/**
 * Runs the npm that started us, or the one on the PATH.
 * @param {string[]} args
 * @param {'inherit' | 'pipe'} output
 * @param {NodeJS.ProcessEnv} [env]
 */
function npm(args, output, env = process.env) {
  const cli = process.env.npm_execpath
  /** @type {import('node:child_process').SpawnSyncOptionsWithStringEncoding} */
  const options = { cwd: root, env, stdio: ['ignore', output, output], encoding: 'utf8' }
  const result =
    cli && /npm-cli\.[cm]?js$/.test(cli)
      ? spawnSync(process.execPath, [cli, ...args], options)
      : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  if (result.error) fail(`npm could not be started: ${result.error.message}.`)
  return result
}

/** @param {number} started */
function seconds(started) {
  return `${Math.round((Date.now() - started) / 1000)} s`
}
