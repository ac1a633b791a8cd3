/**
 * `npm run bench -- NAME [more arguments]`, or all benchmarks without a name. Each is test/bench/NAME.ts, which exports
 * `run(args)` and runs in a process of its own, so that none inherits another's heap. Prints a table for people, then
 * one JSON line per row, last. Exits 0 whether or not an aim is met, and 1 when something could not be measured.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, fail, root } from '../../server/bin/install.js'

/**
 * @typedef {object} BenchRow
 * @property {string} bench the benchmark's name
 * @property {string} work what was done, such as `50x4`
 * @property {number} value
 * @property {string} unit
 * @property {string} [peer] what it is compared with, and its version
 * @property {number} [peerValue]
 * @property {number} [ratio]
 * @property {string} [aim] such as `>=3`
 * @property {boolean} [ok] whether the aim is met
 */

ensureInstalled()
const folder = import.meta.dirname
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
  .map((file) => file.slice(0, -3))
  .sort()
const [chosen, ...rest] = process.argv.slice(2)
const named = chosen !== undefined && !chosen.startsWith('-')
if (named && !known.includes(chosen))
  fail(`There is no benchmark ${chosen}; there are: ${known.join(', ') || 'none'}.`)
const names = named ? [chosen] : known
const passedOn = named ? rest : process.argv.slice(2)

/** @type {BenchRow[]} */
const rows = []
let unmeasured = names.length === 0
for (const name of names) {
  console.log(`Measuring ${name} …`)
  const measured = await measure(name, passedOn)
  if (measured) rows.push(...measured)
  else unmeasured = true
}
if (unmeasured) console.error('Not everything could be measured; the reason is above.')
if (rows.length > 0) console.log(`\n${table(rows)}\n`)
for (const row of rows) console.log(JSON.stringify(row))
process.exitCode = unmeasured ? 1 : 0

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<BenchRow[] | undefined>} undefined when it could not measure
 */
async function measure(name, args) {
  const temporary = mkdtempSync(join(tmpdir(), 'lyceum-bench-'))
  const result = join(temporary, 'rows.json')
  const script = `
    import { writeFileSync } from 'node:fs'
    const { run } = await import(process.env.BENCH_FILE)
    const rows = await run(process.argv.slice(1))
    writeFileSync(process.env.BENCH_RESULT, JSON.stringify(rows))
    process.exit(0)`
  const node = ['--import', 'tsx', '--expose-gc', '--input-type=module', '--eval', script, '--', ...args]
  const child = spawn(process.execPath, node, {
    cwd: root,
    env: { ...process.env, BENCH_FILE: new URL(`${name}.ts`, import.meta.url).href, BENCH_RESULT: result },
    stdio: 'inherit',
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  try {
    const measured = JSON.parse(readFileSync(result, 'utf8'))
    return code === 0 && Array.isArray(measured) && measured.length > 0 && measured.every(isRow)
      ? measured
      : undefined
  } catch {
    return undefined
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** @param {Partial<BenchRow>} row */
function isRow(row) {
  const sound = typeof row.bench === 'string' && typeof row.work === 'string' && Number.isFinite(row.value)
  if (!sound) console.error(`Not a measurement: ${JSON.stringify(row)}`)
  return sound
}

/** @param {BenchRow[]} measured */
function table(measured) {
  const lines = measured.map((row) => [
    row.bench,
    row.work,
    `${number(row.value)} ${row.unit}`,
    row.peer ? `${row.peer}: ${number(row.peerValue)}` : '',
    row.ratio === undefined ? '' : `×${number(row.ratio)}`,
    row.aim ?? '',
    row.ok === undefined ? '' : row.ok ? 'met' : 'not met',
  ])
  const all = [['bench', 'work', 'value', 'peer', 'ratio', 'aim', ''], ...lines]
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)))
  return all
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** @param {number | undefined} value */
function number(value) {
  return value === undefined
    ? '?'
    : new Intl.NumberFormat('en', { maximumSignificantDigits: 4 }).format(value)
}
