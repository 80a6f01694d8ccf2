import type { Decoded } from '../../../rules/model.ts'
import { objectBody, shapeOf } from '../bodies.ts'
import { topicOnce } from '../once.ts'
import { accepted, ignored, rejected, report } from '../decoded.ts'
import { field, isObject, type Memory, type Publish } from '../family.ts'
import { about, keysBehind, knownDevice, learnDevice, learnDevices } from './models.ts'
import { DEFAULT_BASE, keyOf, learnBase, type Place } from './topics.ts'

/** `bridge/…`: the bridge's own state, its list of devices and what happens to them. */
export function decodeBridge(publish: Publish, memory: Memory, { base, rest }: Place): Decoded {
  const topic = rest[1] ?? ''
  if (topic === 'state' && rest.length === 2) return decodeBridgeState(publish, memory, base)
  if (topic === 'devices' && rest.length === 2) return decodeDevices(publish, memory, base)
  if (topic === 'event' && rest.length === 2) {
    return topicOnce(decodeEvent(publish, memory, base), publish, memory, 'z2m')
  }
  if (topic === 'info') learnBase(memory, base)
  return ignored(`bridge/${rest.slice(1).join('/')} says nothing of a device's state`, bridgeDevice(base))
}

function bridgeDevice(base: string) {
  return { key: base === DEFAULT_BASE ? 'z2m:bridge' : `z2m:${base}/bridge`, kind: 'gateway' as const }
}

/** `online` or `offline`, bare (before 2.0) or in an object; anything else is `null`. */
export function onlineWord(publish: Publish): 'online' | 'offline' | null {
  const text = publish.text()?.trim() ?? ''
  const object = text.startsWith('{') ? publish.object() : null
  const word = object === null ? text.replaceAll('"', '') : field(object, 'state')
  return word === 'online' || word === 'offline' ? word : null
}

/** What is wrong with a payload that should say `online` or `offline`. */
export function notOnline(publish: Publish): Decoded {
  const text = publish.text()
  if (text === null) return rejected('invalid_utf8', 'the payload is not UTF-8')
  const isBroken = /^\s*[{[]/.test(text) && !publish.json().ok
  const detail = `${publish.topic} says online or offline; found ${text.slice(0, 40)}`
  return rejected(isBroken ? 'invalid_json' : 'invalid_value', detail)
}

function decodeBridgeState(publish: Publish, memory: Memory, base: string): Decoded {
  if (publish.payload.length === 0) return ignored('the state of a bridge was removed', bridgeDevice(base))
  const word = onlineWord(publish)
  if (word === null) return notOnline(publish)
  learnBase(memory, base)
  const { key, kind } = bridgeDevice(base)
  const decoded = accepted(key, kind)
  report(decoded, 'gateway.offline', word === 'offline', word)
  decoded.health.online = word === 'online'
  if (word === 'offline') decoded.unreachable = keysBehind(memory, base)
  return topicOnce(decoded, publish, memory, 'z2m')
}

function decodeDevices(publish: Publish, memory: Memory, base: string): Decoded {
  if (publish.payload.length === 0) return ignored('the list of devices was removed', bridgeDevice(base))
  const parsed = publish.json()
  if (!parsed.ok) return rejected(parsed.reason, parsed.detail, bridgeDevice(base))
  if (!Array.isArray(parsed.value)) {
    const detail = `bridge/devices carries a list of devices; found ${shapeOf(parsed.value)}`
    return rejected('invalid_shape', detail, bridgeDevice(base))
  }
  learnBase(memory, base)
  const count = learnDevices(memory, base, parsed.value as unknown[])
  return ignored(`metadata: the kinds and models of ${count} devices`, bridgeDevice(base))
}

/** What happens to a device → whether it is gone. Interviews are steps on the way. */
const EVENTS: ReadonlyMap<unknown, boolean> = new Map([
  ['device_leave', true],
  ['device_joined', false],
  ['device_announce', false],
])

function decodeEvent(publish: Publish, memory: Memory, base: string): Decoded {
  const body = objectBody(publish, bridgeDevice(base))
  if (body.refusal) return body.refusal
  const type = field(body.value, 'type')
  const data = field(body.value, 'data')
  if (!isObject(data)) return ignored('an event of the bridge itself', bridgeDevice(base))
  const name = field(data, 'friendly_name') ?? field(data, 'ieee_address')
  if (typeof name !== 'string' || name === '') return ignored('an event of no device', bridgeDevice(base))
  const key = keyOf(memory, base, name)
  const definition = field(data, 'definition')
  if (isObject(definition)) learnDevice(memory, key, definition)
  const known = knownDevice(memory, key)
  const gone = EVENTS.get(type)
  const kind = known?.kind ?? 'unknown'
  if (gone === undefined) return ignored(`an event of a device: ${String(type).slice(0, 40)}`, { key, kind })
  const decoded = accepted(key, kind, about(known))
  report(decoded, 'device.offline', gone, type)
  decoded.health.online = !gone
  return decoded
}
