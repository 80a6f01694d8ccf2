import { measure, measureHealth, report } from '../decoded.ts'
import { type Codec, endsBefore, type Frame, type Said } from './codec.ts'

/** Makers of whom a leak sensor's layout is short. */

/** Browan TBWL100, port 106: status, battery, board temperature, humidity, temperature. Source: its manual. */
export const browan: Codec = {
  maker: 'Browan',
  names: /BROWAN|TBWL/,
  models: /TBWL\d+/,
  kinds: [[/TBWL|LEAK|WATER/, 'water_leak']],
  decode(frame, into) {
    if (frame.fPort !== 106 && !/TBWL|LEAK|WATER/.test(frame.name)) {
      return void into.warnings.push(`no_decoder_for_port:${frame.fPort}`)
    }
    if (endsBefore(1, frame, into)) return
    const { bytes } = frame
    report(into, 'water.leak', (bytes[0]! & 1) === 1, bytes[0]! & 1)
    if (endsBefore(5, frame, into)) return
    measureHealth(into, 'batteryVoltage', 25 + (bytes[1]! & 0x0f), 0.1)
    measure(into, 'temperature.device', (bytes[2]! & 0x7f) - 32)
    const humidity = bytes[3]! & 0x7f
    if (humidity === 127) into.warnings.push('sentinel:humidity.relative')
    else measure(into, 'humidity.relative', humidity)
    measure(into, 'temperature.ambient', (bytes[4]! & 0x7f) - 32)
  },
  output: { battery: { health: 'batteryVoltage' }, temperatureBoard: { point: 'temperature.device' } },
}

const RADIO_BRIDGE_EVENTS = new Map<number, (frame: Frame, into: Said) => void>([
  [0x00, () => {}],
  [0x01, readSupervision],
  [
    0x02,
    ({ bytes }, into) => {
      into.health.tamper = bytes[2] === 0
      report(into, 'device.tamper', bytes[2] === 0, bytes[2])
    },
  ],
  [0x03, ({ bytes }, into) => report(into, 'door.open', bytes[2] !== 0, bytes[2])],
  [
    0x08,
    ({ bytes }, into) => {
      report(into, 'water.leak', bytes[2] === 0, bytes[2])
      if (bytes.length > 3) measure(into, 'leak.raw', bytes[3])
    },
  ],
  [0xfb, () => {}],
  [0xff, () => {}],
])

/** Version and packet counter, event, then what the event has. Water: 0 is *present*. Source: the maker's support. */
export const radioBridge: Codec = {
  maker: 'Radio Bridge',
  names: /RADIO[ _-]?BRIDGE|RBS30\d/,
  models: /RBS30\d(?:-[A-Z0-9]+)?/,
  kinds: [
    [/WATER|LEAK|-WAT|WR1M|ROPE/, 'water_leak'],
    [/DOOR|DWS/, 'door'],
  ],
  decode(frame, into) {
    if (endsBefore(3, frame, into)) return
    const event = frame.bytes[1]!
    const read = RADIO_BRIDGE_EVENTS.get(event)
    if (read === undefined) into.warnings.push(`unknown_event:${event.toString(16).padStart(2, '0')}`)
    else read(frame, into)
  },
}

function readSupervision(frame: Frame, into: Said): void {
  const flags = frame.bytes[2]!
  const low = (flags & 2) !== 0
  const tampered = (flags & 8) !== 0
  into.health.batteryLow = low
  into.health.tamper = tampered
  report(into, 'device.battery_low', low, Number(low))
  report(into, 'device.tamper', tampered, Number(tampered))
  if (endsBefore(5, frame, into)) return
  measureHealth(into, 'batteryVoltage', (frame.bytes[4]! >> 4) * 10 + (frame.bytes[4]! & 0x0f), 0.1)
}

const DEVICE_INFORMATION = 0x00
const SWITCH_STATE = 0x09

/** Rejeee SL200: type and value; 0x00 device information (two bytes), 0x09 water, 1 = present. Source: its manual. */
export const rejeee: Codec = {
  maker: 'Rejeee',
  names: /REJEEE/,
  models: /S[LW]\d{3}[A-Z]*/,
  kinds: [[/SL200|WATER|LEAK/, 'water_leak']],
  decode(frame, into) {
    const { bytes } = frame
    for (let at = 0; at < bytes.length; at += bytes[at] === DEVICE_INFORMATION ? 3 : 2) {
      const type = bytes[at]!
      if (type !== DEVICE_INFORMATION && type !== SWITCH_STATE) {
        return void into.warnings.push(`unknown_field:${type.toString(16).padStart(2, '0')}`)
      }
      if (endsBefore(at + (type === DEVICE_INFORMATION ? 3 : 2), frame, into)) return
      if (type === SWITCH_STATE) report(into, 'water.leak', (bytes[at + 1]! & 1) === 1, bytes[at + 1])
    }
  },
}
