/**
 * Hocuspocus as its documentation sets it up with SQLite: defaults, no hooks. The extension opens its database in
 * SQLite's default mode (rollback journal, `synchronous=FULL`), so each store is synced before it returns; stores are
 * debounced by 2 s, at most 10 s.
 */
import { SQLite } from '@hocuspocus/extension-sqlite'
import { Server } from '@hocuspocus/server'

const server = new Server({
  address: '127.0.0.1',
  port: Number(process.env.PORT),
  quiet: true,
  extensions: [new SQLite({ database: `${process.env.DATA_DIR}/hocuspocus.sqlite` })],
})
await server.listen()
console.log('open')
