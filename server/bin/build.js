/**
 * Builds the client into dist/client when anything that it is made of has changed since the last build. The new
 * build takes the old one's place only when it is complete, so an interrupted one leaves a working app behind.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { fail, root } from './install.js'

const inputs = [
  'client',
  'shared',
  'vite.config.ts',
  'server/bin/build.js',
  'package-lock.json',
  'package.json',
]
const target = join(root, 'dist', 'client')
const stampFile = join(root, 'dist', 'client.sha256')

/** Ends the process with one line when the build fails. */
export function ensureBuilt() {
  if (!buildWhenNeeded()) fail('The app could not be built; the reason is above.')
}

/** @returns {boolean} false, after the reason has been printed, when the build fails */
export function buildWhenNeeded() {
  const stamp = hashInputs()
  const present = existsSync(join(target, 'index.html')) && existsSync(stampFile)
  if (present && readFileSync(stampFile, 'utf8') === stamp) return true
  const started = Date.now()
  console.log('Building the app …')
  const next = `${target}.${process.pid}`
  mkdirSync(join(root, 'dist'), { recursive: true })
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const built = spawnSync(process.execPath, [vite, 'build', '--outDir', next], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  if (built.status !== 0) {
    rmSync(next, { recursive: true, force: true })
    console.error(`${built.stdout}${built.stderr}`.trimEnd())
    return false
  }
  compress(next)
  rmSync(stampFile, { force: true })
  rmSync(target, { recursive: true, force: true })
  renameSync(next, target)
  writeFileSync(stampFile, stamp)
  console.log(`App built in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
  return true
}

/**
 * Lays what shrinks beside itself, smaller, in the two ways that browsers take: a server need not do it at each request.
 * @param {string} folder
 */
function compress(folder) {
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    if (!/\.(?:js|css|svg|wasm|webmanifest)$/.test(name)) continue
    const bytes = readFileSync(join(folder, name))
    if (bytes.length < 1_000) continue
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 }
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: quality }))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
}

function hashInputs() {
  const hash = createHash('sha256')
  const present = inputs.filter((input) => existsSync(join(root, input)))
  for (const path of present.flatMap(filesUnder))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return `${hash.digest('hex')}\n`
}

/**
 * @param {string} path from the root
 * @returns {string[]}
 */
function filesUnder(path) {
  if (!statSync(join(root, path)).isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`))
}
