/**
 * `npm test`, on a bare machine too: installs, finds or gets a Chromium, builds the client, then runs the checks and
 * the tests. `-- unit` and `-- browser` run one kind of tests, `-- PATH …` the tests whose path contains one of these.
 * The last line is always `N passed, N failed`; a check counts as one test. A run that breaks off counts as a failure.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWhenNeeded } from '../server/bin/build.js'
import { ensureInstalled, root } from '../server/bin/install.js'
import { runChecks } from './check.js'
import { chromiumAdvice, obtainChromium } from './support/find-chromium.js'

/** Everything together has to fit into this; what still runs then is stopped and counted as failed. */
const limitMinutes = 19

/** Browser tests that are run when browser tests, or they, are asked for. */
const unhurried = [
  'epochs',
  'frame',
  'lease',
  'library',
  'long-words',
  'moderation',
  'notes-history',
  'planning',
  'recommendations',
  'restore',
  'search',
  'similar',
  'writing',
]

const started = Date.now()
const sum = { passed: 0, failed: 0 }
let reported = false

/** @param {string} line */
function failOnce(line) {
  console.error(line)
  sum.failed += 1
}

/** Prints the last line, however the run ends, and makes the exit code agree with it. */
process.on('exit', (code) => {
  if (!reported) failOnce('The test run broke off before its end.')
  if (sum.passed + sum.failed === 0) console.error('No test ran.')
  const bad = code !== 0 || sum.failed > 0 || sum.passed === 0
  process.exitCode = bad ? code || 1 : 0
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
})

process.on('uncaughtException', (error) => {
  console.error(error)
  process.exit(1)
})

/**
 * Runs one Vitest project in a process of its own and adds up what its JSON report says.
 * @param {'unit' | 'browser'} project
 * @param {string[]} filters
 */
async function runTests(project, filters) {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-test-'))
  const report = join(folder, 'report.json')
  const args = [
    'run',
    '--project',
    `${project}*`,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
  ]
  // What a run of everything has no time for on two cores; `npm test -- browser` has.
  const hurried = project === 'browser' && process.argv.length === 2
  if (hurried) args.push(...unhurried.map((name) => `--exclude=test/browser/${name}.test.ts`))
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, ...args, `--outputFile.json=${report}`, ...filters], {
    cwd: root,
    env: { ...process.env, ...(hurried ? { LYCEUM_SCREENS: process.env.LYCEUM_SCREENS ?? 'few' } : {}) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  let late = false
  const stop = setTimeout(
    () => {
      late = true
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
    },
    Math.max(1000, started + limitMinutes * 60_000 - Date.now()),
  )
  const code = await new Promise((resolve) => child.on('close', resolve))
  clearTimeout(stop)
  const result = readReport(report)
  rmSync(folder, { recursive: true, force: true })
  if (late) return failOnce(`The ${project} tests did not end within ${limitMinutes} minutes.`)
  if (!result) return failOnce(`The ${project} tests broke off without a report (exit code ${code}).`)
  sum.passed += result.numPassedTests
  sum.failed += result.numFailedTests
  for (const { name, status, assertionResults } of result.testResults) {
    const explained = assertionResults.some((assertion) => assertion.status === 'failed')
    if (status === 'failed' && !explained) failOnce(`${name} could not be run.`)
  }
  if (result.numPendingTests > 0) console.log(`${result.numPendingTests} ${project} tests were skipped.`)
  if (code !== 0 && sum.failed === 0) failOnce(`The ${project} tests ended with exit code ${code}.`)
}

/**
 * @param {string} path
 * @returns {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults:
 *   { name: string, status: string, assertionResults: { status: string }[] }[] } | undefined}
 */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

const args = process.argv.slice(2)
/** @type {('unit' | 'browser')[]} */
const kinds = ['unit', 'browser']
const chosen = kinds.filter((kind) => args.includes(kind))
const filters = args.filter((arg) => !kinds.some((kind) => kind === arg))
const projects = chosen.length > 0 ? chosen : kinds

ensureInstalled()
if (args.length === 0) {
  console.log('Checks (the import rules are held by a test of their own)')
  for (const { ok } of await runChecks(['types', 'lint', 'solid', 'dead'])) sum[ok ? 'passed' : 'failed'] += 1
}
const wantsBrowser = projects.includes('browser') && (filters.length === 0 || matchesBrowserTest())
if (projects.includes('unit')) await runTests('unit', filters)
if (wantsBrowser && (await browserReady())) await runTests('browser', filters)
reported = true

/** Whether one of the paths that were asked for is part of a browser test's path. */
function matchesBrowserTest() {
  const files = readdirSync(join(root, 'test/browser'), { recursive: true }).map(
    (file) => `test/browser/${file}`,
  )
  return filters.some((path) => files.some((file) => file.includes(path.replace(/^\.\//, ''))))
}

/** Gets a Chromium and an up-to-date build; without one of them the browser tests count as one failure. */
async function browserReady() {
  const before = sum.failed
  const chromium = await obtainChromium()
  if (!chromium) failOnce(chromiumAdvice)
  else if (!buildWhenNeeded())
    failOnce('No browser test can run: the app could not be built; the reason is above.')
  else process.env.LYCEUM_CHROMIUM = chromium
  return sum.failed === before
}
