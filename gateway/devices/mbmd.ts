import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { scalarBody } from './bodies.ts'
import { accepted, report } from './decoded.ts'
import { type Family, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { measureText, METER_NAMES } from './meter-names.ts'
import { contentOnce } from './once.ts'

/**
 * mbmd, a gateway of Modbus meters: `[/]mbmd/METER/Voltage/L1` with a bare number, energy in kWh, and
 * `mbmd/status` of the gateway itself, whose end all meters share.
 */

const PREFIX = 'mbmd'

export const mbmd: Family = {
  id: 'mbmd',
  matches: ({ levels }) => levels[0] === PREFIX || (levels[1] === PREFIX && levels.length > 2),
  decode,
  silence: USUAL_SILENCE,
}

function decode(publish: Publish, memory: Memory): Decoded {
  const at = publish.levels.indexOf(PREFIX)
  const [meter = '', ...rest] = publish.levels.slice(at + 1)
  const prefix = at === 0 ? '' : `${publish.levels[0]}/`
  if (rest.length === 0) return decodeStatus(publish, memory, prefix, meter)
  const id = `${prefix}${meter}`
  const device: DecodedDevice = { key: `mbmd:${id}`, kind: 'power_meter' }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  rememberMeter(memory, prefix, id)
  const decoded = accepted(device.key, 'power_meter')
  const name = rest.join('')
  readValue(decoded, name.toLowerCase(), body.value, memory, id)
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  return contentOnce(decoded, publish, memory, `mbmd:last:${id}`)
}

function readValue(decoded: Decoded, name: string, text: string, memory: Memory, id: string): void {
  const quantity = METER_NAMES.get(name)
  if (quantity === undefined) return void decoded.warnings.push(`unmapped:${name.slice(0, 40)}`)
  const { point, scale, plain } = quantity
  const key = `mbmd:phases:${id}`
  if (/l[23]$/.test(name) && memory.get<number>(key) === undefined) memory.set(key, 3)
  // Of a meter with three phases the value without a phase is an average or a sum, not the first phase.
  if (plain && memory.get<number>(key) !== undefined) {
    if (name === 'current') measureText(decoded, 'current.total', text, scale, name)
    else decoded.warnings.push(`unmapped:${name}`)
  } else measureText(decoded, point, text, scale, name)
}

const METERS_MAX = 250

function rememberMeter(memory: Memory, prefix: string, id: string): void {
  const key = `mbmd:meters:${prefix}`
  const meters = memory.get<readonly string[]>(key) ?? []
  if (!meters.includes(id) && meters.length < METERS_MAX) memory.set(key, [...meters, id])
}

function decodeStatus(publish: Publish, memory: Memory, prefix: string, name: string): Decoded {
  const device: DecodedDevice = { key: `mbmd:${prefix}${name}`, kind: 'gateway' }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, 'gateway')
  const word = body.value.toLowerCase()
  if (word !== 'connected' && word !== 'disconnected') {
    decoded.warnings.push(`unknown_value:${name.slice(0, 40)}`)
    return decoded
  }
  const online = word === 'connected'
  decoded.health.online = online
  report(decoded, 'gateway.offline', !online, body.value)
  const meters = memory.get<readonly string[]>(`mbmd:meters:${prefix}`)
  if (!online && meters) decoded.unreachable = meters.map((id) => `mbmd:${id}`)
  return contentOnce(decoded, publish, memory, `mbmd:last:${prefix}`)
}
