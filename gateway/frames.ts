import { Duplex } from 'node:stream'

/**
 * Stands between a socket and the broker's parser and counts MQTT frames before anything of them is buffered:
 * before login only one small CONNECT passes and what follows it waits; after login a PUBLISH that is too long passes
 * shortened, in its place among the others, so that the session lives on; anything else that is too long ends it.
 */
export interface FramesOptions {
  /** Longest PUBLISH that passes whole, in bytes after the fixed header, where `open` says nothing else. */
  publishMaxBytes: number
  /** MQTT 5: properties stand between a PUBLISH's packet id and its payload. A shortened one passes without them. */
  withProperties?: boolean
}

export const CONNECT_MAX_BYTES = 4 * 1024
const CONTROL_MAX_BYTES = 64 * 1024
const TOPIC_MAX_BYTES = 65_535
const PAYLOAD_KEPT_BYTES = 1024
const CONNECT = 1
const PUBLISH = 3

interface Skip {
  flags: number
  sizeBytes: number
  restBytes: number
  head: Buffer[]
  headBytes: number
}

export class MqttFrames extends Duplex {
  readonly #socket: Duplex
  readonly #withProperties: boolean
  #publishMaxBytes: number
  #phase: 'connect' | 'held' | 'open' = 'connect'
  #restBytes = 0
  #skip: Skip | null = null
  #carry: Buffer | null = null
  /** PUBLISH packets that passed and that were asked about, and the payload's length of those that were shortened. */
  #passed = 0
  #asked = 0
  readonly #shortened = new Map<number, number>()
  #wanted = false
  #paused = false

