/** Starts load generators and hands them their jobs. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { endWithUs } from './children.ts'
import type { Jobs } from './load.ts'

export interface Loader {
  /** Runs one job, and resolves with what it measured. One at a time. */
  run<J extends keyof Jobs>(job: J, order: Parameters<Jobs[J]>[0]): Promise<Awaited<ReturnType<Jobs[J]>>>
  stop(): void
}

export function startLoader(): Loader {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load.ts'), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  endWithUs(child)
  return {
    run: (job, order) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null, signal: string | null): void =>
          reject(new Error(`the load generator ended with ${signal ?? code}`))
        child.once('exit', ended)
        child.once('message', (answer: { result: never } | { error: string }) => {
          child.off('exit', ended)
          if ('error' in answer) reject(new Error(answer.error))
          else resolve(answer.result)
        })
        child.send({ job, order })
      }),
    stop: () => void child.kill('SIGKILL'),
  }
}
