/** The server of y-websocket, the way its own `bin` sets it up: no access checks, no acknowledgement, documents in memory. */
import { createServer } from 'node:http'
import { setupWSConnection } from '@y/websocket-server/utils'
import WebSocket from 'ws'

const sockets = new WebSocket.Server({ noServer: true })
sockets.on('connection', setupWSConnection)
const server = createServer((_request, response) => response.end('okay'))
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request))
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('open'))