  constructor(socket: Duplex, options: FramesOptions) {
    super({ readableHighWaterMark: 64 * 1024, writableHighWaterMark: 64 * 1024 })
    this.#socket = socket
    this.#publishMaxBytes = options.publishMaxBytes
    this.#withProperties = options.withProperties ?? false
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  /** The client has logged in: what waited behind its CONNECT passes. */
  open(publishMaxBytes = this.#publishMaxBytes): void {
    if (this.#phase === 'open') return
    this.#publishMaxBytes = publishMaxBytes
    this.#phase = 'open'
    const held = this.#carry
    this.#carry = null
    if (held) this.#receive(held)
    this.#flow()
  }

  /** Asked for every PUBLISH in its order: the length of its payload in bytes where it was shortened, else `null`. */
  nextPublish(): number | null {
    this.#asked += 1
    const sizeBytes = this.#shortened.get(this.#asked)
    if (sizeBytes === undefined) return null
    this.#shortened.delete(this.#asked)
    return sizeBytes
  }

  /** Stops and resumes reading, for as long as the intake is full. */
  hold(paused: boolean): void {
    this.#paused = paused
    this.#flow()
  }

  override _read(): void {
    this.#wanted = true
    this.#flow()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.write(chunk)) done()
    else this.#socket.once('drain', done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  #flow(): void {
    if (this.#wanted && !this.#paused && this.#phase !== 'held') this.#socket.resume()
    else this.#socket.pause()
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#carry ? Buffer.concat([this.#carry, chunk]) : chunk
    this.#carry = null
    if (this.#phase === 'held') {
      // At most one socket read arrives between the pause and here; a login that hides more behind it is no device.
      if (bytes.length > 2 * 64 * 1024) this.destroy(new Error('too many bytes before login'))
      else this.#carry = bytes
      return
    }
    this.#scan(bytes)
  }

  #scan(bytes: Buffer): void {
    let from = 0
    let at = 0
    while (at < bytes.length && !this.destroyed) {
      if (this.#skip) {
        at = from = this.#skipBytes(this.#skip, bytes, at)
      } else if (this.#restBytes > 0) {
        const taken = Math.min(this.#restBytes, bytes.length - at)
        this.#restBytes -= taken
        at += taken
        if (this.#restBytes === 0 && this.#phase === 'connect') {
          this.#forward(bytes, from, at)
          return this.#holdAfterConnect(bytes.subarray(at))
        }
      } else {
        const header = readHeader(bytes, at)
        if (header === 'malformed') return void this.destroy(new Error('malformed MQTT packet length'))
        if (header === 'incomplete') {
          this.#forward(bytes, from, at)
          this.#carry = bytes.subarray(at)
          return
        }
        const fault = this.#fault(header)
        if (fault !== null) return void this.destroy(new Error(fault))
        if (header.type === PUBLISH) this.#passed += 1
        if (header.type === PUBLISH && header.bodyBytes > this.#publishMaxBytes) {
          this.#forward(bytes, from, at)
          at = from = at + header.headerBytes
          const { flags, bodyBytes } = header
          this.#skip = { flags, sizeBytes: bodyBytes, restBytes: bodyBytes, head: [], headBytes: 0 }
        } else {
          at += header.headerBytes
          this.#restBytes = header.bodyBytes
        }
      }
    }
    this.#forward(bytes, from, at)
  }

  #fault({ type, headerBytes, bodyBytes }: Header): string | null {
    if (this.#phase === 'connect') {
      if (type !== CONNECT) return 'the first packet is not CONNECT'
      if (headerBytes + bodyBytes > CONNECT_MAX_BYTES) return `CONNECT is longer than ${CONNECT_MAX_BYTES} bytes`
      if (bodyBytes === 0) return 'CONNECT is empty'
    }
    if (type !== PUBLISH && bodyBytes > CONTROL_MAX_BYTES) return `a packet is longer than ${CONTROL_MAX_BYTES} bytes`
    return null
  }

  #holdAfterConnect(rest: Buffer): void {
    this.#phase = 'held'
    this.#carry = rest.length > 0 ? rest : null
    this.#flow()
  }

  #forward(bytes: Buffer, from: number, to: number): void {
    if (to <= from) return
    const more = this.push(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to))
    if (!more) {
      this.#wanted = false
      this.#flow()
    }
  }

  #skipBytes(skip: Skip, bytes: Buffer, at: number): number {
    const taken = Math.min(skip.restBytes, bytes.length - at)
    if (skip.headBytes < TOPIC_MAX_BYTES + PAYLOAD_KEPT_BYTES) {
      skip.head.push(Buffer.from(bytes.subarray(at, at + taken)))
      skip.headBytes += taken
    }
    skip.restBytes -= taken
    if (skip.restBytes === 0) {
      this.#skip = null
      this.#passShortened(skip)
    }
    return at + taken
  }

  #passShortened({ flags, sizeBytes, head }: Skip): void {
    const body = Buffer.concat(head)
    const namedBytes = 2 + body.readUInt16BE(0) + (((flags >> 1) & 3) > 0 ? 2 : 0)
    const payloadAt = namedBytes + (this.#withProperties ? propertiesBytes(body, namedBytes) : 0)
    if (payloadAt > sizeBytes) return void this.destroy(new Error('a topic is longer than its packet'))
    this.#shortened.set(this.#passed, sizeBytes - payloadAt)
    const named = body.subarray(0, namedBytes)
    const none = Buffer.alloc(this.#withProperties ? 1 : 0)
    const short = Buffer.concat([named, none, body.subarray(payloadAt, payloadAt + PAYLOAD_KEPT_BYTES)])
    const packet = Buffer.concat([Buffer.from([(PUBLISH << 4) | flags]), encodeLength(short.length), short])
    this.#forward(packet, 0, packet.length)
  }
}

interface Header {
  type: number
  flags: number
  headerBytes: number
  bodyBytes: number
}

function readHeader(bytes: Buffer, at: number): Header | 'incomplete' | 'malformed' {
  let bodyBytes = 0
  for (let digit = 0; digit < 4; digit++) {
    const byte = bytes[at + 1 + digit]
    if (byte === undefined) return 'incomplete'
    bodyBytes += (byte & 0x7f) * 128 ** digit
    if ((byte & 0x80) === 0) {
      const first = bytes[at]!
      return { type: first >> 4, flags: first & 0x0f, headerBytes: digit + 2, bodyBytes }
    }
  }
  return 'malformed'
}

/** Length of a packet's properties with the length field before them. */
function propertiesBytes(body: Buffer, at: number): number {
  let length = 0
  for (let digit = 0; digit < 4; digit++) {
    const byte = body[at + digit] ?? 0
    length += (byte & 0x7f) * 128 ** digit
    if ((byte & 0x80) === 0) return digit + 1 + length
  }
  return Infinity
}

function encodeLength(bodyBytes: number): Buffer {
  const digits: number[] = []
  for (let rest = bodyBytes; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...digits, rest])
    digits.push((rest % 128) | 0x80)
  }
}
