import { existsSync } from 'node:fs'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startPostgres } from './postgres.ts'

test('two PostgreSQL servers of our own run side by side, and leave nothing behind', async () => {
  const servers = await Promise.all([startPostgres(), startPostgres()])
  const folders: string[] = []
  for (const { url } of servers) {
    const client = new pg.Client(url)
    await client.connect()
    await client.query('create table here (n int)')
    folders.push((await client.query('show data_directory')).rows[0].data_directory)
    await client.end()
  }
  await Promise.all(servers.map(({ stop }) => stop()))
  expect(new Set(folders).size).toBe(2)
  expect(folders.filter((folder) => existsSync(folder))).toEqual([])
})
