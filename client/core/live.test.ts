import { liveQuery } from 'dexie'
import { expect, test } from 'vitest'
import { Database, type StoredRow } from './database.ts'
import { paced } from './live.ts'
import { readRows, type Shelves } from './rows.ts'

const keys = new Map([['talks', ['at']]])

/** A database with talks, of which three begin at once. */
async function talks(name: string, many: number): Promise<Shelves> {
  const db = new Database(name)
  await db.rows.bulkPut(Array.from({ length: many }, (_, i) => talk(i, Math.floor(i / 3))))
  return { db, keys, registry: { contracts: {}, features: {} }, memberId: '' }
}

function talk(i: number, at: number): StoredRow {
  return { table: 'talks', id: String(i).padStart(5, '0'), data: { at }, epoch: 'one', s0: at }
}

const order = (rows: readonly { id: string }[]): number[] => rows.map(({ id }) => Number(id))

test('rows that are read in several pages are all there once, in their order', async () => {
  const at = await talks('pages', 1_300)
  const all = Array.from({ length: 1_300 }, (_, i) => i)
  expect(order(await readRows(at, 'talks', {}))).toEqual(all)
  expect(order(await readRows(at, 'talks', { by: 'at' }))).toEqual(all)
  expect(order(await readRows(at, 'talks', { by: 'at', reverse: true }))).toEqual([...all].reverse())
  expect(order(await readRows(at, 'talks', { by: 'at', from: 100, to: 300, limit: 602 }))).toEqual(
    all.slice(300, 902),
  )
  expect(order(await readRows(at, 'talks', { by: 'at', equals: 7 }))).toEqual([21, 22, 23])
  at.db.close()
})

test('a page ends anywhere among rows that stand at the same place', async () => {
  const at = await talks('ties', 0)
  await at.db.rows.bulkPut(Array.from({ length: 1_200 }, (_, i) => talk(i, i < 3 ? 0 : 1)))
  const all = Array.from({ length: 1_200 }, (_, i) => i)
  expect(order(await readRows(at, 'talks', { by: 'at' }))).toEqual(all)
  expect(order(await readRows(at, 'talks', { by: 'at', reverse: true }))).toEqual([...all].reverse())
  at.db.close()
})

test('while rows flood in, what takes long to read is read seldom, and the last row is seen', async () => {
  const at = await talks('flood', 0)
  let reads = 0
  const seen: number[] = []
  await new Promise<void>((done) => {
    const query = paced(async () => {
      reads++
      const rows = await readRows(at, 'talks', {})
      const until = performance.now() + 20
      while (performance.now() < until);
      return rows.length
    })
    const subscription = liveQuery(query).subscribe((many) => {
      seen.push(many)
      if (many < 40) return
      subscription.unsubscribe()
      done()
    })
    void (async () => {
      for (let i = 0; i < 40; i++) await at.db.rows.put(talk(i, i))
    })()
  })
  expect(seen.at(-1)).toBe(40)
  expect(reads).toBeLessThan(20)
  at.db.close()
})
