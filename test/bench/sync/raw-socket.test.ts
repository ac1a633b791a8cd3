import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openRaw } from './raw-socket.ts'

let server: WebSocketServer
let port: number

beforeEach(async () => {
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }: { req: { url?: string } }) => req.url !== '/no',
  })
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  for (const client of server.clients) client.terminate()
  server.close()
})

test('messages of every length arrive whole, in both directions', async () => {
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  const socket = await openRaw({ port, path: '/' })
  const lengths = [0, 1, 125, 126, 1_000, 65_535, 65_536, 300_000]
  const heard: number[] = []
  const all = new Promise<void>((resolve) => {
    socket.onMessage = (body) => {
      expect(body.every((byte, i) => byte === (i * 31) % 251)).toBe(true)
      if (heard.push(body.byteLength) === lengths.length) resolve()
    }
  })
  for (const length of lengths) socket.send(Uint8Array.from({ length }, (_, i) => (i * 31) % 251))
  await all
  expect(heard).toEqual(lengths)
  socket.destroy()
})

test('what the server says at once is heard by whoever awaited the socket', async () => {
  server.on('connection', (socket) => socket.send(Uint8Array.of(1, 2, 3)))
  const socket = await openRaw({ port, path: '/' })
  const first = await new Promise<Uint8Array>((resolve) => {
    socket.onMessage = resolve
  })
  expect([...first]).toEqual([1, 2, 3])
  socket.destroy()
})

test('a refused upgrade and a closed socket say why', async () => {
  await expect(openRaw({ port, path: '/no' })).rejects.toThrow('401')
  server.on('connection', (socket) => socket.close(4401, 'the session ended'))
  const socket = await openRaw({ port, path: '/' })
  const why = await new Promise<string>((resolve) => {
    socket.onClose = resolve
  })
  expect(why).toBe('4401 the session ended')
})
