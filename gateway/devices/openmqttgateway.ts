import type { Decoded } from '../../rules/model.ts'
import { objectBody, scalarBody } from './bodies.ts'
import { topicOnce } from './once.ts'
import { applyFields, boundKind } from './bound.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { type Family, field, type JsonObject, LORAWAN_SILENCE, type Publish } from './family.ts'
import { isLeakModel, readEvent, readRadioFields } from './radio-fields.ts'

/**
 * OpenMQTTGateway: `<base>/<gateway>/BTtoMQTT/MAC`, `…/RTL_433toMQTT/MODEL/ID`, `…/433toMQTT` and the like, numbers
 * also as text; `…/LWT` is the gateway's will. No times.
 */
export const openMqttGateway: Family = {
  id: 'openmqttgateway',
  matches(publish) {
    const { levels } = publish
    if (channelAt(levels) > 0) return true
    return levels.at(-1) === 'LWT' && levels.at(-2)?.startsWith('OpenMQTTGateway') === true
  },
  decode: (publish, memory) => topicOnce(decodeTopic(publish), publish, memory, 'omg'),
  // Bluetooth sensors are heard every few minutes, 433 MHz leak sensors perhaps only when wet.
  silence: LORAWAN_SILENCE,
}

/** Where `BTtoMQTT` or `MQTTtoBT` stands; -1 where neither does. */
function channelAt(levels: readonly string[]): number {
  return levels.findIndex((level) => level.endsWith('toMQTT') || level.startsWith('MQTTto'))
}

function decodeTopic(publish: Publish): Decoded {
  const { levels } = publish
  const at = channelAt(levels)
  if (at < 0) return decodeLastWill(publish)
  const gateway = { key: `omg:${levels[at - 1] ?? ''}`, kind: 'gateway' as const }
  const channel = levels[at]!
  if (channel.startsWith('MQTTto')) return ignored('a command to the gateway', gateway)
  if (channel === 'SYStoMQTT') return ignored('what the gateway says of itself', gateway)
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  return decodeSensor(publish, body.value, channel, levels.slice(at + 1))
}

function decodeSensor(publish: Publish, body: JsonObject, channel: string, tail: readonly string[]): Decoded {
  const id = tail.length > 0 ? tail.join('/') : idTold(body, channel)
  if (id === null) return ignored(`${channel} names no sensor`)
  const model = modelOf(body)
  const kind = boundKind(publish.binding, id) ?? (isLeakModel(`${model} ${id}`) ? 'water_leak' : 'unknown')
  const decoded = accepted(`omg:${id}`, kind, model === '' ? {} : { model })
  readRadioFields(decoded, body)
  readEvent(decoded, field(body, 'event'), model)
  readDoor(decoded, body)
  readCode(decoded, body, publish)
  applyFields(decoded, body, publish.binding.fields)
  return decoded
}

function modelOf(body: JsonObject): string {
  const model = field(body, 'model_id') ?? field(body, 'model')
  return typeof model === 'string' ? model.slice(0, 64) : ''
}

const TEXT_OR_NUMBER = new Set(['string', 'number'])

/** A sensor without a topic of its own: its address, or the code that a simple radio sends. */
function idTold(body: JsonObject, channel: string): string | null {
  const id = field(body, 'id')
  if (typeof id === 'string' && id !== '') return id.replaceAll(':', '').slice(0, 64)
  const model = modelOf(body)
  if (model !== '' && typeof id === 'number') return `${model}/${id}`
  const value = field(body, 'value')
  return TEXT_OR_NUMBER.has(typeof value) ? `${channel.replace('toMQTT', '')}/${String(value).slice(0, 40)}` : null
}

function readDoor(decoded: Decoded, body: JsonObject): void {
  const open = field(body, 'open')
  if (typeof open !== 'boolean') return
  if (decoded.device!.kind === 'unknown') decoded.device!.kind = 'door'
  report(decoded, 'door.open', open, open)
}

/** A bare 433 MHz code means what the site says that it means; it comes without an end. */
function readCode(decoded: Decoded, body: JsonObject, { binding }: Publish): void {
  const value = field(body, 'value')
  if (!TEXT_OR_NUMBER.has(typeof value)) return
  const code = binding.codes === undefined ? undefined : field(binding.codes, String(value))
  if (typeof code === 'string') report(decoded, code, 'pulse', value)
  else if (binding.fields === undefined) decoded.warnings.push('topic_not_bound')
}

function decodeLastWill(publish: Publish): Decoded {
  const device = { key: `omg:${publish.levels.at(-2) ?? ''}`, kind: 'gateway' as const }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const word = body.value.toLowerCase()
  if (word !== 'online' && word !== 'offline') {
    return rejected('invalid_value', `LWT says online or offline; found ${body.value.slice(0, 40)}`, device)
  }
  const decoded = accepted(device.key, 'gateway')
  report(decoded, 'gateway.offline', word === 'offline', body.value)
  decoded.health.online = word === 'online'
  if (word === 'offline') decoded.unreachable = ['omg:*']
  return decoded
}
