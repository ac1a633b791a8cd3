/**
 * The server as a release would run it, for tests of versions: with the shell in CLIENT_DIR, and OLDEST_SERVED as the
 * oldest client that it serves. Called with a folder it builds the shell of the next version into that.
 */
import { build } from 'vite'
import { readEnv } from '#server/env.ts'
import { startServer } from '#server/main.ts'
import { versions } from '#shared/core/wire.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  const running = await startServer({
    env: readEnv(process.env),
    clientDir: process.env.CLIENT_DIR!,
    oldestServed: Number(process.env.OLDEST_SERVED),
  })
  process.on('SIGTERM', () => void running.close().then(() => process.exit(0)))
  console.log(`Lyceum is open at ${running.url}`)
} else {
  const current = `current: ${versions.current}`
  await build({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
    plugins: [
      {
        name: 'next-version',
        enforce: 'pre',
        transform(code, id) {
          if (!id.endsWith('shared/core/wire.ts')) return undefined
          if (!code.includes(current)) throw new Error('the version is written otherwise now')
          return code.replace(current, `current: ${versions.current + 1}`)
        },
      },
    ],
  })
}
