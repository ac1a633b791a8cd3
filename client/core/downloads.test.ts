import { createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from './database.ts'
import { createDownloads, type DownloadOf, type Downloads } from './downloads.ts'
import { keepFile } from './files.ts'
import type { Home } from './home.ts'
import type { Surroundings } from './surroundings.ts'

const part = 4 * 1_048_576
const bytes = Buffer.alloc(2 * part + 100)
for (let i = 0; i < bytes.length; i += 1_000) bytes[i] = i % 251
const file: DownloadOf = {
  hash: 'a'.repeat(64),
  name: 'talk.mp3',
  type: 'audio/mpeg',
  size: bytes.length,
  subject: 'lesson:1',
}
const room = 100_000_000

let db: Database
let downloads: Downloads
let asked: string[]
/** What the server says to a request, or that there is none. */
let answer: (from: number, to: number) => Response | undefined
let end: () => void
let count = 0

beforeEach(() => {
  db = new Database(`downloads-${++count}`)
  asked = []
  answer = (from, to) => new Response(bytes.subarray(from, to + 1), { status: 206 })
  const around = {
    origin: '',
    now: () => 1,
    async fetch(_url: string, init?: RequestInit) {
      const range = new Headers(init?.headers).get('range')!
      asked.push(range)
      const [from, to] = range.slice('bytes='.length).split('-').map(Number) as [number, number]
      const said = answer(from, to)
      if (!said) throw new TypeError('no network')
      return said
    },
  } as unknown as Surroundings
  createRoot((dispose) => {
    end = dispose
    downloads = createDownloads(() => ({ db }) as Home, around)
  })
})
afterEach(() => {
  end()
  db.close()
})

test('a download goes on where it stood, keeps to its room, and goes whole', async () => {
  const real = answer
  answer = (from, to) => (from < part ? real(from, to) : undefined)
  expect(await downloads.fetch(file, { room })).toBe('unreachable')
  expect(await downloads.blob(file.hash)).toBeUndefined()
  answer = real
  expect(await downloads.fetch(file, { room })).toBe('whole')
  expect(asked).toEqual(
    [0, part, part, 2 * part].map((from) => `bytes=${from}-${Math.min(bytes.length, from + part) - 1}`),
  )
  const whole = await downloads.blob(file.hash)
  expect([whole?.type, whole?.size]).toEqual([file.type, bytes.length])
  expect(Buffer.from(await whole!.arrayBuffer()).equals(bytes)).toBe(true)
  expect(await downloads.fetch(file, { room })).toBe('whole')
  expect(asked).toHaveLength(4)

  const other = { ...file, hash: 'b'.repeat(64), subject: 'lesson:2' }
  expect(await downloads.fetch(other, { room: 2 * bytes.length - 1 })).toBe('full')
  await downloads.drop([file.hash])
  expect(await db.files.count()).toBe(0)
  expect(await downloads.blob(file.hash)).toBeUndefined()
  expect(await downloads.fetch(other, { room: 2 * bytes.length - 1 })).toBe('whole')
})

test('what was kept on purpose is never pushed out by what was kept by the way', async () => {
  await downloads.fetch(file, { room })
  const large = Buffer.alloc(8_000_000)
  const around = {
    origin: '',
    now: () => 2,
    fetch: async () => new Response(large),
  } as unknown as Surroundings
  for (let i = 0; i < 14; i++) await keepFile(db, around, String(i).padStart(64, '0'))
  expect(await db.files.orderBy('usedAt').count()).toBe(13)
  expect((await downloads.blob(file.hash))?.size).toBe(bytes.length)
})

test('an answer that is none of the file is not kept', async () => {
  answer = () => new Response('<html>a portal</html>', { status: 200 })
  expect(await downloads.fetch(file, { room })).toBe('unreachable')
  answer = (from, to) => new Response(bytes.subarray(from, to), { status: 206 })
  expect(await downloads.fetch(file, { room })).toBe('unreachable')
  answer = () => new Response('{}', { status: 404 })
  expect(await downloads.fetch(file, { room })).toBe('gone')
  expect(await db.files.count()).toBe(0)
})
