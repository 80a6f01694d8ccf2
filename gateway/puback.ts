import type { IPublishPacket, MqttClient } from 'mqtt'

/** Called once the message is committed; with an error when it never will be. */
export type Committed = (error?: Error) => void

export interface HeldPubacks {
  /** Stops and resumes handing on what comes; with what is read unhandled, the socket is not read either. */
  hold(paused: boolean): void
  /** Messages handed on and not committed yet. */
  pending(): number
  /** Resolves when none is pending. */
  settled(): Promise<void>
}

export interface HeldPubacksOptions {
  /** So many bytes of payload may wait for their commit; more is not read. */
  pendingMaxBytes: number
  /** A message could not be stored. The connection is over then: only a new one brings the message again. */
  onUnstored: (error: Error) => void
}

/** How MQTT.js is told to write no PUBACK of its own; it goes on with the next packet all the same. */
const HELD = new Error('the PUBACK waits for the commit')
const PUBACK = 0x40
const PUBACK_BYTES = 4

interface Owed {
  messageId: number
  committed: boolean
}

/**
 * Takes the messages of one connection of MQTT.js as they come and writes each PUBACK itself, when its message is
 * committed and those before it are. MQTT.js alone would handle the next message only after the PUBACK of the one
 * before, so that each would need a commit of its own. A client is for one connection: a packet id is acknowledged only
 * on the connection that it came over. It leans on what MQTT.js 5.16 does with an error in `handleMessage`; the test
 * shows a version that does something else.
 */
export function holdPubacks(
  client: MqttClient,
  take: (publish: IPublishPacket, committed: Committed) => void,
  { pendingMaxBytes, onUnstored }: HeldPubacksOptions,
): HeldPubacks {
  const { stream } = client
  let owed: Owed[] = []
  let pending = 0
  let pendingBytes = 0
  let paused = false
  let writing = false
  let goOn: (() => void) | null = null
  const idle: (() => void)[] = []

  client.handleMessage = (publish, callback) => {
    const { qos, messageId = 0, payload } = publish
    const sizeBytes = payload.length
    const debt: Owed | null = qos === 1 ? { messageId, committed: false } : null
    if (debt !== null) owed.push(debt)
    pending += 1
    pendingBytes += sizeBytes
    let told = false
    take(publish, (error) => {
      if (told) return
      told = true
      pending -= 1
      pendingBytes -= sizeBytes
      if (error !== undefined) fail(error)
      else if (debt !== null) settle(debt)
      flow()
      if (pending === 0) for (const resolve of idle.splice(0)) resolve()
    })
    goOn = () => callback(debt === null ? undefined : HELD)
    flow()
  }

  /** While this does not call back, MQTT.js parses nothing more and its pipe stops reading the socket. */
  function flow(): void {
    if (paused || pendingBytes > pendingMaxBytes || goOn === null) return
    const next = goOn
    goOn = null
    next()
  }

  function settle(debt: Owed): void {
    debt.committed = true
    if (writing) return
    writing = true
    // A batch tells of all its messages at once: their PUBACKs are one write.
    queueMicrotask(write)
  }

  function write(): void {
    writing = false
    const waiting = owed.findIndex(({ committed }) => !committed)
    const ready = waiting === -1 ? owed : owed.slice(0, waiting)
    if (ready.length === 0) return
    owed = owed.slice(ready.length)
    if (stream.destroyed || !stream.writable) return
    const bytes = Buffer.alloc(ready.length * PUBACK_BYTES)
    for (const [index, { messageId }] of ready.entries()) {
      bytes.writeUInt16BE((PUBACK << 8) | 2, index * PUBACK_BYTES)
      bytes.writeUInt16BE(messageId, index * PUBACK_BYTES + 2)
    }
    stream.write(bytes)
  }

  function fail(error: Error): void {
    owed = []
    onUnstored(error)
  }

  return {
    hold(on) {
      paused = on
      flow()
    },
    pending: () => pending,
    settled: () => (pending === 0 ? Promise.resolve() : new Promise((resolve) => void idle.push(resolve))),
  }
}
