/** Processes that must not outlive the benchmark, however it ends. */
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'

/** One that is frozen would stay without anybody noticing. @param folder goes with it */
export function endWithUs(child: ChildProcess, folder?: string): void {
  const end = (): void => {
    child.kill('SIGKILL')
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', end)
  child.once('exit', () => process.off('exit', end))
}

/** `npm` and our launcher do not pass every signal on: whoever is left alone goes. */
export function endWithLauncher(): void {
  const launcher = process.ppid
  setInterval(() => {
    if (process.ppid !== launcher) process.exit(1)
  }, 500).unref()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
}
