/** A community of `openCommunity` on a real port, for what only real sockets show. */
import { createServer } from 'node:http'
import WebSocket from 'ws'
import { type TestCommunity, testOrigin } from './community.ts'

export interface Listening {
  /** @returns the socket once it is open, and the code with which it is closed one day */
  connect(cookie: string): Promise<{ socket: WebSocket; closed: Promise<number> }>
  close(): void
}

export async function listen(community: TestCommunity): Promise<Listening> {
  const server = createServer()
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    async connect(cookie) {
      const headers = { cookie, origin: testOrigin }
      const socket = new WebSocket(`ws://127.0.0.1:${port}/sync`, { headers })
      const closed = new Promise<number>((resolve) => socket.on('close', resolve))
      await new Promise((resolve, reject) => {
        socket.on('open', resolve)
        socket.on('error', reject)
      })
      return { socket, closed }
    },
    close: () => void server.close(),
  }
}
