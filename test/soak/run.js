/**
 * `npm run soak -- NAME [more arguments]`: tests that run for minutes to hours. Each is test/soak/NAME.ts, which exports
 * `run(args): Promise<number>`, the exit code, and runs in a process of its own with `gc` exposed. `npm test` runs the
 * same code for a short while (test/promises).
 */

import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { ensureInstalled, fail, root } from '../../server/bin/install.js'

ensureInstalled()
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
  .map((file) => file.slice(0, -3))
  .sort()
const [name, ...args] = process.argv.slice(2)
if (name === undefined || !known.includes(name)) fail(`npm run soak -- NAME, one of: ${known.join(', ')}.`)

const script = `
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))
  const { run } = await import(process.env.SOAK_FILE)
  process.exit(await run(process.argv.slice(1)))`
const node = ['--import', 'tsx', '--expose-gc', '--input-type=module', '--eval', script, '--', ...args]
const child = spawn(process.execPath, node, {
  cwd: root,
  env: { ...process.env, SOAK_FILE: new URL(`${name}.ts`, import.meta.url).href },
  stdio: 'inherit',
})
// Whoever stops us means the soak, which cleans up after itself.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal))
child.on('close', (code, signal) => {
  if (signal) console.error(`The soak was ended by ${signal}.`)
  process.exitCode = code ?? 1
})
