import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { topicOnce } from './once.ts'
import { applyFields, boundKind } from './bound.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { type Family, field, type JsonObject, LORAWAN_SILENCE, type Memory, type Publish } from './family.ts'
import { isLeakModel, isRadioField, readEvent, readRadioField, readRadioFields } from './radio-fields.ts'
import { CONTENT_WINDOW_MS, isSentAgain, printOf } from './repeats.ts'
import { epochTime, writtenTime } from './times.ts'

/**
 * rtl_433: `rtl_433/HOST/events` (every decoded burst), `…/states`, and with device topics one bare value each on
 * `rtl_433/HOST/devices/MODEL/…/ID/FIELD`. A sensor sends the same burst many times; times are local and without a
 * zone.
 */
export const rtl433: Family = {
  id: 'rtl433',
  matches(publish) {
    const { levels } = publish
    const at = levels.indexOf(BASE)
    const last = levels.at(-1)!
    const isHeard = (last === 'events' || last === 'states') && levels.length > 1
    if (at === 0 && levels.length > 1) return true
    if (at > 0 && (isHeard || last === 'availability' || levels[at + 2] === 'devices')) return true
    return isHeard && saysModel(publish)
  },
  decode(publish, memory) {
    const { levels } = publish
    const devices = levels.indexOf('devices', baseAt(levels))
    if (devices > 0 && levels.length > devices + 2) {
      return topicOnce(decodeField(publish, levels.slice(devices + 1)), publish, memory, 'rtl433')
    }
    if (levels.at(-1) === 'availability') return decodeAvailability(publish)
    return decodeBurst(publish, memory)
  },
  // A leak sensor of this kind may speak only when it is wet or its battery is low.
  silence: LORAWAN_SILENCE,
}

/** Brokers that pass messages on put their own levels before it. */
const BASE = 'rtl_433'
const baseAt = (levels: readonly string[]) => Math.max(0, levels.indexOf(BASE))

/** What tells a decoded burst from other events that name a model. */
const OF_A_BURST = ['mic', 'code', 'battery_ok', 'temperature_C', 'temperature_F', 'detect_wet', 'mod', 'subtype']

function saysModel(publish: Publish): boolean {
  const object = publish.object()
  if (object === null || typeof field(object, 'model') !== 'string') return false
  return field(object, 'time') !== undefined && OF_A_BURST.some((name) => field(object, name) !== undefined)
}

function idOf(model: string, id: unknown, channel: unknown): string {
  const part = [id, channel].find((each) => typeof each === 'string' || typeof each === 'number')
  return part === undefined ? model : `${model}/${String(part)}`
}

function deviceOf(publish: Publish, id: string, model: string): DecodedDevice {
  const kind = boundKind(publish.binding, id) ?? (isLeakModel(model) ? 'water_leak' : 'unknown')
  return { key: `rtl433:${id}`, kind, model }
}

function decodeBurst(publish: Publish, memory: Memory): Decoded {
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  const model = field(body.value, 'model')
  if (typeof model !== 'string' || model === '' || model.length > 64) {
    return ignored('what the receiver says of itself: no model of a sensor')
  }
  const id = idOf(model, field(body.value, 'id'), field(body.value, 'channel'))
  const { key, kind } = deviceOf(publish, id, model)
  const decoded = accepted(key, kind, { model })
  const time = field(body.value, 'time')
  const epoch = epochTime(time)
  decoded.time = epoch.basis === 'none' ? writtenTime(time, publish.binding.timezone) : epoch
  readRadioFields(decoded, body.value)
  readEvent(decoded, field(body.value, 'event'), model)
  applyFields(decoded, body.value, publish.binding.fields)
  const where = `rtl433:burst:${id}:${publish.levels.at(-1) === 'states' ? 'states' : 'events'}`
  return isBurst(publish, memory, where, body.value)
    ? { ...decoded, disposition: 'duplicate', reason: 'the same model, id and code within a few seconds' }
    : decoded
}

/** What differs between copies of one burst. */
const OF_THE_COPY = new Set(['time', 'mic', 'mod', 'freq', 'freq1', 'freq2', 'rssi', 'snr', 'noise'])

/** A burst is known by its code, one without a code by its content. Only the last counts: wet, dry, wet is three. */
function isBurst({ receivedAt, kept }: Publish, memory: Memory, key: string, body: JsonObject): boolean {
  if (kept) return false
  const code = field(body, 'code')
  if (typeof code === 'string') return isSentAgain(memory, key, printOf(code), receivedAt, CONTENT_WINDOW_MS)
  const content = JSON.stringify(body, (name, value: unknown) => (OF_THE_COPY.has(name) ? undefined : value))
  return isSentAgain(memory, key, printOf(content), receivedAt, CONTENT_WINDOW_MS)
}

/** `MODEL/…/ID/FIELD`: the level before the field is the id, that before it a subtype or channel. */
function decodeField(publish: Publish, levels: readonly string[]): Decoded {
  const model = levels[0]!
  const name = levels.at(-1)!
  const id = levels.length > 2 ? `${model}/${levels.at(-2)!}` : model
  const device = deviceOf(publish, id, model)
  const fields = publish.binding.fields
  const isBound = fields !== undefined && Object.hasOwn(fields, name)
  if (name !== 'event' && !isRadioField(name) && !isBound) {
    return ignored(`the field ${name.slice(0, 40)} is none of ours`, device)
  }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, device.kind, { model })
  if (name === 'event') readEvent(decoded, body.value, model)
  else readRadioField(decoded, name, scalarNumber(body.value))
  applyFields(decoded, { [name]: body.value }, fields)
  return decoded
}

/** The receiver's will. What it heard may be heard by others, but nothing of it is known now. */
function decodeAvailability(publish: Publish): Decoded {
  const host = publish.levels.slice(baseAt(publish.levels) + 1, -1).join('/')
  const device: DecodedDevice = { key: `rtl433:${host}`, kind: 'gateway' }
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  if (body.value !== 'online' && body.value !== 'offline') {
    return rejected('invalid_value', `availability says online or offline; found ${body.value.slice(0, 40)}`, device)
  }
  const decoded = accepted(device.key, 'gateway')
  report(decoded, 'gateway.offline', body.value === 'offline', body.value)
  decoded.health.online = body.value === 'online'
  if (body.value === 'offline') decoded.unreachable = ['rtl433:*']
  return decoded
}
