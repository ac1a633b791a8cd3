import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { closeCode } from '#shared/core/wire.ts'
import { openCommunity, type TestCommunity } from '../../../test/support/community.ts'
import { type Listening, listen } from '../../../test/support/listening.ts'

let community: TestCommunity
let server: Listening

beforeEach(async () => {
  community = await openCommunity()
  server = await listen(community)
})
afterEach(async () => {
  server.close()
  await community.close()
})

const connect: Listening['connect'] = (cookie) => server.connect(cookie)

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
