import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crc32, type ZipEntry, zip } from './zip.ts'

async function bytesOf(entries: ZipEntry[]): Promise<Uint8Array> {
  async function* given(): AsyncGenerator<ZipEntry> {
    yield* entries
  }
  const parts: Uint8Array[] = []
  for await (const part of zip(given(), Date.UTC(2026, 4, 4, 8, 30, 20))) parts.push(part)
  return Buffer.concat(parts)
}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

test('the checksum is the one that the format asks for', () => {
  expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
})

test('another program unpacks what was packed, with names in any script', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-zip-'))
  const file = join(folder, 'own.zip')
  writeFileSync(
    file,
    await bytesOf([
      { path: 'posts/读书.md', bytes: utf8('# 读书\n') },
      { path: 'empty.json', bytes: new Uint8Array(0) },
    ]),
  )
  const script =
    'import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
    'print("|".join(f"{i.filename}:{z.read(i).decode().strip()}:{i.date_time[0]}" for i in z.infolist()))'
  const said = execFileSync('python3', ['-c', script, file], {
    encoding: 'utf8',
    env: { PYTHONUTF8: '1', PATH: process.env.PATH },
  })
  expect(said.trim()).toBe('posts/读书.md:# 读书:2026|empty.json::2026')
  rmSync(folder, { recursive: true })
})

test('the same files make the same bytes', async () => {
  const files = [{ path: 'a', bytes: utf8('a') }]
  expect(await bytesOf(files)).toEqual(await bytesOf(files))
})
