import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allowedOrigins } from './core/http.ts'
import { readEnv, UnusableSetting } from './env.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-env-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (from: NodeJS.ProcessEnv = {}) => readEnv({ DATA_DIR: folder, ...from })

test('a secret is made once, for its owner only, and kept', () => {
  const { secret } = read()
  expect(secret.length).toBeGreaterThanOrEqual(32)
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
  expect(read().secret).toBe(secret)
})

test('a secret file that was cut off by a full disk is replaced, never used', () => {
  writeFileSync(join(folder, 'secret'), '')
  const { secret } = read()
  expect(secret.length).toBeGreaterThanOrEqual(32)
  expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(secret)
})

test('a secret that cannot be read stops the start in one line, and is not written over', () => {
  mkdirSync(join(folder, 'secret'))
  expect(() => read()).toThrow(UnusableSetting)
})

test.each([['localhost:8787'], ['ftp://example.org'], ['example.org']])(
  'PUBLIC_URL %s is refused: no browser has such an origin',
  (url) => {
    expect(() => read({ PUBLIC_URL: url })).toThrow(UnusableSetting)
  },
)

test('an IPv6 address is a HOST like any other', () => {
  expect(allowedOrigins(read({ HOST: '::1' }).publicUrl)).toContain('http://[::1]:8787')
})

test('an empty PORT means the usual one', () => {
  expect(read({ PORT: '' }).port).toBe(8787)
})
