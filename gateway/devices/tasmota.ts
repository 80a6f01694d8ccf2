import type { Decoded } from '../../rules/model.ts'
import { objectBody, scalarBody } from './bodies.ts'
import { topicOnce } from './once.ts'
import { applyFields, boundKind, reportTruth } from './bound.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Publish, USUAL_SILENCE } from './family.ts'
import { readObis } from './tasmota/obis.ts'
import { LIMITS, readMargins, readRelay, readSensors, readState, readWarning } from './tasmota/sensors.ts'
import { type TasmotaPlace, tasmotaPlace } from './tasmota/topics.ts'

/**
 * Tasmota: `tele/T/SENSOR`, `tele/T/STATE`, `tele/T/LWT`, `stat/T/STATUS8` …, in any order of prefix and topic. Times
 * are local and without a zone. Telemetry comes every five minutes unless `TelePeriod` says otherwise, up to an hour.
 */
export const tasmota: Family = {
  id: 'tasmota',
  matches: ({ levels }) => isDiscovery(levels) || tasmotaPlace(levels) !== null,
  decode(publish, memory) {
    if (isDiscovery(publish.levels)) return decodeDiscovery(publish)
    const { levels } = publish
    const place = tasmotaPlace(levels) ?? { prefix: 'tele', path: levels.slice(-2, -1), suffix: levels.at(-1)! }
    return topicOnce(decodePlace(publish, place), publish, memory, 'tasmota')
  },
  silence: USUAL_SILENCE,
}

const isDiscovery = (levels: readonly string[]) => levels[0] === 'tasmota' && levels[1] === 'discovery'

/** `tasmota/discovery/MAC/config`: what the device is, for whom it concerns. */
function decodeDiscovery(publish: Publish): Decoded {
  const topic = field(publish.object() ?? {}, 't')
  const device = typeof topic === 'string' ? { key: `tasmota:${topic}`, kind: 'unknown' as const } : null
  return ignored('metadata: how the device is set up', device)
}

function decodePlace(publish: Publish, { prefix, path, suffix }: TasmotaPlace): Decoded {
  const name = path.at(-1) ?? publish.topic
  const kind = boundKind(publish.binding, name) ?? 'unknown'
  const decoded = accepted(`tasmota:${name}`, kind)
  if (prefix === 'cmnd') return ignored('a command to the device', decoded.device)
  if (suffix === 'LWT') return decodeLastWill(publish, decoded)
  if (LIMITS.has(suffix)) return decodeLimit(publish, decoded, suffix)
  if (/^POWER\d?$/.test(suffix)) return decodeRelay(publish, decoded, suffix)
  const read = READERS.get(suffix)
  if (read === undefined) return ignored(`${suffix} says nothing of a state`, decoded.device)
  const body = objectBody(publish, decoded.device)
  return body.refusal ?? read(decoded, body.value, publish)
}

type Reader = (decoded: Decoded, body: JsonObject, publish: Publish) => Decoded

const readSensorBody: Reader = (decoded, body, publish) => {
  readSensors(decoded, body, publish)
  return decoded
}

const readStateBody: Reader = (decoded, body, publish) => {
  readState(decoded, body, publish)
  return decoded
}

/** An answer to a status command holds what is otherwise sent by itself. */
const readStatus: Reader = (decoded, body, publish) => {
  const sensors = field(body, 'StatusSNS')
  const state = field(body, 'StatusSTS')
  if (isObject(state)) readState(decoded, state, publish)
  if (isObject(sensors)) readSensors(decoded, sensors, publish)
  return isObject(sensors) || isObject(state) ? decoded : ignored('an answer about the set-up', decoded.device)
}

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['SENSOR', readSensorBody],
  ['ENERGY', readSensorBody],
  ['STATE', readStateBody],
  ['STATUS', readStatus],
  ...['STATUS0', 'STATUS8', 'STATUS10', 'STATUS11'].map((suffix): [string, Reader] => [suffix, readStatus]),
  [
    'MARGINS',
    (decoded, body) => {
      asMeter(decoded)
      readMargins(decoded, body)
      return decoded
    },
  ],
  [
    'WARNING',
    (decoded, body) => {
      asMeter(decoded)
      return readWarning(decoded, body) ? decoded : ignored('a warning of no state', decoded.device)
    },
  ],
  ['RESULT', readResult],
])

function asMeter({ device }: Decoded): void {
  if (device!.kind === 'unknown') device!.kind = 'power_meter'
}

/** The answer to a command, or what a serial port received. */
function readResult(decoded: Decoded, body: JsonObject, { binding }: Publish): Decoded {
  const serial = field(body, 'SerialReceived')
  if (typeof serial === 'string') {
    if (!readObis(decoded, serial)) return ignored('a line of a serial port that no meter wrote', decoded.device)
    asMeter(decoded)
    return decoded
  }
  const margins = Object.keys(body).length > 0 && field(body, 'MARGINS')
  if (isObject(margins)) {
    asMeter(decoded)
    readMargins(decoded, body)
    return decoded
  }
  const isRelay = readRelay(decoded, field(body, 'POWER') ?? field(body, 'POWER1'))
  const found = applyFields(decoded, body, binding.fields)
  return isRelay || found > 0 ? decoded : ignored('an answer to a command', decoded.device)
}

function decodeLastWill(publish: Publish, decoded: Decoded): Decoded {
  const body = scalarBody(publish, decoded.device)
  if (body.refusal) return body.refusal
  const word = body.value.toLowerCase()
  if (word !== 'online' && word !== 'offline') {
    return rejected('invalid_value', `LWT says Online or Offline; found ${body.value.slice(0, 40)}`, decoded.device)
  }
  report(decoded, 'device.offline', word === 'offline', body.value)
  decoded.health.online = word === 'online'
  return decoded
}

function decodeLimit(publish: Publish, decoded: Decoded, suffix: string): Decoded {
  const body = scalarBody(publish, decoded.device)
  if (body.refusal) return body.refusal
  asMeter(decoded)
  reportTruth(decoded, LIMITS.get(suffix)!, body.value, suffix)
  return decoded
}

function decodeRelay(publish: Publish, decoded: Decoded, suffix: string): Decoded {
  const body = scalarBody(publish, decoded.device)
  if (body.refusal) return body.refusal
  const found = applyFields(decoded, { [suffix]: body.value }, publish.binding.fields)
  const isRelay = readRelay(decoded, body.value)
  return isRelay || found > 0 ? decoded : ignored('the state of a relay that nothing is known of', decoded.device)
}
