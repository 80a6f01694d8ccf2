import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { Broker } from './broker.ts'

const PATH = '/mqtt'
/** A PUBLISH beyond the contract's limit still has to arrive to be skipped and answered. */
const MESSAGE_MAX_BYTES = 2 * 1024 * 1024

/** MQTT over WebSocket at `/mqtt` of the HTTP server. */
export function acceptWebSockets(server: Server, broker: Broker): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_MAX_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    // Not by `new URL`: it throws on what anyone may send here.
    if (request.url?.split('?', 1)[0] !== PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy())
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => broker.accept(createWebSocketStream(webSocket)))
  })
}
