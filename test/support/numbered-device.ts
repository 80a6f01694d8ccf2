import { connect, type Socket } from 'node:net'
import { createAckReader, type Credentials, encodeConnect, encodePublish } from '../../simulators/bench/packets.ts'

/** One message of a device: sent again, byte for byte, until it is acknowledged. */
export interface Outgoing {
  channel: 'telemetry' | 'event'
  payload: string
}

const KEEP_ALIVE_SECONDS = 60
const PACKET_IDS = 65_535

/**
 * An MQTT device over a bare socket that publishes with QoS 1 and knows what was acknowledged. What was not, it sends
 * again after it has connected anew, as a device with a memory does.
 */
export class NumberedDevice {
  readonly acknowledged: Outgoing[] = []
  readonly #login: Credentials
  readonly #window: number
  #source: () => Outgoing | null = () => null
  #waiting: Outgoing[] = []
  #unacknowledged = new Map<number, Outgoing>()
  #socket: Socket | null = null
  #packetId = 0
  #changed: () => void = () => undefined

  /** At most `window` messages are on their way at a time. */
  constructor(login: Credentials, window: number) {
    this.#login = login
    this.#window = window
  }

  /** Resolves when it is logged in and what was not acknowledged is sent again. */
  connect(address: { host: string; port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, noDelay: true })
      this.#socket = socket
      const read = createAckReader({
        connack: (code) => {
          if (code !== 0) return reject(new Error(`${this.#login.clientId} was refused with ${code}`))
          this.#waiting.unshift(...this.#unacknowledged.values())
          this.#unacknowledged.clear()
          this.#send()
          resolve()
        },
        puback: (packetId) => this.#acknowledge(packetId),
      })
      socket.on('data', (bytes) => read(bytes, bytes.length))
      socket.on('connect', () => socket.write(encodeConnect(this.#login, KEEP_ALIVE_SECONDS)))
      socket.on('error', reject)
      socket.on('close', () => reject(new Error(`${this.#login.clientId} lost its connection`)))
    })
  }

  /** Publishes what `source` gives as fast as acknowledgements come; `null`: nothing more for now. */
  publishFrom(source: () => Outgoing | null): void {
    this.#source = source
    this.#send()
  }

  publish(...messages: Outgoing[]): void {
    this.#waiting.push(...messages)
    this.#send()
  }

  /** Resolves when everything that was sent is acknowledged. */
  async settled(): Promise<void> {
    while (this.#waiting.length + this.#unacknowledged.size > 0) {
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  #send(): void {
    if (this.#socket === null || this.#socket.destroyed || this.#socket.connecting) return
    while (this.#unacknowledged.size < this.#window) {
      const message = this.#waiting.shift() ?? this.#source()
      if (message === null) return
      do this.#packetId = (this.#packetId % PACKET_IDS) + 1
      while (this.#unacknowledged.has(this.#packetId))
      this.#unacknowledged.set(this.#packetId, message)
      const topic = `${this.#login.topic}/${message.channel}`
      this.#socket.write(encodePublish(topic, Buffer.from(message.payload), this.#packetId))
    }
  }

  #acknowledge(packetId: number): void {
    const message = this.#unacknowledged.get(packetId)
    if (message === undefined) throw new Error(`PUBACK ${packetId} for nothing that was sent`)
    this.#unacknowledged.delete(packetId)
    this.acknowledged.push(message)
    this.#send()
    this.#changed()
  }
}
