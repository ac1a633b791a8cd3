import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { closeCode } from '#shared/core/wire.ts'
import { openCommunity, type TestCommunity, testOrigin } from '../../../test/support/community.ts'

let community: TestCommunity
let server: Server

beforeEach(async () => {
  community = await openCommunity()
  server = createServer()
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.close()
  await community.close()
})

async function connect(cookie: string): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const { port } = server.address() as { port: number }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sync`, { headers: { cookie, origin: testOrigin } })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return { socket, closed }
}

test('signing out everywhere closes the member’s sockets, and no one else’s', async () => {
  const [ada, bob] = [await community.member(), await community.member()]
  const [hers, his] = [await connect(ada.cookie), await connect(bob.cookie)]
  await community.send(ada, 'accounts.sign_out_everywhere', {})
  expect(await hers.closed).toBe(closeCode.ended)
  expect(his.socket.readyState).toBe(WebSocket.OPEN)
  his.socket.close()
})

test('signing out on one device closes that device’s socket', async () => {
  const ada = await community.member()
  const { closed } = await connect(ada.cookie)
  await community.request('/api/session', { method: 'DELETE', as: ada })
  expect(await closed).toBe(closeCode.ended)
})
