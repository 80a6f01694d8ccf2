import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { accepted, ignored, measure, measureHealth, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { measureText } from './meter-names.ts'
import { contentOnce } from './once.ts'
import { epochTime } from './times.ts'

/**
 * AMS reader (amsleser.no), on a Norwegian HAN or P1 port: JSON of the whole device, of parts of it (`…/power`,
 * `…/energy`), or one topic a value. Power in W and var, energy in kWh. A phase of 0 V is normal on an IT
 * network.
 */

const FIELDS: readonly [name: string, point: string, scale: number][] = [
  ['PO', 'power.active.export', 1],
  ['Q', 'power.reactive.import', 1],
  ['QO', 'power.reactive.export', 1],
  ['tPI', 'energy.active.import', 1_000],
  ['tPO', 'energy.active.export', 1_000],
  ['tQI', 'energy.reactive.import', 1_000],
  ['tQO', 'energy.reactive.export', 1_000],
  ...[1, 2, 3].flatMap((phase): [string, string, number][] => [
    [`U${phase}`, `voltage.l${phase}`, 1],
    [`I${phase}`, `current.l${phase}`, 1],
    [`tPI${phase}`, `energy.active.import.l${phase}`, 1_000],
    [`tPO${phase}`, `energy.active.export.l${phase}`, 1_000],
  ]),
]

const TOPICS = new Map<string, readonly [point: string, scale: number]>([
  ['meter/import/active', ['power.active.import', 1]],
  ['meter/export/active', ['power.active.export', 1]],
  ['meter/import/reactive', ['power.reactive.import', 1]],
  ['meter/export/reactive', ['power.reactive.export', 1]],
  ['meter/import/active/accumulated', ['energy.active.import', 1_000]],
  ['meter/export/active/accumulated', ['energy.active.export', 1_000]],
  ['meter/import/reactive/accumulated', ['energy.reactive.import', 1_000]],
  ['meter/export/reactive/accumulated', ['energy.reactive.export', 1_000]],
  ...[1, 2, 3].flatMap((phase): [string, [string, number]][] => [
    [`meter/l${phase}/voltage`, [`voltage.l${phase}`, 1]],
    [`meter/l${phase}/current`, [`current.l${phase}`, 1]],
  ]),
])

const PREFIXES = new Set(['amsleser', 'amsreader', 'ams'])
const PARTS = new Set(['power', 'energy', 'realtime', 'prices', 'state', 'system', 'temperatures'])
/** What the reader computes: the price of the hour, the use of the day. */
const COMPUTED = new Set(['prices', 'price', 'realtime'])

export const amsReader: Family = {
  id: 'amsreader',
  matches: (publish) => {
    const [first = ''] = publish.levels
    if (PREFIXES.has(first)) return true
    const body = publish.object()
    if (body === null || !['name', 'up', 'vcc', 'rssi'].every((name) => field(body, name) !== undefined)) return false
    return publish.levels.length === 1 || PARTS.has(publish.levels.at(-1)!) || isObject(field(body, 'data'))
  },
  decode,
  silence: USUAL_SILENCE,
}

const BRACE = 0x7b

function decode(publish: Publish, memory: Memory): Decoded {
  const { levels } = publish
  const isPart = PARTS.has(levels.at(-1)!) && levels.length > 1
  const prefix = PREFIXES.has(levels[0]!) ? levels[0]! : levels.slice(0, isPart ? -1 : undefined).join('/')
  const names = `amsreader:name:${prefix}`
  const named: DecodedDevice = { key: `amsreader:${memory.get<string>(names) ?? prefix}`, kind: 'power_meter' }
  const below = levels.slice(prefix.split('/').length).join('/')
  if (below === 'status') return decodeStatus(publish, memory, named)
  if (COMPUTED.has(below.split('/')[0]!)) return ignored(`${below}: computed by the reader, not measured`, named)
  if (below !== '' && !isPart && publish.payload[0] !== BRACE) return decodeTopic(publish, memory, named, below)
  const body = objectBody(publish, named)
  if (body.refusal) return body.refusal
  const told = field(body.value, 'name') ?? field(body.value, 'id')
  const id = typeof told === 'string' && told !== '' && told.length <= 64 ? told : null
  // Parts that do not name their reader are of the one that named itself below the same prefix.
  if (id !== null && memory.get<string>(names) !== id) memory.set(names, id)
  const data = field(body.value, 'data')
  const values = isObject(data) ? data : body.value
  const type = isObject(data) ? field(data, 'type') : undefined
  const key = id === null ? named.key : `amsreader:${id}`
  const decoded = accepted(
    key,
    'power_meter',
    typeof type === 'string' && type !== '' ? { model: type.slice(0, 64) } : {},
  )
  readReader(decoded, body.value)
  readMeter(decoded, values)
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  return contentOnce(decoded, publish, memory, `amsreader:last:${key.slice('amsreader:'.length)}`)
}

/** The reader itself. Without a sensor its temperature is −127. */
function readReader(decoded: Decoded, body: JsonObject): void {
  decoded.time = epochTime(field(body, 't'))
  measureHealth(decoded, 'supplyVoltage', field(body, 'vcc'), 1, 'vcc')
  measureHealth(decoded, 'rssi', field(body, 'rssi'))
  const temperature = field(body, 'temp')
  if (temperature !== undefined && temperature !== -127) measure(decoded, 'temperature.device', temperature, 1, 'temp')
}

function readMeter(decoded: Decoded, values: JsonObject): void {
  const imported = measure(decoded, 'power.active.import', field(values, 'P'), 1, 'P')
  for (const [name, point, scale] of FIELDS) measure(decoded, point, field(values, name), scale, name)
  const exported = decoded.measurements.find(({ name }) => name === 'power.active.export')?.value
  if (imported !== null && typeof exported === 'number') measure(decoded, 'power.active', imported - exported)
  for (const phase of [1, 2, 3]) readPhasePower(decoded, values, phase)
  readFactor(decoded, 'power_factor', field(values, 'PF'), 'PF')
  for (const phase of [1, 2, 3])
    readFactor(decoded, `power_factor.l${phase}`, field(values, `PF${phase}`), `PF${phase}`)
}

function readPhasePower(decoded: Decoded, values: JsonObject, phase: number): void {
  const imported = field(values, `P${phase}`)
  const exported = field(values, `PO${phase}`)
  const isNet = typeof imported === 'number' && typeof exported === 'number'
  measure(decoded, `power.active.l${phase}`, isNet ? imported - exported : imported, 1, `P${phase}`)
}

/** Some firmwares tell it in percent; 0 is sent where the meter tells none. */
function readFactor(decoded: Decoded, point: string, raw: unknown, label: string): void {
  if (raw === 0) return
  const value = typeof raw === 'number' && Math.abs(raw) > 1 ? raw / 100 : raw
  measure(decoded, point, value, 1, label)
}

/** The reader's will. */
function decodeStatus(publish: Publish, memory: Memory, device: DecodedDevice): Decoded {
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const word = body.value.toLowerCase()
  if (word !== 'online' && word !== 'offline') return ignored('status of the reader', device)
  const decoded = accepted(device.key, 'power_meter')
  decoded.health.online = word === 'online'
  report(decoded, 'device.offline', word === 'offline', body.value)
  return contentOnce(decoded, publish, memory, `amsreader:last:${device.key.slice('amsreader:'.length)}`)
}

function decodeTopic(publish: Publish, memory: Memory, device: DecodedDevice, below: string): Decoded {
  const known = TOPICS.get(below)
  const isHealth = below === 'vcc' || below === 'rssi' || below === 'wifi/rssi'
  if (known === undefined && !isHealth && below !== 'meter/dlms/timestamp')
    return ignored(`${below} of the reader`, device)
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, 'power_meter')
  if (known) measureText(decoded, known[0], body.value, known[1], below)
  else if (isHealth) measureHealth(decoded, below === 'vcc' ? 'supplyVoltage' : 'rssi', scalarNumber(body.value))
  else decoded.time = epochTime(scalarNumber(body.value))
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  return contentOnce(decoded, publish, memory, `amsreader:last:${device.key.slice('amsreader:'.length)}`)
}
