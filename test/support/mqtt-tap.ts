import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type IPublishPacket, type Packet, parser as createParser } from 'mqtt-packet'

/** Stands between a client and a broker and sees every packet that passes: a witness of what was delivered. */
export interface MqttTap {
  readonly port: number
  /** What the broker has delivered, oldest first; also what was delivered again. */
  readonly delivered: readonly IPublishPacket[]
  /** What the client has acknowledged. */
  readonly acknowledged: readonly IPublishPacket[]
  /** Told before the client's PUBACKs reach the broker, with the messages that they are for. */
  onAcknowledged: (messages: IPublishPacket[]) => void
  close(): Promise<void>
}

/** To the port as it is when a client connects. MQTT 3.1.1 only. */
export async function mqttTap(brokerPort: number): Promise<MqttTap> {
  const delivered: IPublishPacket[] = []
  const acknowledged: IPublishPacket[] = []
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const broker = connect({ port: brokerPort, host: '127.0.0.1', noDelay: true })
    client.setNoDelay(true)
    const open = new Map<number, IPublishPacket>()
    relay(broker, client, (packet) => {
      if (packet.cmd !== 'publish') return
      delivered.push(packet)
      open.set(packet.messageId!, packet)
    })
    relay(client, broker, (_packet, all) => {
      const done = all.flatMap(({ cmd, messageId }) => (cmd === 'puback' ? [open.get(messageId!)!] : []))
      if (done.length === 0) return
      tap.onAcknowledged(done)
      acknowledged.push(...done)
    })
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const tap: MqttTap = {
    port: (server.address() as AddressInfo).port,
    delivered,
    acknowledged,
    onAcknowledged: () => undefined,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return tap
}

/** Passes bytes on, and each packet to `see` once, with those of the same read beside the first of them. */
function relay(from: Socket, to: Socket, see: (packet: Packet, all: Packet[]) => void): void {
  const parser = createParser()
  let read: Packet[] = []
  parser.on('packet', (packet: Packet) => void read.push(packet))
  from.on('data', (bytes) => {
    read = []
    parser.parse(bytes)
    for (const [index, packet] of read.entries()) see(packet, index === 0 ? read : [])
    to.write(bytes)
  })
  from.on('end', () => to.end())
  from.on('close', () => to.destroySoon())
}
