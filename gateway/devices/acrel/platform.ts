import type { Decoded, DecodedDevice } from '../../../rules/model.ts'
import { accepted, ignored, measureHealth, rejected, report } from '../decoded.ts'
import { field, isObject, type JsonObject, type Memory, type Publish } from '../family.ts'
import { isRepeated, printOf } from '../repeats.ts'
import { idOf, objectBody } from '../bodies.ts'
import { epochTime } from '../times.ts'
import { writeAlarms } from './alarms.ts'
import { fieldsOfPoints, isMeasured, writeFields } from './fields.ts'

/** Acrel's platform: `sys/dev/PRODUCT/SN`, every message `{msgid, method, timestamp, sn, payload}`. */

const NOTICES = new Set(['notice', 'alarm', 'alert', 'event'])
const DATA = new Set(['run', 'data', 'realdata', 'hisdata', 'history'])
/** A message's number and time are the same only where it is sent again. */
const AGAIN_WITHIN_MS = 10 * 60_000
const BODIES_MAX = 1_000

export function decodePlatform(publish: Publish, memory: Memory): Decoded {
  const { levels, binding, receivedAt } = publish
  if (levels[1] === 'server') return ignored('a message of the platform to a device')
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  const object = body.value
  const method = field(object, 'method')
  if (typeof method !== 'string') return rejected('invalid_shape', '`method` must name what the message is')
  const bodies = bodiesOf(field(object, 'payload'))
  const sn = idOf(field(object, 'sn')) ?? levels.at(-1)!
  if (field(object, 'res') !== undefined) return ignored(`the answer to ${method}`)
  if (method !== 'login' && !NOTICES.has(method) && !DATA.has(method)) return ignored(`${method} tells no state`)

  const [first = {}, ...rest] = bodies
  const write = (body: JsonObject): Decoded => {
    const device = deviceOf(body, sn, method, levels[2] ?? '')
    const decoded = accepted(device.key, device.kind, device)
    decoded.time = epochTime(field(object, 'timestamp'))
    decoded.historical = method.startsWith('his')
    if (method === 'login') writeLogin(decoded, body)
    else if (NOTICES.has(method)) writeAlarms(decoded, body, binding)
    else writeRun(decoded, body, binding)
    return decoded
  }
  const decoded = write(first)
  if (rest.length > 0) decoded.others = rest.map(write)
  const msgid = idOf(field(object, 'msgid'))
  const print = printOf(
    `${msgid} ${method} ${String(field(object, 'timestamp'))} ${msgid === null ? publish.text() : ''}`,
  )
  if (isRepeated(memory, `acrel:recent:${sn}`, print, receivedAt, AGAIN_WITHIN_MS)) {
    return { ...decoded, disposition: 'duplicate', reason: `message ${msgid} of ${sn} was sent before` }
  }
  return decoded
}

function bodiesOf(payload: unknown): JsonObject[] {
  if (Array.isArray(payload)) return payload.slice(0, BODIES_MAX).filter(isObject)
  if (!isObject(payload)) return []
  for (const key of ['data', 'meters', 'devices', 'list']) {
    const within = field(payload, key)
    if (isObject(within)) return [{ ...payload, ...within }]
    if (Array.isArray(within))
      return within
        .slice(0, BODIES_MAX)
        .filter(isObject)
        .map((body) => ({ ...payload, ...body }))
  }
  return [payload]
}

function deviceOf(body: JsonObject, sn: string, method: string, product: string): DecodedDevice {
  const own = idOf(field(body, 'sn')) ?? idOf(field(body, 'meterSN')) ?? sn
  // AWT and ANet are Acrel's gateways; what they say of another serial number is about a meter behind them.
  const gateway = /^(?:AWT|ANET|AF-GSM)/i.test(product) && own === sn && method === 'login'
  return { key: `acrel:${own}`, kind: gateway ? 'gateway' : 'power_meter', vendor: 'Acrel', model: product }
}

function writeLogin(decoded: Decoded, body: JsonObject): void {
  report(decoded, 'device.offline', false, 'login')
  decoded.health.online = true
  measureHealth(decoded, 'reportIntervalS', field(body, 'upInterval'))
}

/** Where voltage is measured there is power again: no message says so of its own. */
function writeRun(decoded: Decoded, body: JsonObject, binding: Publish['binding']): void {
  const fields = fieldsOfPoints(field(body, 'point')) ?? withLowerCase(body)
  if (!isMeasured(fields)) return void decoded.warnings.push('no_known_field')
  writeFields(decoded, fields, binding)
  const powered = decoded.measurements.some(({ name, value }) => name.startsWith('voltage.') && Number(value) > 0)
  if (powered) report(decoded, 'meter.power_outage', false, 'run')
}

const KEYS_MAX = 1_000

/** The platform writes `Ua`, `PF` and `EPI` where the gateways write `ua`, `pf`. */
function withLowerCase(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(body)
      .slice(0, KEYS_MAX)
      .map((key) => [key.toLowerCase(), body[key]]),
  )
}
