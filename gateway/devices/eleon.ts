import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, ignored, measure, measureHealth, report } from './decoded.ts'
import { type Family, field, type JsonObject, type Memory, type Publish } from './family.ts'
import { codeText } from './lifts.ts'
import { finiteNumber, truthOf } from './numbers.ts'
import { eventOnce } from './once.ts'
import { epochTime } from './times.ts'

/**
 * Eleon S1 lift boxes: `/ID/meta`, `/ID/connected-to-controller`, `/ID/elevator/information/…` with `{timestamp,
 * value}`. Floors come twice: counted from 1 at the lowest (`absolute`) and from 0 at the ground (`relative`),
 * as people count.
 */

const OWN = new Set(['meta', 'connected-to-controller', 'customer', 'signal-strength', 'last-transmission'])
const METADATA = new Set(['meta', 'customer'])

export const eleon: Family = {
  id: 'eleon',
  matches: ({ levels }) => isBox(levels, 0) || isBox(levels, 1),
  decode,
  // Its floor and doors are told when they change, and a lift may stand all night.
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 25 * 3_600_000 },
}

/** Whether a box's id stands at `at`: at the first level, or behind one of the site. */
function isBox(levels: readonly string[], at: number): boolean {
  const first = levels[at + 1]
  if (first === undefined) return false
  if (first === 'connected-to-controller' || (first === 'elevator' && levels[at + 2] === 'information')) return true
  return (first === 'elevator' || OWN.has(first)) && /^eleon/i.test(levels[at]!)
}

interface Maker {
  vendor?: string
  model?: string
}

function decode(publish: Publish, memory: Memory): Decoded {
  const [id = '', ...rest] = isBox(publish.levels, 0) ? publish.levels : publish.levels.slice(1)
  const channel = rest.join('/')
  const known = memory.get<Maker>(`eleon:maker:${id}`) ?? {}
  const device: DecodedDevice = { key: `eleon:${id}`, kind: 'elevator', ...known }
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  if (METADATA.has(channel)) return learn(channel, body.value, device, memory, id)
  const decoded = accepted(device.key, 'elevator', known)
  const value = field(body.value, 'value')
  const timestamp = field(body.value, 'timestamp')
  decoded.time = epochTime(timestamp)
  if (value === null) decoded.warnings.push(`null_value:${channel}`)
  readValue(decoded, channel, value, memory, id)
  const print = `${channel} ${codeText(timestamp)} ${codeText(value)}`
  return eventOnce(decoded, publish, memory, `eleon:last:${id}`, print)
}

function readValue(decoded: Decoded, channel: string, value: unknown, memory: Memory, id: string): void {
  switch (channel) {
    case 'connected-to-controller': {
      const connected = truthOf(value)
      if (value === undefined) decoded.warnings.push('missing_value:connected-to-controller')
      report(decoded, 'device.controller_link', connected === null ? 'unknown' : !connected, value)
      return
    }
    case 'elevator/information/current-floor/relative':
      return readFloor(decoded, value, 'relative', memory, id)
    case 'elevator/information/current-floor/absolute':
      return readFloor(decoded, value, 'absolute', memory, id)
    case 'signal-strength': {
      const strength = finiteNumber(value, 'signal-strength', decoded.warnings)
      if (strength !== null) measureHealth(decoded, strength < 0 ? 'rssi' : 'signalRaw', strength)
    }
  }
}

/** One point has one count: once the floor relative to the ground was told, the other count is not mixed in. */
function readFloor(decoded: Decoded, value: unknown, count: string, memory: Memory, id: string): void {
  if (value === null) return
  const key = `eleon:floors:${id}`
  if (count === 'absolute' && memory.get<string>(key) === 'relative')
    return void decoded.warnings.push('other_floor_count')
  const floor = measure(decoded, 'lift.floor', value, 1, `current-floor/${count}`)
  if (floor !== null && count === 'relative' && memory.get<string>(key) !== count) memory.set(key, count)
}

function learn(channel: string, meta: JsonObject, device: DecodedDevice, memory: Memory, id: string): Decoded {
  const vendor = shortText(field(meta, 'manufacturerName'))
  const model = shortText(field(meta, 'controllerName'))
  const maker: Maker = { ...(vendor === null ? {} : { vendor }), ...(model === null ? {} : { model }) }
  const news = (vendor ?? device.vendor) !== device.vendor || (model ?? device.model) !== device.model
  if (news) memory.set(`eleon:maker:${id}`, maker)
  return ignored(channel === 'meta' ? 'metadata: vendor, controller, floors' : channel, { ...device, ...maker })
}

const shortText = (raw: unknown) => (typeof raw === 'string' && raw !== '' && raw.length <= 64 ? raw : null)
