import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { threats } from './threats.ts'

const root = join(import.meta.dirname, '..')

test.each(threats.map((threat) => [threat.threat, threat] as const))(
  'is proven by tests that are there, or says who brings its proof: %s',
  (_name, { expected, proofs, later = [] }) => {
    expect(expected).not.toBe('')
    expect(proofs.length + later.length).toBeGreaterThan(0)
    const missing = proofs.filter(({ file, title }) => {
      const path = join(root, file)
      // As a whole title, not as a part of another.
      return (
        !existsSync(path) ||
        !["'", '"', '`'].some((mark) => readFileSync(path, 'utf8').includes(mark + title + mark))
      )
    })
    expect(missing).toEqual([])
  },
)
