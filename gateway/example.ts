import { type DecodeExample, type Decoded, type DeviceKind, REJECTION_REASONS, type Row } from '../rules/model.ts'
import { rejected } from './devices/decoded.ts'
import { type Memory, publishOf } from './devices/family.ts'
import { decodeFamily } from './devices/index.ts'
import { decodeNative } from './devices/native.ts'
import { parseTopic, topicFault } from './topics.ts'

/** What a message says by itself, after those that came before it; nothing is stored and nothing is known beside it. */
export const decodeExample: DecodeExample = ({ message, preceding, binding, receivedAt }) => {
  const memory = forgetting()
  const decode = ({ topic, payload, retain, receivedOffsetMs = 0 }: typeof message): Decoded => {
    const fault = topicFault(topic)
    if (fault !== null) return rejected('unknown_topic', fault)
    const at = receivedAt + receivedOffsetMs
    const native = parseTopic(topic)
    if (native !== null) return ofNative(topic, payload)
    return decodeFamily(publishOf({ topic, payload, retain, receivedAt: at, binding: binding }), memory).decoded
  }
  if (preceding.length === 0) return decode(message)
  // A kind once told is kept, as it is with what is stored.
  const kinds = new Map<string, DeviceKind>()
  for (const earlier of preceding) {
    const { device } = decode(earlier)
    if (device !== null && device.kind !== 'unknown') kinds.set(device.key, device.kind)
  }
  const said = decode(message)
  const kind = said.device?.kind === 'unknown' ? kinds.get(said.device.key) : undefined
  return kind === undefined ? said : { ...said, device: { ...said.device!, kind } }
}

function forgetting(): Memory {
  const values = new Map<string, unknown>()
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    set: (key, value) => void values.set(key, value),
  }
}

/** Our own JSON in the same form: the last element is what the message says, those before it are rows. */
function ofNative(topic: string, payload: Uint8Array): Decoded {
  const native = parseTopic(topic)!
  if (payload.length === 0) return rejected('empty', 'the payload is empty')
  const text = new TextDecoder('utf-8', { fatal: true })
  let content: string
  try {
    content = text.decode(payload)
  } catch {
    return rejected('invalid_utf8', 'the payload is not UTF-8')
  }
  const { decoded, faults } = decodeNative(native, content)
  const said = decoded.at(-1)
  if (said === undefined) {
    const [fault] = faults
    return rejected(fault?.reason ?? REJECTION_REASONS[0], fault?.detail ?? '')
  }
  const readings = decoded.slice(0, -1).map(({ time, historical, measurements, conditions }): Row => ({
    time: time.device,
    historical,
    measurements,
    conditions,
  }))
  const warnings = faults.map(({ reason, detail }) => `${reason}: ${detail}`)
  return { ...said, readings, warnings: [...said.warnings, ...warnings] }
}
