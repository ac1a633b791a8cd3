/** A network between client and server: a TCP proxy that delivers every byte later, in order. */
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '../../support/ports.ts'

export interface SlowLink {
  port: number
  close(): void
}

/** @param roundTrip milliseconds, half of them each way */
export async function createSlowLink(target: number, roundTrip: number): Promise<SlowLink> {
  const open = new Set<Socket>()
  const late = (work: () => void): void => void setTimeout(work, roundTrip / 2)
  const pass = (from: Socket, to: Socket): void => {
    open.add(from)
    from.setNoDelay(true)
    from.on('data', (chunk) => late(() => to.writable && to.write(chunk)))
    from.on('error', () => {})
    from.on('close', () => {
      open.delete(from)
      late(() => to.destroy())
    })
  }
  const server = createServer((near) => {
    const far = connect({ port: target, host: '127.0.0.1' })
    pass(near, far)
    pass(far, near)
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1', backlog: 2_048 }, resolve))
  return {
    port,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
