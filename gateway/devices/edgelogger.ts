import type { Decoded } from '../../rules/model.ts'
import { accepted, ignored, measure, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { finiteNumber } from './numbers.ts'
import { scaleOf } from '../units.ts'
import { dropImplausiblePower } from './quantities.ts'
import { CONTENT_WINDOW_MS, isRepeated, printOf } from './repeats.ts'
import { idOf, objectBody, shapeOf } from './bodies.ts'
import { anyTime } from './times.ts'

/**
 * EdgeLogger, a gateway that reads meters over Modbus and S7: `device/power/up/ID` (earlier `device/bydpower/up/ID`),
 * with a `batch[]` of one entry a meter. Times are epoch milliseconds as text, or local ones in 17 digits.
 */
export const edgelogger: Family = {
  id: 'edgelogger',
  matches: (publish) => {
    const { levels } = publish
    if (levels[0] === 'device' && (levels[1] === 'power' || levels[1] === 'bydpower') && levels.length === 4)
      return true
    return isBatch(publish.object())
  },
  decode,
  silence: USUAL_SILENCE,
}

function isBatch(object: JsonObject | null): boolean {
  if (object === null) return false
  const batch = field(object, 'batch')
  return (
    Array.isArray(batch) && isObject(batch[0]) && Object.hasOwn(batch[0], 'metrics') && Object.hasOwn(object, 'msgType')
  )
}

const ENTRIES_MAX = 1_000
const AGAIN_WITHIN_MS = 10 * 60_000

function decode(publish: Publish, memory: Memory): Decoded {
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  if (publish.levels[2] === 'down') return ignored('a command to the gateway')
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  const object = body.value
  if (field(object, 'msgType') === 'down') return ignored('a command to the gateway')
  const batch = field(object, 'batch')
  if (!Array.isArray(batch)) return rejected('invalid_shape', `\`batch\` should be a list, ${shapeOf(batch)} was found`)
  const entries = batch.slice(0, ENTRIES_MAX).filter(isObject)
  if (entries.length === 0) return rejected('empty', '`batch` has no entry that is an object')

  const warnings: string[] = batch.length > entries.length ? ['batch_entry_unreadable'] : []
  const topicId = publish.levels.at(-1) ?? ''
  const meters = byMeter(withoutDoubles(entries, warnings), topicId, publish.binding.timezone)
  const results = [...meters].map(([id, readings]) => decodeMeter(id, readings, publish))
  const own = Math.max(0, [...meters.keys()].indexOf(topicId))
  const [decoded] = results.splice(own, 1)
  decoded!.warnings.push(...warnings)
  if (results.length > 0) decoded!.others = results
  return unlessRepeated(decoded!, object, publish, memory)
}

/** The same entry may stand in a batch twice. Only those of one meter and time can be the same. */
function withoutDoubles(entries: JsonObject[], warnings: string[]): JsonObject[] {
  if (entries.length < 2) return entries
  const seen = new Map<string, Set<string>>()
  const firstOf = new Map<string, JsonObject>()
  const once = entries.filter((entry) => {
    const key = `${idOf(field(entry, 'device_id'))} ${idOf(field(entry, 'timestamp'))}`
    const first = firstOf.get(key)
    if (first === undefined) return firstOf.set(key, entry)
    const texts = seen.get(key) ?? new Set([JSON.stringify(first)])
    seen.set(key, texts)
    const text = JSON.stringify(entry)
    return !texts.has(text) && texts.add(text)
  })
  if (once.length < entries.length) warnings.push('batch_entry_duplicate')
  return once
}

interface Reading {
  entry: JsonObject
  time: Decoded['time']
}

/** Each meter's entries, oldest first; those of one time stay in their order. */
function byMeter(entries: JsonObject[], topicId: string, timezone: string | undefined): Map<string, Reading[]> {
  const meters = new Map<string, Reading[]>()
  for (const entry of entries) {
    const id = idOf(field(entry, 'device_id')) ?? topicId
    const readings = meters.get(id) ?? []
    meters.set(id, readings)
    readings.push({ entry, time: anyTime(field(entry, 'timestamp'), timezone) })
  }
  for (const readings of meters.values()) readings.sort((a, b) => orderOf(a) - orderOf(b))
  return meters
}

/** Local times without a zone sort by their digits. */
const orderOf = ({ time }: Reading) => time.device ?? (typeof time.raw === 'string' ? Number(time.raw) || 0 : 0)

function decodeMeter(id: string, readings: Reading[], { binding }: Publish): Decoded {
  const { entry, time } = readings.at(-1)!
  const type = field(entry, 'device_type')
  const kind = typeof type !== 'string' || /meter/i.test(type) ? 'power_meter' : 'unknown'
  const decoded = accepted(`edgelogger:${id}`, typeof binding.kind === 'string' ? binding.kind : kind)
  decoded.time = time
  writeMetrics(decoded, entry)
  writeStatus(decoded, entry)
  for (const older of readings.slice(0, -1)) {
    const row = { measurements: [], warnings: decoded.warnings }
    writeMetrics(row, older.entry)
    decoded.readings.push({ time: older.time.device, historical: true, measurements: row.measurements, conditions: [] })
  }
  return decoded
}

/** Where in `metrics` → field of `value` → point, and the unit where none is told. */
const GROUPS: readonly { path: readonly string[]; unit: string; points: Readonly<Record<string, string>> }[] = [
  {
    path: ['voltage'],
    unit: 'V',
    points: {
      ...{ phase_a: 'voltage.l1', phase_b: 'voltage.l2', phase_c: 'voltage.l3' },
      ...{ line_ab: 'voltage.l12', line_bc: 'voltage.l23', line_ca: 'voltage.l31' },
    },
  },
  {
    path: ['current'],
    unit: 'A',
    points: { phase_a: 'current.l1', phase_b: 'current.l2', phase_c: 'current.l3', neutral: 'current.neutral' },
  },
  ...(['active', 'reactive', 'apparent'] as const).map((what) => ({
    path: ['power', what],
    unit: { active: 'kW', reactive: 'kvar', apparent: 'kVA' }[what],
    points: {
      ...{ phase_a: `power.${what}.l1`, phase_b: `power.${what}.l2`, phase_c: `power.${what}.l3` },
      total: `power.${what}`,
    },
  })),
  ...(['active', 'reactive'] as const).map((what) => ({
    path: ['energy', what],
    unit: { active: 'kWh', reactive: 'kvarh' }[what],
    points: { forward: `energy.${what}.import`, reverse: `energy.${what}.export` },
  })),
]

/** The same, written out once. */
const METRICS = GROUPS.map(({ path, unit, points }) => ({
  path,
  unit,
  group: path.join('.'),
  fields: Object.entries(points),
}))

type Values = Pick<Decoded, 'measurements' | 'warnings'>
type Metric = (typeof METRICS)[number]

function writeMetrics(into: Values, entry: JsonObject): void {
  const metrics = field(entry, 'metrics')
  if (!isObject(metrics)) return void into.warnings.push('no_metrics')
  for (const metric of METRICS) {
    let found: unknown = metrics
    for (const key of metric.path) found = isObject(found) ? field(found, key) : undefined
    if (!isObject(found)) continue
    const values = field(found, 'value')
    const told = field(found, 'unit')
    if (isObject(values)) writeGroup(into, metric, values, typeof told === 'string' ? told : metric.unit)
    else if (values === null) into.warnings.push(`null_value:${metric.group}`)
    else if (metric.path.length === 1) measure(into, `${metric.group}.l1`, values)
  }
  const system = field(metrics, 'system')
  for (const item of (Array.isArray(system) ? system.slice(0, 20) : [system]) as unknown[]) {
    if (!isObject(item)) continue
    measure(into, 'power_factor', field(item, 'power_factor'))
    measure(into, 'frequency', field(item, 'frequency'))
  }
  dropImplausiblePower(into)
}

function writeGroup(into: Values, { group, unit: usual, fields }: Metric, values: JsonObject, told: string): void {
  let unit = told === '' ? usual : told
  // The gateway writes kW beside energies that are kWh.
  if (group.startsWith('energy.') && `${unit}h` === usual) {
    into.warnings.push(`unit_mismatch:${group}`)
    unit = usual
  }
  const scale = scaleOf(unit, fields[0]![1])
  if (scale === null) return void into.warnings.push(`unit_mismatch:${group}`)
  for (const [key, name] of fields) measure(into, name, field(values, key), scale)
}

/** 0 is well; what other codes mean is the site's own. */
function writeStatus(into: Decoded, entry: JsonObject): void {
  const status = field(entry, 'status')
  if (!isObject(status)) return
  const code = finiteNumber(field(status, 'device_status'), 'device_status', into.warnings)
  if (code !== null) report(into, 'device.sensor_fault', code !== 0, code)
  const quality = finiteNumber(field(status, 'data_quality'), 'data_quality', into.warnings)
  if (quality !== null && quality < 100) into.warnings.push(`data_quality:${quality}`)
}

function unlessRepeated(decoded: Decoded, object: JsonObject, publish: Publish, memory: Memory): Decoded {
  const source = field(object, 'source')
  const gateway = isObject(source) ? (idOf(field(source, 'source_id')) ?? idOf(field(source, 'gatewayId'))) : null
  const msgId = idOf(field(object, 'msgId'))
  const print = msgId ?? printOf(publish.text() ?? '')
  const withinMs = msgId === null ? CONTENT_WINDOW_MS : AGAIN_WITHIN_MS
  const key = `edgelogger:recent:${gateway ?? publish.topic}`
  if (!isRepeated(memory, key, print, publish.receivedAt, withinMs)) return decoded
  return { ...decoded, disposition: 'duplicate', reason: `message ${msgId ?? ''} was sent before` }
}
