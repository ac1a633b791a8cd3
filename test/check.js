/**
 * `npm run check`: what can be known without running the app. `-- --fix` first formats and mends what can be mended;
 * names of steps (`-- types lint`) restrict it to those.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from '../server/bin/install.js'

/**
 * @typedef {{ name: string, title: string, command: string[] }} Step
 * @typedef {{ name: string, ok: boolean }} Outcome
 */

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path)
const biome = bin('@biomejs/biome/bin/biome')
const oxlint = bin('oxlint/bin/oxlint')

/** @type {Step[]} */
const steps = [
  {
    name: 'types',
    title: 'TypeScript, each folder with its own globals',
    command: [bin('typescript/bin/tsc'), '-b'],
  },
  {
    name: 'lint',
    title: 'Biome: lint, format, import order',
    command: [biome, 'check', '--error-on-warnings'],
  },
  { name: 'solid', title: 'oxlint: Solid reactivity', command: [oxlint, '--deny-warnings', 'client'] },
  {
    name: 'imports',
    title: 'Import rules',
    command: [bin('vitest/vitest.mjs'), 'run', '--project', 'unit', 'test/imports.test.ts'],
  },
  {
    name: 'dead',
    title: 'knip: files, exports, packages that nobody uses',
    command: [bin('knip/bin/knip.js'), '--no-progress'],
  },
]

/** @type {Record<string, string[]>} */
const fixes = { lint: [biome, 'check', '--write'], solid: [oxlint, '--fix'] }

/**
 * Runs the steps one after the other and prints each one's outcome, with what it said when it failed.
 * @param {string[]} only names of steps; all when empty
 * @returns {Promise<Outcome[]>}
 */
export async function runChecks(only = []) {
  const outcomes = []
  for (const step of steps.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const started = Date.now()
    const { ok, output } = await execute(step.command)
    if (!ok) console.log(output.trimEnd())
    console.log(
      `${ok ? 'ok    ' : 'FAILED'} ${step.name}: ${step.title} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    )
    outcomes.push({ name: step.name, ok })
  }
  return outcomes
}

/** @param {string[]} command */
async function execute(command) {
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { ok: code === 0, output }
}

if (process.argv[1] === import.meta.filename) {
  ensureInstalled()
  const args = process.argv.slice(2)
  const only = args.filter((arg) => arg !== '--fix')
  const unknown = only.find((name) => !steps.some((step) => step.name === name))
  if (unknown) {
    console.error(`There is no step ${unknown}; there are ${steps.map(({ name }) => name).join(', ')}.`)
    process.exit(1)
  }
  if (args.includes('--fix')) for (const command of Object.values(fixes)) await execute(command)
  const outcomes = await runChecks(only)
  process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1
}
