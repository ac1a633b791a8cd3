/**
 * The server as a release would run it, for tests of versions: with the shell in CLIENT_DIR, and OLDEST_SERVED as the
 * oldest client that it serves. Called with a folder it builds the shell of the next version into that; what is called
 * `discussions.react` today is another command there, which a server knows when it is started with NEXT.
 */
import { build } from 'vite'
import { readEnv } from '#server/env.ts'
import { features } from '#server/features/index.ts'
import { startServer } from '#server/main.ts'
import { versions } from '#shared/core/wire.ts'
import { contracts } from '#shared/features/index.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  if (process.env.NEXT) {
    for (const { commands } of [contracts.discussions, features.discussions])
      Object.assign(commands, { react_with: commands.react })
  }
  const running = await startServer({
    env: readEnv(process.env),
    clientDir: process.env.CLIENT_DIR!,
    oldestServed: Number(process.env.OLDEST_SERVED),
  })
  process.on('SIGTERM', () => void running.close().then(() => process.exit(0)))
  console.log(`Lyceum is open at ${running.url}`)
} else {
  const next: Record<string, [now: string, next: string]> = {
    'shared/core/wire.ts': [`current: ${versions.current}`, `current: ${versions.current + 1}`],
    'shared/features/discussions.ts': ['    react: command(', '    react_with: command('],
    'client/features/discussions/overlays.ts': ['react: {', 'react_with: {'],
    'client/features/discussions/actions.ts': ["'discussions.react'", "'discussions.react_with'"],
  }
  await build({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
    plugins: [
      {
        name: 'next-version',
        enforce: 'pre',
        transform(code, id) {
          const [, change] = Object.entries(next).find(([path]) => id.endsWith(path)) ?? []
          if (!change) return undefined
          if (!code.includes(change[0])) throw new Error(`${change[0]} is written otherwise now`)
          return code.replace(...change)
        },
      },
    ],
  })
}
