import { connect, type Socket } from 'node:net'
import { createAckReader, DISCONNECT, encodeConnect, type Credentials, type PublishRing } from './packets.ts'

export interface Address {
  host: string
  port: number
}

export interface ConnectionEvents {
  /** An acknowledged message, and how long after its write to the socket, at `now` of `performance`. */
  acknowledged(latencyMs: number): void
  /** After the acknowledgements of one read have been told. */
  drained(connection: PublishingConnection): void
  /** The peer closed, refused, or broke MQTT. Told once. */
  failed(error: Error): void
}

const KEEP_ALIVE_SECONDS = 300
const READ_BYTES = 4_096

/**
 * One MQTT connection that only publishes with QoS 1: slices of a ring encoded beforehand, at most `window` of them
 * unacknowledged. PUBACKs must come in the order of their messages, as MQTT asks (MQTT-4.6.0-2).
 */
export class PublishingConnection {
  sent = 0
  acknowledged = 0
  readonly #ring: PublishRing
  readonly #window: number
  readonly #events: ConnectionEvents
  readonly #sentAt: Float64Array
  #socket: Socket | undefined
  #nextSlot = 0
  #oldestSlot = 0
  #closing = false

  constructor(ring: PublishRing, window: number, events: ConnectionEvents) {
    if (window > ring.slots) throw new RangeError(`a window of ${window} needs as many packets, not ${ring.slots}`)
    this.#ring = ring
    this.#window = window
    this.#events = events
    this.#sentAt = new Float64Array(ring.slots)
  }

  get inFlight(): number {
    return this.sent - this.acknowledged
  }

  /** Resolves at CONNACK. Rejects when it is refused or does not come. */
  open(address: Address, credentials: Credentials): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        if (this.#closing) return
        this.#closing = true
        this.#socket?.destroy()
        reject(error)
        this.#events.failed(error)
      }
      const read = createAckReader({
        connack: (code) =>
          code === 0 ? resolve() : fail(new Error(`login of ${credentials.clientId} refused (${code})`)),
        puback: (packetId) => this.#acknowledge(packetId),
      })
      const onRead = (length: number, bytes: Uint8Array) => {
        try {
          read(bytes as Buffer, length)
        } catch (error) {
          fail(error as Error)
          return false
        }
        this.#events.drained(this)
        return true
      }
      const socket = connect({
        ...address,
        noDelay: true,
        onread: { buffer: Buffer.alloc(READ_BYTES), callback: onRead },
      })
      this.#socket = socket
      socket.on('connect', () => socket.write(encodeConnect(credentials, KEEP_ALIVE_SECONDS)))
      socket.on('error', (error) => fail(new Error(`connection of ${credentials.clientId}: ${error.message}`)))
      socket.on('close', () => fail(new Error(`connection of ${credentials.clientId} was closed by the server`)))
    })
  }

  /** Writes up to `wanted` messages, as far as the window has room, and tells how many. */
  publish(wanted: number): number {
    const count = Math.min(wanted, this.#window - this.inFlight)
    if (count <= 0 || this.#closing) return 0
    const { bytes, packetBytes, slots } = this.#ring
    const now = performance.now()
    for (let left = count; left > 0;) {
      const from = this.#nextSlot
      const run = Math.min(left, slots - from)
      this.#sentAt.fill(now, from, from + run)
      this.#socket!.write(bytes.subarray(from * packetBytes, (from + run) * packetBytes))
      this.#nextSlot = (from + run) % slots
      left -= run
    }
    this.sent += count
    return count
  }

  /** Says goodbye; resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#closing = true
    const socket = this.#socket
    if (!socket || socket.closed) return
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve())
      socket.end(DISCONNECT, () => socket.destroySoon())
    })
  }

  #acknowledge(packetId: number): void {
    const slot = this.#oldestSlot
    if (this.inFlight === 0 || packetId !== slot + 1) {
      throw new Error(`PUBACK for packet ${packetId} where ${this.inFlight === 0 ? 'none' : slot + 1} was due`)
    }
    this.#oldestSlot = (slot + 1) % this.#ring.slots
    this.acknowledged++
    this.#events.acknowledged(performance.now() - this.#sentAt[slot]!)
  }
}
