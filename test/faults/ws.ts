/** In the place of `ws`: the sockets are simulated, and so is their handshake. */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

export class WebSocketServer {
  handleUpgrade(_request: unknown, socket: Duplex, _head: Buffer, then: (socket: WebSocket) => void): void {
    then((socket as unknown as { accepted(): WebSocket }).accepted())
  }
}
