/**
 * Runs one of our TypeScript programs through tsx and stands aside: same terminal, same exit code. The program gets
 * a process group of its own, because Ctrl-C would otherwise reach it up to three times (from the terminal, from npm
 * and from us), and a second signal means "stop at once". When this process is killed, the program stops too.
 */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './install.js'

/**
 * @param {string} program path from the root
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to ours
 */
export function run(program, args, env = {}) {
  const nodeArgs = ['--import', 'tsx', '--import', './server/bin/orphan.js', program, ...args]
  const child = spawn(process.execPath, nodeArgs, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  })
  let lastSignal = 0
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (Date.now() - lastSignal < 1000) return
      lastSignal = Date.now()
      // A closed terminal asks for the same as a stopped service.
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    })
  }
  // npm passes a SIGTERM on to the shell between it and us, which dies of it without telling anyone.
  const parent = process.ppid
  if (process.env.npm_lifecycle_event) {
    const watch = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(watch)
      child.kill('SIGTERM')
    }, 500)
    watch.unref()
  }
  child.on('error', (error) => {
    console.error(`${program} could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)])
  })
}
