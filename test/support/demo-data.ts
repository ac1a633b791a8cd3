/** Seeds the demo once for all browser tests; each then works on a copy. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { seedDemo } from '#server/demo/seed.ts'
import { createLog, readEnv } from '#server/env.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with a seeded DATA_DIR. */
    demo: string
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-demo-'))
  await seedDemo(readEnv({ DATA_DIR: folder }), createLog('error'), () => {})
  project.provide('demo', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
