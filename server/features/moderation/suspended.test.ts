import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { uuidv7 } from '#shared/core/ids.ts'
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
