import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type IPublishPacket, type Packet, generate, parser as createParser } from 'mqtt-packet'

/** One connection of a client to a broker that does what a test says. */
export interface Visit {
  readonly connect: Packet & { cmd: 'connect' }
  /** Every packet after CONNECT, oldest first. */
  readonly received: readonly Packet[]
  /** How many of the client's writes arrived apart. */
  readonly reads: number
  readonly ended: boolean
  publish(...packets: Publish[]): void
  acknowledge(messageId: number): void
  /** Resolves with what came once `count` packets of a kind have. */
  packets(cmd: Packet['cmd'], count?: number): Promise<Packet[]>
  drop(): void
}

export type Publish = Pick<IPublishPacket, 'topic' | 'payload'> & Partial<IPublishPacket>

export interface ScriptedBroker {
  readonly port: number
  /** The next connection; those that came already count. */
  visit(): Promise<Visit>
  /** How many came. */
  readonly visits: number
  close(): Promise<void>
}

export interface Script {
  sessionPresent?: boolean
  /** The code that CONNACK answers with. */
  connack?: number
  /** Answers a SUBSCRIBE: a code a topic. */
  granted?: (topics: string[]) => number[]
  protocolVersion?: 4 | 5
}

/** Answers CONNECT, SUBSCRIBE and PINGREQ by its script, which may change; everything else is the test's. */
export async function scriptedBroker(script: Script = {}): Promise<ScriptedBroker> {
  const sockets = new Set<Socket>()
  const visits: Visit[] = []
  let taken = 0
  const wake: (() => void)[] = []
  const woken = () => {
    for (const each of wake.splice(0)) each()
  }
  const until = async (ready: () => boolean) => {
    while (!ready()) await new Promise<void>((resolve) => void wake.push(resolve))
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    const { protocolVersion = 4 } = script
    const send = (packet: Packet) => void socket.write(generate(packet, { protocolVersion }))
    const received: Packet[] = []
    let reads = 0
    let ended = false
    const visit = (connect: Visit['connect']): Visit => ({
      connect,
      received,
      get reads() {
        return reads
      },
      get ended() {
        return ended
      },
      publish(...packets) {
        const whole = packets.map((each) => {
          const packet = { cmd: 'publish', qos: 1, dup: false, retain: false, ...each } as IPublishPacket
          return generate(packet, { protocolVersion })
        })
        socket.write(Buffer.concat(whole))
      },
      acknowledge: (messageId) => send({ cmd: 'puback', messageId }),
      async packets(cmd, count = 1) {
        await until(() => received.filter((each) => each.cmd === cmd).length >= count)
        return received.filter((each) => each.cmd === cmd)
      },
      drop: () => socket.destroy(),
    })
    const parser = createParser({ protocolVersion })
    parser.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') {
        const code = script.connack ?? 0
        const sessionPresent = script.sessionPresent ?? false
        send({ cmd: 'connack', sessionPresent, returnCode: code, reasonCode: code })
        if (code !== 0) socket.end()
        visits.push(visit(packet))
        return
      }
      received.push(packet)
      if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' })
      if (packet.cmd === 'subscribe') {
        const topics = packet.subscriptions.map(({ topic }) => topic)
        const granted = script.granted?.(topics) ?? topics.map(() => 1)
        send({ cmd: 'suback', messageId: packet.messageId!, granted })
      }
    })
    socket.on('data', (bytes) => {
      reads += 1
      parser.parse(bytes)
      woken()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      ended = true
      sockets.delete(socket)
      woken()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    get visits() {
      return visits.length
    },
    async visit() {
      await until(() => visits.length > taken)
      return visits[taken++]!
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
