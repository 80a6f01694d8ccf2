import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { accepted, ignored, measure } from './decoded.ts'
import { type Family, field, type JsonObject, type Memory, type Publish } from './family.ts'
import { codeText } from './lifts.ts'
import { measureText } from './meter-names.ts'
import { finiteNumber } from './numbers.ts'
import { contentOnce, eventOnce } from './once.ts'
import { decodeTelegram } from './p1/telegram.ts'
import { anyTime } from './times.ts'

/**
 * DSMR-reader: telegrams of a smart meter as `dsmr/json`, one field a topic (`dsmr/reading/FIELD`), or raw;
 * power in kW, energy in kWh, decimals as text. Unchanged values are not sent again. What it computes itself
 * (days, months, prices) is not the meter's.
 */

const PREFIX = 'dsmr'

const FIELDS = new Map<string, readonly [point: string, scale: number]>([
  ['electricity_delivered_1', ['energy.active.import.tariff1', 1_000]],
  ['electricity_delivered_2', ['energy.active.import.tariff2', 1_000]],
  ['electricity_returned_1', ['energy.active.export.tariff1', 1_000]],
  ['electricity_returned_2', ['energy.active.export.tariff2', 1_000]],
  ['electricity_currently_delivered', ['power.active.import', 1_000]],
  ['electricity_currently_returned', ['power.active.export', 1_000]],
  ...[1, 2, 3].flatMap((phase): [string, [string, number]][] => [
    [`phase_voltage_l${phase}`, [`voltage.l${phase}`, 1]],
    [`phase_power_current_l${phase}`, [`current.l${phase}`, 1]],
  ]),
  ['power_failure_count', ['grid.outages', 1]],
  ['voltage_sag_count_l1', ['grid.sags', 1]],
  ['voltage_swell_count_l1', ['grid.swells', 1]],
])

/** Power of one phase is told in two fields, one for each direction; ours is signed. */
const DIRECTION = /^phase_currently_(delivered|returned)_(l[123])$/

export const dsmrReader: Family = {
  id: 'dsmr',
  matches: ({ levels }) => (levels[0] === PREFIX || levels[1] === PREFIX) && levels.length > 1,
  decode,
  // A meter speaks every one to ten seconds, but what did not change is not sent.
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 3_600_000 },
}

function decode(publish: Publish, memory: Memory): Decoded {
  const at = publish.levels.indexOf(PREFIX)
  const [channel = '', name = ''] = publish.levels.slice(at + 1)
  const id = at === 0 ? 'default' : `${publish.levels[0]}/${PREFIX}`
  const device: DecodedDevice = { key: `dsmr:${id}`, kind: 'power_meter' }
  if (channel === 'raw') return decodeTelegram(publish, memory, device)
  if (channel === 'json') return decodeJson(publish, memory, device, id)
  if (channel === 'reading' || channel === 'meter-stats') return decodeField(publish, memory, device, id, name)
  return ignored(`${channel}: computed by the reader, not measured`, device)
}

function decodeJson(publish: Publish, memory: Memory, device: DecodedDevice, id: string): Decoded {
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, 'power_meter')
  const timestamp = field(body.value, 'timestamp')
  decoded.time = anyTime(timestamp, publish.binding.timezone)
  for (const [name, [point, scale]] of FIELDS) measure(decoded, point, field(body.value, name), scale, name)
  readDirections(decoded, body.value)
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  const telegram = field(body.value, 'id') ?? timestamp
  if (telegram === undefined || telegram === null) return contentOnce(decoded, publish, memory, `dsmr:last:${id}`)
  return eventOnce(decoded, publish, memory, `dsmr:telegrams:${id}`, `${codeText(telegram)} ${codeText(timestamp)}`)
}

function readDirections(decoded: Decoded, body: JsonObject): void {
  const watts = (name: string) => {
    const kilowatts = finiteNumber(field(body, name), name, decoded.warnings)
    return kilowatts === null ? null : kilowatts * 1_000
  }
  for (const phase of ['l1', 'l2', 'l3']) {
    const delivered = watts(`phase_currently_delivered_${phase}`)
    const returned = watts(`phase_currently_returned_${phase}`)
    writeNet(decoded, `power.active.${phase}`, delivered, returned)
  }
  const into = (point: string) => decoded.measurements.find(({ name }) => name === point)?.value
  const delivered = into('power.active.import')
  const returned = into('power.active.export')
  if (typeof delivered === 'number' && typeof returned === 'number') {
    writeNet(decoded, 'power.active', delivered, returned)
  }
}

/** A direction that was not told is taken as zero only where the other one was told. */
function writeNet(decoded: Decoded, point: string, delivered: number | null, returned: number | null): void {
  if (delivered === null && !returned) return
  measure(decoded, point, Number(((delivered ?? 0) - (returned ?? 0)).toPrecision(12)))
}

function decodeField(publish: Publish, memory: Memory, device: DecodedDevice, id: string, name: string): Decoded {
  const [, direction, phase] = DIRECTION.exec(name) ?? []
  const known = FIELDS.get(name)
  if (known === undefined && direction === undefined && name !== 'timestamp') {
    return ignored(`${name}: not electrical`, device)
  }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, 'power_meter')
  if (name === 'timestamp') decoded.time = anyTime(body.value, publish.binding.timezone)
  else if (known) measureText(decoded, known[0], body.value, known[1], name)
  else readDirection(decoded, memory, id, direction!, phase!, body.value)
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  return contentOnce(decoded, publish, memory, `dsmr:last:${id}`)
}

type Directions = Readonly<Record<string, number>>

/** Both directions of a phase, in W: a field is only sent when it changed, so the other one is remembered. */
function readDirection(
  decoded: Decoded,
  memory: Memory,
  id: string,
  direction: string,
  phase: string,
  text: string,
): void {
  const kilowatts = finiteNumber(scalarNumber(text), `phase_currently_${direction}_${phase}`, decoded.warnings)
  if (kilowatts === null) return
  const key = `dsmr:directions:${id}`
  const before = memory.get<Directions>(key) ?? {}
  const after = { ...before, [`${direction}_${phase}`]: kilowatts * 1_000 }
  if (before[`${direction}_${phase}`] !== kilowatts * 1_000) memory.set(key, after)
  writeNet(decoded, `power.active.${phase}`, after[`delivered_${phase}`] ?? null, after[`returned_${phase}`] ?? null)
}
