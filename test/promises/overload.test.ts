/** When there is too much to do, those who are here are served, and those who come are told when to come again. */
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { uuidv7 } from '#shared/core/ids.ts'
import { encodeOnChannel, encodeOpen } from '#shared/core/wire.ts'
import { openCommunity, type TestCommunity, type TestMember, testOrigin } from '../support/community.ts'
import { closedWith, framesOf, opened, type Served, serve, syncMessage } from '../support/sockets.ts'

let community: TestCommunity
let served: Served
afterEach(async () => {
  await served.close()
  await community.close()
})

function command(): object {
  return {
    id: uuidv7(),
    name: 'articles.start_draft',
    input: { id: uuidv7(), title: 'x', articleId: null },
    at: 0,
  }
}

test('while the server is late, who is here is served and who comes is told to come later; then all may come', async () => {
  let late = 0
  community = await openCommunity({
    gauge: () => ({ p50: late, p99: late, busy: 1 }),
    bounds: { requestsWhenOverloaded: 1 },
  })
  served = await serve(community)
  const ada = await community.member({ handle: 'ada', role: 'author' })
  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: 'A draft', articleId: null })
  const here = served.open('/sync', ada)
  const incoming = framesOf(here)
  await opened(here)
  here.send(encodeOpen(1, `draft/${id}`))
  await incoming.find('room', 1)
  late = 1_000
  await expect.poll(isOverloaded, { timeout: 10_000 }).toBe(true)

  const comer = served.open('/sync', ada)
  const told = new Promise<string>((resolve) =>
    comer.on('close', (_code, reason) => resolve(reason.toString())),
  )
  expect(await closedWith(comer)).toBe(1013)
  expect(Number(await told)).toBeGreaterThanOrEqual(5)
  here.send(encodeOnChannel(1, syncMessage(0, Y.encodeStateVector(new Y.Doc()))))
  await incoming.find('room', 1)
  // A password is looked at for a while, aside from the loop: these are under way together.
  const address = `http://127.0.0.1:${served.port}/api/password`
  const headers = { cookie: ada.cookie, origin: testOrigin, 'content-type': 'application/json' }
  const body = JSON.stringify({ current: 'not it', password: 'another one' })
  const answers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const response = await fetch(address, { method: 'POST', headers, body })
      const { reason } = (await response.json()) as { reason?: string }
      return { status: response.status, wait: Number(response.headers.get('retry-after')), reason }
    }),
  )
  const turnedAway = answers.filter(({ reason }) => reason === 'core.refused_busy')
  expect(turnedAway.length).toBeGreaterThan(0)
  expect(turnedAway.length).toBeLessThan(answers.length)
  for (const { status, wait } of turnedAway) {
    expect(status).toBe(429)
    expect(wait).toBeGreaterThanOrEqual(5)
  }
  expect(await (await community.request('/metrics')).text()).toContain('lyceum_overloaded 1\n')

  late = 0
  await expect.poll(isOverloaded, { timeout: 15_000 }).toBe(false)
  await opened(served.open('/sync', ada))
  expect((await community.request('/api/feed', { as: ada })).status).toBe(200)
})

async function isOverloaded(): Promise<boolean> {
  return (await (await community.request('/metrics')).text()).includes('lyceum_overloaded 1\n')
}

test('of three times as many commands as are taken at once, some are told to come later, and those let in are done soon', async () => {
  const most = 12
  community = await openCommunity({
    bounds: { requestsUnderWay: most, requestsTurn: 60, commandsPerMinute: 100_000 },
  })
  served = await serve(community)
  const members = await Promise.all(Array.from({ length: 9 }, () => community.member({ role: 'author' })))
  const admitted: number[] = []
  let turnedAway = 0
  async function send(member: TestMember): Promise<void> {
    const begun = performance.now()
    const commands = Array.from({ length: 5 }, command)
    const response = await fetch(`http://127.0.0.1:${served.port}/api/commands`, {
      method: 'POST',
      headers: { cookie: member.cookie, origin: testOrigin, 'content-type': 'application/json' },
      body: JSON.stringify({ commands }),
    })
    if (response.status === 200) {
      const { results } = (await response.json()) as { results: { ok: boolean }[] }
      expect(results.every((result) => result.ok)).toBe(true)
      admitted.push(performance.now() - begun)
    } else {
      expect(response.status).toBe(429)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(5)
      await response.body?.cancel()
      turnedAway++
    }
  }
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: most * 3 }, (_, i) => send(members[i % members.length]!)))
  }
  admitted.sort((a, b) => a - b)
  expect(turnedAway).toBeGreaterThan(0)
  expect(admitted.length).toBeGreaterThan(30)
  expect(admitted[Math.floor(admitted.length / 2)]).toBeLessThan(5_000)
  await send(members[0]!)
  expect((await community.request('/metrics')).ok).toBe(true)
})

test('a few who send their requests byte by byte keep nobody else out', async () => {
  community = await openCommunity({ bounds: { requestsUnderWay: 3 } })
  served = await serve(community)
  const ada = await community.member({ handle: 'ada' })
  const slow = Array.from({ length: 6 }, () => {
    const socket = connect(served.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `POST /api/commands HTTP/1.1\r\nhost: x\r\ncookie: ${ada.cookie}\r\norigin: ${testOrigin}\r\ncontent-length: 1000\r\n\r\n{`,
    )
    return socket
  })
  await Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  for (let i = 0; i < 5; i++) {
    const response = await fetch(`http://127.0.0.1:${served.port}/api/feed`)
    expect(response.status).toBe(200)
    await response.json()
  }
  for (const socket of slow) socket.destroy()
})
