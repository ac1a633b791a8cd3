import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { uuidv7 } from '#shared/core/ids.ts'
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

test('a suspension closes the member’s sockets within a second, and no one else’s', async () => {
  const mod = await community.member({ role: 'moderator' })
  const [eve, bob] = [await community.member(), await community.member()]
  const [hers, his] = [await connect(eve.cookie), await connect(bob.cookie)]
  const suspended = await community.send(mod, 'moderation.penalise', {
    id: uuidv7(),
    memberId: eve.id,
    kind: 'suspend',
    hours: 24,
    reason: 'abuse',
    note: '',
  })
  expect(suspended.ok).toBe(true)
  const began = performance.now()
  expect(await hers.closed).toBe(closeCode.ended)
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(his.socket.readyState).toBe(WebSocket.OPEN)
  his.socket.close()
})
