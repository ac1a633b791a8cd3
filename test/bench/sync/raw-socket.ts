/**
 * A WebSocket client that costs next to nothing, so that a load generator measures the server and not itself: frames are
 * cut straight out of what the kernel delivers, and are masked with zeros, which needs no work (servers unmask as ever).
 */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface RawSocket {
  /** @param body one binary message */
  send(body: Uint8Array): void
  /** As a network that fails: without a goodbye. */
  destroy(): void
  onMessage: (body: Uint8Array) => void
  onClose: (why: string) => void
}

export interface RawAddress {
  port: number
  path: string
  cookie?: string
}

/** Rejects when the server does not take the upgrade. */
export function openRaw({ port, path, cookie }: RawAddress): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const origin = `http://127.0.0.1:${port}`
    const headers = [
      `GET ${path} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      `origin: ${origin}`,
      'upgrade: websocket',
      'connection: Upgrade',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
      ...(cookie === undefined ? [] : [`cookie: ${cookie}`]),
    ]
    socket.write(`${headers.join('\r\n')}\r\n\r\n`)
    let head = Buffer.alloc(0)
    const failed = (): void =>
      reject(new Error(`no upgrade: ${head.toString().split('\r\n', 1)[0] || 'closed'}`))
    socket.once('error', failed)
    socket.once('close', failed)
    socket.on('data', function shake(chunk: Buffer) {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', shake)
      if (!head.toString('latin1', 0, 12).endsWith('101')) return void socket.destroy()
      socket.off('error', failed)
      socket.off('close', failed)
      const open = speak(socket)
      const rest = head.subarray(end + 4)
      // Whoever awaits the socket sets its handlers first.
      if (rest.length > 0) setImmediate(() => socket.emit('data', rest))
      resolve(open)
    })
  })
}

function speak(socket: Socket): RawSocket {
  let kept: Buffer | undefined
  let closing = 'the connection broke'
  const open: RawSocket = {
    send: (body) => void socket.write(frame(2, body)),
    destroy: () => void socket.destroy(),
    onMessage: () => {},
    onClose: () => {},
  }
  socket.on('error', () => {})
  socket.on('close', () => open.onClose(closing))
  socket.on('data', (chunk: Buffer) => {
    const bytes = kept ? Buffer.concat([kept, chunk]) : chunk
    kept = undefined
    let at = 0
    for (;;) {
      if (at + 2 > bytes.length) break
      let length = bytes[at + 1]! & 127
      let start = at + 2
      if (length === 126) {
        if (at + 4 > bytes.length) break
        length = bytes.readUInt16BE(at + 2)
        start = at + 4
      } else if (length === 127) {
        if (at + 10 > bytes.length) break
        length = Number(bytes.readBigUInt64BE(at + 2))
        start = at + 10
      }
      if (start + length > bytes.length) break
      const opcode = bytes[at]! & 15
      const body = bytes.subarray(start, start + length)
      at = start + length
      if (opcode <= 2) open.onMessage(body)
      else if (opcode === 9) socket.write(frame(10, body))
      else if (opcode === 8) {
        closing = length >= 2 ? `${body.readUInt16BE(0)} ${body.toString('utf8', 2)}` : 'closed'
        socket.end()
      }
    }
    if (at < bytes.length) kept = bytes.subarray(at)
  })
  return open
}

function frame(opcode: number, body: Uint8Array): Buffer {
  const { byteLength: length } = body
  const head = length < 126 ? 6 : length < 65_536 ? 8 : 14
  const bytes = Buffer.allocUnsafe(head + length)
  bytes[0] = 128 | opcode
  if (head === 6) bytes[1] = 128 | length
  else if (head === 8) {
    bytes[1] = 128 | 126
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = 128 | 127
    bytes.writeBigUInt64BE(BigInt(length), 2)
  }
  bytes.fill(0, head - 4, head)
  bytes.set(body, head)
  return bytes
}
