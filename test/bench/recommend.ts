/**
 * `npm run bench -- recommend [case …] [--choose]` runs the cases in test/bench/recommend, all or the named ones, each
 * a file that exports `run(args)`; `--choose` repeats the choice of settings that a case otherwise has written down.
 *
 * `npm run bench -- recommend --data DIR --format lists|ncf|citeulike` trains and measures on a folder of your own.
 *
 * The cases read what lies in `../shared/data/interactions` beside the checkout (or in `$BENCH_INTERACTIONS`); one
 * whose data is absent is passed over, and says so.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Absent, Unreadable } from './recommend/rig/files.ts'
import { runFolder } from './recommend/rig/folder.ts'
import type { BenchRow } from './run.js'

const folder = join(import.meta.dirname, 'recommend')

interface Case {
  run(args: string[]): Promise<BenchRow[]>
}

export async function run(args: string[]): Promise<BenchRow[]> {
  if (args.includes('--data') || args.includes('--format')) return runFolder(args)
  const known = caseNames()
  const named = args.filter((arg) => !arg.startsWith('-'))
  const unknown = named.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new Error(`recommend has no case ${unknown}; it has ${known.join(', ')}`)
  }
  const options = args.filter((arg) => arg.startsWith('-'))
  const rows: BenchRow[] = []
  for (const name of named.length > 0 ? named : known) {
    const start = performance.now()
    console.log(`· ${name}`)
    const measured = await measure(name, options)
    for (const { work, value, unit, peer, peerValue, ratio } of measured) {
      console.log(`  ${work}: ${value} ${unit}${peer ? `; ${peer}: ${peerValue}; ×${ratio}` : ''}`)
    }
    console.log(`  (${name} took ${Math.round((performance.now() - start) / 1000)} s)`)
    rows.push(...measured)
  }
  if (rows.length === 0) throw new Error('Nothing was measured.')
  return rows
}

function caseNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
    .map((file) => file.slice(0, -3))
    .sort()
}

async function measure(name: string, options: string[]): Promise<BenchRow[]> {
  const found = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Case
  try {
    return await found.run(options)
  } catch (error) {
    if (error instanceof Unreadable) throw new Error(error.message)
    if (!(error instanceof Absent)) throw error
    console.log(`  passed over: ${error.message}`)
    return []
  }
}
